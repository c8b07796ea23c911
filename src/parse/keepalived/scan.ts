import type { Span } from '../../base/origin.ts';
import { spanAt, type SourceText } from '../../base/text.ts';

/** A text in which each character knows the stretch of the file that it stands for: what a definition brings in stands for the place of its use. */
export interface Mapped {
  readonly text: string;
  /** Start offset in the file of each character. */
  readonly from: readonly number[];
  /** End offset of each. */
  readonly to: readonly number[];
}

export interface ScanWord {
  readonly text: string;
  readonly at: Span;
  readonly quoted: boolean;
}

/** A stretch of a file as it stands. */
export function mapped(source: SourceText, start: number, end: number): Mapped {
  const size = end - start;
  return { text: source.text.slice(start, end), from: Array.from({ length: size }, (_, index) => start + index), to: Array.from({ length: size }, (_, index) => start + index + 1) };
}

export function slice(line: Mapped, start: number, end = line.text.length): Mapped {
  return { text: line.text.slice(start, end), from: line.from.slice(start, end), to: line.to.slice(start, end) };
}

export function joined(parts: readonly Mapped[]): Mapped {
  return { text: parts.map((part) => part.text).join(''), from: parts.flatMap((part) => part.from), to: parts.flatMap((part) => part.to) };
}

/** A text that stands for one stretch of the file as a whole. */
export function standing(text: string, from: number, to: number): Mapped {
  return { text, from: Array<number>(text.length).fill(from), to: Array<number>(text.length).fill(to) };
}

/** The place of [start, end) of a mapped text. */
export function placeOf(source: SourceText, line: Mapped, start: number, end: number): Span {
  if (end <= start) {
    const at = line.from[start] ?? line.to.at(-1) ?? 0;
    return spanAt(source, at, at);
  }
  const from = line.from[start]!;
  return spanAt(source, from, Math.max(from, line.to[end - 1]!));
}

/** Where the comment of a line begins, or its end: `#` and `!` outside double quotes, not behind a backslash (`lib/parser.c: decomment()`). */
export function commentAt(text: string): number {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && (char === '#' || char === '!')) return at;
  }
  return text.length;
}

/** Whether what stands here is filled in elsewhere: a definition that no file has, or a place `{{NAME}}` of a template. */
export function standsOpen(text: string): boolean {
  return text.includes('$') || text.includes('{{');
}

/** Pieces of a line: words outside braces, and single braces, each alone. `${` is no brace. */
export type Piece = { readonly kind: 'words'; readonly words: readonly ScanWord[] } | { readonly kind: '{'; readonly at: Span } | { readonly kind: '}'; readonly at: Span };

/** A line without its comment as words and braces; an unclosed quote reaches to the end of the line. */
export function piecesOf(source: SourceText, line: Mapped): readonly Piece[] {
  const pieces: Piece[] = [];
  let words: ScanWord[] = [];
  const flush = (): void => {
    if (words.length > 0) pieces.push({ kind: 'words', words });
    words = [];
  };
  const { text } = line;
  for (let at = 0; at < text.length; ) {
    const char = text[at]!;
    if (/\s/.test(char) && char !== '\u00a0') {
      at++;
    } else if ((char === '{' && !placeAt(text, at)) || char === '}') {
      flush();
      pieces.push({ kind: char, at: placeOf(source, line, at, at + 1) });
      at++;
    } else {
      const word = readWord(source, line, at);
      words.push(word.word);
      at = word.end;
    }
  }
  flush();
  return pieces;
}

function readWord(source: SourceText, line: Mapped, start: number): { readonly word: ScanWord; readonly end: number } {
  const { text } = line;
  let value = '';
  let at = start;
  let quote = '';
  let quoted = false;
  for (; at < text.length; at++) {
    const char = text[at]!;
    if (quote !== '') {
      if (char === quote) quote = '';
      else value += char;
    } else if (char === '"' || (char === "'" && at === start)) {
      quote = char;
      quoted = true;
    } else if (char === '$' && text[at + 1] === '{') {
      const close = text.indexOf('}', at);
      const end = close < 0 ? text.length : close + 1;
      value += text.slice(at, end);
      at = end - 1;
    } else if (placeAt(text, at)) {
      const end = text.indexOf('}}', at) + 2;
      value += text.slice(at, end);
      at = end - 1;
    } else if ((/\s/.test(char) && char !== '\u00a0') || char === '{' || char === '}') break;
    else value += char;
  }
  return { word: { text: value, quoted, at: placeOf(source, line, start, at) }, end: at };
}

/** Whether a place of a template, `{{NAME}}`, begins here: to keepalived these are braces, but nobody starts it on a template. */
function placeAt(text: string, at: number): boolean {
  if (text[at] !== '{' || text[at + 1] !== '{') return false;
  const close = text.indexOf('}}', at);
  return close > at && !text.slice(at + 2, close).includes('{');
}
