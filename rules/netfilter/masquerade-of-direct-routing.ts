import { weakest } from '../../src/base/fact.ts';
import { isLoopback } from '../../src/base/ip.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { holdings } from '../../src/model/device.ts';
import type { FilterRule } from '../../src/model/filter-rule.ts';
import type { Destination } from '../../src/model/service.ts';
import { hidingRule } from '../../src/model/source-nat.ts';
import { sysctlValue } from '../../src/model/sysctl.ts';
import { placeOf } from '../../src/model/timeline.ts';

export default hostRule({
  id: 'netfilter/masquerade-of-direct-routing',
  severity: 'error',
  title: 'The director of direct routing puts its own address on the packets of the clients.',
  needs: ['services', 'scripts', 'sysctl'],
  docs: {
    what: 'A director sends to a real server by direct routing, net.ipv4.vs.conntrack is 1, and a rule MASQUERADE or SNAT in POSTROUTING meets what it sends there.',
    why: 'With conntrack the rules of nat see the packets of IPVS too, and put the director’s address in place of the client’s. The real server answers to the director, with the VIP as source, and the director drops that: the VIP is its own address. Every connection times out.',
    repair: 'Set net.ipv4.vs.conntrack = 0, which is the default: direct routing needs none. Or say what is meant: `iptables -t nat -A POSTROUTING -s NET -o OUTER -j MASQUERADE`, with `-d VIP -j ACCEPT` in front of it where clients are in NET.',
    exceptions: 'With net.ipv4.vs.conntrack = 0 the rule never sees a packet of IPVS. Tunnelling is not harmed: what leaves has the director’s address already. A rule that asks for a source, or for what is not known here, is passed over.',
    references: ['https://docs.kernel.org/networking/ipvs-sysctl.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check({ host }) {
    const conntrack = sysctlValue(host, 'net/ipv4/vs/conntrack');
    if (conntrack.state === 'unseen' || conntrack.value === 0) return;
    const found = new Map<string, { readonly rule: FilterRule; readonly destinations: Destination[] }>();
    for (const { vips, destinations } of host.services) {
      for (const destination of destinations) {
        if (destination.forwarding !== 'dr' || isLoopback(destination.rip) || holdings(host, destination.rip).length > 0) continue;
        const rules = vips.map((vip) => hidingRule(host, destination.rip, vip));
        const rule = rules.find((one) => one !== undefined);
        if (!rule) continue;
        const known = found.get(placeOf(rule.at)) ?? { rule, destinations: [] };
        found.set(placeOf(rule.at), known);
        known.destinations.push(destination);
      }
    }
    for (const { rule, destinations } of found.values()) {
      yield {
        at: rule.at,
        note: `meets what is sent to ${listed([...new Set(destinations.map(({ rip }) => rip.text))])} as well, as net.ipv4.vs.conntrack is ${conntrack.value}: it comes from ${host.name} then, and the answer goes there`,
        related: otherPlaces(rule.at, [...(conntrack.state === 'set' ? [{ at: conntrack.at, note: 'IPVS is put under connection tracking here' }] : []), ...destinations.map(({ at, rip }) => ({ at, note: `${rip.text} is served by direct routing` }))]),
        confidence: weakest(rule.confidence, conntrack.state === 'set' ? conntrack.confidence : 'certain', ...destinations.map(({ confidence }) => confidence)),
      };
    }
  },
});
