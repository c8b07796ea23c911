import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { filterOf } from '../../src/model/filter.ts';
import type { Fate } from '../../src/model/filter-walk.ts';
import { takes } from '../../src/model/marks.ts';
import { showService, type Service } from '../../src/model/service.ts';
import { placeOf } from '../../src/model/timeline.ts';
import { fateComingIn } from '../../src/model/tracking.ts';

export default hostRule({
  id: 'netfilter/vip-blocked',
  severity: 'error',
  title: 'The packet filter of the director drops the packets for its virtual service.',
  needs: ['services', 'scripts'],
  docs: {
    what: 'The director’s chain INPUT (or a chain before it) drops every new connection to the VIP and port of a service: by a rule, or by the policy DROP with no rule that lets it in.',
    why: 'IPVS stands behind the chain INPUT: what that one drops, IPVS never sees, and every connection to the service times out.',
    repair: '`iptables -I INPUT -d VIP -p tcp --dport PORT -j ACCEPT` in front of the rule that drops, or `firewall-cmd --add-port`; with a policy DROP let VRRP in as well (`-p vrrp`).',
    exceptions: 'A rule that asks for what is not known here (a source, a set, a limit) may let packets in, and then nothing is said; nor where rules may come from something that is not read.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.filter_rules.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check({ host }) {
    const filter = filterOf(host);
    if (filter.chains.length === 0) return;
    const drops = new Map<string, { readonly fate: Fate; readonly services: Service[] }>();
    for (const service of host.services) {
      const { key } = service;
      if (key.by !== 'address' || takes(filter, key.vip)) continue;
      const packet = { family: key.vip.family, destination: key.vip, protocol: key.protocol, ...(key.port === 0 ? {} : { port: key.port }), state: 'NEW', ...(key.protocol === 'tcp' ? { syn: true } : {}) } as const;
      const fate = fateComingIn(filter, packet);
      if (fate.fate !== 'drop' || !fate.at) continue;
      // Of single files only what stands in one script belongs together.
      if (!filter.whole && (host.seen.has('scripts') || host.filterUnread || fate.at.file !== service.at.file)) continue;
      const place = placeOf(fate.at);
      const known = drops.get(place) ?? { fate, services: [] };
      drops.set(place, known);
      known.services.push(service);
    }
    for (const { fate, services } of drops.values()) {
      const names = [...new Set(services.map(showService))];
      yield {
        at: fate.at!,
        note: `${fate.by === 'policy' ? 'the policy' : 'this rule'} drops new connections to ${listed(names)} before IPVS sees them${fate.by === 'policy' ? '; no rule lets them in' : ''}`,
        related: otherPlaces(fate.at!, services.map((service) => ({ at: service.at, note: `${showService(service)} is served here` }))),
        confidence: weakest(fate.confidence, filter.whole ? 'certain' : 'likely', ...services.map(({ confidence }) => confidence)),
      };
    }
  },
});
