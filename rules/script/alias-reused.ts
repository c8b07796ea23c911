import { weakest } from '../../src/base/fact.ts';
import { scriptRule } from '../../src/lint/rule.ts';
import { effectsIn, placeOf, startSteps } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'script/alias-reused',
  severity: 'error',
  title: 'A second address takes the place of the first on one alias.',
  needs: ['scripts'],
  docs: {
    what: 'Start gives two addresses to the same alias with ifconfig, for instance two VIPs to lo:0.',
    why: 'An alias holds one address: the second replaces the first, which is then nowhere. Requests for the first VIP reach a real server that drops them.',
    repair: '`ifconfig lo:0 VIP1 …` and `ifconfig lo:1 VIP2 …`; with `ip addr add VIP/32 dev lo` no label is needed at all.',
    references: ['https://man7.org/linux/man-pages/man8/ifconfig.8.html'],
  },
  proof: [{ kind: 'kernel-source', version: '6.1', cite: 'net/ipv4/devinet.c: devinet_ioctl(), SIOCSIFADDR', quote: 'inet_del_ifa(in_dev, ifap, 0); ifa->ifa_broadcast = 0; ifa->ifa_scope = 0;' }],
  since: '0.1.0',
  *check({ script }) {
    const holder = new Map<string, { readonly step: ReturnType<typeof startSteps>[number]; readonly address: string }>();
    const told = new Set<string>();
    for (const { step, effect } of effectsIn(startSteps(script), 'address')) {
      const label = effect.label ?? effect.device;
      if (label === undefined) continue;
      if (effect.does !== 'add') {
        holder.delete(label);
        continue;
      }
      if (effect.tool !== 'ifconfig' || !label.includes(':') || !effect.ip) continue;
      const before = holder.get(label);
      if (before && before.address !== effect.ip.text && !told.has(placeOf(step.at))) {
        told.add(placeOf(step.at));
        yield {
          at: step.at,
          note: `${label} holds ${before.address} already, which ${effect.ip.text} replaces`,
          related: placeOf(before.step.at) === placeOf(step.at) ? [] : [{ at: before.step.at, note: `${before.address} is lost` }],
          confidence: weakest(step.confidence, before.step.confidence),
        };
      }
      holder.set(label, { step, address: effect.ip.text });
    }
  },
});
