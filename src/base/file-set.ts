import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { resolveLinks, type Unresolved } from './links.ts';
import { compareText } from './origin.ts';
import { decode, type Encoding } from './text.ts';

/** What reading one path of a host gave. Reading never throws and never blocks. */
export type FileRead =
  | {
      readonly state: 'text';
      /** The path that was asked for, below the root, without a leading slash. */
      readonly path: string;
      /** The path after all links, still below the root: two paths with one `real` are one file. A link to /dev/null has `dev/null` and no text. */
      readonly real: string;
      readonly text: string;
      readonly encoding: Encoding;
      /** Permission bits, where the source knows them. */
      readonly mode?: number;
    }
  | { readonly state: 'absent'; readonly path: string }
  | { readonly state: 'unreadable'; readonly path: string; readonly why: UnreadableWhy; readonly note: string };

/** `denied` is a failure (the answer is not whole); the others are things that are no text file. */
export type UnreadableWhy = 'denied' | 'not-a-file' | 'link-loop' | 'link-outside' | 'binary' | 'too-large';

/** The files of one host, wherever they are: a disk, an archive, memory. Paths are below the host's root, without a leading slash. */
export interface FileSet {
  /** How a user names the root: for messages and for paths in reports. */
  readonly root: string;
  /** True when the set is a whole host, so that what is not there is absent; false for single files, where it is only unseen. */
  readonly whole: boolean;
  /** The one path of a set that is a single named file. */
  readonly only?: string;
  read(path: string): FileRead;
  /** Names in a folder, sorted by code unit; empty when it is no folder. */
  list(folder: string): readonly string[];
  /** Folders that were asked for and may not be listed, so far: what is in them is unknown, and not absent. */
  unlistable?(): readonly string[];
}

/** Larger files are not configuration. */
export const maxFileBytes = 4 * 1024 * 1024;
const maxFolderEntries = 20_000;

/** Files of `globs` in a set, sorted, without doubles. A glob is a path whose segments may hold `*` and `?` (never matching a leading dot or a slash). */
export function findFiles(files: FileSet, globs: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const glob of globs) expand(files, '', segmentsOf(glob), 0, found);
  return [...found].sort(compareText);
}

/** One part of a glob: a name, or a test for names. */
type Segment = string | ((name: string) => boolean);

function expand(files: FileSet, folder: string, segments: readonly Segment[], at: number, found: Set<string>): void {
  const segment = segments[at];
  if (segment === undefined) return;
  for (const name of typeof segment === 'string' ? [segment] : files.list(folder).filter(segment)) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (at + 1 < segments.length) expand(files, path, segments, at + 1, found);
    else found.add(path);
  }
}

function segmentsOf(glob: string): readonly Segment[] {
  const known = globsKnown.get(glob);
  if (known) return known;
  const segments = glob.split('/').map((segment) => (/[*?]/.test(segment) ? nameMatcher(segment) : segment));
  // Those of the kinds are the same for every host; a configuration may name any number of others.
  if (globsKnown.size < 2000) globsKnown.set(glob, segments);
  return segments;
}

const globsKnown = new Map<string, readonly Segment[]>();

/** A test for one file name against a pattern with `*` and `?`, as in a shell: a leading dot must be written. */
export function nameMatcher(pattern: string): (name: string) => boolean {
  const source = pattern.replace(/[\\^$.+()|{}[\]]/g, '\\$&').replace(/\*+/g, '.*').replace(/\?/g, '.');
  const whole = new RegExp(`^${source}$`, 's');
  return (name) => whole.test(name) && (!name.startsWith('.') || pattern.startsWith('.'));
}

/** A set held in memory: for tests, standard input and rendered output. */
export function memoryFiles(root: string, contents: ReadonlyMap<string, string | Uint8Array>, options: { readonly only?: string } = {}): FileSet {
  return {
    root,
    whole: options.only === undefined,
    ...options,
    read(path) {
      const content = contents.get(path);
      if (content === undefined) return { state: 'absent', path };
      if (typeof content === 'string') return { state: 'text', path, real: path, text: content, encoding: 'utf-8' };
      return decoded(path, path, content);
    },
    list(folder) {
      const start = folder === '' ? '' : `${folder}/`;
      const names = new Set<string>();
      for (const path of contents.keys()) if (path.startsWith(start)) names.add(path.slice(start.length).split('/')[0]!);
      return [...names].sort(compareText);
    },
  };
}

