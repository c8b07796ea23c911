import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeAtomically } from '../base/write.ts';
import { archiveOf, isArchiveOfOurs } from '../render/archive.ts';
import type { RenderedFile } from '../render/render.ts';
import { epochOf, exit, type Io } from './command.ts';

/** Rendered archives are small; what is larger is somebody else's. */
const maxArchiveBytes = 64 * 1024 * 1024;

/** `render --tar`: one archive a host. What lies there and is not ours is not overwritten. */
export function writeArchives(out: string, files: readonly RenderedFile[], force: boolean, io: Io): number {
  const folder = resolve(io.cwd, out);
  const archives = [...new Set(files.map(({ host }) => host))].map((host) => ({ path: join(folder, `${host}.tar`), shown: `${out}/${host}.tar`, bytes: archiveOf(files.filter((file) => file.host === host), epochOf(io)) }));
  const foreign = force ? [] : archives.filter(({ path }) => standsThere(path) && !isOurs(path));
  for (const { shown } of foreign) io.err(`lvs-gen: ${shown} is not lvs-gen's, or was changed by hand\n`);
  if (foreign.length > 0) {
    io.err('lvs-gen: nothing was written; use --force to overwrite\n');
    return exit.usage;
  }
  try {
    mkdirSync(folder, { recursive: true });
    for (const { path, shown, bytes } of archives) {
      writeAtomically(path, bytes);
      io.out(`${shown}\n`);
    }
  } catch (error) {
    io.err(`lvs-gen: ${out}: ${(error as Error).message}\n`);
    return exit.unreadable;
  }
  return exit.clean;
}

function standsThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isOurs(path: string): boolean {
  const status = statSync(path);
  return status.isFile() && status.size <= maxArchiveBytes && isArchiveOfOurs(readFileSync(path));
}
