import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { RenderedFile } from './render.ts';
import { compareTree, staleFiles, type Change } from './tree.ts';

export { diffTree } from './diff.ts';
export { compareTree } from './tree.ts';

/** What a render left on disk. Paths are below the out folder. */
export type WriteResult =
  /** Nothing was written: these were changed by hand, or are not ours. */
  | { readonly changedByHand: readonly string[] }
  /** `written`: files that had taken their place before; every other one is as it was. */
  | { readonly failed: { readonly path: string; readonly reason: string }; readonly written: readonly string[] }
  | { readonly written: readonly string[]; readonly unchanged: readonly string[]; /** Ours, but no longer made. Never removed. */ readonly stale: readonly string[] };

/**
 * Writes rendered files below `out`: all are written beside their places first and synced, then renamed into them, so that a reader never sees a part, and a failure before the first rename
 * leaves the tree as it was. `all`: everything that the plan renders, when `files` is a part of it.
 */
export function writeTree(out: string, files: readonly RenderedFile[], options: { readonly force: boolean; readonly all?: readonly RenderedFile[] }): WriteResult {
  const changes = compareTree(out, files);
  for (const change of changes) if (change.state === 'blocked') return { failed: change, written: [] };
  const changedByHand = changes.filter((change) => change.state === 'differs' && change.byHand && !options.force).map(({ path }) => path);
  if (changedByHand.length > 0) return { changedByHand };

  const wanted = changes.filter(({ state }) => state !== 'same');
  const staged = stage(out, wanted);
  if ('failed' in staged) return { ...staged, written: [] };
  const placed = place(out, staged.temporary);
  if ('failed' in placed) return placed;
  const hosts = options.all ? undefined : [...new Set(files.map(({ host }) => host))];
  return { written: wanted.map(({ path }) => path), unchanged: changes.filter(({ state }) => state === 'same').map(({ path }) => path), stale: staleFiles(out, options.all ?? files, hosts) };
}

type Failure = { readonly failed: { readonly path: string; readonly reason: string } };
type Staged = { readonly path: string; readonly temporary: string };

function stage(out: string, changes: readonly Change[]): Failure | { readonly temporary: readonly Staged[] } {
  const temporary: Staged[] = [];
  const folders: string[] = [];
  for (const { path, file } of changes) {
    const target = join(out, path);
    const draft = join(dirname(target), `.${basename(target)}.${process.pid}.lvs-gen`);
    try {
      makeFolders(dirname(target), folders);
      temporary.push({ path, temporary: draft });
      writeSynced(draft, file);
    } catch (error) {
      undo(temporary, folders);
      return { failed: { path, reason: reasonOf(error) } };
    }
  }
  return { temporary };
}

/** Makes a folder with all above it, one by one (a recursive mkdir hides what the file system said), and adds to `made` those that were not there. */
function makeFolders(folder: string, made: string[]): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolders(dirname(folder), made);
  mkdirSync(folder);
  made.push(folder);
}

function writeSynced(path: string, { text, mode }: RenderedFile): void {
  const handle = openSync(path, 'wx', mode);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  // A umask may take the owner's own bits, and an init script without x does not start.
  if ((process.umask() & 0o700) !== 0) chmodSync(path, mode);
}

function place(out: string, staged: readonly Staged[]): (Failure & { readonly written: readonly string[] }) | { readonly written: readonly string[] } {
  const written: string[] = [];
  for (const [index, { path, temporary }] of staged.entries()) {
    try {
      renameSync(temporary, join(out, path));
    } catch (error) {
      undo(staged.slice(index), []);
      return { failed: { path, reason: reasonOf(error) }, written };
    }
    written.push(path);
  }
  for (const folder of new Set(staged.map(({ temporary }) => dirname(temporary)))) syncFolder(folder);
  return { written };
}

/** So that the renames outlive a power cut; where a file system knows no such thing, they are as safe as it makes them. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // The files themselves are synced and in place.
  }
}

function undo(staged: readonly Staged[], folders: readonly string[]): void {
  for (const { temporary } of staged) quietly(() => unlinkSync(temporary));
  for (const folder of [...folders].reverse()) quietly(() => rmdirSync(folder));
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // What could not be made cannot be unmade; the first failure is the one to tell.
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a file stands where a folder is needed',
  EEXIST: 'something stands where it should go',
  EISDIR: 'a folder stands in its place',
  ENAMETOOLONG: 'the path is too long',
  ENOENT: 'a folder on the way vanished',
};

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code !== undefined && reasons[code]) || message || String(error);
}
