import type { Case, CaseItem, Word as ShellWord } from 'unbash';
import { caseBranch } from './dispatch.ts';
import { evaluateCompound } from './evaluate.ts';
import { expandPattern, expandString, expansion } from './expand.ts';
import type { Field } from './fields.ts';
import { enterDispatch, markWay, weaken } from './fork.ts';
import { matchPattern } from './pattern.ts';
import type { Frame } from './run.ts';
import { cloneState, mergeAll, type State } from './state.ts';

/** A case: on a known word the branch that matches; on the script's argument a dispatch; else every branch that may match, each possible. */
export function evaluateCase(node: Case, frame: Frame, state: State): State | undefined {
  const ex = expansion(frame, state);
  const word = plainQuotes(expandString(node.word, ex));
  const position = word.from?.by === 'argument' && (frame.run.position === undefined || frame.run.position === word.from.position) ? word.from.position : undefined;
  const inner = position !== undefined ? enterDispatch(frame) : frame;
  const results: (State | undefined)[] = [];
  let pending: State | undefined = state;
  let vague = false;
  const choice = {};
  for (let at = 0; at < node.items.length && pending; at++) {
    const item = node.items[at]!;
    const verdict = matchesAny(item, word, frame, pending, position);
    if (verdict === false) continue;
    if (verdict === undefined) vague = true;
    const own: State = verdict ? pending : cloneState(pending);
    if (item.body.commands.length === 0) own.status = 0;
    const from = frame.run.steps.length;
    const end = evaluateBody(node, at, inner, own, word, position);
    if (vague && position === undefined) weaken(frame.run, from, 'possible');
    if (node.items.every(({ terminator }) => terminator !== ';&' && terminator !== ';;&')) markWay(frame.run, from, frame.run.steps.length, choice, at);
    results.push(end);
    if (verdict) pending = undefined;
  }
  if (pending) pending.status = 0;
  const all = mergeAll([...results, pending]);
  if (all && vague) all.doubt = undefined;
  return all;
}

/** Quotes of a word processor around the script's argument are letters to the shell, and no branch is taken; what the script is meant to do is seen all the same. */
function plainQuotes(word: Field): Field {
  const { from, text } = word;
  if (from?.by !== 'argument' || !/^[\u2018-\u201f\u2032\u2033]+$/.test(from.before + from.after)) return word;
  return { ...word, text: text.slice(from.before.length, text.length - from.after.length), from: { ...from, before: '', after: '' } };
}

/** The body of one branch, and of those that `;&` and `;;&` lead to. */
function evaluateBody(node: Case, at: number, frame: Frame, state: State, word: Field, position: number | 'option' | undefined): State | undefined {
  let now: State | undefined = state;
  for (let next = at; now && next < node.items.length; next++) {
    const item = node.items[next]!;
    if (next > at && node.items[next - 1]!.terminator === ';;&' && matchesAny(item, word, frame, now, position) !== true) continue;
    now = evaluateCompound(item.body, frame, now);
    if (item.terminator !== ';&' && item.terminator !== ';;&') break;
  }
  return now;
}

function matchesAny(item: CaseItem, word: Field, frame: Frame, state: State, position: number | 'option' | undefined): boolean | undefined {
  let verdict: boolean | undefined = false;
  for (const pattern of item.pattern) {
    const tokens = expandPattern(pattern, expansion(frame, state));
    const matched = position === undefined ? matchPattern(tokens, word.text) : caseVerdict(tokens, item, pattern, word, frame, position);
    if (matched) return position !== undefined && frame.run.position === undefined ? undefined : true;
    if (matched === undefined) verdict = undefined;
  }
  return verdict;
}

function caseVerdict(tokens: ReturnType<typeof expandPattern>, item: CaseItem, pattern: ShellWord, { text, from }: Field, frame: Frame, position: number | 'option'): boolean | undefined {
  const everything = tokens.length > 0 && tokens.every((token) => token.type === 'any');
  if (frame.run.position === undefined) {
    for (const name of everything ? ['*'] : namesOf(tokens, from)) caseBranch(frame.run, position, name, frame.source.span(pattern.pos, pattern.end), item.body);
    return undefined;
  }
  if (everything) return true;
  // The default run stands for an argument that the script does not name.
  return matchPattern(tokens, text) ?? false;
}

const usualActions = ['start', 'stop', 'restart', 'reload', 'force-reload', 'condrestart', 'try-restart', 'status'];

/** The arguments that a pattern stands for: the usual ones that it matches, else one word. What the script writes around its argument (`"x$1"`) is taken off. */
function namesOf(tokens: ReturnType<typeof expandPattern>, from: Field['from']): readonly string[] {
  const [before, after] = from?.by === 'argument' ? [from.before, from.after] : ['', ''];
  if (tokens.every((token) => token.type === 'char')) return bare(representative(tokens), before, after);
  const usual = usualActions.filter((name) => matchPattern(tokens, before + name + after));
  return usual.length > 0 ? usual : bare(representative(tokens), before, after);
}

function bare(text: string, before: string, after: string): readonly string[] {
  return text.startsWith(before) && text.endsWith(after) && text.length >= before.length + after.length ? [text.slice(before.length, text.length - after.length)] : [];
}

/** A word that a pattern matches: `start` for `[Ss]tart`. */
function representative(tokens: ReturnType<typeof expandPattern>): string {
  return tokens.map((token) => (token.type === 'char' ? token.char : token.type === 'one' ? 'x' : token.type === 'class' ? classMember(token) : '')).join('');
}

function classMember(token: { readonly negated: boolean; test(char: string): boolean }): string {
  return [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-'].find((char) => token.test(char) !== token.negated) ?? 'x';
}
