import type { Span } from '../../base/origin.ts';
import { spanAt, type SourceText } from '../../base/text.ts';
import type { Statement } from '../statement.ts';
import { judgeWord } from './judge.ts';
import { blocks, forked } from './keywords.ts';
import { LineReader } from './line-reader.ts';
import type { ScanWord } from './scan.ts';
import { onlyTop, startOf } from './start.ts';

/** One word of a line, with its definitions filled in. */
export type KeepalivedWord = ScanWord;

/**
 * One line of keepalived.conf(5), or one brace. `line`: a keyword with its values, or a value of a block that holds values; `open` and `close`: the braces of the block that the line before began.
 * What a misspelt block holds is read as if it were spelt right, and is `dead`.
 */
export type KeepalivedStatement = Statement & {
  readonly kind: 'line' | 'open' | 'close' | 'include' | 'define' | 'none';
  readonly words: readonly KeepalivedWord[];
  /** The block that the line stands in: `top`, `virtual_server`, `values` … */
  readonly block: string;
  /** The block that it opens. */
  readonly opens?: string;
  /** The keyword that opened the block. */
  readonly within?: string;
  /** `@name` or `@^name` in front: it counts only where the configuration id is (not) the name. */
  readonly condition?: string;
  readonly dead: boolean;
  readonly fault?: WordFault;
  /** The last release that does not know the keyword. */
  readonly lastWithout?: string;
  /** The line whose block should have been closed above this place. */
  readonly unclosed?: Span;
  /** The line whose block no brace opens. */
  readonly unopened?: { readonly at: Span; readonly keyword: string };
  /** A brace without a word that opens a block. */
  readonly brace?: '{';
  /** A brace that closes nothing. */
  readonly extra?: boolean;
};

/** Why a keyword does not count. */
export interface WordFault {
  readonly kind: 'unknown-keyword' | 'misplaced-keyword' | 'removed-keyword';
  readonly nearest?: string;
  readonly belongs?: readonly string[];
  /** The release that dropped the word. */
  readonly since?: string;
}

/** What follows an include: the files, or undefined where they are not at hand. */
export type Follow = (pattern: string, from: SourceText) => readonly SourceText[] | undefined;

interface Level {
  readonly block: string;
  readonly keyword: string;
  readonly dead: boolean;
  readonly at: Span;
  /** A word that opens no block by itself: it does so only when a brace follows. */
  readonly optional: boolean;
  /** What should stand in the block stands behind the keyword: `track_interface eth0`. */
  readonly inline: boolean;
}

const maxStatements = 200_000;
const maxDepth = 12;

/** Reads one file as keepalived does (`lib/parser.c: read_line(), process_stream()`), line by line, and with `follow` the files that it includes, in their places. Never throws. */
export function readKeepalived(source: SourceText, follow?: Follow): readonly KeepalivedStatement[] {
  return new Reader(follow).read(source);
}

class Reader {
  readonly #follow: Follow | undefined;
  readonly #lines = new LineReader({ open: (at) => this.#open(at), close: (at) => this.#close(at), words: (...line) => this.#words(...line), note: (line) => this.#push({ ...line, words: [] }) });
  readonly #statements: KeepalivedStatement[] = [];
  readonly #levels: Level[] = [];
  #pending: Level | undefined;
  #depth = 0;
  #fork = false;
  #start = 'top';

  constructor(follow: Follow | undefined) {
    this.#follow = follow;
  }

  read(source: SourceText): readonly KeepalivedStatement[] {
    this.#fork = [...source.text.matchAll(/^[ \t]*([\w-]+)/gm)].some((word) => forked.has(word[1]!) && word[1] !== 'match' && word[1] !== 'tunnel' && word[1] !== 'ipset');
    this.#start = startOf(source);
    this.#lines.file(source);
    this.#settle();
    const open = this.#levels.at(-1);
    if (open && this.#start === 'top') {
      const end = spanAt(source, source.text.length, source.text.length);
      this.#levels.length = 0;
      this.#push({ kind: 'none', at: end, words: [], state: 'wrong', note: `the block ${open.keyword} of line ${open.at.line} is not closed`, unclosed: open.at });
    }
    return this.#statements;
  }

