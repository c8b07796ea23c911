import type { SourceText } from '../../base/text.ts';

/** A word or sign of nft(8)'s language. A line end is a sign as well. */
export interface Token {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly quoted: boolean;
}

/** The words of a file; comments and continued line ends are left out. At most so many that no file takes long. */
export function tokensOf({ text }: SourceText): readonly Token[] {
  const tokens: Token[] = [];
  for (const found of text.matchAll(/#[^\n]*|\\\r?\n|"([^"\n]*)"|\n|[{};,]|(?:!=|==|<=|>=|[=<>])(?=\s)|[^\s{};,"#]+/g)) {
    if (found[0].startsWith('#') || /^\\\r?\n$/.test(found[0])) continue;
    tokens.push({ text: found[1] ?? found[0], from: found.index, to: found.index + found[0].length, quoted: found[1] !== undefined });
    if (tokens.length > 100_000) break;
  }
  return tokens;
}

/** Words that a file gives names to: `define NET = …` and the elements of sets, by `$NET` and `@name`. Undefined value: not known, or changed while the filter works. */
export type Names = ReadonlyMap<string, readonly Token[] | undefined>;

/** The values that stand at a place: a word, `{ a, b }`, `a,b`, `$NAME`, `@set`; and how many words they take. Undefined values: not known. */
export function valuesAt(tokens: readonly Token[], at: number, names: Names, depth = 0): { readonly values: readonly string[] | undefined; readonly next: number } {
  const first = tokens[at];
  if (!first || depth > 8) return { values: undefined, next: at + 1 };
  const values: string[] = [];
  let known = true;
  const take = (token: Token): void => {
    if (token.quoted || !/^[$@]/.test(token.text)) {
      values.push(token.text);
      return;
    }
    const named = names.get(token.text);
    if (!named) known = false;
    else if (named.length > 0) {
      const inner = valuesAt(named[0]!.text === '{' ? named : [{ ...named[0]!, text: '{', quoted: false }, ...named, { ...named[0]!, text: '}', quoted: false }], 0, names, depth + 1);
      if (inner.values) values.push(...inner.values);
      else known = false;
    }
  };
  let next = at;
  if (first.text === '{' && !first.quoted) {
    let open = 0;
    for (; next < tokens.length; next++) {
      const { text, quoted } = tokens[next]!;
      if (!quoted && text === '{') open++;
      else if (!quoted && text === '}') {
        if (--open === 0) break;
      } else if (quoted || !/^[,\n]$/.test(text)) take(tokens[next]!);
      if (values.length > 5_000) known = false;
    }
    next++;
  } else {
    take(first);
    for (next = at + 1; tokens[next]?.text === ',' && tokens[next + 1]; next += 2) take(tokens[next + 1]!);
  }
  return { values: known ? values : undefined, next };
}
