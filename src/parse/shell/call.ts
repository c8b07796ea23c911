import { evaluateNode } from './evaluate.ts';
import { weaken } from './fork.ts';
import { maxCalls, OutOfBounds, type Frame } from './run.ts';
import { cloneState, mergeAll, scalar, setVariable, type Arguments, type FunctionBody, type State } from './state.ts';
import type { Arg } from './words.ts';

/** Positional parameters for a function or a sourced file. */
export function argumentsOf(args: readonly Arg[]): Arguments {
  const many = args.findIndex((arg) => arg.many);
  const list = (many < 0 ? args : args.slice(0, many)).map((arg) => scalar(arg.partial, arg.from));
  if (many < 0) return { list, open: false };
  const { from } = args[many]!;
  return from?.by === 'argument' && typeof from.position === 'number' && many === args.length - 1 ? { list, open: true, offset: from.position - list.length } : { list, open: true };
}

/** Enters a function. Several bodies: which one is defined hung on a test. */
export function callFunction(bodies: readonly (FunctionBody | undefined)[], name: string, args: readonly Arg[], frame: Frame, state: State): State | undefined {
  const [only] = bodies;
  if (bodies.length === 1 && only) return callBody(only, name, args, frame, state);
  const sure = bodies.filter(Boolean).length === 1 ? 'likely' : 'possible';
  return mergeAll(bodies.map((body) => {
    const own = cloneState(state);
    if (!body) {
      own.status = undefined;
      return own;
    }
    const from = frame.run.steps.length;
    const end = callBody(body, name, args, frame, own);
    weaken(frame.run, from, sure);
    return end;
  }));
}

function callBody(body: FunctionBody, name: string, args: readonly Arg[], frame: Frame, state: State): State | undefined {
  if (frame.calls >= maxCalls) throw new OutOfBounds();
  const { args: outer, path, hidden } = state;
  const before = frame.run.changes;
  const returned: State[] = [];
  const inner: Frame = { ...frame, source: body.source, within: name, calls: frame.calls + 1, ends: { returned, exited: frame.ends.exited, loops: [] } };
  state.args = argumentsOf(args);
  state.hidden = [...hidden, new Map()];
  const end = evaluateNode(body.node.body, inner, state);
  for (const one of end ? [end, ...returned] : returned) {
    for (const [local, value] of one.hidden.at(-1) ?? []) setVariable(one, local, value);
    one.hidden = hidden;
    one.args = outer;
    one.path = path;
    one.acted = frame.run.changes > before;
  }
  return mergeAll([end, ...returned]);
}
