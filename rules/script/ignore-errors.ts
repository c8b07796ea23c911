import { lineAt } from '../../src/base/text.ts';
import { standsAlone } from '../../src/lint/edits.ts';
import { scriptRule, type Edit, type Fix } from '../../src/lint/rule.ts';
import type { Script, Step } from '../../src/model/script.ts';
import { actionNamed, effectsIn, inScript, placeOf, startSteps } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'script/ignore-errors',
  severity: 'warning',
  title: 'Start says that it worked, whatever failed.',
  needs: ['scripts'],
  docs: {
    what: 'Start runs ipvsadm without a look at its exit status and then makes the lock file all the same.',
    why: 'Where the module is missing, an address is wrong or a service is there already, the table stays empty or half filled, and the lock says that the director runs: nobody is called, and a backup does not take over.',
    repair: '`ipvsadm -A -t "$VIP:$PORT" -s wlc || exit 1`, and the lock only as the last command.',
    references: ['https://www.gnu.org/software/bash/manual/html_node/The-Set-Builtin.html'],
  },
  proof: [{ kind: 'manual', cite: 'LSB Core 5.0, 22.2 Init Script Actions', quote: 'Otherwise, the exit status shall be non-zero, as defined below.' }],
  since: '0.1.0',
  *check({ script }) {
    const steps = startSteps(script);
    const lock = effectsIn(steps, 'lock').findLast(({ effect }) => effect.does === 'create');
    if (!lock || !actionNamed(script, 'start') || lock.step.tested) return;
    const adds = effectsIn(steps.slice(0, steps.indexOf(lock.step)), 'ipvs').filter(({ effect }) => effect.does === 'add-service' || effect.does === 'add-destination');
    const [first] = adds;
    if (!first || !runsAfter(lock.step, adds.map(({ step }) => step)) || adds.some(({ step }) => step.tested || step.silenced) || looksAtStatus(script.source.text)) return;
    yield { at: lock.step.at, note: `the lock is made whether ipvsadm worked or not: nothing looks at its exit status from line ${first.step.at.line} on`, related: [{ at: first.step.at, note: 'may fail' }], confidence: lock.step.confidence === 'certain' ? 'certain' : 'likely', ...fixOf(script, adds.map(({ step }) => step)) };
  },
});

/** Whether the lock is made wherever the table is filled: on every way, or on the same way of each choice. */
function runsAfter(lock: Step, adds: readonly Step[]): boolean {
  return lock.confidence === 'certain' || (lock.ways ?? []).length > 0 && adds.every((add) => (lock.ways ?? []).every(({ choice, way }) => add.ways?.some((own) => own.choice === choice && own.way === way)));
}

/** Any place where the script looks at an exit status or lets the shell do it. */
function looksAtStatus(text: string): boolean {
  return /\$\?|\$\{\?\}|(?:^|\n)\s*set\s+-\w*e|\|\|\s*(?:exit|return|failure|die|\{)|\btrap\b[^\n]*\bERR\b/.test(text.replace(/^\s*#.*$/gm, ''));
}

/** `|| exit 1` behind each of them, where they stand in the branch itself. */
function fixOf(script: Script, adds: readonly Step[]): { readonly fix?: Fix } {
  const places = [...new Map(adds.map((step) => [placeOf(step.at), step])).values()];
  if (!places.every((step) => inScript(script, step.at) && step.within === undefined && standsAlone(script.source, step.at) && !/;\s*$/.test(lineAt(script.source, step.at.endLine)))) return {};
  const edits = places.map((step): Edit => ({ at: { ...step.at, line: step.at.endLine, column: step.at.endColumn }, text: ' || exit 1' }));
  return { fix: { title: 'end start where ipvsadm fails', safe: false, edits: edits as [Edit, ...Edit[]] } };
}
