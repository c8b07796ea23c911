import { findFiles, type FileSet } from '../../base/file-set.ts';

const maxFiles = 200;

/** The files that `include "PATTERN"` loads, in nft's order. A path without a leading slash is looked for in /etc (nft's DEFAULT_INCLUDE_PATH). Undefined: the file is not in the tree, or lies where the service happens to stand. */
export function includedFiles(files: FileSet, pattern: string): readonly string[] | undefined {
  if (/^\.{0,2}\/?$|^\.\.?\/|[$]/.test(pattern)) return undefined;
  const path = pattern.startsWith('/') ? pattern.slice(1) : `etc/${pattern}`;
  // A pattern may match nothing, a name may not; names with a dot in front are passed over, as glob(3) does.
  const found = findFiles(files, [path]).filter((name) => files.read(name).state === 'text').sort();
  return found.length === 0 && !/[*?[]/.test(path) ? undefined : found.slice(0, maxFiles);
}

/** Every file that the files lead to, theirs too. */
export function allIncluded(files: FileSet, from: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const waiting = [...from];
  for (let path = waiting.shift(); path !== undefined && seen.size < maxFiles; path = waiting.shift()) {
    const read = files.read(path);
    if (seen.has(path) || read.state !== 'text') continue;
    seen.add(path);
    for (const [, pattern] of read.text.matchAll(/^[ \t]*include[ \t]+"([^"\n]+)"/gm)) waiting.push(...(includedFiles(files, pattern!) ?? []));
  }
  return [...seen].filter((path) => !from.includes(path));
}
