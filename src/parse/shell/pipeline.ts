import type { AndOr, Pipeline, PipelineNode } from 'unbash';
import type { Condition } from './condition.ts';
import { apart, evaluateNode } from './evaluate.ts';
import { enterDispatch, fork } from './fork.ts';
import type { Frame } from './run.ts';
import { cloneState, type State } from './state.ts';

/** `a && b || c`, from the left. */
export function evaluateAndOr(node: AndOr, frame: Frame, state: State): State | undefined {
  let now: State | undefined = state;
  let here = frame;
  for (const [at, part] of node.commands.entries()) {
    const operator = node.operators[at - 1];
    const next = node.operators[at];
    const forgiven = next === '||' && isNothing(node.commands[at + 1]);
    const tested: Frame = { ...here, tested: forgiven ? false : next !== undefined || here.tested, silenced: here.silenced || forgiven, immune: next !== undefined || here.immune };
    const run = (inner: Frame, from: State) => evaluateNode(part, { ...inner, tested: tested.tested, silenced: tested.silenced, immune: tested.immune }, from);
    const skip = (_: Frame, from: State) => {
      from.status = operator === '||' ? 0 : from.status === 0 ? 1 : from.status;
      return from;
    };
    const before: { readonly dispatches: number; readonly changes: number } = { dispatches: frame.run.dispatches, changes: frame.run.changes };
    if (!operator) now = run(tested, now);
    else if (now.status !== undefined) {
      if ((now.status === 0) === (operator === '&&')) now = run(tested, now);
    } else {
      const condition: Condition = conditionOf(now, operator, here);
      now = operator === '&&' ? fork(here, condition, run, skip) : fork(here, condition, skip, run);
    }
    if (!now) return undefined;
    // `[ "$1" = start ] && …` is a dispatch as an if is.
    if (frame.run.dispatches > before.dispatches && next && !here.dispatched) here = enterDispatch(here);
    now.acted = frame.run.changes > before.changes;
  }
  return now;
}

function conditionOf(state: State, operator: '&&' | '||', frame: Frame): Condition {
  return { state, verdict: undefined, doubt: state.doubt ?? (state.acted ? 'success' : 'ask'), dispatches: frame.dispatched && frame.run.position === undefined ? frame.run.branches.at(-1)?.position : undefined, short: operator };
}

/** `true` or `:` */
function isNothing(node: PipelineNode | undefined): boolean {
  return node?.type === 'Command' && (node.name?.value === 'true' || node.name?.value === ':' || node.name?.value === '/bin/true') && node.suffix.length === 0;
}

/** Every part runs in a subshell; each reads what the one before printed. */
export function evaluatePipeline(node: Pipeline, frame: Frame, state: State): State | undefined {
  const negated = node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1;
  const before = frame.run.changes;
  let now: State | undefined = state;
  if (node.commands.length === 1) now = evaluateNode(node.commands[0]!, { ...frame, immune: frame.immune || negated }, state);
  else {
    let input = state.input;
    let failed: number | undefined = 0;
    for (const [at, part] of node.commands.entries()) {
      const last = at === node.commands.length - 1;
      const sub = cloneState(state);
      sub.input = input;
      const { output } = state;
      if (!last) sub.output = '';
      const inner: Frame = last ? frame : { ...withoutTarget(frame), tested: false };
      let printed: string | undefined;
      apart(inner, sub, (deeper, own) => evaluateNode(part, deeper, own));
      printed = sub.output;
      if (sub.status !== 0) failed = sub.status === undefined || failed === undefined ? undefined : sub.status;
      if (last) {
        state.status = state.pipefail ? failed : sub.status;
        state.doubt = sub.doubt;
        if (output !== undefined) state.output = printed;
      } else input = { kind: 'text', text: printed ?? '', at: 0 };
    }
    state.acted = frame.run.changes > before;
  }
  if (now && negated) {
    if (now.status !== undefined) now.status = now.status === 0 ? 1 : 0;
    else now.doubt = now.doubt === 'success' ? 'failure' : now.doubt === 'failure' ? 'success' : (now.doubt ?? (now.acted ? 'failure' : 'ask'));
  }
  return now;
}

function withoutTarget(frame: Frame): Frame {
  const { stdout: _, ...rest } = frame;
  return rest;
}
