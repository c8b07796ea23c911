import { parse, type Word as ShellWord } from 'unbash';

const known = new WeakMap<ShellWord, readonly ShellWord[]>();
const maxWords = 1_024;

/** Brace expansion of a word: `{a,b}` and `{1..3}`, nested, on the text as written. The words that come out are read anew. */
export function expandBraces(word: ShellWord): readonly ShellWord[] {
  let words = known.get(word);
  if (!words) {
    const texts = braces(word.text, 0);
    words = texts.length > maxWords ? [word] : texts.flatMap(readWord);
    known.set(word, words);
  }
  return words;
}

function readWord(text: string): readonly ShellWord[] {
  if (text === '') return [];
  const [statement] = parse(`: ${text}`).commands;
  const command = statement?.command;
  return command?.type === 'Command' ? command.suffix.filter((node): node is ShellWord => node.type === 'Word') : [];
}

function braces(text: string, depth: number): string[] {
  if (depth > 20) return [text];
  for (let at = 0; at < text.length; at++) {
    const skipped = skip(text, at);
    if (skipped > at) {
      at = skipped - 1;
      continue;
    }
    if (text[at] !== '{') continue;
    const choice = choices(text, at);
    if (!choice) continue;
    const tails = braces(text.slice(choice.end), depth + 1);
    const middles = choice.items.flatMap((item) => (choice.nested ? braces(item, depth + 1) : [item]));
    if (middles.length * tails.length > maxWords * 2) return Array<string>(maxWords + 1).fill(text);
    return middles.flatMap((middle) => tails.map((tail) => text.slice(0, at) + middle + tail));
  }
  return [text];
}

/** Offset behind a quoted or `$`-introduced stretch that starts at `at`; `at` itself when none does. */
function skip(text: string, at: number): number {
  const char = text[at]!;
  if (char === '\\') return at + 2;
  if (char === "'") return after(text, "'", at + 1);
  if (char === '"') {
    let end = at + 1;
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
    return end + 1;
  }
  if (char === '`') return after(text, '`', at + 1);
  const open = char === '$' ? text[at + 1] : undefined;
  if (open !== '{' && open !== '(') return at;
  const close = open === '{' ? '}' : ')';
  let depth = 0;
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === open) depth++;
    else if (text[end] === close && --depth === 0) return end + 1;
  }
  return text.length;
}

function after(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end < 0 ? text.length : end + 1;
}

/** The alternatives between the brace at `start` and its partner; undefined when it is no brace expansion. */
function choices(text: string, start: number): { readonly items: readonly string[]; readonly end: number; readonly nested: boolean } | undefined {
  const items: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start + 1; at < text.length; at++) {
    const skipped = skip(text, at);
    if (skipped > at) {
      at = skipped - 1;
      continue;
    }
    const char = text[at];
    if (char === '{') depth++;
    else if (char === ',' && depth === 0) {
      items.push(text.slice(from, at));
      from = at + 1;
    } else if (char === '}' && depth-- === 0) {
      const last = text.slice(from, at);
      if (items.length > 0) return { items: [...items, last], end: at + 1, nested: true };
      const range = sequence(last);
      return range && { items: range, end: at + 1, nested: false };
    }
  }
  return undefined;
}

/** `1..5`, `01..10`, `a..e`, `10..0..2`. */
function sequence(text: string): readonly string[] | undefined {
  const numbers = /^(-?\d{1,9})\.\.(-?\d{1,9})(?:\.\.(-?\d{1,9}))?$/.exec(text);
  const letters = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.(-?\d{1,9}))?$/.exec(text);
  const match = numbers ?? letters;
  if (!match) return undefined;
  const [from, to] = numbers ? [Number(match[1]), Number(match[2])] : [match[1]!.charCodeAt(0), match[2]!.charCodeAt(0)];
  const step = Math.abs(Number(match[3] ?? 1)) || 1;
  const count = Math.floor(Math.abs(to - from) / step) + 1;
  if (count > maxWords) return undefined;
  const width = numbers && [match[1]!, match[2]!].some((end) => /^-?0\d/.test(end)) ? Math.max(match[1]!.length, match[2]!.length) : 0;
  return Array.from({ length: count }, (_, at) => {
    const value = from + Math.sign(to - from) * step * at;
    return numbers ? padded(value, width) : String.fromCharCode(value);
  });
}

function padded(value: number, width: number): string {
  const digits = String(Math.abs(value));
  return value < 0 ? `-${digits.padStart(width - 1, '0')}` : digits.padStart(width, '0');
}
