import { removeCommands } from '../../src/lint/edits.ts';
import { scriptRule, type Edit } from '../../src/lint/rule.ts';
import { effectsOf, inScript, refillOf } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'script/ipvsadm-clear-in-loop',
  severity: 'error',
  title: 'The table is cleared in the loop that fills it.',
  needs: ['scripts'],
  docs: {
    what: 'A loop over VIPs or ports runs `ipvsadm -C` before it adds each service.',
    why: 'Each round deletes what the rounds before it added: only the last service is left, and all other VIPs answer with resets.',
    repair: '`ipvsadm -D -t "$VIP:$PORT" 2>/dev/null` in the loop in place of `ipvsadm -C`.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }, { kind: 'manual', cite: 'ipvsadm(8), -C', quote: 'Clear the virtual server table.' }],
  since: '0.1.0',
  *check({ script }) {
    for (const { action, step } of effectsOf(script, 'ipvs', ({ step: clears, effect }) => effect.does === 'clear' && clears.loop !== undefined)) {
      const add = refillOf(action, step);
      if (!add) continue;
      const edits = inScript(script, step.at) && !step.tested ? removeCommands(script.source, [step.at]) : [];
      yield {
        at: step.at,
        note: `each round of the loop at line ${step.loop!.line} deletes the services of the rounds before it`,
        related: [{ at: add.at, note: 'the services are added here' }],
        confidence: step.confidence,
        ...(edits.length > 0 ? { fix: { title: 'do not clear the table in the loop', safe: false, edits: edits as [Edit, ...Edit[]] } } : {}),
      };
    }
  },
});
