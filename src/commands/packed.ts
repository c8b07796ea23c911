import { readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { archiveFiles, type ArchiveEntry } from '../base/archive-files.ts';
import { memoryFiles } from '../base/file-set.ts';
import { UsageError } from './command.ts';
import { FactsRefused, looksLikeFacts, readFacts } from './facts-read.ts';
import { maxFactsBytes, treeInputs, type Input } from './inputs.ts';
import { readTar, TarRefused } from './tar.ts';

/** Inputs that are packed in one file: archives and facts. A bundle of its own, since most runs have none. */

/** The hosts of a file of facts; undefined where the JSON is something else. Throws UsageError where it is refused. */
export function factsInputs({ file, bytes }: Extract<Input, { kind: 'spec' }>, name: string | undefined, cwd: string): readonly Input[] | undefined {
  const path = resolve(cwd, file);
  if (!bytes && statSync(path).size > maxFactsBytes) throw new UsageError(`${file} has more than ${maxFactsBytes >> 20} MB: give the hosts in several files`);
  let data: unknown;
  try {
    data = JSON.parse(Buffer.from(bytes ?? readFileSync(path)).toString('utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${file} is no whole JSON: ${(error as Error).message}`);
  }
  if (!looksLikeFacts(data)) return undefined;
  try {
    const hosts = readFacts(data);
    if (name !== undefined && hosts.length !== 1) throw new UsageError(`${name}=${file}: ${file} holds the facts of ${hosts.length} hosts, which have their names`);
    return hosts.map((carried) => ({ kind: 'host', name: name ?? carried.name, files: carried.files, open: (below) => (carried.files.only === undefined ? join(carried.files.root, below) : below), carried }));
  } catch (error) {
    if (error instanceof FactsRefused) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}

/** The hosts of a tar, as if it were unpacked in a folder named like it. Throws UsageError where it is refused. */
export async function tarInputs(path: string, shown: string, name: string | undefined): Promise<readonly Input[]> {
  try {
    const archive = await readTar(path);
    const names = (folder: string): readonly string[] => archive.folders.get(folder) ?? [];
    const isFolder = (below: string): boolean => archive.entries.get(below)?.kind === 'folder';
    // A folder that was packed as a whole stands in the way of the hosts within.
    let top = '';
    for (let only = names(top); only.length === 1 && only[0] !== 'etc' && isFolder(join(top, only[0]!)) && !isFolder(join(top, only[0]!, 'etc')); only = names(top)) top = join(top, only[0]!);
    const below = (path: string): string => (top === '' ? path : join(top, path)).replace(/^\.$/, '');
    const inputs = treeInputs(
      {
        names: (folder) => names(below(folder)),
        isFolder: (path) => isFolder(below(path)),
        isLink: (path) => archive.entries.get(below(path))?.kind === 'link',
        isFile: (path) => archive.entries.get(below(path))?.kind === 'file',
        files: (folder) => archiveFiles(shown, archive, below(folder)),
        file: (path, named) => memoryFiles('.', new Map([[named, textOf(archive.entries.get(below(path)))]]), { only: named }),
      },
      shown,
      name ?? basename(shown).replace(/\.(?:tar|tar\.gz|tgz)$/i, ''),
    );
    if (inputs.length === 0) throw new TarRefused('holds no files');
    if (name !== undefined && inputs.length > 1) throw new UsageError(`${name}=${shown}: ${shown} holds ${inputs.length} hosts, which have their names`);
    return inputs.map((input) => (name === undefined || input.kind === 'spec' ? input : { ...input, name }));
  } catch (error) {
    if (error instanceof TarRefused) throw new UsageError(`${shown} ${error.message}`);
    throw error;
  }
}

function textOf(entry: ArchiveEntry | undefined): Uint8Array {
  return entry?.kind === 'file' ? entry.bytes : new Uint8Array();
}
