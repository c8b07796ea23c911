/** Longer lines are not matched. */
export const maxMatched = 250;

/** Whether every line is short enough to be matched. */
export function matchable(lines: readonly string[]): boolean {
  return lines.every((line) => line.length <= maxMatched);
}

/**
 * Regular expressions of grep, sed and [[ =~ ]] as JavaScript's, where both surely mean the same and matching takes bounded time; else undefined. Untrusted
 * patterns may not backtrack without end, so at most two unbounded repeats, none of them of a group.
 */
export function regexOf(pattern: string, kind: 'basic' | 'extended' | 'fixed', flags = ''): RegExp | undefined {
  if (pattern.length > 300) return undefined;
  if (kind === 'fixed') return new RegExp(escape(pattern), flags);
  let out = '';
  let repeats = 0;
  let atom = false;
  let groups = 0;
  // How many ways the bounded repeats may be tried.
  let ways = 1;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    const escaped = char === '\\';
    const symbol = escaped ? pattern[++at] : char;
    if (symbol === undefined) return undefined;
    const special = kind === 'extended' ? !escaped : escaped;
    if (symbol === '[' && !escaped) {
      const bracket = bracketOf(pattern, at);
      if (!bracket) return undefined;
      out += bracket.source;
      at = bracket.end;
      atom = true;
    } else if (!escaped && symbol === '.') {
      out += '[^\\n]';
      atom = true;
    } else if (!escaped && symbol === '*' && atom) {
      if (++repeats > 2 || out.endsWith(')')) return undefined;
      out += '*';
      atom = false;
    } else if (!escaped && symbol === '*' && kind === 'extended') return undefined;
    else if (special && (symbol === '+' || symbol === '?')) {
      if (!atom) return undefined;
      if (symbol === '+' && (++repeats > 2 || out.endsWith(')'))) return undefined;
      if (symbol === '?') ways *= 2;
      out += symbol;
      atom = false;
    } else if (special && symbol === '{') {
      const close = kind === 'extended' ? pattern.indexOf('}', at) : pattern.indexOf('\\}', at);
      const range = close < 0 ? null : /^(\d{1,2})(,(\d{1,2}))?$/.exec(pattern.slice(at + 1, close));
      if (!range || !atom || Number(range[3] ?? range[1]) > 16) return undefined;
      if (out.endsWith(')') && range[2]) return undefined;
      ways *= Number(range[3] ?? range[1]) - Number(range[1]) + 1;
      out += `{${range[0]}}`;
      at = close + (kind === 'extended' ? 0 : 1);
      atom = false;
    } else if (special && symbol === '(') {
      if (++groups > 6) return undefined;
      out += '(';
      atom = false;
    } else if (special && symbol === ')') {
      out += ')';
      atom = true;
    } else if (special && symbol === '|') {
      out += '|';
      atom = false;
    } else if (!escaped && symbol === '^') {
      // An anchor only where both kinds agree that it is one.
      if (out !== '' && !/[(|]$/.test(out)) return undefined;
      out += '^';
    } else if (!escaped && symbol === '$') {
      const next = pattern.slice(at + 1);
      if (next !== '' && !(kind === 'extended' ? /^[)|]/ : /^\\[)|]/).test(next)) return undefined;
      out += '$';
    } else if (escaped && /[A-Za-z0-9<>`']/.test(symbol)) {
      const known: Readonly<Record<string, string>> = { s: '[ \\t\\n\\v\\f\\r]', S: '[^ \\t\\n\\v\\f\\r]', w: '[A-Za-z0-9_]', W: '[^A-Za-z0-9_]', b: '\\b', '<': '\\b(?=\\w)', '>': '\\b(?<=\\w)' };
      if (!Object.hasOwn(known, symbol)) return undefined;
      out += known[symbol]!;
      atom = true;
    } else {
      out += escape(symbol);
      atom = true;
    }
  }
  if (ways > (repeats > 0 ? 16 : 4_096)) return undefined;
  try {
    return new RegExp(out, flags);
  } catch {
    return undefined;
  }
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

const named: Readonly<Record<string, string>> = { digit: '0-9', alpha: 'A-Za-z', alnum: 'A-Za-z0-9', upper: 'A-Z', lower: 'a-z', space: ' \\t\\n\\v\\f\\r', blank: ' \\t', xdigit: '0-9A-Fa-f' };

function bracketOf(pattern: string, start: number): { readonly source: string; readonly end: number } | undefined {
  let at = start + 1;
  let out = '[';
  if (pattern[at] === '^') {
    out += '^';
    at++;
  }
  for (let first = true; at < pattern.length; at++, first = false) {
    const char = pattern[at]!;
    if (char === ']' && !first) return { source: `${out}]`, end: at };
    const set = char === '[' ? /^\[:(\w+):\]/.exec(pattern.slice(at, at + 12)) : null;
    if (set) {
      if (!Object.hasOwn(named, set[1]!)) return undefined;
      out += named[set[1]!]!;
      at += set[0].length - 1;
    } else if (char === '-') out += pattern[at + 1] === ']' || first ? '\\-' : '-';
    else out += /[\\\]^[]/.test(char) ? `\\${char}` : char;
  }
  return undefined;
}
