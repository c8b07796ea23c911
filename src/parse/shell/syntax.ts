import type { Span } from '../../base/origin.ts';
import { compareSpans } from '../../base/origin.ts';
import type { ShellSource } from './source.ts';

const maxErrors = 20;

/** Errors of the script itself and of the substitutions in it, once each, in order. */
export function syntaxErrorsOf(shell: ShellSource, nested: readonly { readonly at: Span; readonly note: string }[]): readonly { readonly at: Span; readonly note: string }[] {
  const own = (shell.tree.errors ?? []).map((error) => ({ at: shell.span(error.pos, Math.min(error.pos + 1, shell.text.length)), note: error.message }));
  const all = [...own, ...nested].sort((a, b) => compareSpans(a.at, b.at));
  return all.filter((error, at) => at === 0 || compareSpans(error.at, all[at - 1]!.at) !== 0).slice(0, maxErrors);
}

/** Where bash stops reading: it runs what stands before, complete command by complete command, and nothing behind. */
export function firstError(shell: ShellSource): number {
  return Math.min(Infinity, ...(shell.tree.errors ?? []).map((error) => error.pos));
}
