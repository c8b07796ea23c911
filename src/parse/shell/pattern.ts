import { anyText, unknownText } from './value.ts';

/** One element of a shell pattern. `any` matches everything, `unknown` is an unknown piece of pattern. */
export type PatternToken =
  | { readonly type: 'char'; readonly char: string }
  | { readonly type: 'one' }
  | { readonly type: 'any' }
  | { readonly type: 'unknown' }
  | { readonly type: 'class'; readonly negated: boolean; test(char: string): boolean };

/** Text that matches only itself. */
export function literalPattern(text: string): PatternToken[] {
  return Array.from({ length: text.length }, (_, at) => plain(text[at]!));
}

function plain(char: string): PatternToken {
  return char === unknownText || char === anyText ? { type: 'unknown' } : { type: 'char', char };
}

/** Text in which `*`, `?`, `[…]` and backslashes have their meaning. */
export function parsePattern(text: string): PatternToken[] {
  const tokens: PatternToken[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '*') tokens.push({ type: 'any' });
    else if (char === '?') tokens.push({ type: 'one' });
    else if (char === '\\' && at + 1 < text.length) tokens.push(plain(text[++at]!));
    else if (char === '[') {
      const bracket = parseBracket(text, at);
      if (bracket) {
        tokens.push(bracket.token);
        at = bracket.end;
      } else tokens.push(plain(char));
    } else tokens.push(plain(char));
  }
  return tokens;
}

const classes: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/, digit: /[0-9]/, alnum: /[A-Za-z0-9]/, upper: /[A-Z]/, lower: /[a-z]/, space: /\s/, blank: /[ \t]/, punct: /[!-/:-@[-`{-~]/, xdigit: /[0-9A-Fa-f]/, print: /[ -~]/, graph: /[!-~]/, cntrl: /[\x00-\x1f\x7f]/,
};

/** `[a-z]`, `[!0-9]`, `[[:digit:]]` from its opening bracket; undefined when it is not closed. */
function parseBracket(text: string, start: number): { readonly token: PatternToken; readonly end: number } | undefined {
  let at = start + 1;
  const negated = text[at] === '!' || text[at] === '^';
  if (negated) at++;
  const singles = new Set<string>();
  const ranges: (readonly [string, string])[] = [];
  const named: RegExp[] = [];
  for (let first = true; at < text.length; first = false) {
    const char = text[at]!;
    if (char === ']' && !first) {
      const test = (one: string) => singles.has(one) || ranges.some(([low, high]) => one >= low && one <= high) || named.some((set) => set.test(one));
      return { token: { type: 'class', negated, test }, end: at };
    }
    const name = char === '[' ? /^\[:(\w+):\]/.exec(text.slice(at, at + 12)) : null;
    if (name) {
      const set = classes[name[1]!];
      if (set) named.push(set);
      at += name[0].length;
      continue;
    }
    if (char === '\\' && at + 1 < text.length) at++;
    const low = text[at]!;
    if (text[at + 1] === '-' && text[at + 2] !== undefined && text[at + 2] !== ']') {
      ranges.push([low, text[at + 2]!]);
      at += 3;
    } else {
      singles.add(low);
      at++;
    }
  }
  return undefined;
}

/**
 * Whether a whole text matches a pattern; undefined when that hangs on unknown text. Takes time in proportion to both lengths' product at most.
 */
export function matchPattern(pattern: readonly PatternToken[], text: string): boolean | undefined {
  if (pattern.length > 0 && pattern.every((token) => token.type === 'any')) return true;
  if (pattern.length * text.length > 1_000_000) return undefined;
  let vague = false;
  // Set of text offsets that the pattern up to here may have reached.
  let reached = new Uint8Array(text.length + 1);
  reached[0] = 1;
  closeUnknown(reached, text);
  for (const token of pattern) {
    const next = new Uint8Array(text.length + 1);
    if (token.type === 'any' || token.type === 'unknown') {
      if (token.type === 'unknown') vague = true;
      const from = reached.indexOf(1);
      if (from >= 0) next.fill(1, from);
    } else {
      for (let at = 0; at < text.length; at++) {
        if (!reached[at]) continue;
        const char = text[at]!;
        if (char === unknownText || char === anyText) next[at] = 1;
        else if (token.type === 'one' || (token.type === 'char' ? token.char === char : token.test(char) !== token.negated)) next[at + 1] = 1;
      }
    }
    closeUnknown(next, text);
    reached = next;
  }
  if (!reached[text.length]) return false;
  return vague || /[\uFFFE\uFFFF]/.test(text) ? undefined : true;
}

/** An unknown piece of text may be empty: what reaches its front also reaches its back. */
function closeUnknown(reached: Uint8Array, text: string): void {
  for (let at = 0; at < text.length; at++) if (reached[at] && (text[at] === unknownText || text[at] === anyText)) reached[at + 1] = 1;
}
