import { chmodSync, closeSync, existsSync, fsync, mkdirSync, openSync, renameSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { journalName, openJournal, recover } from './journal.ts';
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
  | { readonly written: readonly string[]; readonly unchanged: readonly string[]; /** Ours, but no longer made. Never removed. */ readonly stale: readonly string[]; /** Files of an earlier render that was cut off, put in their places before. */ readonly finished?: readonly string[] };

/**
 * Writes rendered files below `out`: all are written beside their places first and synced, then renamed into them, so that a reader never sees a part, and a failure before the first rename
 * leaves the tree as it was. Only one render at a time writes into a tree; what one that was killed has left is brought to its end first. `all`: everything that the plan renders, when `files` is a part of it.
 */
export async function writeTree(out: string, files: readonly RenderedFile[], options: { readonly force: boolean; readonly all?: readonly RenderedFile[] }): Promise<WriteResult> {
  const recovered = recover(out);
  if ('busy' in recovered) return isBusy(recovered.busy);
  const changes = compareTree(out, files);
  for (const change of changes) if (change.state === 'blocked') return { failed: change, written: [] };
  const changedByHand = changes.filter((change) => change.state === 'differs' && change.byHand && !options.force).map(({ path }) => path);
  if (changedByHand.length > 0) return { changedByHand };

  const wanted = changes.filter(({ state }) => state !== 'same');
  const placed = wanted.length > 0 ? await replaceAll(out, wanted, options.force) : { failed: undefined, written: [] };
  if ('changedByHand' in placed) return placed;
  if (placed.failed) return placed;
  const hosts = options.all ? undefined : [...new Set(files.map(({ host }) => host))];
  return {
    written: wanted.map(({ path }) => path),
    unchanged: changes.filter(({ state }) => state === 'same').map(({ path }) => path),
    stale: staleFiles(out, options.all ?? files, hosts),
    ...(recovered.finished.length > 0 && { finished: recovered.finished }),
  };
}

function isBusy(owner: string): Failure & { readonly written: readonly string[] } {
  return { failed: { path: journalName, reason: `${owner} is writing into this tree` }, written: [] };
}

/** Puts all files in place under the tree's journal. What somebody changed while they were being written is not overwritten. */
async function replaceAll(out: string, wanted: readonly Change[], force: boolean): Promise<{ readonly changedByHand: readonly string[] } | (Failure & { readonly written: readonly string[] }) | { readonly failed?: undefined; readonly written: readonly string[] }> {
  const folders: string[] = [];
  const temporary = wanted.map(({ path }): Staged => ({ path, temporary: join(out, temporaryOf(path)) }));
  let journal: ReturnType<typeof openJournal>;
  try {
    makeFolders(out, folders);
    journal = openJournal(out, wanted.map(({ path }) => ({ from: temporaryOf(path), to: path })));
  } catch (error) {
    undo([], folders);
    return { failed: { path: journalName, reason: reasonOf(error) }, written: [] };
  }
  if ('busy' in journal) return isBusy(journal.busy);
  const giveUp = <R extends object>(result: R): R => {
    undo(temporary, []);
    if ('place' in journal) journal.close();
    undo([], folders);
    return result;
  };
  const failure = await stage(out, wanted, folders);
  if (failure) return giveUp({ ...failure, written: [] });
  const now = compareTree(out, wanted.map(({ file }) => file));
  for (const change of now) if (change.state === 'blocked') return giveUp({ failed: change, written: [] });
  const changedByHand = now.filter((change) => change.state === 'differs' && change.byHand && !force).map(({ path }) => path);
  if (changedByHand.length > 0) return giveUp({ changedByHand });
  try {
    journal.place();
  } catch (error) {
    return giveUp({ failed: { path: journalName, reason: reasonOf(error) }, written: [] });
  }
  const placed = await place(out, temporary);
  journal.close();
  return placed;
}

function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.lvs-gen`);
}

type Failure = { readonly failed: { readonly path: string; readonly reason: string } };
type Staged = { readonly path: string; readonly temporary: string };

/** Files that are written and then synced side by side: a file system brings many to the disk in hardly more time than one. */
const together = 64;

async function stage(out: string, changes: readonly Change[], folders: string[]): Promise<Failure | undefined> {
  for (let from = 0; from < changes.length; from += together) {
    const failures = await Promise.all(
      changes.slice(from, from + together).map(async ({ path, file }): Promise<Failure | undefined> => {
        try {
          makeFolders(dirname(join(out, path)), folders);
          await writeSynced(join(out, temporaryOf(path)), file);
          return undefined;
        } catch (error) {
          return { failed: { path, reason: reasonOf(error) } };
        }
      }),
    );
    const failure = failures.find((one) => one !== undefined);
    if (failure) return failure;
  }
  return undefined;
}

const synced = promisify(fsync);

/** Makes a folder with all above it, one by one (a recursive mkdir hides what the file system said), and adds to `made` those that were not there. */
function makeFolders(folder: string, made: string[]): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolders(dirname(folder), made);
  mkdirSync(folder);
  made.push(folder);
}

async function writeSynced(path: string, { text, mode }: RenderedFile): Promise<void> {
  const handle = openSync(path, 'wx', mode);
  try {
    writeFileSync(handle, text);
    await synced(handle);
  } finally {
    closeSync(handle);
  }
  // A umask may take the owner's own bits, and an init script without x does not start.
  if ((process.umask() & 0o700) !== 0) chmodSync(path, mode);
}

async function place(out: string, staged: readonly Staged[]): Promise<(Failure & { readonly written: readonly string[] }) | { readonly failed?: undefined; readonly written: readonly string[] }> {
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
  const folders = [...new Set(staged.map(({ temporary }) => dirname(temporary)))];
  for (let from = 0; from < folders.length; from += together) await Promise.all(folders.slice(from, from + together).map(syncFolder));
  return { written };
}

/** So that the renames outlive a power cut; where a file system knows no such thing, they are as safe as it makes them. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = openSync(folder, 'r');
    try {
      await synced(handle);
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
