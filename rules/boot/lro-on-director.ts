import { scriptRule } from '../../src/lint/rule.ts';
import { everyStep } from '../../src/model/timeline.ts';
import type { Word } from '../../src/model/script.ts';

export default scriptRule({
  id: 'boot/lro-on-director',
  severity: 'warning',
  title: 'A director is told to merge received packets in hardware.',
  needs: ['scripts', 'services'],
  docs: {
    what: '`ethtool -K eth0 lro on` on a director.',
    why: 'Large receive offload makes one packet of several, larger than the MTU and without a way back: a director that sends it on cannot, and the client sends it again in small pieces.',
    repair: '`ethtool -K eth0 lro off`; gro, which can be undone, may stay.',
    exceptions: 'Real servers that forward nothing may have it.',
    references: ['https://man7.org/linux/man-pages/man8/ethtool.8.html'],
  },
  proof: [{ kind: 'kernel-source', version: '6.1', cite: 'net/core/dev.c: dev_disable_lro()', quote: 'called under RTNL.  This is needed if received packets may be' }],
  since: '0.1.0',
  *check({ script, host }) {
    if (!host.roles.includes('director')) return;
    for (const { step } of everyStep(script, ({ name }) => name === 'ethtool')) {
      if (!step.words.some(({ text }) => /^(?:-K|--offload|--features)$/.test(text ?? ''))) continue;
      const at = lroOn(step.words);
      if (at) yield { at, note: `lro is switched on for ${step.words[2]?.text ?? 'a NIC'}`, confidence: step.confidence };
    }
  },
});

function lroOn(words: readonly Word[]): Word['at'] | undefined {
  const at = words.findIndex((word, index) => /^(?:lro|large-receive-offload)$/.test(word.text ?? '') && words[index + 1]?.text === 'on');
  return words[at]?.at;
}
