import { awk } from './filters/awk.ts';
import { grep } from './filters/grep.ts';
import { sed } from './filters/sed.ts';
import { basename, dirname, expr, pwd, seq, uname, id } from './filters/paths.ts';
import { cat, cut, head, sortLines, tac, tail, tee, tr, uniq, wc } from './filters/text.ts';
import type { Call, Done } from './simple.ts';

/**
 * Programs that only turn text into text: what they print is computed when all that they read is known. Undefined: it is not, and their output is unknown.
 * They are written anew here; nothing is ever run.
 */
export type Filter = (call: Call) => Done | undefined;

export const filters: ReadonlyMap<string, Filter> = new Map(
  Object.entries({ basename, dirname, seq, expr, pwd, uname, id, cat, cut, head, tail, tac, tr, wc, tee, uniq, sort: sortLines, awk, gawk: awk, mawk: awk, sed, grep, egrep: grep, fgrep: grep }),
);
