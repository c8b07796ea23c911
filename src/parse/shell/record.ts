import { weakest } from '../../base/fact.ts';
import type { Span } from '../../base/origin.ts';
import { changesHost } from '../../model/changes.ts';
import type { Step } from '../../model/script.ts';
import type { Frame, OpenStep } from './run.ts';
import type { State } from './state.ts';

/** What a command brings to its step; the rest comes from where it stands. */
export type Recorded = Pick<Step, 'at' | 'name' | 'wrappers' | 'words' | 'redirects' | 'effects' | 'silenced'>;

/** Adds a step to the timeline, when the place where it stands is recorded. */
export function record(frame: Frame, state: State, made: Recorded): OpenStep | undefined {
  if (made.effects.some(changesHost)) {
    frame.run.changes++;
    state.acted = true;
  } else state.acted = false;
  if (!frame.recording) return undefined;
  const step: OpenStep = {
    at: made.at, name: made.name, wrappers: made.wrappers, words: made.words, redirects: made.redirects, effects: made.effects,
    confidence: weakest(frame.confidence, state.path), tested: frame.tested || state.errexit, silenced: frame.silenced || made.silenced,
  };
  if (frame.within !== undefined) step.within = frame.within;
  if (frame.loop) step.loop = frame.loop;
  frame.run.steps.push(step);
  return step;
}

/** `read` and `select` waiting for somebody at the terminal. */
export function recordPrompt(frame: Frame, state: State, at: Span, name: string, variables: readonly string[]): void {
  record(frame, state, { at, name, wrappers: [], words: [], redirects: [], effects: [{ kind: 'prompt', variables }], silenced: false });
}
