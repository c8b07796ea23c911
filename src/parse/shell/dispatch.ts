import type { CompoundList } from 'unbash';
import type { Span } from '../../base/origin.ts';
import type { Field } from './fields.ts';
import type { Frame, Run } from './run.ts';

/** Notes that the script tells its argument apart: a branch named `name`. An empty pattern asks whether there is an argument at all and is no branch. */
export function caseBranch(run: Run, position: number | 'option', name: string, at: Span, body?: CompoundList): void {
  run.dispatches++;
  if (run.position !== undefined || name === '' || run.branches.some((branch) => branch.position === position && branch.name === name)) return;
  run.branches.push(body ? { position, name, at, body } : { position, name, at });
}

/**
 * A comparison of the script's own argument with a word: a dispatch written with `if`. Undefined: this is none. `verdict` undefined: nothing is known of the
 * arguments in this run.
 */
export function dispatchTest(a: Field, operator: string, b: Field, frame: Frame, at: Span): { readonly verdict: boolean | undefined } | undefined {
  const [tainted, literal] = a.from?.by === 'argument' ? [a, b] : [b, a];
  const { from } = tainted;
  if (from?.by !== 'argument' || literal.from || !/^(=|==|!=)$/.test(operator)) return undefined;
  const { run } = frame;
  if (run.position !== undefined && run.position !== from.position) return undefined;
  const { text } = literal;
  if (!text.startsWith(from.before) || !text.endsWith(from.after)) return undefined;
  const name = text.slice(from.before.length, text.length - from.after.length);
  if (!/^[-+\w.:@]+$/.test(name)) return undefined;
  if (run.position === undefined) {
    caseBranch(run, from.position, name, at);
    if (operator === '!=') caseBranch(run, from.position, '*', at);
    return { verdict: undefined };
  }
  run.dispatches++;
  const equal = tainted.text === text;
  return { verdict: operator === '!=' ? !equal : equal };
}
