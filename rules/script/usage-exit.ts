import { scriptRule, type Fix } from '../../src/lint/rule.ts';
import { actionNamed, concernsCluster, effectsIn, inScript, timeline } from '../../src/model/timeline.ts';
import type { Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/usage-exit',
  severity: 'info',
  title: 'An unknown action does not end with exit status 2.',
  needs: ['scripts'],
  docs: {
    what: 'Asked for an action that it does not know, the script ends with 0 or 1 instead of 2 (wrong arguments) or 3 (not implemented).',
    why: 'LSB keeps 1 for a failure of the service itself. Who calls the script with a word that it does not know (`condrestart` by a package, `monitor` by a cluster manager) takes 0 for success and 1 for a service that failed.',
    repair: '`exit 2` behind the usage line, which belongs on standard error: `echo "usage: …" >&2`.',
    references: ['https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/iniscrptact.html'],
  },
  proof: [{ kind: 'manual', cite: 'LSB Core 5.0, 22.2 Init Script Actions', quote: '1 generic or unspecified error (current practice) 2 invalid or excess argument(s) 3 unimplemented feature (for example, "reload")' }],
  since: '0.1.0',
  *check({ script }) {
    const action = actionNamed(script, '*');
    const steps = timeline(script, '*');
    if (!action || !steps || !script.service || script.syntaxErrors.length > 0 || !concernsCluster(script) || !isUsage(action.steps)) return;
    // A guard in front of the dispatch (not root, a tool that lacks) ends for a reason of its own.
    const own = new Set(action.steps);
    const begin = steps.findIndex((step) => own.has(step));
    const exits = effectsIn(steps, 'exit').filter(({ step, effect }) => effect.what === 'exit' && steps.indexOf(step) >= begin);
    if (exits.some(({ effect }) => effect.code === undefined || effect.code > 1)) return;
    const last = exits.at(-1);
    if (!last && steps.at(-1) !== undefined && !/^(?:echo|printf|cat|usage)$/.test(steps.at(-1)!.name ?? '')) return;
    yield {
      at: last?.step.at ?? action.at,
      note: last ? `an unknown action ends with ${last.effect.code}, where LSB asks for 2` : 'an unknown action ends with 0, as if it had been done',
      confidence: 'certain',
      ...(last ? fixOf(script, last.step) : {}),
    };
  },
});

/** Whether the default branch only tells how to call the script; in some scripts it is the start. */
function isUsage(steps: readonly Step[]): boolean {
  return steps.length > 0 && steps.every((step) => step.effects.every((effect) => effect.kind === 'exit')) && steps.some((step) => /^(?:echo|printf|cat|log_\w+|gprintf)$/.test(step.name ?? ''));
}

function fixOf(script: Script, step: Step): { readonly fix?: Fix } {
  const code = step.words[1];
  if (!inScript(script, step.at) || !code || !/^[01]$/.test(code.raw) || !inScript(script, code.at)) return {};
  // What stands behind the dispatch ends the other actions as well.
  if (!actionNamed(script, '*')!.steps.includes(step)) return {};
  return { fix: { title: 'exit with 2', safe: true, edits: [{ at: code.at, text: '2' }] } };
}
