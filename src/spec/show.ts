/** Longest value that a message quotes, in characters as shown. */
const longest = 76;

/** A value as a message quotes it: a string in quotes, shortened, with everything invisible escaped; an array or object by what it is. Never more than 80 characters. */
export function show(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 ? 'an empty object' : 'an object';
  return String(value);
}

/** The same with what it is in a word, where its text alone would not tell: `"80", a string`. */
export function showWithType(value: unknown): string {
  if (typeof value === 'string') return `${quote(value)}, a string`;
  if (typeof value === 'number') return `${value}, a number`;
  return show(value);
}

function quote(text: string): string {
  let quoted = '';
  for (const character of text.slice(0, longest + 1)) {
    const next = visible(character);
    if (quoted.length + next.length > longest) return `"${quoted}…"`;
    quoted += next;
  }
  return `"${quoted}"`;
}

/** Control, format (direction marks, zero width), unassigned and lone surrogates as \uXXXX, and every space but the plain one. */
function visible(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  if (character === ' ' || !/[\p{C}\p{Z}]/u.test(character)) return character;
  return [...Array(character.length).keys()].map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
}

/** `a, b or c`. */
export function choice(words: readonly string[], joint = 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${joint} ${words.at(-1)}`;
}
