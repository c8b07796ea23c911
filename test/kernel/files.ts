/** Folders of this machine as files of a scene. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { GuestFile } from './scene.ts';

/** Every regular file below `folder` with its permissions, keyed by its path from there with slashes. */
export const filesOf = (folder: string): ReadonlyMap<string, GuestFile> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(folder, path).split(sep).join('/'), { content: readFileSync(path), mode: statSync(path).mode & 0o777 }]),
  );
