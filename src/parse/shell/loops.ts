import type { ArithmeticFor, For, Select, While } from 'unbash';
import type { Confidence } from '../../base/fact.ts';
import type { Span } from '../../base/origin.ts';
import { evaluateCondition } from './condition.ts';
import { evaluateCompound } from './evaluate.ts';
import { arithmetic, expandFields, expansion } from './expand.ts';
import type { Field } from './fields.ts';
import { enterDispatch, weaken } from './fork.ts';
import { recordPrompt } from './record.ts';
import { maxIterations, spend, type Frame, type LoopEnds } from './run.ts';
import { cloneState, forgotten, mergeAll, mergeStates, sameState, setVariable, type State } from './state.ts';
import { store } from './store.ts';
import { unknownText } from './value.ts';

/** One turn of a body, with `break` and `continue` caught. Undefined state: no further turn follows. */
function turn(frame: Frame, place: Span, state: State, broken: State[], body: (frame: Frame, state: State) => State | undefined): State | undefined {
  spend(frame);
  const ends: LoopEnds = { broken: [], continued: [] };
  const { path } = state;
  const end = body({ ...frame, loop: place, tested: false, ends: { ...frame.ends, loops: [...frame.ends.loops, ends] } }, state);
  broken.push(...ends.broken);
  const next = mergeAll([end, ...ends.continued]);
  if (next) next.path = path;
  return next;
}

/**
 * A loop whose number of turns is not known: turns until one changes nothing any more, so that what differs from turn to turn is unknown. That last one stands for
 * all, and what the others recorded is dropped. Returns the states before and after it; they also stand for no turn at all.
 */
function anyTurns(frame: Frame, place: Span, state: State, sure: Confidence, body: (frame: Frame, state: State) => State | undefined): State | undefined {
  const { run, ends } = frame;
  const marks = [run.steps, run.assigned, ends.returned, ends.exited].map((list) => ({ list, length: list.length }));
  let entry = state;
  for (let round = 0; ; round++) {
    const broken: State[] = [];
    const after = turn(frame, place, cloneState(entry), broken, body);
    const merged = after && mergeStates(cloneState(entry), cloneState(after));
    if (!merged || round === 4 || sameState(merged, entry)) {
      weaken(run, marks[0]!.length, sure);
      return mergeAll([entry, after, ...broken]);
    }
    for (const { list, length } of marks) list.length = length;
    entry = merged;
    if (round === 3) for (const [name, held] of [...entry.variables]) setVariable(entry, name, forgotten(held));
  }
}

/** `for name in words`, `for name`. */
export function evaluateFor(node: For, frame: Frame, state: State): State | undefined {
  const ex = expansion(frame, state);
  const fields: readonly Field[] = node.wordlist
    ? node.wordlist.flatMap((word) => expandFields(word, ex))
    : [...state.args.list.map((one) => ({ text: one.text, many: false, ...(one.from && { from: one.from }) })), ...(state.args.open ? [{ text: unknownText, many: true, ...(state.args.offset !== undefined && { from: { by: 'argument' as const, position: state.args.offset + state.args.list.length, before: '', after: '' } }) }] : [])];
  const name = node.name.value;
  const place = frame.source.span(node.pos || node.name.pos, Math.max(node.end, node.name.end));
  const broken: State[] = [];
  let now: State | undefined = state;
  if (fields.every((field) => field.many)) now.status = 0;
  if (fields.length > maxIterations) return anyTurns(frame, place, now, 'likely', (inner, own) => (store(own, name, unknownText), evaluateCompound(node.body, inner, own)));
  for (const field of fields) {
    const body = (inner: Frame, own: State) => {
      store(own, name, field.text, field.from);
      return evaluateCompound(node.body, inner, own);
    };
    now = field.many ? anyTurns(frame, place, now, 'likely', body) : turn(frame, place, now, broken, body);
    if (!now) break;
  }
  return mergeAll([now, ...broken]);
}

/** `select name in words`: asks the terminal. */
export function evaluateSelect(node: Select, frame: Frame, state: State): State | undefined {
  if (state.input.kind === 'terminal') recordPrompt(frame, state, frame.source.span(node.pos || node.name.pos, node.name.end), 'select', [node.name.value]);
  const place = frame.source.span(node.pos || node.name.pos, Math.max(node.end, node.name.end));
  return anyTurns(frame, place, state, 'possible', (inner, own) => {
    store(own, node.name.value, unknownText);
    store(own, 'REPLY', unknownText);
    return evaluateCompound(node.body, inner, own);
  });
}

