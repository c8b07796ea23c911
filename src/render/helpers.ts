/** The helpers of the templates. Handlebars hands each its arguments and, last, an options object. */
export const helpers = { quote, join, comment, unit } as const;

/**
 * One word of a shell command, whatever is in it: plain where it may be, else in double quotes with `$`, backquote, `"` and backslash escaped, and in `$'…'` where it has bytes
 * beyond printable ASCII. (Single quotes would do too, but ShellCheck takes a `$` in them for a mistake.) Throws on what is no word: undefined, or a NUL, which no argument can carry.
 */
export function quote(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') throw new TypeError(`a template asks for a value that is not there (${String(value)})`);
  const word = String(value);
  if (word.includes('\0')) throw new TypeError('a shell word cannot hold a NUL');
  if (/^[A-Za-z0-9_.,:/@%+=-]+$/.test(word)) return word;
  if (/^[\x20-\x7e]*$/.test(word)) return `"${word.replace(/[$`"\\]/g, '\\$&')}"`;
  const bytes = [...new TextEncoder().encode(word)];
  return `$'${bytes.map((byte) => (byte < 0x20 || byte > 0x7e || byte === 0x27 || byte === 0x5c ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte))).join('')}'`;
}

/** Several words, quoted, one space apart. */
export function join(words: unknown): string {
  if (!Array.isArray(words)) throw new TypeError('a template joins what is no list');
  return words.map(quote).join(' ');
}

/** Text that stands in a comment: it stays on its line. */
export function comment(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`a template asks for a value that is not there (${String(value)})`);
  return value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** Text in a line of a systemd unit, where `%` begins a specifier and a backslash at the end would join lines. */
export function unit(value: unknown): string {
  return comment(value).replaceAll('%', '%%').replaceAll('\\', '\\\\');
}
