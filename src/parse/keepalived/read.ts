import type { Span } from '../../base/origin.ts';
import { spanAt, type SourceText } from '../../base/text.ts';
import type { Statement } from '../statement.ts';
import { judgeWord } from './judge.ts';
import { blocks, forked, homesOf } from './keywords.ts';
import { definitionIn, filled, repetition, type Definitions } from './macros.ts';
import { commentAt, mapped, piecesOf, placeOf, slice, type Mapped, type Piece, type ScanWord } from './scan.ts';

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
  /** The line whose block should have been closed above this place. */
  readonly unclosed?: Span;
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
}

const maxStatements = 200_000;
const maxDepth = 12;
/** Lines that ~SEQ, ~LST and definitions may bring in, all together. */
const maxRepeats = 5_000;

/** Reads one file as keepalived does (`lib/parser.c: read_line(), process_stream()`), line by line, and with `follow` the files that it includes, in their places. Never throws. */
export function readKeepalived(source: SourceText, follow?: Follow): readonly KeepalivedStatement[] {
  return new Reader(follow).read(source);
}

class Reader {
  readonly #follow: Follow | undefined;
  readonly #statements: KeepalivedStatement[] = [];
  readonly #definitions: Definitions = new Map();
  readonly #levels: Level[] = [];
  #pending: Level | undefined;
  #depth = 0;
  #repeats = 0;
  #fork = false;
  #start = 'top';

  constructor(follow: Follow | undefined) {
    this.#follow = follow;
  }

  read(source: SourceText): readonly KeepalivedStatement[] {
    this.#fork = [...source.text.matchAll(/^[ \t]*([\w-]+)/gm)].some((word) => forked.has(word[1]!) && word[1] !== 'match' && word[1] !== 'tunnel' && word[1] !== 'ipset');
    this.#start = startOf(source);
    this.#file(source);
    this.#settle();
    const open = this.#levels.at(-1);
    if (open && this.#start === 'top') {
      const end = spanAt(source, source.text.length, source.text.length);
      this.#levels.length = 0;
      this.#push(source, { kind: 'none', at: end, words: [], state: 'wrong', note: `the block ${open.keyword} of line ${open.at.line} is not closed`, unclosed: open.at });
    }
    return this.#statements;
  }

