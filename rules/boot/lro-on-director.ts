import { hostRule } from '../../src/lint/rule.ts';
import { everyStep, placeOf } from '../../src/model/timeline.ts';

export default hostRule({
  id: 'boot/lro-on-director',
  severity: 'warning',
  title: 'A director is told to merge received packets in hardware.',
  needs: ['scripts', 'services'],
  docs: {
    what: '`ethtool -K eth0 lro on` on a director, in a script or as the configuration of the network has it (`offload-lro on`, `large-receive-offload: true`, `feature-lro=true`, ETHTOOL_OPTS).',
    why: 'Large receive offload makes one packet of several, larger than the MTU and without a way back: a director that sends it on cannot, and the client sends it again in small pieces.',
    repair: '`ethtool -K eth0 lro off`; gro, which can be undone, may stay.',
    exceptions: 'Real servers that forward nothing may have it.',
    references: ['https://man7.org/linux/man-pages/man8/ethtool.8.html'],
  },
  proof: [{ kind: 'kernel-source', version: '6.1', cite: 'net/core/dev.c: dev_disable_lro()', quote: 'called under RTNL.  This is needed if received packets may be' }],
  since: '0.1.0',
  *check({ host }) {
    if (!host.roles.includes('director')) return;
    const told = new Set<string>();
    for (const { name, lro } of host.devices.values()) {
      if (!lro?.value) continue;
      told.add(placeOf(lro.at));
      yield { at: lro.at, note: `lro is switched on for ${name}`, confidence: lro.confidence };
    }
    // What boot does not run may be run by hand.
    for (const script of host.scripts) {
      for (const { step } of everyStep(script, ({ effects }) => effects.some(({ kind }) => kind === 'lro'))) {
        for (const effect of step.effects) {
          if (effect.kind !== 'lro' || !effect.on || told.has(placeOf(effect.word)) || host.devices.get(effect.device ?? '')?.lro?.value === false) continue;
          yield { at: effect.word, note: `lro is switched on for ${effect.device ?? 'a NIC'}`, confidence: step.confidence };
        }
      }
    }
  },
});
