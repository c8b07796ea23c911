import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { filterOf } from '../../src/model/filter.ts';
import { isLocal } from '../../src/model/local.ts';
import { markedAddresses, markRules, marksInTime, takes } from '../../src/model/marks.ts';

export default hostRule({
  id: 'fwmark/vip-not-local',
  severity: 'warning',
  title: 'The VIP of a service of a mark is no address of the director.',
  needs: ['services', 'addresses', 'scripts'],
  docs: {
    what: 'A rule marks the packets for a VIP, and a service waits for the mark, but the director holds the VIP on no device, and no route makes it local.',
    why: 'IPVS sees only packets that are delivered to the director itself. Those for an address that it does not hold are routed on or dropped, whatever their mark.',
    repair: '`ip addr add VIP/32 dev lo` (or the card that faces the clients); or without holding it: `ip rule add fwmark N lookup 100` with `ip route add local default dev lo table 100`.',
    exceptions: 'An address of keepalived counts as held. A local route in any table is enough, and so is a rule that redirects packets for the VIP.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.routing_to_VIP-less_director.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check({ host }) {
    const filter = filterOf(host);
    const said = new Set<string>();
    for (const service of host.services) {
      const { key } = service;
      if (key.by !== 'fwmark') continue;
      for (const rule of markRules(filter, key.family)) {
        if (rule.mark !== key.mark || !marksInTime(rule)) continue;
        for (const vip of markedAddresses(rule)) {
          if (said.has(vip.text) || isLocal(host, vip, true) || takes(filter, vip)) continue;
          said.add(vip.text);
          if (!host.seen.has('addresses')) {
            yield { lacks: 'addresses', host: host.name };
            return;
          }
          yield {
            at: rule.rule.at,
            note: `packets for ${vip.text} get mark ${key.mark} here, but ${host.name} holds ${vip.text} nowhere and no route makes it local`,
            related: [{ at: service.at, note: `the service of mark ${key.mark}` }],
            confidence: weakest(service.confidence, rule.rule.confidence),
          };
        }
      }
    }
  },
});
