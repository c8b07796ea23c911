import { parse, type ParsedScript } from 'unbash';
import type { Span } from '../../base/origin.ts';
import { spanAt, type SourceText } from '../../base/text.ts';
import { anyText, unknownText } from './value.ts';

/**
 * A piece of shell text with its tree and a way back from the tree's offsets to places in the file. Text that a script makes itself (`eval`, `sh -c`,
 * backticks with escapes) has its own tree, whose every place is the command that made it.
 */
export interface ShellSource {
  readonly tree: ParsedScript;
  readonly text: string;
  /** Place of [start, end) of `text`. */
  span(start: number, end: number): Span;
}

/** Larger scripts are read to this length only. */
export const maxScriptLength = 512 * 1024;

/**
 * A file as bash would see it, but with CRLF line ends read as LF, so that one fault does not hide the others; the offsets lead back to the real columns.
 * U+00A0 stays what it is for bash: a part of a word.
 */
export function shellSource(source: SourceText): ShellSource {
  const whole = source.text.length > maxScriptLength ? source.text.slice(0, maxScriptLength) : source.text;
  const returns = carriageReturns(whole);
  const text = clean(returns.length > 0 ? whole.replace(/\r\n/g, '\n') : whole);
  const origin = returns.length === 0 ? (at: number) => at : (at: number) => at + countBelow(returns, at);
  const places = new Map<number, Span>();
  return {
    tree: parseShell(text),
    text,
    span(start, end) {
      const key = start * 0x100000 + end;
      let span = places.get(key);
      if (!span) places.set(key, (span = spanAt(source, origin(start), origin(end))));
      return span;
    },
  };
}

/** Text that a command makes: everything in it stands at `at`. */
export function madeSource(text: string, at: Span, tree: ParsedScript = parseShell(clean(text))): ShellSource {
  return { tree, text, span: () => at };
}

/** Offsets of the CRs that stand before a LF. */
export function carriageReturns(text: string): readonly number[] {
  const found: number[] = [];
  for (let at = text.indexOf('\r\n'); at >= 0; at = text.indexOf('\r\n', at + 2)) found.push(at);
  return found;
}

/** The parser never throws on text that it cannot read, but its recursion may be exhausted. */
function parseShell(text: string): ParsedScript {
  try {
    return parse(text);
  } catch {
    return { type: 'Script', pos: 0, end: text.length, shebang: undefined, commands: [], errors: [{ message: 'nested too deeply', pos: 0 }] };
  }
}

/** A byte-order mark would join the first word; the two characters that stand for unknown text may not come from outside. */
function clean(text: string): string {
  const unmarked = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  return unmarked.includes(unknownText) || unmarked.includes(anyText) ? unmarked.replaceAll(unknownText, '\uFFFD').replaceAll(anyText, '\uFFFD') : unmarked;
}

/** How many of the removed CRs stood before offset `at` of the text without them: the CR at original offset r, number k, stood before r - k. */
function countBelow(returns: readonly number[], at: number): number {
  let low = 0;
  let high = returns.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (returns[middle]! - middle < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