  #file(source: SourceText): void {
    const { lineStarts, text } = source;
    for (let index = 0; index < lineStarts.length; index++) {
      const start = lineStarts[index]!;
      if (start === text.length && index > 0) break;
      let end = lineEndOf(source, index);
      if (end === start) {
        this.#push(source, { kind: 'none', at: spanAt(source, start, start), words: [], state: 'ignored' });
        continue;
      }
      let line = mapped(source, start, end);
      // A backslash at the end joins lines in a definition only; elsewhere it is dropped, and the next line stands alone.
      const definition = definitionIn(line.text.replace(/^[ \t]*(?:@\S+[ \t]+)?/, ''));
      const first = index;
      let value = '';
      if (definition) {
        for (;;) {
          const bare = line.text.slice(0, commentAt(line.text)).trimEnd();
          const more = bare.endsWith('\\') && index + 1 < lineStarts.length && lineStarts[index + 1]! < text.length;
          value += (more || bare.endsWith('\\') ? bare.slice(0, -1).trimEnd() : bare) + (more ? '\n' : '');
          if (!more) break;
          index++;
          end = lineEndOf(source, index);
          line = mapped(source, lineStarts[index]!, end);
        }
        this.#define(source, value, spanAt(source, lineStarts[first]! + (/^[ \t]*/.exec(source.text.slice(lineStarts[first]!, lineStarts[first]! + 200))![0].length), end));
        continue;
      }
      this.#line(source, line, 0);
    }
  }

  #define(source: SourceText, value: string, at: Span): void {
    const condition = /^[ \t]*@(\S+)[ \t]+/.exec(value);
    const body = value.slice(condition?.[0].length ?? 0).replace(/^[ \t]+/, '');
    const found = definitionIn(body)!;
    // Which of several conditional definitions holds is not known here.
    if (!condition) this.#definitions.set(found.name, body.slice(found.valueAt));
    else if (this.#definitions.get(found.name) !== body.slice(found.valueAt)) this.#definitions.delete(found.name);
    this.#push(source, { kind: 'define', at, words: [], state: 'modelled' });
  }

  #line(source: SourceText, given: Mapped, depth: number): void {
    const from = /^[ \t\r\v\f]*/.exec(given.text)![0].length;
    const bare = slice(given, from, Math.max(from, commentAt(given.text)));
    let line = trimEnd(bare);
    const whole = placeOf(source, given, Math.min(from, given.text.length), given.text.trimEnd().length);
    if (line.text === '') {
      this.#push(source, { kind: 'none', at: whole, words: [], state: 'ignored' });
      return;
    }
    if (line.text.endsWith('\\')) line = trimEnd(slice(line, 0, line.text.length - 1));
    let condition: string | undefined;
    // A condition without anything behind it.
    if (/^@\S*$/.test(line.text)) {
      this.#push(source, { kind: 'none', at: whole, words: [], state: 'ignored' });
      return;
    }
    const conditional = /^@(\^?[^\s]*)[ \t]+/.exec(line.text);
    if (conditional) {
      condition = conditional[1]!;
      line = slice(line, conditional[0].length);
    }
    if (line.text.startsWith('~') && /^~(?:SEQ|LST)/.test(line.text)) {
      this.#repeat(source, filled(line, this.#definitions), whole, depth);
      return;
    }
    const text = filled(line, this.#definitions);
    if (text.text.includes('\n')) {
      this.#lines(source, text, depth);
      return;
    }
    this.#pieces(source, piecesOf(source, slice(text, 0, commentAt(text.text))), whole, condition);
  }

  /** The lines that a definition brings in. */
  #lines(source: SourceText, text: Mapped, depth: number): void {
    if (depth > maxDepth) return;
    for (let at = 0; at <= text.text.length; ) {
      const end = text.text.indexOf('\n', at) < 0 ? text.text.length : text.text.indexOf('\n', at);
      if (this.#repeats++ > maxRepeats) return;
      if (end > at) this.#line(source, slice(text, at, end), depth + 1);
      at = end + 1;
    }
  }

  #repeat(source: SourceText, line: Mapped, whole: Span, depth: number): void {
    const found = repetition(line.text);
    if (!found || depth > maxDepth) {
      this.#push(source, { kind: 'none', at: whole, words: [], state: 'unread', note: 'a repetition of another form than ~SEQ(NAME, START, STEP, END) or ~LST(NAME, VALUE, …)' });
      return;
    }
    const before = this.#definitions.get(found.name);
    for (const value of found.values) {
      if (this.#repeats++ > maxRepeats) break;
      this.#definitions.set(found.name, value);
      this.#line(source, slice(line, found.restAt), depth + 1);
    }
    if (before === undefined) this.#definitions.delete(found.name);
    else this.#definitions.set(found.name, before);
    if (found.values.length === 0) this.#push(source, { kind: 'none', at: whole, words: [], state: 'ignored' });
  }

  #pieces(source: SourceText, pieces: readonly Piece[], whole: Span, condition: string | undefined): void {
    if (pieces.length === 0) this.#push(source, { kind: 'none', at: whole, words: [], state: 'ignored' });
    for (const piece of pieces) {
      if (piece.kind === '{') this.#open(source, piece.at);
      else if (piece.kind === '}') this.#close(source, piece.at);
      else this.#words(source, piece.words, condition);
    }
  }

  get #level(): Level | undefined {
    return this.#levels.at(-1);
  }

  #open(source: SourceText, at: Span): void {
    if (!this.#pending) {
      this.#push(source, { kind: 'none', at, words: [], state: 'wrong', note: 'nothing here opens a block', brace: '{' });
      this.#levels.push({ block: this.#level?.block ?? this.#start, keyword: this.#level?.keyword ?? '', dead: this.#level?.dead ?? false, at, optional: true });
      return;
    }
    this.#levels.push(this.#pending);
    this.#pending = undefined;
    this.#push(source, { kind: 'open', at, words: [], state: 'modelled' });
  }

  #close(source: SourceText, at: Span): void {
    this.#settle();
    if (this.#levels.length === 0) {
      this.#push(source, { kind: 'none', at, words: [], state: 'wrong', note: 'closes a block that is not open', extra: true });
      return;
    }
    this.#push(source, { kind: 'close', at, words: [], state: 'modelled' });
    this.#levels.pop();
  }

  #words(source: SourceText, words: readonly ScanWord[], condition: string | undefined): void {
    const at = { ...words[0]!.at, endLine: words.at(-1)!.at.endLine, endColumn: words.at(-1)!.at.endColumn };
    if (/^include[rmwba]?$/.test(words[0]!.text) && words.length > 1) {
      this.#include(source, words, at);
      return;
    }
    this.#settle();
    this.#recover(source, words[0]!);
    const level = this.#level;
    const block = level?.block ?? this.#start;
    const dead = level?.dead ?? false;
    const verdict = judgeWord(words, block, this.#fork, dead);
    this.#push(source, { kind: 'line', at, words, ...(condition === undefined ? {} : { condition }), ...verdict });
    if (verdict.opens !== undefined) this.#pending = { block: verdict.opens, keyword: words[0]!.text, dead: dead || verdict.fault !== undefined || verdict.state === 'unread', at, optional: verdict.fault !== undefined || verdict.state === 'partly' || verdict.state === 'ignored' && dead && !blocks.get(block)!.words.has(words[0]!.text) };
  }

  /** A block whose brace is missing counts as opened, as keepalived has it. */
  #settle(): void {
    if (this.#pending && !this.#pending.optional) this.#levels.push(this.#pending);
    this.#pending = undefined;
  }

  /** A word of the outermost level within a block: what stands above it is not closed. Everything that follows is read as its author meant it. */
  #recover(source: SourceText, { text, at }: ScanWord): void {
    const open = this.#levels[0];
    if (!open || this.#start !== 'top' || !onlyTop(text)) return;
    const last = this.#levels.at(-1)!;
    this.#levels.length = 0;
    this.#push(source, { kind: 'none', at: { ...at, endLine: at.line, endColumn: at.column }, words: [], state: 'wrong', note: `the block ${last.keyword} of line ${last.at.line} is not closed above`, unclosed: last.at });
  }

  #include(source: SourceText, words: readonly ScanWord[], at: Span): void {
    const files = this.#depth < maxDepth ? this.#follow?.(words[1]!.text, source) : undefined;
    this.#push(source, { kind: 'include', at, words, state: files || !this.#follow ? 'modelled' : 'partly', ...(files || !this.#follow ? {} : { note: 'the files that it names are not at hand' }) });
    this.#depth++;
    for (const file of files ?? []) this.#file(file);
    this.#depth--;
  }

  #push(_source: SourceText, statement: Omit<KeepalivedStatement, 'block' | 'dead'>): void {
    if (this.#statements.length >= maxStatements) return;
    const level = this.#level;
    this.#statements.push({ ...statement, block: level?.block ?? this.#start, ...(level ? { within: level.keyword } : {}), dead: level?.dead ?? false });
  }
}

