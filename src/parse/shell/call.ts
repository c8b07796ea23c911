import { evaluateNode } from './evaluate.ts';
import { weaken } from './fork.ts';
import { maxCalls, OutOfBounds, type Entered, type Frame } from './run.ts';
import { cloneState, mergeAll, scalar, setVariable, type Arguments, type FunctionBody, type State } from './state.ts';
import { unknownText } from './value.ts';
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

/**
 * In the run for all arguments nothing inside the dispatch is recorded: a function that was entered there before is not entered again.
 * What it sets is not known then. Without this a script whose restart is stop and start would be worked through many times over.
 */
function callBody(body: FunctionBody, name: string, args: readonly Arg[], frame: Frame, state: State): State | undefined {
  const { run } = frame;
  if (run.position !== undefined || !frame.dispatched || frame.recording || args.some((arg) => arg.from || arg.many)) return runBody(body, name, args, frame, state);
  const passed = args.map((arg) => arg.partial).join('\0');
  const entered = run.entered.get(body);
  if (entered) return reenter(entered, entered.args === passed, frame, state);
  const before = state.variables;
  const changes = run.changes;
  state.shared = true;
  const end = runBody(body, name, args, frame, state);
  run.entered.set(body, { args: passed, sets: end ? [...end.variables].flatMap(([variable, value]) => (before.get(variable) === value ? [] : [variable])) : [], returns: end !== undefined, acts: run.changes > changes });
  return end;
}

/** A function that did not come back the first time may do so with other arguments. */
function reenter({ sets, returns, acts }: Entered, same: boolean, frame: Frame, state: State): State | undefined {
  for (const variable of sets) setVariable(state, variable, scalar(unknownText));
  state.status = undefined;
  state.doubt = acts ? 'success' : 'ask';
  state.acted = acts;
  if (acts) frame.run.changes++;
  if (returns || !same) return state;
  frame.ends.exited.push(state);
  return undefined;
}

function runBody(body: FunctionBody, name: string, args: readonly Arg[], frame: Frame, state: State): State | undefined {
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
