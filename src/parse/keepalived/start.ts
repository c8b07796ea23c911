import type { SourceText } from '../../base/text.ts';
import { blocks, homesOf } from './keywords.ts';

/** The block that an included file stands in when it is read alone: `top`, unless its first word belongs elsewhere only. */
export function startOf(source: SourceText): string {
  if (/(?:^|\/)keepalived\.conf$/.test(source.file)) return 'top';
  const first = [...source.text.matchAll(/^[ \t]*([A-Za-z_][\w-]*)/gm)].map((line) => line[1]!);
  // The value of a definition may come before the first block.
  if (first.some(onlyTop)) return 'top';
  for (const word of first) {
    if (/^include[rmwba]?$/.test(word)) continue;
    const homes = homesOf(word);
    if (homes.includes('top')) return 'top';
    if (word === 'real_server') return 'virtual_server';
    if (homes.length === 1) return homes[0]!;
    if (homes.length > 1) return homes.includes('virtual_server') && /^[ \t]*real_server\b/m.test(source.text) ? 'virtual_server' : homes[0]!;
  }
  return 'top';
}

/** Whether a word can only open a block of the outermost level. */
export function onlyTop(word: string): boolean {
  return blocks.get('top')!.words.get(word) !== undefined && !homesOf(word).some((home) => home !== 'top');
}
