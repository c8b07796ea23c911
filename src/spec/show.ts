/** Longest value that a message quotes, in characters. */
const longest = 60;

/** A value as a message quotes it: a string in quotes with everything invisible escaped and shortened in the middle of nowhere, an array or object by what it is. Never more than 80 characters. */
export function show(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 ? 'an empty object' : 'an object';
  return String(value);
}

/** What a value is, in a word, where its text alone would not tell: `"80", a string`. */
export function showWithType(value: unknown): string {
  if (typeof value === 'string') return `${quote(value)}, a string`;
  if (typeof value === 'number') return `${value}, a number`;
  return show(value);
}

function quote(text: string): string {
  const short = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  const quoted = `"${[...short].map(visible).join('')}"`;
  return quoted.length <= 80 ? quoted : `${quoted.slice(0, 78)}…"`;
}

/** Control, format (direction marks, zero width), unassigned and lone surrogates as \uXXXX, and every space but the plain one. */
function visible(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  if (character === '…' || !/[\p{C}\p{Z}]/u.test(character) || character === ' ') return character;
  return [...Array(character.length).keys()].map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
}

/** `a, b or c`. */
export function choice(words: readonly string[], joint = 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${joint} ${words.at(-1)}`;
}
