import type { Span } from '../../base/origin.ts';
import { spanAt, type SourceText } from '../../base/text.ts';
import type { StatementState } from '../statement.ts';
import { definitionIn, filled, repetition, type Definitions } from './macros.ts';
import { commentAt, mapped, piecesOf, placeOf, slice, type Mapped, type Piece, type ScanWord } from './scan.ts';

const maxDepth = 12;
/** Lines that ~SEQ, ~LST and definitions may bring in, all together. */
const maxRepeats = 5_000;

/** What takes the words and braces of the lines, in order, and the lines that have none. */
export interface LineTaker {
  open(at: Span): void;
  close(at: Span): void;
  words(source: SourceText, words: readonly ScanWord[], condition: string | undefined): void;
  note(line: { readonly kind: 'none' | 'define'; readonly at: Span; readonly state: StatementState; readonly note?: string }): void;
}

/** Takes files apart into words and braces as keepalived's line reader does (`lib/parser.c: read_line()`): definitions, conditions and repetitions are worked out here. */
export class LineReader {
  readonly #to: LineTaker;
  readonly #definitions: Definitions = new Map();
  #repeats = 0;

  constructor(to: LineTaker) {
    this.#to = to;
  }

  file(source: SourceText): void {
    const { lineStarts, text } = source;
    for (let index = 0; index < lineStarts.length; index++) {
      const start = lineStarts[index]!;
      if (start === text.length && index > 0) break;
      let end = lineEndOf(source, index);
      if (end === start) {
        this.#to.note({ kind: 'none', at: spanAt(source, start, start), state: 'ignored' });
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
        this.#define(value, spanAt(source, lineStarts[first]! + (/^[ \t]*/.exec(source.text.slice(lineStarts[first]!, lineStarts[first]! + 200))![0].length), end));
        continue;
      }
      this.#line(source, line, 0);
    }
  }

  #define(value: string, at: Span): void {
    const condition = /^[ \t]*@(\S+)[ \t]+/.exec(value);
    const body = value.slice(condition?.[0].length ?? 0).replace(/^[ \t]+/, '');
    const found = definitionIn(body)!;
    // Which of several conditional definitions holds is not known here.
    if (!condition) this.#definitions.set(found.name, body.slice(found.valueAt));
    else if (this.#definitions.get(found.name) !== body.slice(found.valueAt)) this.#definitions.delete(found.name);
    this.#to.note({ kind: 'define', at, state: 'modelled' });
  }

  #line(source: SourceText, given: Mapped, depth: number): void {
    const from = /^[ \t\r\v\f]*/.exec(given.text)![0].length;
    const bare = slice(given, from, Math.max(from, commentAt(given.text)));
    let line = trimEnd(bare);
    const whole = placeOf(source, given, Math.min(from, given.text.length), given.text.trimEnd().length);
    if (/^\s*\{[%#].*[%#]\}\s*$/.test(given.text)) {
      this.#to.note({ kind: 'none', at: whole, state: 'partly', note: 'a line of the template that makes the file' });
      return;
    }
    if (line.text === '') {
      this.#to.note({ kind: 'none', at: whole, state: 'ignored' });
      return;
    }
    if (line.text.endsWith('\\')) line = trimEnd(slice(line, 0, line.text.length - 1));
    let condition: string | undefined;
    // A condition without anything behind it.
    if (/^@\S*$/.test(line.text)) {
      this.#to.note({ kind: 'none', at: whole, state: 'ignored' });
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
      this.#to.note({ kind: 'none', at: whole, state: 'unread', note: 'a repetition of another form than ~SEQ(NAME, START, STEP, END) or ~LST(NAME, VALUE, …)' });
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
    if (found.values.length === 0) this.#to.note({ kind: 'none', at: whole, state: 'ignored' });
  }

  #pieces(source: SourceText, pieces: readonly Piece[], whole: Span, condition: string | undefined): void {
    if (pieces.length === 0) this.#to.note({ kind: 'none', at: whole, state: 'ignored' });
    for (const piece of pieces) {
      if (piece.kind === '{') this.#to.open(piece.at);
      else if (piece.kind === '}') this.#to.close(piece.at);
      else this.#to.words(source, piece.words, condition);
    }
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
