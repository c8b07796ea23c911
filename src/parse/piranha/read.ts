import type { Span } from '../../base/origin.ts';
import { nearest, type SourceText } from '../../base/text.ts';
import type { FaultKind } from '../../model/config-fault.ts';
import { linesOf, lookAlike, spanIn, trimmed, type Line } from '../lines.ts';
import { hasPlaces, withoutPlaces } from '../places.ts';
import type { Statement } from '../statement.ts';
import { isComment, judgeValues } from './judge.ts';
import { wordsOf, type PiranhaWord } from './tokens.ts';
import { keepalivedWords, modelled, statements, type Block } from './words.ts';

/** One line of lvs.cf. */
export type PiranhaStatement = Statement & { readonly fault?: PiranhaFault } & (
    | { readonly kind: 'set'; readonly block: Block; readonly name: string; readonly keyAt: Span; /** The words behind the `=`. */ readonly values: readonly PiranhaWord[] }
    /** `virtual NAME {` */
    | { readonly kind: 'open'; readonly block: Block; readonly name: string }
    | { readonly kind: 'close' }
    | { readonly kind: 'none' }
  );

/** Why pulse refuses a line, and with it the whole file. */
export interface PiranhaFault {
  readonly kind: Extract<FaultKind, 'unknown-keyword' | 'misplaced-keyword' | 'value-refused' | 'unbalanced-brace' | 'foreign-keyword'>;
  readonly at: Span;
  readonly found: string;
  readonly reason: string;
  readonly nearest?: string;
  readonly belongs?: Block;
  /** The line that opened the block which seems not to be closed. */
  readonly other?: Span;
  /** A comment behind a statement: what is wrong with many lines for one cause. */
  readonly comment?: true;
}

