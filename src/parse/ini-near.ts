import { isSlip } from './slip.ts';
import type { Statement } from './statement.ts';

/** Keys that matter, by section. */
export type KnownKeys = Readonly<Record<string, readonly string[]>>;

type Judgement = Pick<Statement, 'state' | 'note'>;

/** A section that the program passes over with all that stands in it, and that looks like one that matters. Undefined: nothing is to be said. */
export function overlookedSection(known: KnownKeys, section: string): Judgement | undefined {
  const meant = Object.hasOwn(known, section) ? undefined : Object.keys(known).find((name) => isSlip(section, name));
  return meant === undefined ? undefined : { state: 'wrong', note: `[${section}] is no section, [${meant}] is` };
}

/** A key that the program passes over, and that looks as if one were meant that matters: misspelt, in other letters, or in the wrong section. Undefined: nothing is to be said. */
export function overlookedKey(known: KnownKeys, section: string, key: string): Judgement | undefined {
  const own = Object.hasOwn(known, section) ? known[section]! : undefined;
  if (own === undefined || own.includes(key)) return undefined;
  const meant = own.find((name) => isSlip(key, name));
  if (meant !== undefined) return { state: 'wrong', note: `${key} is no key of [${section}], ${meant} is` };
  const elsewhere = Object.keys(known).find((name) => known[name]!.includes(key));
  return elsewhere === undefined ? undefined : { state: 'wrong', note: `${key} is no key of [${section}], but of [${elsewhere}]` };
}
