import { closeSync, constants, fstatSync, futimesSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { writeAtomically } from '../base/write.ts';
import { areComments, type ShellCheckComment } from './shellcheck-comment.ts';

/** Results by key (a hash of everything they depend on). Whatever the disk does, nothing here throws: a result that cannot be read or kept is worked out again. */
export interface ShellCheckCache {
  read(key: string): readonly ShellCheckComment[] | undefined;
  write(key: string, comments: readonly ShellCheckComment[]): void;
  /** Drops what was longest unused when there is too much. */
  prune(): void;
}

/** How much is kept: about 40 MB at most. */
const defaultLimits = { entries: 4000, bytes: 32 * 1024 * 1024 } as const;
const maxEntryBytes = 1024 * 1024;
const day = 86_400_000;
const ourNames = /^(?:[0-9a-f]{64}\.json|\.[0-9a-f]{64}\.json\.\d+\.\d+\.tmp)$/;

/** `$XDG_CACHE_HOME/lvs-gen/shellcheck` or `~/.cache/lvs-gen/shellcheck`; undefined where there is no home (a relative XDG_CACHE_HOME does not count, as its specification says). */
export function userCacheFolder(env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  const named = env['XDG_CACHE_HOME'];
  const base = named !== undefined && isAbsolute(named) ? named : join(env['HOME'] || homeOfUser(), '.cache');
  return isAbsolute(base) ? join(base, 'lvs-gen', 'shellcheck') : undefined;
}

function homeOfUser(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}

/** The cache in a folder, which is made when there is something to keep. */
export function openCache(folder: string, limits: { readonly entries: number; readonly bytes: number } = defaultLimits): ShellCheckCache {
  const pathOf = (key: string): string => join(folder, `${key}.json`);
  return {
    read: (key) => quietly(() => readEntry(pathOf(key))),
    write: (key, comments) => quietly(() => writeEntry(folder, pathOf(key), comments)),
    prune: () => quietly(() => pruneFolder(folder, limits)),
  };
}

function readEntry(path: string): readonly ShellCheckComment[] | undefined {
  // Without waiting: the path may have become a FIFO.
  const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = fstatSync(handle);
    if (!found.isFile() || found.size > maxEntryBytes) return undefined;
    const comments: unknown = JSON.parse(readFileSync(handle, 'utf8'));
    if (!areComments(comments)) return undefined;
    if (Date.now() - found.mtimeMs > day) quietly(() => futimesSync(handle, new Date(), new Date()));
    return comments;
  } finally {
    closeSync(handle);
  }
}

function writeEntry(folder: string, path: string, comments: readonly ShellCheckComment[]): void {
  const bytes = Buffer.from(JSON.stringify(comments), 'utf8');
  if (bytes.length > maxEntryBytes) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeAtomically(path, bytes, 0o600);
}

function pruneFolder(folder: string, limits: { readonly entries: number; readonly bytes: number }): void {
  const entries: { readonly path: string; readonly size: number; readonly used: number }[] = [];
  for (const name of readdirSync(folder)) {
    if (!ourNames.test(name)) continue;
    const path = join(folder, name);
    quietly(() => {
      const { size, mtimeMs } = statSync(path);
      // A part that a killed run left behind; a younger one may be another run at work.
      if (name.startsWith('.')) Date.now() - mtimeMs > day && unlinkSync(path);
      else entries.push({ path, size, used: mtimeMs });
    });
  }
  entries.sort((a, b) => b.used - a.used);
  let bytes = 0;
  entries.forEach(({ path, size }, rank) => {
    bytes += size;
    if (rank >= limits.entries || bytes > limits.bytes) quietly(() => unlinkSync(path));
  });
}

function quietly<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