function trimEnd(line: Mapped): Mapped {
  return slice(line, 0, line.text.trimEnd().length);
}

function lineEndOf(source: SourceText, index: number): number {
  const next = source.lineStarts[index + 1];
  const end = next === undefined ? source.text.length : next - 1;
  return source.text.charCodeAt(end - 1) === 13 && end > source.lineStarts[index]! ? end - 1 : end;
}

/** The block that an included file stands in when it is read alone: `top`, unless its first word belongs elsewhere only. */
function startOf(source: SourceText): string {
  if (/(?:^|\/)keepalived\.conf$/.test(source.file)) return 'top';
  const first = [...source.text.matchAll(/^[ \t]*([A-Za-z_][\w-]*)/gm)].map((line) => line[1]!);
  // The value of a definition may come before the first block.
  if (first.some(onlyTop)) return 'top';
  for (const word of first) {
    if (/^include[rmwba]?$/.test(word)) continue;
    const homes = homesOf(word);
    if (homes.includes('top')) return 'top';
    if (word === 'real_server') return 'virtual_server';
    if (homes.length === 1) return homes[0]!;
    if (homes.length > 1) return homes.includes('virtual_server') && /^[ \t]*real_server\b/m.test(source.text) ? 'virtual_server' : homes[0]!;
  }
  return 'top';
}

/** Whether a word can only open a block of the outermost level. */
function onlyTop(word: string): boolean {
  return blocks.get('top')!.words.get(word) !== undefined && !homesOf(word).some((home) => home !== 'top');
}
