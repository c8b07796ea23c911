import { posix } from 'node:path';
import type { FileRead } from './file-set.ts';

/** A path that leads to no text. */
export type Unresolved = Exclude<FileRead, { readonly state: 'text' }>;

const maxLinks = 40;

/** The path without links, below the root: an absolute link starts at the root, and none leads out of it. `linkAt` tells where a link leads; undefined: no link stands there. */
export function resolveLinks(path: string, linkAt: (path: string) => { readonly target: string } | Unresolved | undefined): string | Unresolved {
  let rest = path.split('/').filter((part) => part !== '' && part !== '.');
  let real: string[] = [];
  let links = 0;
  while (rest.length > 0) {
    // A link to /dev/null masks a file, also where the tree has no /dev.
    if (posix.join(...real, ...rest) === 'dev/null') return 'dev/null';
    const [part, ...others] = rest as [string, ...string[]];
    if (part === '..') {
      if (real.length === 0) return { state: 'unreadable', path, why: 'link-outside', note: 'a link leads out of the root' };
      real = real.slice(0, -1);
      rest = others;
      continue;
    }
    const here = posix.join(...real, part);
    const found = linkAt(here);
    if (found && 'state' in found) return found;
    if (found) {
      if (++links > maxLinks) return { state: 'unreadable', path, why: 'link-loop', note: 'a loop of symbolic links' };
      rest = [...found.target.split('/').filter((piece) => piece !== '' && piece !== '.'), ...others];
      if (found.target.startsWith('/')) real = [];
      continue;
    }
    real = [...real, part];
    rest = others;
  }
  return real.join('/');
}
