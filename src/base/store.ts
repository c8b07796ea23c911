import { closeSync, constants, fstatSync, futimesSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { writeAtomically } from './write.ts';

/** JSON values by key (hexadecimal digits), kept over runs. Whatever the disk does, nothing here throws: what cannot be read or kept is worked out again. */
export interface Store {
  /** Undefined where nothing is kept. The value may be of any shape: somebody may have written it by hand. */
  read(key: string): unknown;
  write(key: string, value: unknown): void;
  /** Drops what was longest unused when there is too much. */
  prune(): void;
}

export interface StoreLimits {
  readonly entries: number;
  readonly bytes: number;
}

const defaultLimits: StoreLimits = { entries: 4000, bytes: 32 * 1024 * 1024 };
const maxEntryBytes = 4 * 1024 * 1024;
const day = 86_400_000;
const ourNames = /^(?:[0-9a-f]{8,64}\.json|\.[0-9a-f]{8,64}\.json\.\d+\.\d+\.tmp)$/;

/** `$XDG_CACHE_HOME/lvs-gen/NAME` or `~/.cache/lvs-gen/NAME`; undefined where there is no home (a relative XDG_CACHE_HOME does not count, as its specification says). */
export function userCacheFolder(name: string, env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  const named = env['XDG_CACHE_HOME'];
  const base = named !== undefined && isAbsolute(named) ? named : join(env['HOME'] || homeOfUser(), '.cache');
  return isAbsolute(base) ? join(base, 'lvs-gen', name) : undefined;
}

function homeOfUser(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}

/** The store in a folder, which is made when there is something to keep. */
export function openStore(folder: string, limits: StoreLimits = defaultLimits): Store {
  const pathOf = (key: string): string => join(folder, `${key}.json`);
  return {
    read: (key) => quietly(() => readEntry(pathOf(key))),
    write: (key, value) => quietly(() => writeEntry(folder, pathOf(key), value)),
    prune: () => quietly(() => pruneFolder(folder, limits)),
  };
}

function readEntry(path: string): unknown {
  // Without waiting: the path may have become a FIFO.
  const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = fstatSync(handle);
    // What another user left there (root under somebody's HOME) is not believed.
    if (!found.isFile() || found.size > maxEntryBytes || (process.geteuid && found.uid !== process.geteuid())) return undefined;
    const value: unknown = JSON.parse(readFileSync(handle, 'utf8'));
    if (Date.now() - found.mtimeMs > day) quietly(() => futimesSync(handle, new Date(), new Date()));
    return value;
  } finally {
    closeSync(handle);
  }
}

function writeEntry(folder: string, path: string, value: unknown): void {
  const bytes = Buffer.from(JSON.stringify(value), 'utf8');
  if (bytes.length > maxEntryBytes) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeAtomically(path, bytes, 0o600);
}

function pruneFolder(folder: string, limits: StoreLimits): void {
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