/** What stands in front of a comment behind a value in quotes: pulse takes all up to the next quote for the value, and finds none. */
const commentBehindQuotes = /^\w+\s+=\s+(["']).*\1\s+(?=[#!;＃]|\/\/|<[!-])/;

interface Open {
  readonly block: Block;
  readonly at: Span;
}

/** Reads lvs.cf as `lvsconfig.c: parseConfiguration()` does. pulse ends at the first line that it refuses; here the rest is read as it was most likely meant. */
export function readPiranha(source: SourceText): readonly PiranhaStatement[] {
  const open: Open[] = [];
  /** Depth within a block that is none of lvs.cf. */
  let lost = 0;
  /** A block whose `{` is still to come: pulse has refused it already. */
  let awaiting = false;
  return linesOf(source).map((line): PiranhaStatement => {
    const body = trimmed(line.text);
    const at = spanIn(source, line, body.from, body.to);
    if (body.text === '' || body.text.startsWith('#')) return { kind: 'none', at, state: 'ignored' };
    if (lost > 0) {
      lost = Math.max(0, lost + depthIn(body.text));
      return { kind: 'none', at, state: 'ignored' };
    }
    if (hasPlaces(body.text)) return holding(line, at, open);
    const words = wordsOf(source, line);
    const behind = words ? undefined : commentBehindQuotes.exec(body.text)?.[0].length;
    if (behind !== undefined) return refused(at, { kind: 'value-refused', at: spanIn(source, line, body.from + behind, body.to), found: body.text.slice(behind), reason: 'a comment must have a line of its own', comment: true });
    if (!words) return refused(at, { kind: 'value-refused', at, found: body.text, reason: 'a quote is not closed at the end of the line' });
    const first = words[0]!;
    const wasAwaiting = awaiting;
    awaiting = false;
    if (first.text === '{' && words.length === 1 && wasAwaiting) return { kind: 'none', at, state: 'wrong', note: 'belongs to the line above' };
    if (first.text === '}') {
      const closed = open.pop();
      if (!closed) return refused(at, { kind: 'unbalanced-brace', at: first.at, found: '}', reason: 'no block is open' });
      const behind = words[1];
      return behind ? { ...refused(at, { kind: 'value-refused', at: restFrom(behind, at), found: textFrom(line, behind), reason: 'nothing may stand behind a }', ...(isComment(behind) ? { comment: true } : {}) }), kind: 'close' } : { kind: 'close', at, state: 'modelled' };
    }
    const block = open.at(-1)?.block ?? 'global';
    const opener = openerIn(first.text, block);
    if (opener) {
      const statement = openBlock(line, at, words, opener, open);
      awaiting = !/\{/.test(body.text);
      open.push({ block: opener.opens, at });
      return statement;
    }
    const statement = readStatement(line, at, words, block);
    if (statement.fault && statement.kind === 'none' && /\{/.test(body.text)) lost = Math.max(0, depthIn(body.text));
    return statement;
  });
}

/** A line with a place that a template fills: what will stand there is not known, but it opens and closes blocks as any other. */
function holding(line: Line, at: Span, open: Open[]): PiranhaStatement {
  const text = withoutPlaces(line.text).trim();
  const note = 'holds a place that a template fills';
  const opener = /^(virtual|failover|server)\s.*\{$/.exec(text)?.[1];
  if (opener) {
    if (opener !== 'server') open.length = 0;
    open.push({ block: opener as Block, at });
    return { kind: 'open', block: opener as Block, name: '', at, state: 'partly', note };
  }
  if (text === '}') {
    open.pop();
    return { kind: 'close', at, state: 'partly', note };
  }
  return { kind: 'none', at, state: 'partly', note };
}

interface Opener {
  readonly word: string;
  readonly opens: Block;
  /** How many open blocks must be closed first, where a `}` was forgotten. */
  readonly closes: number;
}

/** The block that a word opens, here or, when a `}` was forgotten, further out. */
function openerIn(word: string, block: Block): Opener | undefined {
  if (word !== 'virtual' && word !== 'failover' && word !== 'server') return undefined;
  if (word === 'server') return block === 'global' ? undefined : { word, opens: 'server', closes: block === 'server' ? 1 : 0 };
  return { word, opens: word, closes: block === 'global' ? 0 : block === 'server' ? 2 : 1 };
}

function openBlock(line: Line, at: Span, words: readonly PiranhaWord[], opener: Opener, open: Open[]): PiranhaStatement {
  const [first, name, brace, extra] = words;
  const base = { kind: 'open' as const, block: opener.opens, name: (name?.text ?? '').replace(/\{$/, ''), at };
  if (opener.closes > 0) {
    const unclosed = open.at(-opener.closes) ?? open[0];
    open.length = Math.max(0, open.length - opener.closes);
    return { ...base, state: 'wrong', note: `a } is missing above ${opener.word}`, fault: { kind: 'unbalanced-brace', at: first!.at, found: opener.word, reason: 'a } is missing above it', ...(unclosed ? { other: unclosed.at } : {}) } };
  }
  if (name && brace?.text === '{' && !extra) return { ...base, state: 'modelled' };
  const odd = extra && brace?.text === '{' ? extra : (name ?? first!);
  const reason = extra && brace?.text === '{' ? (isComment(extra) ? 'a comment must have a line of its own' : 'nothing may stand behind the {') : `a name and a { with a blank before it are expected behind ${opener.word}`;
  return { ...base, state: 'wrong', note: reason, fault: { kind: 'value-refused', at: extra && brace?.text === '{' ? restFrom(extra, at) : odd.at, found: extra && brace?.text === '{' ? textFrom(line, extra) : odd.text, reason, ...(odd === extra && isComment(odd) ? { comment: true } : {}) } };
}

function readStatement(line: Line, at: Span, words: readonly PiranhaWord[], block: Block): PiranhaStatement {
  const [name, ...rest] = words as [PiranhaWord, ...PiranhaWord[]];
  const value = statements[block].get(name.text);
  if (value === undefined || value === 'name-block') return unknown(at, name, rest, block);
  const refusal = judgeValues(name, rest, value);
  const set = { kind: 'set' as const, block, name: name.text, keyAt: name.at, values: rest[0] && /^=./.test(rest[0].text) ? meant(rest, 1) : rest.slice(1), at };
  if (refusal) {
    const comment = rest.includes(refusal.word) && isComment(refusal.word);
    return { ...set, state: 'wrong', note: refusal.reason, fault: { kind: 'value-refused', at: comment ? restFrom(refusal.word, at) : refusal.word.at, found: comment ? textFrom(line, refusal.word) : refusal.word.text, reason: refusal.reason, ...(comment ? { comment: true } : {}) } };
  }
  return { ...set, state: modelled.has(name.text) ? 'modelled' : 'ignored' };
}

/** A line whose first word is no statement of its block. */
function unknown(at: Span, word: PiranhaWord, rest: readonly PiranhaWord[], block: Block): PiranhaStatement {
  const { text, at: wordAt } = word;
  const bare = text.replace(/\{$/, '');
  if (keepalivedWords.has(bare)) return refused(at, { kind: 'foreign-keyword', at: wordAt, found: bare, reason: `${bare} is a word of keepalived.conf` });
  const home = (['global', 'virtual', 'server'] as const).find((other) => other !== block && statements[other].has(text) && !(other === 'virtual' && block === 'failover'));
  if (home) return refused(at, { kind: 'misplaced-keyword', at: wordAt, found: text, reason: `${text} is a statement of ${nameOf(home)}, and stands in ${nameOf(block)}`, belongs: home });
  const glued = /^([a-z_]+)=/.exec(text)?.[1];
  if (glued !== undefined && statements[block].has(glued)) return { kind: 'set', block, name: glued, keyAt: wordAt, values: meant([word, ...rest], glued.length + 1), at, state: 'wrong', note: `blanks are expected around the = behind ${glued}`, fault: { kind: 'value-refused', at: wordAt, found: text, reason: `blanks are expected around the = behind ${glued}` } };
  const near = nearest(text.replace(/[^\x21-\x7e]|[={].*$/g, ''), statements[block].keys());
  const odd = lookAlike(text);
  return refused(at, { kind: 'unknown-keyword', at: wordAt, found: text, reason: `${odd ? `it holds ${odd}` : `it is no statement of ${nameOf(block)}`}`, ...(near === undefined ? {} : { nearest: near }) });
}

/** The values of a line whose first word holds the `=` as well, up to an offset. */
function meant([first, ...rest]: readonly PiranhaWord[], from: number): readonly PiranhaWord[] {
  if (!first) return [];
  const value = { ...first, text: first.text.slice(from).replace(/^(["'])(.*)\1$/, '$2'), at: { ...first.at, column: first.at.column + from } };
  return value.text === '' ? rest : [value, ...rest];
}

function refused(at: Span, fault: PiranhaFault): PiranhaStatement {
  return { kind: 'none', at, state: 'wrong', note: fault.reason, fault };
}

function nameOf(block: Block): string {
  return block === 'global' ? 'the outermost level' : `a ${block} block`;
}

function restFrom(word: PiranhaWord, line: Span): Span {
  return { ...word.at, endColumn: line.endColumn };
}

function textFrom(line: Line, word: PiranhaWord): string {
  return line.text.slice(word.at.column - 1).trimEnd();
}

/** How much deeper a line leads. */
function depthIn(text: string): number {
  let depth = 0;
  for (const character of text) depth += character === '{' ? 1 : character === '}' ? -1 : 0;
  return depth;
}
