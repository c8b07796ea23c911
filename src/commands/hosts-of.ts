import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { diskFiles, memoryFiles, singleFile, type FileSet } from '../base/file-set.ts';
import { distinctNames, type Input } from './inputs.ts';

/** Where files come from: the disk, or git's index. Paths as the user names them. */
export interface Shelf {
  /** Names of the folders in `folder` that hold an `etc`. */
  hostsIn(folder: string): readonly string[];
  /** The root of a host. */
  root(path: string): FileSet;
  /** A file by itself; undefined where there is none. */
  file(path: string): FileSet | undefined;
}

/** The hosts that files belong to, each whole, with the hosts beside it, since one side of a cluster says little without the other. A file below no `etc` is taken by itself. */
export function hostsOf(paths: readonly string[], shelf: Shelf): readonly Extract<Input, { kind: 'host' }>[] {
  const roots = new Set<string>();
  const singles: string[] = [];
  for (const path of paths) {
    const etc = path === 'etc' || path.startsWith('etc/') ? 0 : path.lastIndexOf('/etc/');
    if (etc < 0) {
      singles.push(path);
      continue;
    }
    const root = path.slice(0, etc) || (path.startsWith('/') ? '/' : '.');
    roots.add(root);
    if (root === '/' || root === '.') continue;
    for (const name of shelf.hostsIn(dirname(root))) roots.add(join(dirname(root), name));
  }
  const whole = [...roots].sort().map((root) => ({ kind: 'host' as const, name: root === '.' || root === '/' ? 'localhost' : basename(root), files: shelf.root(root), open: (file: string) => join(root, file) }));
  const alone = singles.flatMap((path) => {
    const files = shelf.file(path);
    return files ? [{ kind: 'host' as const, name: basename(path), files, open: (file: string) => file }] : [];
  });
  return distinctNames([...whole, ...alone]);
}

/** What lies on the disk; paths are relative to `cwd`. */
export function diskShelf(cwd: string): Shelf {
  const hasEtc = (path: string): boolean => existsSync(resolve(cwd, path, 'etc'));
  return {
    hostsIn: (folder) => (existsSync(resolve(cwd, folder)) ? readdirSync(resolve(cwd, folder)).filter((name) => hasEtc(join(folder, name))) : []),
    root: (path) => ({ ...diskFiles(resolve(cwd, path)), root: path }),
    file: (path) => (existsSync(resolve(cwd, path)) ? singleFile(resolve(cwd, path), path) : undefined),
  };
}

/** Bytes by path, or why there are none. */
export type Contents = ReadonlyMap<string, Uint8Array | { readonly note: string }>;

/** A shelf of files in memory, by path below the repository's top. */
export function memoryShelf(contents: Contents): Shelf {
  return {
    hostsIn(folder) {
      const start = folder === '.' ? '' : `${folder}/`;
      return [...new Set([...contents.keys()].flatMap((path) => (path.startsWith(start) && /^[^/]+\/etc\//.test(path.slice(start.length)) ? [path.slice(start.length).split('/')[0]!] : [])))];
    },
    root(path) {
      const start = path === '.' ? '' : `${path}/`;
      return held(path, new Map([...contents].flatMap(([name, content]) => (name.startsWith(start) ? [[name.slice(start.length), content] as const] : []))));
    },
    file: (path) => (contents.has(path) ? held('.', new Map([[path, contents.get(path)!]]), path) : undefined),
  };
}

function held(root: string, contents: Contents, only?: string): FileSet {
  const readable = new Map([...contents].map(([path, content]) => [path, content instanceof Uint8Array ? content : new Uint8Array()] as const));
  const files = memoryFiles(root, readable, only === undefined ? {} : { only });
  return {
    ...files,
    read(path) {
      const content = contents.get(path);
      return content === undefined || content instanceof Uint8Array ? files.read(path) : { state: 'unreadable', path, why: 'denied', note: content.note };
    },
  };
}