  get #level(): Level | undefined {
    return this.#levels.at(-1);
  }

  #open(at: Span): void {
    if (!this.#pending) {
      // What a place of a template stands for may open one.
      const open = this.#statements.findLast(({ kind }) => kind === 'line')?.state === 'partly' || this.#fork;
      this.#push({ kind: 'none', at, words: [], state: open ? 'partly' : 'wrong', note: 'nothing here opens a block', brace: '{' });
      this.#levels.push({ block: this.#level?.block ?? this.#start, keyword: this.#level?.keyword ?? '', dead: this.#level?.dead ?? false, at, optional: true, inline: false });
      return;
    }
    this.#levels.push(this.#pending);
    this.#pending = undefined;
    this.#push({ kind: 'open', at, words: [], state: 'modelled' });
  }

  #close(at: Span): void {
    this.#settle();
    if (this.#levels.length === 0) {
      this.#push({ kind: 'none', at, words: [], state: 'wrong', note: 'closes a block that is not open', extra: true });
      return;
    }
    this.#push({ kind: 'close', at, words: [], state: 'modelled' });
    this.#levels.pop();
  }

  #words(source: SourceText, words: readonly ScanWord[], condition: string | undefined): void {
    const at = { ...words[0]!.at, endLine: words.at(-1)!.at.endLine, endColumn: words.at(-1)!.at.endColumn };
    if (/^include[rmwba]?$/.test(words[0]!.text) && words.length > 1) {
      this.#include(source, words, at);
      return;
    }
    this.#settle();
    this.#recover(words[0]!);
    const level = this.#level;
    const block = level?.block ?? this.#start;
    const dead = level?.dead ?? false;
    const verdict = judgeWord(words, block, this.#fork, dead);
    this.#push({ kind: 'line', at, words, ...(condition === undefined ? {} : { condition }), ...verdict });
    if (verdict.opens !== undefined) this.#pending = { block: verdict.opens, keyword: words[0]!.text, dead: dead || verdict.fault !== undefined || verdict.state === 'unread', at, optional: verdict.fault !== undefined || verdict.state === 'partly' || verdict.state === 'ignored' && dead && !blocks.get(block)!.words.has(words[0]!.text), inline: words.length > 1 && blocks.get(verdict.opens)!.values };
  }

  /** A block whose brace is missing counts as opened, as its author meant it. keepalived takes the next lines for what is in it, and closes the block around it too early. */
  #settle(): void {
    const pending = this.#pending;
    this.#pending = undefined;
    if (!pending || pending.optional) return;
    const { at, keyword } = pending;
    if (!pending.inline) this.#levels.push(pending);
    this.#push({ kind: pending.inline ? 'none' : 'open', at: { ...at, line: at.endLine, column: at.endColumn }, words: [], ...(pending.dead ? { state: 'ignored' } : { state: 'wrong', note: `no brace opens ${keyword}`, unopened: { at, keyword } }) });
  }

  /** A word of the outermost level within a block: what stands above it is not closed. Everything that follows is read as its author meant it. */
  #recover({ text, at }: ScanWord): void {
    const open = this.#levels[0];
    if (!open || this.#start !== 'top' || !onlyTop(text)) return;
    const last = this.#levels.at(-1)!;
    this.#levels.length = 0;
    this.#push({ kind: 'none', at: { ...at, endLine: at.line, endColumn: at.column }, words: [], state: 'wrong', note: `the block ${last.keyword} of line ${last.at.line} is not closed above`, unclosed: last.at });
  }

  #include(source: SourceText, words: readonly ScanWord[], at: Span): void {
    const files = this.#depth < maxDepth ? this.#follow?.(words[1]!.text, source) : undefined;
    this.#push({ kind: 'include', at, words, state: files || !this.#follow ? 'modelled' : 'partly', ...(files || !this.#follow ? {} : { note: 'the files that it names are not at hand' }) });
    this.#depth++;
    for (const file of files ?? []) this.#lines.file(file);
    this.#depth--;
  }

  #push(statement: Omit<KeepalivedStatement, 'block' | 'dead'>): void {
    if (this.#statements.length >= maxStatements) return;
    const level = this.#level;
    this.#statements.push({ ...statement, block: level?.block ?? this.#start, ...(level ? { within: level.keyword } : {}), dead: level?.dead ?? false });
  }
}
