import type { Span } from '../base/origin.ts';
import type { SourceText } from '../base/text.ts';

/** One line of a text without its line end (LF or CRLF). */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** The lines of a text; a last line end begins no further line. */
export function linesOf(source: SourceText): readonly Line[] {
  const lines: Line[] = [];
  for (let index = 0; index < source.lineStarts.length; index++) {
    const start = source.lineStarts[index]!;
    const next = source.lineStarts[index + 1];
    if (next === undefined && start === source.text.length && index > 0) break;
    let end = next === undefined ? source.text.length : next - 1;
    if (end > start && source.text.charCodeAt(end - 1) === 13) end--;
    lines.push({ number: index + 1, text: source.text.slice(start, end) });
  }
  return lines;
}

/** The stretch [from, to) of one line, as 0-based offsets into its text. */
export function spanIn(source: SourceText, line: Line, from = 0, to = line.text.length): Span {
  return { host: source.host, file: source.file, line: line.number, column: from + 1, endLine: line.number, endColumn: to + 1 };
}

/** Offsets of a piece of a line without the ASCII blanks around it. */
export function trimmed(text: string, from = 0, to = text.length): { readonly from: number; readonly to: number; readonly text: string } {
  let [start, end] = [from, to];
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return { from: start, to: end, text: text.slice(start, end) };
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

/** The first character of a text that looks like ASCII but is none, as copied from web pages and word processors: no-break space, full-width digits and signs, curly quotes, dashes. */
export function lookAlike(text: string): string | undefined {
  const found = /[\u00a0\u00ad\u2000-\u200f\u2010-\u2015\u2018-\u201f\u2028-\u202f\u205f-\u2064\u3000\uff01-\uff5e\ufeff]/.exec(text)?.[0];
  return found && `U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}
