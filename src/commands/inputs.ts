import { closeSync, constants, lstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { diskFiles, memoryFiles, singleFile, type FileSet } from '../base/file-set.ts';
import { compareText } from '../base/origin.ts';
import { UsageError, type Io } from './command.ts';
import type { CarriedHost } from './facts-read.ts';

/** One host to read, or one spec, as the user's PATHs name them. */
export type Input =
  | { readonly kind: 'host'; readonly name: string; readonly files: FileSet; /** A path below the root as the current folder would open it. */ readonly open: (file: string) => string; /** The root on disk and how the user names it, where the files are just what lies there: another thread can read them, too. */ readonly disk?: { readonly folder: string; readonly shown: string }; /** Of a host that comes as facts. */ readonly carried?: CarriedHost; /** The file on disk that the host was unpacked from: an archive, or facts. */ readonly packedIn?: string }
  | { readonly kind: 'spec'; readonly file: string; readonly bytes?: Uint8Array };

/** An input that could not be opened: exit 3. */
export interface Unopened {
  readonly path: string;
  readonly note: string;
}

/** Larger files of facts are not read: a string of V8 ends there. */
export const maxFactsBytes = 400 * 1024 * 1024;

/** What belongs in an etc folder of an LVS host: tells a copied etc under another name from a folder of loose files. */
const etcMarks = ['init.d', 'rc.d', 'sysctl.conf', 'sysctl.d', 'sysconfig', 'network', 'netplan', 'keepalived', 'ha.d', 'modules-load.d', 'systemd'];

/** Turns operands into inputs. A folder named `etc` is a host whose root is its parent; a folder with an `etc` is a root; else folders below it may be roots; else all files below it are taken one by one. */
export async function findInputs(operands: readonly string[], stdinFilename: string | undefined, io: Io): Promise<{ readonly inputs: readonly Input[]; readonly unopened: readonly Unopened[] }> {
  const inputs: Input[] = [];
  const unopened: Unopened[] = [];
  for (const operand of operands) {
    if (operand === '-') {
      if (stdinFilename === undefined) throw new UsageError('- needs --stdin-filename: what is it, as a path below the root (etc/init.d/ipvs)?');
      inputs.push(...(await unpacked([givenInput(stdinFilename, await io.stdin(isSpecName(stdinFilename) ? maxFactsBytes : undefined))], undefined, io)));
      continue;
    }
    const { name, path } = splitName(operand);
    try {
      const status = statSync(resolve(io.cwd, path));
      if (status.isDirectory()) {
        const found = folderInputs(path, name, io.cwd);
        if (found.length === 0) unopened.push({ path, note: 'no file is in it' });
        inputs.push(...(await unpacked(found, undefined, io)));
      } else inputs.push(...(await unpacked([isSpecName(path) ? { kind: 'spec', file: path } : { kind: 'host', name: name ?? hostOfFile(path), files: singleFile(resolve(io.cwd, path), path), open: asNamed }], name, io)));
    } catch (error) {
      if (error instanceof Error && error.name === 'UsageError') throw error;
      unopened.push({ path, note: reason(error) });
    }
  }
  return { inputs: distinctNames(inputs), unopened };
}

function givenInput(name: string, bytes: Uint8Array): Input {
  if (isSpecName(name)) return { kind: 'spec', file: name, bytes };
  return { kind: 'host', name: hostOfFile(name), files: memoryFiles('.', new Map([[name, bytes]]), { only: name }), open: asNamed };
}

/** JSON that holds facts becomes the hosts that it tells of, and so does a tar; what else is JSON is a spec. */
async function unpacked(inputs: readonly Input[], name: string | undefined, io: Io): Promise<readonly Input[]> {
  const all: Input[] = [];
  for (const input of inputs) {
    const from = (file: string, found: readonly Input[]): readonly Input[] => found.map((one) => (one.kind === 'host' ? { ...one, packedIn: resolve(io.cwd, file) } : one));
    if (input.kind === 'host' && input.files.only !== undefined && isTarName(input.files.only)) all.push(...from(input.files.only, await (await import('./packed.ts')).tarInputs(resolve(io.cwd, input.files.only), input.files.only, name)));
    else if (input.kind === 'spec' && mayBeFacts(input, io.cwd)) all.push(...from(input.file, (await (await import('./packed.ts')).factsInputs(input, name, io.cwd)) ?? [input]));
    else all.push(input);
  }
  return all;
}

/** A look at the first bytes spares specs the way through the reader of facts, which has its own bundle. */
function mayBeFacts({ file, bytes }: Extract<Input, { kind: 'spec' }>, cwd: string): boolean {
  const start = bytes ? Buffer.from(bytes.subarray(0, 4096)) : startOf(resolve(cwd, file), 4096);
  return /"hosts"\s*:/.test(start.toString('latin1'));
}

function startOf(path: string, size: number): Buffer {
  let handle: number | undefined;
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const buffer = Buffer.alloc(size);
    return buffer.subarray(0, readSync(handle, buffer, 0, size, 0));
  } catch {
    // Whoever reads it as a spec tells why it cannot be read.
    return Buffer.alloc(0);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function isTarName(path: string): boolean {
  return /\.(?:tar|tar\.gz|tgz|tar\.xz|txz|tar\.zst)$/i.test(path);
}

/** `web1=/srv/web1`: a host name, then the path. A path that holds `=` wins when it is there as a whole. */
function splitName(operand: string): { readonly name?: string; readonly path: string } {
  const match = /^([A-Za-z0-9][A-Za-z0-9._-]*)=(.+)$/s.exec(operand);
  return match ? { name: match[1]!, path: match[2]! } : { path: operand };
}

function folderInputs(path: string, name: string | undefined, cwd: string): readonly Input[] {
  const full = resolve(cwd, path);
  const files = (folder: string): FileSet => diskFiles(join(full, folder));
  if (basename(full) === 'etc') return [rootInput(diskFiles(dirname(full)), dirname(path === '.' ? full : path.replace(/\/+$/, '')), name ?? basename(dirname(full)), { folder: dirname(full) })];
  return treeInputs({ names: (folder) => readdirSync(join(full, folder)).sort(compareText), isFolder: (below) => isFolder(join(full, below)), isLink: (below) => isLink(join(full, below)), isFile: (below) => isFile(join(full, below)), files, file: (below, shown) => singleFile(join(full, below), shown), folder: full }, path, name ?? basename(full));
}

/** A folder of a disk or of an archive, with the paths below it. */
export interface Tree {
  names(folder: string): readonly string[];
  isFolder(path: string): boolean;
  isLink(path: string): boolean;
  isFile(path: string): boolean;
  /** The host whose root is this folder. */
  files(folder: string): FileSet;
  /** A file by itself, as it is shown to the user. */
  file(path: string, shown: string): FileSet;
  /** The folder on disk, where it is one. */
  readonly folder?: string;
}

/** The hosts of a folder: it is a root where it holds an `etc`; else it may be a copied etc; else folders below it may be roots; else the files below it are taken one by one. */
export function treeInputs(tree: Tree, path: string, name: string): readonly Input[] {
  const disk = (below: string): { readonly folder: string } | undefined => (tree.folder === undefined ? undefined : { folder: join(tree.folder, below) });
  if (isRoot(tree, '')) return [rootInput(tree.files(''), path, name, disk(''))];
  const names = tree.names('');
  if (names.some((child) => etcMarks.includes(child)) && !names.some((child) => isRoot(tree, child))) return [etcInput(tree.files(''), path, name)];
  const folders = foldersBelow(tree);
  const hosts = folders.filter((folder) => isRoot(tree, folder));
  if (hosts.length > 0) return hosts.map((folder) => rootInput(tree.files(folder), join(path, folder), basename(folder), disk(folder)));
  return ['', ...folders]
    .flatMap((folder) => namesOf(tree, folder).filter((child) => !child.startsWith('.')).map((child) => join(folder, child)))
    .filter((below) => tree.isFile(below))
    .slice(0, maxFolders)
    .map((below): Input => (isSpecName(below) && tree.folder !== undefined ? { kind: 'spec', file: join(path, below) } : { kind: 'host', name: below, files: tree.file(below, join(path, below)), open: asNamed }));
}

function isRoot(tree: Tree, folder: string): boolean {
  return tree.isFolder(join(folder, 'etc'));
}

/** So deep and so many folders are looked at: what is larger is no collection of hosts. */
const maxDepth = 6;
const maxFolders = 20_000;

/** The folders below a tree's root, level by level; those of programs apart, and without what lies below a root. Links to folders lead to hosts only in the first level, as somebody may have collected them so. */
function foldersBelow(tree: Tree): readonly string[] {
  const found: string[] = [];
  let level = [''];
  for (let depth = 1; depth <= maxDepth && found.length < maxFolders; depth++) {
    const next = level.flatMap((folder) =>
      namesOf(tree, folder)
        .filter((child) => !child.startsWith('.') && child !== 'node_modules')
        .map((child) => join(folder, child))
        .filter((below) => tree.isFolder(below) && (!tree.isLink(below) || (depth === 1 && isRoot(tree, below)))),
    );
    found.push(...next);
    level = next.filter((folder) => !isRoot(tree, folder));
  }
  return found.slice(0, maxFolders);
}

/** A folder below the one that the user named may be closed to him: what is in it is not his to judge. */
function namesOf(tree: Tree, folder: string): readonly string[] {
  try {
    return tree.names(folder);
  } catch (error) {
    if (folder === '') throw error;
    return [];
  }
}

function rootInput(files: FileSet, shown: string, name: string, disk: { readonly folder: string } | undefined): Input {
  return { kind: 'host', name: name || hostnameOf(files) || 'localhost', files: { ...files, root: shown }, open: (file) => join(shown, file), ...(disk && { disk: { ...disk, shown } }) };
}

/** A copied etc folder under another name: its files stand below `etc/` for the model, and at their own place for the reader of a report. */
function etcInput(below: FileSet, shown: string, name: string): Input {
  const strip = (path: string): string | undefined => (path === 'etc' ? '' : path.startsWith('etc/') ? path.slice(4) : undefined);
  const files: FileSet = {
    root: shown,
    whole: true,
    read(path) {
      const inner = strip(path);
      const read = inner === undefined ? ({ state: 'absent', path } as const) : below.read(inner);
      return read.state === 'text' ? { ...read, path, real: `etc/${read.real}` } : { ...read, path };
    },
    list: (folder) => (folder === '' ? ['etc'] : below.list(strip(folder) ?? '\0')),
    unlistable: () => (below.unlistable?.() ?? []).map((folder) => (folder === '' ? 'etc' : `etc/${folder}`)),
  };
  return { kind: 'host', name, files, open: (file) => join(shown, strip(file) ?? file) };
}

function hostnameOf(files: FileSet): string | undefined {
  const read = files.read('etc/hostname');
  return read.state === 'text' ? /^[A-Za-z0-9][A-Za-z0-9-]*/.exec(read.text.trim())?.[0] : undefined;
}

/** The folder above `etc` names the host of a single file; without one, the file itself does. */
function hostOfFile(path: string): string {
  const above = /([^/]+)\/etc\//.exec(path)?.[1];
  return above && /^[A-Za-z0-9]/.test(above) ? above : basename(path);
}

function isSpecName(path: string): boolean {
  return path.endsWith('.json');
}

/** Two inputs of one name would be one host to a reader: later ones get their path. */
export function distinctNames<I extends Input>(inputs: readonly I[]): readonly I[] {
  const taken = new Set<string>();
  return inputs.map((input) => {
    if (input.kind === 'spec') return input;
    const name = taken.has(input.name) ? nextFree(input.name, taken) : input.name;
    taken.add(name);
    return { ...input, name };
  });
}

function nextFree(name: string, taken: ReadonlySet<string>): string {
  let number = 2;
  while (taken.has(`${name}-${number}`)) number++;
  return `${name}-${number}`;
}

function asNamed(file: string): string {
  return file;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Why a path could not be opened, in words. */
export function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  const words: Readonly<Record<string, string>> = { ENOENT: 'there is no such file or folder', EACCES: 'permission denied', ELOOP: 'a loop of symbolic links', ENOTDIR: 'a part of the path is no folder' };
  return (code && words[code]) ?? (error instanceof Error ? error.message : String(error));
}
