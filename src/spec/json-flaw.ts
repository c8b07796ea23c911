import { positionAt, type SourceText } from '../base/text.ts';
import { show } from './show.ts';

/** Where a text stops being JSON (offsets), and why. */
export interface Flaw {
  readonly at: number;
  readonly length: number;
  readonly note: string;
}

/** What may come next. `first…` stands right behind an opening bracket, where the closing one may come too. */
type Expect = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'comma' | 'end';

/** Deeper than any spec (which goes six levels), and far from what a parser's stack takes. */
const maxDepth = 64;

/** The first place where a text is no JSON (RFC 8259), or nests too deeply to be a spec; undefined when it is fine. Takes one pass, without recursion, whatever the text. */
export function jsonFlaw(source: SourceText): Flaw | undefined {
  const { text } = source;
  if (text.trim() === '') return { at: 0, length: 0, note: 'found nothing, expected a JSON object' };
  const open: number[] = [];
  let expect: Expect = 'value';
  let at = 0;
  const afterValue = (): Expect => (open.length === 0 ? 'end' : 'comma');
  for (;;) {
    while (isBlank(text.charCodeAt(at))) at++;
    if (at >= text.length) return expect === 'end' ? undefined : ended(source, open, expect);
    const character = text[at]!;
    const closes = character === '}' || character === ']';
    if (closes && open.length > 0 && (expect === 'comma' || expect.startsWith('first-')) && text[open.at(-1)!] === (character === '}' ? '{' : '[')) {
      open.pop();
      at++;
      expect = afterValue();
    } else if (expect === 'colon' && character === ':') {
      at++;
      expect = 'value';
    } else if (expect === 'comma' && character === ',') {
      at++;
      expect = text[open.at(-1)!] === '{' ? 'key' : 'value';
    } else if ((expect === 'key' || expect === 'first-key' || expect === 'value' || expect === 'first-value') && character === '"') {
      const string = readString(source, at);
      if (typeof string !== 'number') return string;
      at = string;
      expect = expect.endsWith('key') ? 'colon' : afterValue();
    } else if ((expect === 'value' || expect === 'first-value') && (character === '{' || character === '[')) {
      if (open.length >= maxDepth) return { at, length: 1, note: `found brackets nested more than ${maxDepth} levels deep, expected a spec, which goes six levels deep` };
      open.push(at);
      at++;
      expect = character === '{' ? 'first-key' : 'first-value';
    } else {
      const word = wordAt(text, at);
      if (!expect.endsWith('value') || !/^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/.test(word)) return unexpected(source, open, expect, at, word);
      at += word.length;
      expect = afterValue();
    }
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** The offset behind a string, or what is wrong inside it. */
function readString(source: SourceText, start: number): number | Flaw {
  const { text } = source;
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code === 0x0a || code === 0x0d) return { at: start, length: at - start, note: 'found a string that does not end on its line, expected a closing quote (")' };
    if (code < 0x20) return { at, length: 1, note: `found a raw control character in a string, expected it as ${show(text[at])}` };
    if (code !== 0x5c) continue;
    const escape = /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(text.slice(at, at + 6))?.[0];
    if (escape === undefined) return { at, length: 2, note: `found the escape ${show(text.slice(at, at + 2))} in a string, expected \\", \\\\, \\/, \\b, \\f, \\n, \\r, \\t or \\u and four hexadecimal digits` };
    at += escape.length - 1;
  }
  return { at: start, length: 1, note: 'found the end of the text in a string, expected a closing quote (")' };
}

/** Everything up to a blank, bracket, comma, colon or quote; at least one character. */
function wordAt(text: string, at: number): string {
  return /^[^\s,:[\]{}"]+/.exec(text.slice(at, at + 1000))?.[0] ?? String.fromCodePoint(text.codePointAt(at)!);
}

function ended(source: SourceText, open: readonly number[], expect: Expect): Flaw {
  const last = open.at(-1);
  const end = source.text.trimEnd().length;
  if (last === undefined) return { at: end, length: 0, note: `found the end of the text, expected ${expected(source, open, expect)}` };
  const bracket = source.text[last]!;
  return { at: end, length: 0, note: `found the end of the text, expected ${expected(source, open, expect)}: the "${bracket}" on line ${positionAt(source, last).line} is not closed` };
}

function unexpected(source: SourceText, open: readonly number[], expect: Expect, at: number, word: string): Flaw {
  const { text } = source;
  const character = String.fromCodePoint(text.codePointAt(at)!);
  const flaw = (note: string, length = character.length): Flaw => ({ at, length, note });
  if (character === '/' || character === '#') return flaw(`found ${show(character)}, expected JSON, which has no comments`);
  if (/['`‘’‚‛“”„«»]/.test(character)) return flaw(`found ${show(character)}, expected strings and keys in plain double quotes (")`);
  if ((character === '}' || character === ']') && (expect === 'key' || expect === 'value') && text.slice(0, at).trimEnd().endsWith(',')) return flaw(`found a comma before "${character}", expected none: JSON allows no trailing comma`);
  if (expect.endsWith('value') && /^[-+]?0\d/.test(word)) return flaw(`found ${show(word)}, expected a number without a leading zero`, word.length);
  const found = character === '"' ? `the string ${show(stringAt(text, at))}` : show(word);
  return flaw(`found ${found}, expected ${expected(source, open, expect)}`, word.length);
}

function stringAt(text: string, at: number): string {
  return /^[^"]*/.exec(text.slice(at + 1, at + 200))![0];
}

function expected(source: SourceText, open: readonly number[], expect: Expect): string {
  const close = source.text[open.at(-1) ?? -1] === '{' ? '"}"' : '"]"';
  switch (expect) {
    case 'value':
      return open.length === 0 ? 'a JSON object' : 'a value: a string in double quotes, a number, true, false, an object or an array';
    case 'first-value':
      return `a value or ${close}`;
    case 'key':
      return 'a key in double quotes';
    case 'first-key':
      return `a key in double quotes or ${close}`;
    case 'colon':
      return 'a colon behind the key';
    case 'comma':
      return `a comma or ${close}`;
    case 'end':
      return 'nothing behind the closing bracket';
  }
}
