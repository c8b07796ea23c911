import type { CompoundList } from 'unbash';
import { evaluateCompound } from './evaluate.ts';
import type { Frame } from './run.ts';
import type { Doubt, State } from './state.ts';

/** A test after it ran. */
export interface Condition {
  readonly state: State;
  /** Undefined: cannot be known, for the reason in `doubt`. */
  readonly verdict: boolean | undefined;
  readonly doubt: Doubt;
  /** Position of the script's argument that the test asks for. */
  readonly dispatches: number | 'option' | undefined;
  /** Standing in `&&` or `||`, where the way round is the ordinary one. */
  readonly short?: '&&' | '||';
}

/** Runs the test of an if or a loop. Undefined: it never ends. A status that is not known is doubted as `success` after a command that changes the host, else as `ask`. */
export function evaluateCondition(test: CompoundList, frame: Frame, state: State): Condition | undefined {
  const { run } = frame;
  const before = { dispatches: run.dispatches, changes: run.changes };
  state.doubt = undefined;
  const after = evaluateCompound(test, { ...frame, tested: true, immune: true }, state);
  if (!after) return undefined;
  const doubt = after.doubt ?? (run.changes > before.changes ? 'success' : 'ask');
  const dispatches = run.dispatches > before.dispatches ? (run.position ?? run.branches.at(-1)?.position) : undefined;
  return { state: after, verdict: after.status === undefined ? undefined : after.status === 0, doubt, dispatches };
}
