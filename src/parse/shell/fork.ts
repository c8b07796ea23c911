import { strongest, weakest, type Confidence } from '../../base/fact.ts';
import type { Effect } from '../../model/script.ts';
import type { Condition } from './condition.ts';
import type { Frame, Run } from './run.ts';
import { cloneState, mergeAll, type Doubt, type State } from './state.ts';

type Way = (frame: Frame, state: State) => State | undefined;

/** The frame of a branch of the dispatch: recorded in the run for one argument, left out in the run for all. */
export function enterDispatch(frame: Frame): Frame {
  return frame.dispatched ? frame : { ...frame, dispatched: true, recording: frame.run.records === 'inside' && !frame.quiet };
}

/** Lowers the steps recorded since `from`. */
export function weaken(run: Run, from: number, by: Confidence, to: number = run.steps.length): void {
  for (let at = from; at < to; at++) run.steps[at]!.confidence = weakest(run.steps[at]!.confidence, by);
}

/**
 * Takes both ways of a test that cannot be decided, one after the other, and says how sure each is:
 * - A way that only ends (a message, then exit or return) is a guard: the way it guards stays as sure as the test itself, the guard is `possible`.
 * - `ask` (a file exists, a tool is there, a grep finds something): both ways `likely`. A script asks before it acts, and a choice between two tools reaches one end.
 * - `success` of a command that changes the host: the way of success stays `certain` where the other does nothing, the way of failure is `possible`; `failure` is the mirror.
 * - `choice` (a comparison with an unknown word): both ways `possible`.
 * - An effect on both ways is as sure as the test.
 * A way that changes something and ends makes what follows the test `likely` only.
 */
export function fork(frame: Frame, condition: Condition, then: Way, other: Way): State | undefined {
  const { run } = frame;
  const { state, doubt } = condition;
  const second = cloneState(state);
  const start = run.steps.length;
  const first = walk(frame, () => then(frame, state));
  const middle = run.steps.length;
  const last = walk(frame, () => other(frame, second));
  const end = run.steps.length;
  if (condition.dispatches !== undefined && run.position === undefined) return mergeAll([first.state, last.state]);
  const own = confidences(run, start, end);
  weaken(run, start, certainty(doubt, first, last, true), middle);
  weaken(run, middle, certainty(doubt, last, first, false), end);
  restoreShared(run, start, middle, end, own);
  const choice = {};
  markWay(run, start, middle, choice, 0);
  markWay(run, middle, end, choice, 1);
  if (first.exits && last.state) setAside(run, start, middle);
  if (last.exits && first.state) setAside(run, middle, end);
  if (!first.state && last.state && first.changes > 0) last.state.path = weakest(last.state.path, afterEnd(doubt, true));
  if (!last.state && first.state && last.changes > 0) first.state.path = weakest(first.state.path, afterEnd(doubt, false));
  return mergeAll([first.state, last.state]);
}

/** Says of the steps from one place to another which way of a choice they stand on. */
export function markWay(run: Run, from: number, to: number, choice: object, way: number): void {
  for (let at = from; at < to; at++) {
    const step = run.steps[at]!;
    step.ways = [...(step.ways ?? []), { choice, way }];
  }
}

interface Walked {
  readonly state: State | undefined;
  readonly changes: number;
  /** Every end of it ends the script. */
  readonly exits: boolean;
}

function walk({ run, ends }: Frame, way: () => State | undefined): Walked {
  const before = run.changes;
  const left = otherEnds(ends);
  const state = way();
  return { state, changes: run.changes - before, exits: !state && otherEnds(ends) === left };
}

/** Times that a function or a loop was left. */
function otherEnds(ends: Frame['ends']): number {
  return ends.loops.reduce((sum, loop) => sum + loop.broken.length + loop.continued.length, ends.returned.length);
}

function setAside(run: Run, from: number, to: number): void {
  for (let at = from; at < to; at++) run.steps[at]!.aside = true;
}

function certainty(doubt: Doubt, mine: Walked, its: Walked, yes: boolean): Confidence {
  if (!mine.state && mine.changes === 0 && its.state) return 'possible';
  const guarded = !its.state && its.changes === 0;
  if (doubt === 'choice') return guarded ? 'likely' : 'possible';
  if (guarded) return 'certain';
  if (doubt === 'ask') return 'likely';
  const ordinary = (doubt === 'success') === yes;
  if (!ordinary) return 'possible';
  return its.changes > 0 ? 'likely' : 'certain';
}

function afterEnd(doubt: Doubt, yes: boolean): Confidence {
  if (doubt === 'ask' || doubt === 'choice') return 'likely';
  return (doubt === 'success') === yes ? 'possible' : 'certain';
}

function confidences(run: Run, from: number, to: number): readonly Confidence[] {
  return run.steps.slice(from, to).map((step) => step.confidence);
}

/** What both ways do is done either way. */
function restoreShared(run: Run, start: number, middle: number, end: number, own: readonly Confidence[]): void {
  if (middle === start || end === middle) return;
  const acting = (from: number, to: number) => run.steps.slice(from, to).flatMap((step, at) => (step.effects.length > 0 ? [{ step, at: from + at, print: fingerprint(step.effects) }] : []));
  const left = acting(start, middle);
  const right = left.length > 0 ? acting(middle, end) : [];
  if (right.length === 0) return;
  for (const one of left) {
    const twin = right.find((two) => two.print === one.print);
    if (!twin) continue;
    const both = weakest(own[one.at - start]!, own[twin.at - start]!);
    one.step.confidence = strongest(one.step.confidence, both);
    twin.step.confidence = strongest(twin.step.confidence, both);
  }
}

function fingerprint(effects: readonly Effect[]): string {
  return JSON.stringify(effects, (key, value: unknown) => (key === 'ipWord' || key === 'ripWord' || key === 'word' || key === 'words' || key === 'tool' ? undefined : value));
}
