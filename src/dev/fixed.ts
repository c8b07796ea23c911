import { relative } from 'node:path';
import { mend } from '../commands/fixes.ts';
import { lookWithCase, type Case } from './cases.ts';

/** What --fix-unsafe makes of a case: the changed files by their path below the case, with their new text. */
export async function fixedTexts(one: Case): Promise<ReadonlyMap<string, string>> {
  const look = await lookWithCase(one);
  const { changed } = mend(look(), look, { unsafe: true });
  return new Map(changed.map(({ path, after }) => [relative(one.folder, path), after]));
}
