import type { FileRead, FileSet } from '../base/file-set.ts';

/** A set whose folders are listed once: what its folder does not list is not asked for. Most places of most kinds are on no given host, and asking is what costs. */
export function cachedFiles(files: FileSet): FileSet {
  const lists = new Map<string, readonly string[]>();
  const names = new Map<string, ReadonlySet<string>>();
  const reads = new Map<string, FileRead>();
  const list = (folder: string): readonly string[] => {
    const known = lists.get(folder);
    if (known) return known;
    const found = isAbsent(folder) ? [] : files.list(folder);
    lists.set(folder, found);
    return found;
  };
  /** Whether the folder of a path is listed without it. A folder that lists nothing may be one that may not be listed: it says nothing. */
  const isAbsent = (path: string): boolean => {
    if (path === '' || path.includes('//') || /(?:^|\/)\.\.?(?:\/|$)/.test(path)) return false;
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(0, slash));
    const entries = list(folder);
    if (entries.length === 0) return folder !== '' && isAbsent(folder);
    const known = names.get(folder) ?? new Set(entries);
    names.set(folder, known);
    return !known.has(path.slice(slash + 1));
  };
  return {
    ...files,
    list,
    read(path) {
      const known = reads.get(path);
      if (known) return known;
      const found: FileRead = files.only === undefined && isAbsent(path) ? { state: 'absent', path } : files.read(path);
      reads.set(path, found);
      return found;
    },
  };
}
