import type { DefaultOrigin, Span } from './origin.ts';

/**
 * A value together with who says so. `set`: a line says it, and `shadows` are the lines that lost to it, in the order in which they were read;
 * `default`: nothing sets it, and the value is a named default; `unseen`: what would say it was not among the files, so nothing may be concluded.
 */
export type Fact<T> =
  | { readonly state: 'set'; readonly value: T; readonly at: Span; readonly shadows: readonly Span[]; readonly confidence: Confidence }
  | { readonly state: 'default'; readonly value: T; readonly at: DefaultOrigin }
  | { readonly state: 'unseen' };

/** How sure a fact or a finding is. `certain`: every line on the way was read and decided; `likely`: a test was passed over whose usual outcome is known; `possible`: one of several ways. */
export type Confidence = 'certain' | 'likely' | 'possible';

const rank: Readonly<Record<Confidence, number>> = { certain: 2, likely: 1, possible: 0 };

/** The weaker of several confidences; `certain` for none. */
export function weakest(...all: readonly Confidence[]): Confidence {
  return all.reduce<Confidence>((weak, next) => (rank[next] < rank[weak] ? next : weak), 'certain');
}

/** Whether `a` is at least as sure as `b`. */
export function atLeast(a: Confidence, b: Confidence): boolean {
  return rank[a] >= rank[b];
}

/** The stronger of two confidences. */
export function strongest(a: Confidence, b: Confidence): Confidence {
  return atLeast(a, b) ? a : b;
}
