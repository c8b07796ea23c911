import type { SourceText } from '../../base/text.ts';
import { linesOf, spanIn, trimmed, type Line } from '../lines.ts';
import type { Statement } from '../statement.ts';

/** One line of modprobe.d(5). */
export type ModprobeStatement = Statement & ({ readonly kind: 'options'; readonly module: string; readonly options: readonly { readonly name: string; readonly value: string }[] } | { readonly kind: 'none' });

const keywords = new Set(['alias', 'blacklist', 'install', 'options', 'remove', 'softdep', 'weakdep', 'include', 'config']);

/** Reads such a file. A line that ends in a backslash goes on. Names of modules with - and _ are one: they are given with _. */
export function readModprobe(source: SourceText): readonly ModprobeStatement[] {
  const lines = linesOf(source);
  const statements: ModprobeStatement[] = [];
  for (let index = 0; index < lines.length; index++) {
    const first = lines[index]!;
    let last: Line = first;
    let text = first.text;
    while (last.text.endsWith('\\') && index + 1 < lines.length) {
      last = lines[++index]!;
      text = `${text.slice(0, -1)} ${last.text}`;
    }
    const start = spanIn(source, first, trimmed(first.text).from, trimmed(first.text).to);
    const at = last === first ? start : { ...start, endLine: last.number, endColumn: last.text.length + 1 };
    statements.push({ ...judge(trimmed(text).text), at });
  }
  return statements;
}

type Judged = ModprobeStatement extends infer S ? (S extends Statement ? Omit<S, 'at'> : never) : never;

function judge(text: string): Judged {
  if (text === '' || text.startsWith('#')) return { kind: 'none', state: 'ignored' };
  const [keyword = '', module, ...rest] = text.split(/[ \t]+/);
  if (!keywords.has(keyword)) return { kind: 'none', state: 'unread', note: `'${keyword.slice(0, 40)}' is no word of modprobe.d` };
  if (keyword !== 'options') return { kind: 'none', state: 'ignored' };
  if (module === undefined || rest.length === 0) return { kind: 'none', state: 'wrong', note: 'a module and its options belong here' };
  const options = rest.map((word) => ({ name: word.split('=')[0]!.replaceAll('-', '_'), value: word.includes('=') ? word.slice(word.indexOf('=') + 1).replaceAll('"', '') : '' }));
  return { kind: 'options', module: module.replaceAll('-', '_'), options, state: 'modelled' };
}
