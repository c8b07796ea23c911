import { weakest } from '../../src/base/fact.ts';
import { isLoopback } from '../../src/base/ip.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import type { Pair } from '../../src/model/cluster.ts';
import { holdings } from '../../src/model/device.ts';
import type { FilterRule } from '../../src/model/filter-rule.ts';
import { hidingRule } from '../../src/model/source-nat.ts';
import { defaultGateway } from '../../src/model/route.ts';
import { sysctlValue } from '../../src/model/sysctl.ts';
import { placeOf } from '../../src/model/timeline.ts';

export default hostRule({
  id: 'netfilter/masquerade-of-everything',
  severity: 'warning',
  title: 'The director hides the addresses of the clients from its real servers.',
  needs: ['services', 'scripts', 'sysctl', 'peer'],
  docs: {
    what: 'A director of NAT has net.ipv4.vs.conntrack = 1, and a rule MASQUERADE or SNAT in POSTROUTING that meets what it sends to its real servers: it names neither the real servers’ network as source nor the outer device. The real servers’ gateway is the director, so that nothing asks for this.',
    why: 'With conntrack the rules of nat see the packets of IPVS too. Each client comes to the real servers with the director’s address: logs, access lists, and limits by address on the real servers all see one client.',
    repair: 'Say what is meant: `iptables -t nat -A POSTROUTING -s RIPNET -o OUTER -j MASQUERADE`; or set net.ipv4.vs.conntrack = 0 where nothing needs it.',
    exceptions: 'With net.ipv4.vs.conntrack = 0, the default, the rule never sees a packet of IPVS. Real servers whose gateway is another host, or is not known, need just this rule (full NAT): nothing is said; nor of a rule with `-m ipvs`, or one that asks for what is not known here. On a director of direct routing the same rule breaks every connection: `netfilter/masquerade-of-direct-routing`.',
    references: ['https://docs.kernel.org/networking/ipvs-sysctl.html', 'http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-NAT.html'],
  },
  proof: [{ kind: 'kernel-source', version: '6.1', cite: 'net/netfilter/ipvs/ip_vs_xmit.c: ip_vs_nat_send_or_cont()', quote: 'if (likely(!(cp->flags & IP_VS_CONN_F_NFCT))) ip_vs_notrack(skb); else ip_vs_update_conntrack(skb, cp, 1);' }],
  since: '0.1.0',
  *check({ host, cluster }) {
    const conntrack = sysctlValue(host, 'net/ipv4/vs/conntrack');
    if (conntrack.state === 'unseen' || conntrack.value === 0) return;
    const found = new Map<string, { readonly rule: FilterRule; readonly pairs: Pair[] }>();
    for (const pair of cluster.pairs) {
      const { director, destination, realServer } = pair;
      if (director !== host || destination.forwarding !== 'nat' || isLoopback(destination.rip) || holdings(host, destination.rip).length > 0) continue;
      const rule = hidingRule(host, destination.rip, destination.rip);
      if (!rule) continue;
      const gateway = realServer && defaultGateway(realServer, destination.rip.family);
      if (gateway?.state !== 'set' || !gateway.value?.via) {
        if (!realServer) yield { lacks: 'peer', host: host.name };
        continue;
      }
      if (holdings(host, gateway.value.via).length === 0) continue;
      const known = found.get(placeOf(rule.at)) ?? { rule, pairs: [] };
      found.set(placeOf(rule.at), known);
      known.pairs.push(pair);
    }
    for (const { rule, pairs } of found.values()) {
      yield {
        at: rule.at,
        note: `meets what is sent to ${listed([...new Set(pairs.map(({ destination }) => destination.rip.text))])} as well, as net.ipv4.vs.conntrack is ${conntrack.value}: they see one client, ${host.name}`,
        related: otherPlaces(rule.at, [...(conntrack.state === 'set' ? [{ at: conntrack.at, note: 'IPVS is put under connection tracking here' }] : []), ...pairs.map(({ destination }) => ({ at: destination.at, note: `${destination.rip.text} is served by NAT` }))]),
        confidence: weakest(rule.confidence, 'likely', ...pairs.map(({ confidence }) => confidence)),
      };
    }
  },
});