/** `for ((a; b; c))` */
export function evaluateForArithmetic(node: ArithmeticFor, frame: Frame, state: State): State | undefined {
  const value = (part: ArithmeticFor['test'], own: State) => (part ? arithmetic(part, expansion(frame, own)) : 1);
  value(node.initialize, state);
  const test = (_: Frame, own: State) => {
    const truth = value(node.test, own);
    return { state: own, verdict: truth === undefined ? undefined : truth !== 0, sure: 'likely' as const, dispatches: false };
  };
  const place = frame.source.span(node.pos, Math.max(node.pos, node.end));
  return turns(frame, place, state, test, (inner, own) => evaluateCompound(node.body, inner, own), (own) => void value(node.update, own));
}

/** `while`, `until`. */
export function evaluateWhile(node: While, frame: Frame, state: State): State | undefined {
  const until = node.kind === 'until';
  const place = frame.source.span(node.pos || node.clause.pos, Math.max(node.end, node.clause.end));
  const test = (inner: Frame, own: State): Tested | undefined => {
    const condition = evaluateCondition(node.clause, inner, own);
    if (!condition) return undefined;
    const { verdict } = condition;
    return { state: condition.state, verdict: verdict === undefined ? undefined : verdict !== until, sure: condition.doubt === 'choice' ? 'possible' : 'likely', dispatches: condition.dispatches !== undefined };
  };
  return turns(frame, place, state, test, (inner, own) => evaluateCompound(node.body, inner, own));
}

interface Tested {
  readonly state: State;
  readonly verdict: boolean | undefined;
  readonly sure: Confidence;
  readonly dispatches: boolean;
}

/** Turns as long as the test is decided and something changes; the rest as one turn that stands for all. */
function turns(frame: Frame, place: Span, start: State, test: (frame: Frame, state: State) => Tested | undefined, body: (frame: Frame, state: State) => State | undefined, update?: (state: State) => void): State | undefined {
  const { run } = frame;
  const broken: State[] = [];
  let now: State = start;
  let last: number | undefined = 0;
  for (let count = 0; count < maxIterations; count++) {
    const mark = run.steps.length;
    const before = cloneState(now);
    const tested = test({ ...frame, loop: place }, now);
    if (!tested) return mergeAll(broken);
    if (tested.verdict === undefined) {
      run.steps.length = mark;
      return mergeAll([unsure(frame, place, before, test, body, update), ...broken]);
    }
    if (!tested.verdict) {
      tested.state.status = last;
      return mergeAll([tested.state, ...broken]);
    }
    const next = turn(tested.dispatches ? enterDispatch(frame) : frame, place, tested.state, broken, body);
    if (!next) return mergeAll(broken);
    last = next.status;
    update?.(next);
    // A turn that changes nothing is repeated for ever: what can happen has been seen.
    if (sameState(before, next)) {
      if (count > 0) dropRepeat(run, mark);
      return mergeAll(broken);
    }
    now = next;
  }
  return mergeAll([anyTurns({ ...frame, recording: false, quiet: true }, place, now, 'likely', (inner, own) => {
    const tested = test(inner, own);
    const next = tested && body(inner, tested.state);
    if (next) update?.(next);
    return next;
  }), ...broken]);
}

/** Takes out a turn that did just what the one before it did. */
function dropRepeat(run: Frame['run'], mark: number): void {
  const turnSteps = run.steps.slice(mark);
  const earlier = run.steps.slice(mark - turnSteps.length, mark);
  if (turnSteps.length === earlier.length && turnSteps.every((step, at) => step.at === earlier[at]!.at)) run.steps.length = mark;
}

/** A loop from a point on where its test cannot be decided. */
function unsure(frame: Frame, place: Span, state: State, test: (frame: Frame, state: State) => Tested | undefined, body: (frame: Frame, state: State) => State | undefined, update?: (state: State) => void): State | undefined {
  let sure: Confidence = 'likely';
  const left: State[] = [];
  const result = anyTurns(frame, place, state, 'certain', (inner, own) => {
    const tested = test(inner, own);
    if (!tested) return undefined;
    sure = tested.sure;
    if (tested.verdict !== true) left.push(cloneState(tested.state));
    if (tested.verdict === false) return undefined;
    const from = inner.run.steps.length;
    const next = body(tested.dispatches ? enterDispatch(inner) : inner, tested.state);
    weaken(inner.run, from, sure);
    if (next) update?.(next);
    return next;
  });
  const end = mergeAll([result, ...left.slice(-1)]);
  if (end) end.status = undefined;
  return end;
}
