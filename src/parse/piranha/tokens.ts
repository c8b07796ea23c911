import type { Span } from '../../base/origin.ts';
import type { SourceText } from '../../base/text.ts';
import { spanIn, type Line } from '../lines.ts';

/** A word of a line, without the quotes around it; `at` is the word with them. */
export interface PiranhaWord {
  readonly text: string;
  readonly at: Span;
  readonly quoted: boolean;
}

/** The words of a line as `lvsconfig.c: tokenizeString()` divides them: at blanks, or from a quote to the first one like it that no blank precedes or that ends the line. Undefined: it finds no end of a quote. */
export function wordsOf(source: SourceText, line: Line): readonly PiranhaWord[] | undefined {
  const { text } = line;
  const words: PiranhaWord[] = [];
  let from = skipBlanks(text, 0);
  while (from < text.length) {
    let end = from;
    while (end < text.length && !isBlank(text[end]!)) end++;
    const quote = text[from] === '"' || text[from] === "'" ? text[from]! : undefined;
    if (quote !== undefined) {
      while (end < text.length && text[end] !== quote) end++;
      if (end < text.length) end++;
      if (end - from < 2 || text[end - 1] !== quote) return undefined;
    }
    words.push({ text: quote === undefined ? text.slice(from, end) : text.slice(from + 1, end - 1), at: spanIn(source, line, from, end), quoted: quote !== undefined });
    from = skipBlanks(text, end);
  }
  return words;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text[at]!)) at++;
  return at;
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t';
}
