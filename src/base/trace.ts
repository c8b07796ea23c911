import type { FileRead, FileSet } from './file-set.ts';

/** Everything that was asked of a file set, with the answers: whoever gets the same answers again comes to the same result. */
export interface FileTrace {
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly reads: Readonly<Record<string, FileRead>>;
}

/** A file set that notes what is asked of it. */
export function traced(files: FileSet): { readonly files: FileSet; readonly trace: FileTrace } {
  const lists: Record<string, readonly string[]> = Object.create(null) as object as Record<string, readonly string[]>;
  const reads: Record<string, FileRead> = Object.create(null) as object as Record<string, FileRead>;
  return {
    files: { ...files, list: (folder) => (lists[folder] ??= files.list(folder)), read: (path) => (reads[path] ??= files.read(path)) },
    trace: { lists, reads },
  };
}

/** Whether the set still answers as it did then. */
export function answersAlike(files: FileSet, { lists, reads }: FileTrace): boolean {
  return (
    Object.entries(lists).every(([folder, names]) => {
      const now = files.list(folder);
      return now.length === names.length && now.every((name, at) => name === names[at]);
    }) && Object.entries(reads).every(([path, then]) => sameRead(files.read(path), then))
  );
}

function sameRead(a: FileRead, b: FileRead): boolean {
  if (a.state === 'text') return b.state === 'text' && a.text === b.text && a.real === b.real && a.mode === b.mode && a.encoding === b.encoding;
  if (a.state === 'unreadable') return b.state === 'unreadable' && a.why === b.why && a.note === b.note;
  return b.state === 'absent';
}
