import { posix } from 'node:path';
import { decoded, type FileSet } from './file-set.ts';
import { resolveLinks, type Unresolved } from './links.ts';
import { compareText } from './origin.ts';

/** What an archive holds at a path. */
export type ArchiveEntry =
  | { readonly kind: 'file'; readonly bytes: Uint8Array; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'folder' }
  | { readonly kind: 'other'; readonly why: Extract<Unresolved, { state: 'unreadable' }>['why']; readonly note: string };

/** An archive by path, without `.` and `..`, without leading and trailing slashes; every folder on the way to an entry is one. */
export interface Archive {
  readonly entries: ReadonlyMap<string, ArchiveEntry>;
  /** Names in each folder, in order. */
  readonly folders: ReadonlyMap<string, readonly string[]>;
}

/** Orders entries by folder. Entries below something that is no folder stay, as tar(1) would refuse to write them: they are dropped. */
export function archiveOf(entries: ReadonlyMap<string, ArchiveEntry>): Archive {
  const all = new Map<string, ArchiveEntry>();
  const names = new Map<string, Set<string>>([['', new Set()]]);
  for (const [path, entry] of entries) {
    if (!above(path).every((folder) => (entries.get(folder)?.kind ?? 'folder') === 'folder')) continue;
    all.set(path, entry);
    for (const folder of above(path)) if (!all.has(folder)) all.set(folder, { kind: 'folder' });
    for (const each of [...above(path), path]) {
      const parent = posix.dirname(each) === '.' ? '' : posix.dirname(each);
      names.set(parent, (names.get(parent) ?? new Set()).add(posix.basename(each)));
    }
  }
  return { entries: all, folders: new Map([...names].map(([folder, children]) => [folder, [...children].sort(compareText)])) };
}

function above(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** A host whose root is a folder of an archive (`''`: the archive itself). Links are followed inside that root only, as on a disk. */
export function archiveFiles(root: string, { entries, folders }: Archive, folder: string): FileSet {
  const inside = (path: string): string => posix.join(folder, path).replace(/^\.$/, '');
  const resolve = (path: string): string | Unresolved =>
    resolveLinks(path, (here) => {
      const entry = entries.get(inside(here));
      if (!entry) return { state: 'absent', path };
      return entry.kind === 'link' ? { target: entry.target } : undefined;
    });
  return {
    root,
    whole: true,
    read(path) {
      const real = resolve(path);
      if (typeof real !== 'string') return { ...real, path };
      if (real === 'dev/null') return { state: 'text', path, real, text: '', encoding: 'utf-8' };
      const entry = entries.get(inside(real));
      if (!entry || entry.kind === 'link') return { state: 'absent', path };
      if (entry.kind === 'folder') return { state: 'unreadable', path, why: 'not-a-file', note: 'is a folder, not a regular file' };
      if (entry.kind === 'other') return { state: 'unreadable', path, why: entry.why, note: entry.note };
      const read = decoded(path, real, entry.bytes);
      return read.state === 'text' ? { ...read, mode: entry.mode } : read;
    },
    list(asked) {
      const real = resolve(asked);
      return typeof real === 'string' ? (folders.get(inside(real)) ?? []) : [];
    },
  };
}
