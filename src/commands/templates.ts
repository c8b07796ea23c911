import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { writeAtomically } from '../base/write.ts';
import { exit, UsageError, type Io, type Values } from './command.ts';

/** `lvs-gen templates`: lists the templates, or writes them as they are to DIR, where they can be changed for `render --templates DIR`. */
export async function run(operands: readonly string[], _values: Values, io: Io): Promise<number> {
  const { sources } = await import('../render/compile.ts');
  const [folder] = operands;
  if (folder === undefined) {
    for (const id of Object.keys(sources)) io.out(`${id}.hbs\n`);
    return exit.clean;
  }
  const there = Object.keys(sources).find((id) => existsSync(join(resolve(io.cwd, folder), `${id}.hbs`)));
  if (there !== undefined) throw new UsageError(`${folder}: ${there}.hbs is there already; nothing was written`);
  for (const [id, text] of Object.entries(sources)) {
    const path = join(resolve(io.cwd, folder), `${id}.hbs`);
    mkdirSync(dirname(path), { recursive: true });
    writeAtomically(path, new TextEncoder().encode(text));
  }
  io.err(`${Object.keys(sources).length} templates written to ${folder}; keep those that you change, and delete the others\n`);
  return exit.clean;
}
