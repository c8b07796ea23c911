import type { Span } from '../base/origin.ts';

/**
 * How well a line was understood. `unread`: not understood at all; `ignored`: understood and without meaning for LVS (also comments and blank lines);
 * `wrong`: known, but the program itself refuses or drops it; `partly`: modelled except for a word or two; `modelled`: all of it is in the model.
 */
export type StatementState = 'unread' | 'ignored' | 'wrong' | 'partly' | 'modelled';

/** One parsed statement of any kind of file; each kind adds its own fields. */
export interface Statement {
  readonly at: Span;
  readonly state: StatementState;
  /** Why, for `unread`, `wrong` and `partly`. */
  readonly note?: string;
}
