import type { ParameterOperation, Word as ShellWord } from 'unbash';
import { arithmeticOfText } from './arithmetic-text.ts';
import { expandPattern, piecesOf, type Expansion } from './expand.ts';
import { joinPieces } from './fields.ts';
import type { Held } from './lookup.ts';
import { matchPattern, type PatternToken } from './pattern.ts';
import { scalar, type ArrayVariable, type Scalar } from './state.ts';
import { isKnown, unknownText } from './value.ts';

/** Operations that change each item: removal, replacement, case; and slices. */
export function operate(operation: ParameterOperation, held: Held, name: string, ex: Expansion): Held {
  const each = (change: (text: string) => string): Held => ({ ...held, items: held.items.map((item) => scalar(isKnown(item.text) ? change(item.text) : unknownText, operation.type === 'CaseModification' ? item.from : undefined)) });
  switch (operation.type) {
    case 'Remove': {
      const pattern = expandPattern(operation.operand, ex);
      return each((text) => remove(text, pattern, operation.operator));
    }
    case 'Replace': {
      const pattern = expandPattern(operation.pattern, ex);
      const replacement = joinPieces(piecesOf(operation.replacement, ex)).text;
      // Whether & stands for the match depends on the version of bash.
      return each((text) => (/[&\\]/.test(replacement) ? unknownText : replace(text, pattern, replacement, operation.operator)));
    }
    case 'CaseModification':
      return each((text) => (operation.operand || !/^[\x00-\x7f]*$/.test(text) ? unknownText : changeCase(text, operation.operator)));
    case 'Transform': {
      const how = operation.operand.value;
      return each((text) => (how === 'U' ? changeCase(text, '^^') : how === 'L' ? changeCase(text, ',,') : how === 'u' ? changeCase(text, '^') : unknownText));
    }
    case 'Slice':
      return slice(operation.offset, operation.length, held, name, ex);
    default:
      return each(() => unknownText);
  }
}

function changeCase(text: string, operator: string): string {
  const change = (part: string) => (operator.startsWith('^') ? part.toUpperCase() : part.toLowerCase());
  return operator.length === 2 ? change(text) : change(text.slice(0, 1)) + text.slice(1);
}

function remove(text: string, pattern: readonly PatternToken[], operator: string): string {
  const front = operator.startsWith('#');
  const longest = operator.length === 2;
  for (let count = 0; count <= text.length; count++) {
    const size = longest ? text.length - count : count;
    const matched = matchPattern(pattern, front ? text.slice(0, size) : text.slice(text.length - size));
    if (matched === undefined) return unknownText;
    if (matched) return front ? text.slice(size) : text.slice(0, text.length - size);
  }
  return text;
}

const maxReplaced = 2_000;

function replace(text: string, pattern: readonly PatternToken[], replacement: string, operator: string): string {
  if (pattern.length === 0 || text.length > maxReplaced) return pattern.length === 0 ? text : unknownText;
  let out = '';
  let at = 0;
  while (at <= text.length) {
    const end = operator === '/%' ? (matchPattern(pattern, text.slice(at)) ? text.length : -1) : longestMatch(text, at, pattern);
    if (end === undefined) return unknownText;
    if (end < 0 || (end === at && at === text.length && out !== '')) {
      if (operator === '/#') return text;
      out += text[at] ?? '';
      at++;
      continue;
    }
    out += replacement;
    if (operator !== '//') return out + text.slice(end);
    if (end === at) out += text[at] ?? '';
    at = Math.max(end, at + 1);
  }
  return out;
}

/** End of the longest match that starts at `at`; -1 for none, undefined when it cannot be told. */
function longestMatch(text: string, at: number, pattern: readonly PatternToken[]): number | undefined {
  for (let end = text.length; end >= at; end--) {
    const matched = matchPattern(pattern, text.slice(at, end));
    if (matched === undefined) return undefined;
    if (matched) return end;
  }
  return -1;
}

function slice(from: ShellWord, size: ShellWord | undefined, held: Held, name: string, ex: Expansion): Held {
  const start = arithmeticOfText(joinPieces(piecesOf(from, ex)).text, ex);
  const count = size && arithmeticOfText(joinPieces(piecesOf(size, ex)).text, ex);
  const vague: Held = { items: held.list ? [] : [scalar(unknownText)], list: held.list, open: held.list, set: undefined };
  if (start === undefined || (size && count === undefined)) return vague;
  if (held.list) {
    if (held.open && (start < 0 || !size || start - 1 + count! > held.items.length)) return vague;
    const array = ex.state.variables.get(name);
    if (array?.kind === 'array' && array.open) return vague;
    if (array?.kind === 'array') return { ...held, open: false, items: sliceArray(array, start, count) };
    const items = name === '@' || name === '*' ? [scalar(`/${ex.frame.run.file}`), ...held.items] : held.items;
    const first = start < 0 ? items.length + start : start;
    if (first < 0 || (count ?? 0) < 0) return { ...vague, items: [], open: false };
    return { ...held, open: false, items: items.slice(first, count === undefined ? undefined : first + count) };
  }
  const [only] = held.items;
  if (!only) return held;
  const { text } = only;
  if (!isKnown(text) || !/^[\x00-\x7f]*$/.test(text)) return vague;
  const first = start < 0 ? text.length + start : start;
  if (first < 0) return { ...held, items: [scalar('')] };
  const end = count === undefined ? text.length : count < 0 ? text.length + count : first + count;
  return end < first && count! < 0 ? vague : { ...held, items: [scalar(text.slice(first, end))] };
}

/** `${name[@]:start:count}` counts from an index, not from a place in the list: an array may have gaps. */
function sliceArray(array: ArrayVariable, start: number, count: number | undefined): readonly Scalar[] {
  const keys = [...array.items.keys()].map(Number).sort((a, b) => a - b);
  const first = start < 0 ? (keys.at(-1) ?? -1) + 1 + start : start;
  const wanted = first < 0 ? [] : keys.filter((key) => key >= first);
  return wanted.slice(0, count).map((key) => scalar(array.items.get(String(key))!));
}
