import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import type { Pair } from '../../src/model/cluster.ts';
import { filterOf } from '../../src/model/filter.ts';
import { fateAt } from '../../src/model/filter-walk.ts';
import { minds, namesSizes, takesWrapped } from '../../src/model/segment-size.ts';
import { showService } from '../../src/model/service.ts';
import { sysctlValue } from '../../src/model/sysctl.ts';
import { wrappingOf } from '../../src/model/tunnel.ts';

export default hostRule({
  id: 'tunnel/mtu-mss',
  severity: 'warning',
  title: 'The director drops its own word that packets are too large for the tunnel.',
  needs: ['services', 'scripts', 'sysctl', 'peer'],
  docs: {
    what: 'A director sends to a real server by tunnelling, which makes each packet 20 bytes longer, and its chain OUTPUT drops the ICMP message “fragmentation needed” that tells a client so. Nothing on the real server asks for smaller segments.',
    why: 'A client fills its packets up to 1500 bytes and forbids fragmentation. The director cannot send such a packet through the tunnel, drops it, and says so by ICMP; where that is dropped too, the client sends the same again and again. Short requests work, and every upload, large cookie or long form hangs.',
    repair: '`iptables -I OUTPUT -p icmp --icmp-type fragmentation-needed -j ACCEPT` on the director. Or make the clients send less: `ip route change default via GATEWAY advmss 1440` on the real servers (or `iptables -t mangle -A OUTPUT -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1440` there), or let the director fragment: net.ipv4.vs.pmtu_disc = 0.',
    exceptions: 'Where the message gets out, path MTU discovery does all that is needed. A clamp on the director does nothing: the SYN-ACK that it would have to change never passes there, and `--clamp-mss-to-pmtu` on a real server sees 1500. A rule for RELATED does not let the message out while net.ipv4.vs.conntrack is 0. The MTU of the tunnel device does nothing either: replies do not leave by it. Nothing is said where the card of a real server or a route there has an MTU of 1480 or less, or an advmss, where the director’s card takes 1520 bytes or more, or where the real server is not among the files.',
    references: ['https://docs.kernel.org/networking/ipvs-sysctl.html', 'http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-Tun.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check({ host, cluster }) {
    const filter = filterOf(host);
    if (!filter.chains.some(({ hook, table }) => hook === 'OUTPUT' && table !== 'nat')) return;
    const discovery = sysctlValue(host, 'net/ipv4/vs/pmtu_disc');
    if (discovery.state !== 'unseen' && discovery.value === 0) return;
    const conntrack = sysctlValue(host, 'net/ipv4/vs/conntrack');
    const untracked = conntrack.state !== 'unseen' && conntrack.value === 0;
    const fate = fateAt(filter, 'OUTPUT', { family: 4, protocol: 'icmp', icmp: 'fragmentation-needed', ...(untracked ? { state: 'UNTRACKED' } : {}) });
    if (fate.fate !== 'drop' || !fate.at || !filter.whole || namesSizes(host)) return;
    const pairs: Pair[] = [];
    for (const pair of cluster.pairs) {
      const { director, destination, service, realServer } = pair;
      if (director !== host || takesWrapped(host, destination.rip) || destination.forwarding !== 'tun' || !service.vips.some((vip) => vip.family === 4 && wrappingOf(destination, 4).outer === 4)) continue;
      if (!realServer?.seen.has('scripts') || discovery.state === 'unseen') yield { lacks: discovery.state === 'unseen' ? 'sysctl' : 'peer', host: host.name };
      else if (!minds(realServer)) pairs.push(pair);
    }
    if (pairs.length === 0) return;
    yield {
      at: fate.at,
      note: `${fate.by === 'policy' ? 'the policy' : 'this rule'} drops “fragmentation needed”${fate.by === 'policy' ? '; no rule lets it out' : ''}: full-sized packets of clients for ${listed([...new Set(pairs.map(({ service }) => showService(service)))])} are lost, and they are not told`,
      related: otherPlaces(fate.at, pairs.map(({ destination }) => ({ at: destination.at, note: `${destination.rip.text} is served by tunnelling` }))),
      confidence: weakest(fate.confidence, 'likely', ...pairs.map(({ confidence, destination }) => weakest(confidence, destination.confidence))),
    };
  },
});