/**
 * A host's root folder on disk. Links are followed inside the root only (an absolute link starts at the root), as the host itself would follow them.
 * Only regular files are opened, without blocking, and at most `maxFileBytes` of them.
 */
export function diskFiles(root: string): FileSet {
  const denied = new Set<string>();
  return {
    unlistable: () => [...denied],
    root,
    whole: true,
    read: (path) => readInside(root, path),
    list(folder) {
      const real = resolveInside(root, folder);
      if (typeof real !== 'string') return [];
      try {
        return readdirSync(join(root, real)).slice(0, maxFolderEntries).sort(compareText);
      } catch (error) {
        if (['EACCES', 'EPERM', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? '')) denied.add(folder);
        return [];
      }
    },
  };
}

/** One file on disk that the user named, under the path by which it was named. Links are followed: naming it is leave enough. */
export function singleFile(named: string, path: string = named): FileSet {
  return {
    root: '.',
    whole: false,
    only: path,
    read: (asked) => (asked === path ? readRegular(named, path, path) : { state: 'absent', path: asked }),
    list: () => [],
  };
}

function readInside(root: string, path: string): FileRead {
  const real = resolveInside(root, path);
  if (typeof real !== 'string') return real.state === 'absent' ? { state: 'absent', path } : { ...real, path };
  if (real === 'dev/null') return { state: 'text', path, real, text: '', encoding: 'utf-8' };
  return readRegular(join(root, real), path, real);
}

function resolveInside(root: string, path: string): string | Unresolved {
  return resolveLinks(path, (here) => {
    try {
      const status = lstatSync(join(root, here), { throwIfNoEntry: false });
      if (!status) return { state: 'absent', path };
      return status.isSymbolicLink() ? { target: readlinkSync(join(root, here)) } : undefined;
    } catch (error) {
      return failure(path, error);
    }
  });
}

function readRegular(disk: string, path: string, real: string): FileRead {
  let handle: number;
  try {
    // O_NONBLOCK: opening a FIFO would otherwise wait for a writer.
    handle = openSync(disk, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    return failure(path, error);
  }
  try {
    const status = fstatSync(handle);
    if (!status.isFile()) return { state: 'unreadable', path, why: 'not-a-file', note: `is ${describe(status)}, not a regular file` };
    if (status.size > maxFileBytes) return { state: 'unreadable', path, why: 'too-large', note: `has ${status.size} bytes; files over ${maxFileBytes} are not read` };
    const read = decoded(path, real, readBounded(handle));
    return read.state === 'text' ? { ...read, mode: status.mode & 0o7777 } : read;
  } catch (error) {
    return failure(path, error);
  } finally {
    closeSync(handle);
  }
}

// Most files are small, and there are many.
const scratch = Buffer.allocUnsafe(65_536);

/** All bytes to the end, but never more than `maxFileBytes`: /proc files say size 0, and a file may grow while it is read. */
function readBounded(handle: number): Uint8Array {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total < maxFileBytes) {
    const count = readSync(handle, scratch, 0, Math.min(scratch.length, maxFileBytes - total), null);
    if (count === 0) break;
    chunks.push(Buffer.from(scratch.subarray(0, count)));
    total += count;
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** Bytes as what reading a path gives; `real`: the path after all links. */
export function decoded(path: string, real: string, bytes: Uint8Array): FileRead {
  const result = decode(bytes);
  if (!result) return { state: 'unreadable', path, why: 'binary', note: 'is a binary file (it holds NUL bytes)' };
  return { state: 'text', path, real, ...result };
}

function failure(path: string, error: unknown): Unresolved {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'absent', path };
  if (code === 'ELOOP') return { state: 'unreadable', path, why: 'link-loop', note: 'a loop of symbolic links' };
  if (code === 'EISDIR' || code === 'ENXIO') return { state: 'unreadable', path, why: 'not-a-file', note: 'is not a regular file' };
  return { state: 'unreadable', path, why: 'denied', note: `cannot be read (${code || String(error)})` };
}

function describe(status: { isDirectory(): boolean; isFIFO(): boolean; isSocket(): boolean; isBlockDevice(): boolean; isCharacterDevice(): boolean }): string {
  if (status.isDirectory()) return 'a folder';
  if (status.isFIFO()) return 'a FIFO';
  if (status.isSocket()) return 'a socket';
  return status.isBlockDevice() || status.isCharacterDevice() ? 'a device' : 'something else';
}
