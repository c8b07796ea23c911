import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { diskFiles, singleFile, type FileSet } from '../base/file-set.ts';
import { compareText } from '../base/origin.ts';
import { sealOf, sealOfOther } from './banner.ts';
import { manifest } from './manifest.ts';
import type { RenderedFile } from './render.ts';

/** One rendered file beside what lies in its place. `path` is below the out folder: `web1/etc/init.d/real`. */
export type Change =
  | { readonly state: 'same' | 'new'; readonly path: string; readonly file: RenderedFile }
  /** `byHand`: what is there was not rendered, or was changed since. `text` is undefined for what is no text. */
  | { readonly state: 'differs'; readonly path: string; readonly file: RenderedFile; readonly byHand: boolean; readonly text: string | undefined; readonly mode: number }
  | { readonly state: 'blocked'; readonly path: string; readonly file: RenderedFile; readonly reason: string };

/** Compares a tree on disk with rendered files. Never writes, follows no link below `out`. */
export function compareTree(out: string, files: readonly RenderedFile[]): readonly Change[] {
  return files.map((file) => compareFile(out, file));
}

function compareFile(out: string, file: RenderedFile): Change {
  const path = `${file.host}/${file.path}`;
  const blocked = obstacle(out, path);
  if (blocked !== undefined) return { state: 'blocked', path, file, reason: blocked };
  const full = join(out, path);
  const read = singleFile(full).read(full);
  if (read.state === 'absent') return { state: 'new', path, file };
  if (read.state === 'unreadable') {
    if (read.why === 'binary' || read.why === 'too-large') return { state: 'differs', path, file, byHand: true, text: undefined, mode: file.mode };
    return { state: 'blocked', path, file, reason: read.note };
  }
  const mode = read.mode ?? file.mode;
  if (read.text === file.text && read.encoding === 'utf-8' && executable(mode) === executable(file.mode)) return { state: 'same', path, file };
  return { state: 'differs', path, file, byHand: sealAt(out, file, read.text) !== 'intact', text: read.text, mode };
}

/** Whether what lies in a file's place is as it was rendered. */
function sealAt(out: string, { host, path, sealedIn }: RenderedFile, text: string): 'intact' | 'changed' | 'foreign' {
  if (sealedIn === undefined) return sealOf(text);
  const sealing = obstacle(out, `${host}/${sealedIn}`) === undefined ? singleFile(join(out, host, sealedIn)).read(join(out, host, sealedIn)) : undefined;
  return sealing?.state === 'text' ? sealOfOther(sealing.text, path, text) : 'foreign';
}

/** All or none may run it: what a umask takes from the others is the owner's wish. */
function executable(mode: number): boolean {
  return (mode & 0o100) !== 0;
}

/** What on the way to a path would lead elsewhere or cannot be entered. */
export function obstacle(out: string, path: string): string | undefined {
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\0'))) return 'leads out of the folder';
  let here = out;
  for (const [index, part] of parts.entries()) {
    here = join(here, part);
    try {
      const status = lstatSync(here, { throwIfNoEntry: false });
      if (!status) return undefined;
      if (status.isSymbolicLink()) return `${parts.slice(0, index + 1).join('/')} is a symbolic link; lvs-gen writes through none`;
      if (index < parts.length - 1 && !status.isDirectory()) return `${parts.slice(0, index + 1).join('/')} is not a folder`;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOTDIR') return `${out} is not a folder`;
      return `cannot be looked at (${code ?? String(error)})`;
    }
  }
  return undefined;
}

/**
 * Files of ours in a tree that a render no longer makes. `made`: all that it makes, whatever part of it is being written; looked at are the hosts' folders below `out`
 * (`hosts` left out: each of them) and in them only the places that templates go to.
 */
export function staleFiles(out: string, made: readonly { readonly host: string; readonly path: string }[], hosts?: readonly string[]): readonly string[] {
  const current = new Set(made.map(({ host, path }) => `${host}/${path}`));
  const files = diskFiles(out);
  return (hosts ?? files.list(''))
    .flatMap((host) => filesAt(files, host, places))
    .filter((path) => {
      if (current.has(path) || obstacle(out, path) !== undefined) return false;
      const read = files.read(path);
      return read.state === 'text' && sealOf(read.text) !== 'foreign';
    })
    .sort(compareText);
}

/** The places that templates go to, part by part; the last part ends where one is. */
interface Place {
  readonly below: Map<string, Place>;
}

const places: Place = { below: new Map() };
for (const { place } of manifest) {
  let here = places;
  for (const part of place.split('/')) {
    const next = here.below.get(part) ?? { below: new Map<string, Place>() };
    here.below.set(part, next);
    here = next;
  }
}

/** What lies at a place below `folder`, where the `*` in its last part stands for any name. Each folder is listed once. */
function filesAt(files: FileSet, folder: string, { below }: Place): readonly string[] {
  const names = files.list(folder);
  return [...below].flatMap(([part, place]) => {
    if (place.below.size > 0) return names.includes(part) ? filesAt(files, `${folder}/${part}`, place) : [];
    const [before, after] = part.split('*');
    return names.filter((name) => (after === undefined ? name === part : name.startsWith(before!) && name.endsWith(after))).map((name) => `${folder}/${name}`);
  });
}
