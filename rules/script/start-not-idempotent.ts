import { insertAbove, standsAlone } from '../../src/lint/edits.ts';
import { scriptRule, type Edit, type Fix } from '../../src/lint/rule.ts';
import { effectsIn, inScript, placeOf, startSteps } from '../../src/model/timeline.ts';
import type { Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/start-not-idempotent',
  severity: 'warning',
  title: 'A second start fails on the services of the first.',
  needs: ['scripts'],
  docs: {
    what: 'Start adds virtual services with `ipvsadm -A` and neither deletes them before nor asks whether they are there.',
    why: 'ipvsadm refuses a service that exists ("Service already exists", exit 255), and its destinations too: a start after a failed stop, by a cluster manager or by hand ends in errors, and changed weights or real servers are not taken over.',
    repair: '`ipvsadm -D -t VIP:PORT 2>/dev/null` before `ipvsadm -A -t VIP:PORT …`, or `ipvsadm -Ln -t VIP:PORT >/dev/null 2>&1 && exit 0` at the top of start.',
    references: ['https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/iniscrptact.html', 'https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'LSB Core 5.0, 22.2 Init Script Actions', quote: 'Init scripts shall ensure that they will behave sensibly if invoked with start when the service is already running, or with stop when not running' }],
  since: '0.1.0',
  *check({ script }) {
    const steps = startSteps(script);
    const adds = effectsIn(steps, 'ipvs').filter(({ effect }) => effect.does === 'add-service');
    const [first] = adds;
    if (!script.service || !first || first.step.silenced) return;
    const at = steps.indexOf(first.step);
    if (first.step.confidence !== 'certain' && !asksNothing(steps.slice(0, at))) return;
    if (steps.slice(0, at).some(looksFirst) || effectsIn(steps, 'ipvs').some(({ effect }) => effect.does === 'edit-service')) return;
    const places = [...new Map(adds.map((add) => [placeOf(add.step.at), add])).values()];
    yield {
      at: first.step.at,
      note: `'${commandOf(first.step)}' fails when start has run before: nothing deletes the service first`,
      related: places.slice(1).map(({ step }) => ({ at: step.at, note: 'fails too' })),
      confidence: first.step.confidence === 'certain' ? 'certain' : 'likely',
      ...fixOf(script, places.map(({ step }) => step)),
    };
  },
});

/** Whether every condition on the way is one that holds for a second start as for the first: a tool that is there, a value that is set or compared. */
function asksNothing(steps: readonly Step[]): boolean {
  return steps.every((step) => !step.tested || (/^\[\[?$|^test$/.test(step.name ?? '') && step.words.every(({ raw }) => !/^(?:-[efdrsLhN]|-nt|-ot)$|\$\(|`|\$\?/.test(raw))) || /^(?:id|modprobe|true|which|type|command)$/.test(step.name ?? ''));
}

/** What makes a second start harmless: the table cleared or restored, a service deleted, stop called, or any question about the state before. */
function looksFirst(step: Step): boolean {
  if (step.name === undefined) return true;
  if (step.effects.some((effect) => effect.kind === 'ipvs' && ['clear', 'restore', 'delete-service', 'list'].includes(effect.does))) return true;
  if (step.effects.some((effect) => effect.kind === 'lock' && effect.does === 'test')) return true;
  if (step.effects.some((effect) => effect.kind === 'module' && !effect.load)) return true;
  return step.tested && /^(?:[ef]?grep|ipvsadm|ifconfig|ip|wc|awk|status|lsmod|pidof)$/.test(step.name) && step.effects.every((effect) => effect.kind !== 'address' && effect.kind !== 'ipvs' && effect.kind !== 'route');
}

function commandOf(step: Step): string {
  return step.words.map((word) => word.raw).join(' ');
}

function fixOf(script: Script, steps: readonly Step[]): { readonly fix?: Fix } {
  const edits = steps.flatMap((step): readonly Edit[] => {
    const words = step.words.map((word) => word.raw);
    const at = words.findIndex((raw) => /^(?:-[tuf]|--tcp-service|--udp-service|--sctp-service|--fwmark-service)$/.test(raw));
    if (at < 0 || words[at + 1] === undefined || !inScript(script, step.at) || !opensLine(script, step)) return [];
    const six = words.includes('-6') ? ' -6' : '';
    return [insertAbove(script.source, step.at.line, [`${words[0]} -D ${words[at]} ${words[at + 1]}${six} 2>/dev/null`])];
  });
  return edits.length === steps.length ? { fix: { title: 'delete the service before it is added', safe: false, edits: edits as [Edit, ...Edit[]] } } : {};
}

/** Whether nothing stands before the command on its line, so that a line may be put above it. */
function opensLine(script: Script, step: Step): boolean {
  return standsAlone(script.source, { ...step.at, endLine: step.at.endLine, endColumn: 1_000_000 });
}
