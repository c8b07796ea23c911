import { createTar, parseTar } from 'nanotar';
import { sealOf } from './banner.ts';
import type { RenderedFile } from './render.ts';

/** The files of one host as a tar to be unpacked at its root: root's, with their modes, and the same bytes for the same files. `epoch`: seconds since 1970. */
export function archiveOf(files: readonly RenderedFile[], epoch: number): Uint8Array {
  const entries = files.map(({ path, mode, text }) => ({ name: path, data: text, attrs: { mode: mode.toString(8).padStart(7, '0'), uid: 0, gid: 0, user: 'root', group: 'root', mtime: epoch * 1000 } }));
  const tar = createTar(entries);
  // An archive ends with two empty blocks.
  const whole = new Uint8Array(tar.length + 1024);
  whole.set(tar);
  return whole;
}

/** Whether an archive holds nothing but files as they were rendered. */
export function isArchiveOfOurs(bytes: Uint8Array): boolean {
  try {
    const entries = parseTar(bytes.slice().buffer);
    // What can hold no banner lies beside the file that seals it.
    return entries.length > 0 && entries.some(({ data }) => sealOf(new TextDecoder().decode(data)) === 'intact') && entries.every(({ data }) => sealOf(new TextDecoder().decode(data)) !== 'changed');
  } catch {
    return false;
  }
}
