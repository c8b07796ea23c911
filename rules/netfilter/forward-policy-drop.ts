import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { filterOf } from '../../src/model/filter.ts';
import { fateAt, type Fate, type Packet } from '../../src/model/filter-walk.ts';
import type { Destination } from '../../src/model/service.ts';
import { sysctlValue } from '../../src/model/sysctl.ts';
import { placeOf } from '../../src/model/timeline.ts';

export default hostRule({
  id: 'netfilter/forward-policy-drop',
  severity: 'error',
  title: 'The packet filter of a NAT director drops the replies of its real servers.',
  needs: ['services', 'scripts', 'sysctl'],
  docs: {
    what: 'A director sends to a real server by NAT, and its chain FORWARD drops what comes back from there: by a rule, or by the policy DROP with no rule that lets the replies through.',
    why: 'The reply of a real server passes FORWARD before IPVS puts the VIP back into it. `-m state --state ESTABLISHED` does not let it through: with net.ipv4.vs.conntrack = 0, the default, connection tracking does not know the connection and takes the reply for INVALID. Every connection times out.',
    repair: '`iptables -I FORWARD -s RIP -p tcp --sport PORT -j ACCEPT`; or `net.ipv4.vs.conntrack = 1` beside a rule for ESTABLISHED.',
    exceptions: 'Direct routing and tunnelling do not pass FORWARD. A rule that asks for what is not known here (a device, a set) may let the replies through, and then nothing is said; nor where rules may come from something that is not read.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ipvs-sysctl.html', 'http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.filter_rules.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check({ host }) {
    const filter = filterOf(host);
    if (!filter.chains.some(({ name }) => name === 'FORWARD')) return;
    const conntrack = sysctlValue(host, 'net/ipv4/vs/conntrack');
    const tracked = conntrack.state === 'unseen' ? undefined : conntrack.value !== 0;
    const drops = new Map<string, { readonly fate: Fate; readonly destinations: Destination[] }>();
    for (const service of host.services) {
      const { key } = service;
      for (const destination of service.destinations) {
        if (destination.forwarding !== 'nat') continue;
        const protocol = key.by === 'address' ? key.protocol : 'tcp';
        const state = tracked === undefined ? undefined : tracked ? 'ESTABLISHED' : protocol === 'tcp' ? 'INVALID' : undefined;
        const packet: Packet = { family: destination.rip.family, source: destination.rip, protocol, ...(protocol === 'tcp' ? { syn: false } : {}), ...(destination.port === 0 ? {} : { sourcePort: destination.port }), ...(state ? { state } : {}) };
        const fate = fateAt(filter, 'FORWARD', packet);
        if (fate.fate !== 'drop' || !fate.at) continue;
        if (!filter.whole && (host.seen.has('scripts') || host.filterUnread || fate.at.file !== destination.at.file)) continue;
        const known = drops.get(placeOf(fate.at)) ?? { fate, destinations: [] };
        drops.set(placeOf(fate.at), known);
        known.destinations.push(destination);
      }
    }
    for (const { fate, destinations } of drops.values()) {
      yield {
        at: fate.at!,
        note: `${fate.by === 'policy' ? 'the policy' : 'this rule'} drops the replies of ${listed([...new Set(destinations.map(({ rip }) => rip.text))])}${tracked === false ? ', which are INVALID to connection tracking while net.ipv4.vs.conntrack is 0' : ''}`,
        related: otherPlaces(fate.at!, destinations.map(({ at, rip }) => ({ at, note: `${rip.text} is served by NAT` }))),
        confidence: weakest(fate.confidence, filter.whole ? 'certain' : 'likely', ...destinations.map(({ confidence }) => confidence)),
      };
    }
  },
});
