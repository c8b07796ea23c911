import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { diskFiles, memoryFiles, singleFile, type FileSet } from '../base/file-set.ts';
import { compareText } from '../base/origin.ts';
import { UsageError, type Io } from './command.ts';

/** One host to read, or one spec, as the user's PATHs name them. */
export type Input =
  | { readonly kind: 'host'; readonly name: string; readonly files: FileSet; /** A path below the root as the current folder would open it. */ readonly open: (file: string) => string; /** The root on disk and how the user names it, where the files are just what lies there: another thread can read them, too. */ readonly disk?: { readonly folder: string; readonly shown: string } }
  | { readonly kind: 'spec'; readonly file: string; readonly bytes?: Uint8Array };

/** An input that could not be opened: exit 3. */
export interface Unopened {
  readonly path: string;
  readonly note: string;
}

/** What belongs in an etc folder of an LVS host: tells a copied etc under another name from a folder of loose files. */
const etcMarks = ['init.d', 'rc.d', 'sysctl.conf', 'sysctl.d', 'sysconfig', 'network', 'netplan', 'keepalived', 'ha.d', 'modules-load.d', 'systemd'];

/** Turns operands into inputs. A folder named `etc` is a host whose root is its parent; a folder with an `etc` is a root; else its children may be roots; else its files are taken one by one. */
export async function findInputs(operands: readonly string[], stdinFilename: string | undefined, io: Io): Promise<{ readonly inputs: readonly Input[]; readonly unopened: readonly Unopened[] }> {
  const inputs: Input[] = [];
  const unopened: Unopened[] = [];
  for (const operand of operands) {
    if (operand === '-') {
      if (stdinFilename === undefined) throw new UsageError('- needs --stdin-filename: what is it, as a path below the root (etc/init.d/ipvs)?');
      const bytes = await io.stdin();
      inputs.push(
        isSpecName(stdinFilename)
          ? { kind: 'spec', file: stdinFilename, bytes }
          : { kind: 'host', name: hostOfFile(stdinFilename), files: memoryFiles('.', new Map([[stdinFilename, bytes]]), { only: stdinFilename }), open: asNamed },
      );
      continue;
    }
    const { name, path } = splitName(operand);
    try {
      const status = statSync(resolve(io.cwd, path));
      if (status.isDirectory()) inputs.push(...folderInputs(path, name, io.cwd));
      else if (isSpecName(path)) inputs.push({ kind: 'spec', file: path });
      else inputs.push({ kind: 'host', name: name ?? hostOfFile(path), files: singleFile(resolve(io.cwd, path), path), open: asNamed });
    } catch (error) {
      unopened.push({ path, note: reason(error) });
    }
  }
  return { inputs: distinctNames(inputs), unopened };
}

/** `web1=/srv/web1`: a host name, then the path. A path that holds `=` wins when it is there as a whole. */
function splitName(operand: string): { readonly name?: string; readonly path: string } {
  const match = /^([A-Za-z0-9][A-Za-z0-9._-]*)=(.+)$/s.exec(operand);
  return match ? { name: match[1]!, path: match[2]! } : { path: operand };
}

function folderInputs(path: string, name: string | undefined, cwd: string): readonly Input[] {
  const full = resolve(cwd, path);
  const names = readdirSync(full).sort(compareText);
  if (basename(full) === 'etc') return [rootInput(dirname(full), dirname(path === '.' ? full : path.replace(/\/+$/, '')), name)];
  if (names.includes('etc') && isFolder(join(full, 'etc'))) return [rootInput(full, path, name)];
  const hosts = names.filter((child) => isFolder(join(full, child, 'etc')));
  if (hosts.length > 0) return hosts.map((child) => rootInput(join(full, child), join(path, child), undefined));
  if (names.some((child) => etcMarks.includes(child))) return [etcInput(full, path, name)];
  return names
    .filter((child) => !child.startsWith('.') && isFile(join(full, child)))
    .map((child): Input => (isSpecName(child) ? { kind: 'spec', file: join(path, child) } : { kind: 'host', name: child, files: singleFile(join(full, child), join(path, child)), open: asNamed }));
}

function rootInput(full: string, shown: string, name: string | undefined): Input {
  const files = diskFiles(full);
  return { kind: 'host', name: name ?? (basename(full) || hostnameOf(files) || 'localhost'), files: { ...files, root: shown }, open: (file) => join(shown, file), disk: { folder: full, shown } };
}

/** A copied etc folder under another name: its files stand below `etc/` for the model, and at their own place for the reader of a report. */
function etcInput(full: string, shown: string, name: string | undefined): Input {
  const below = diskFiles(full);
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
  };
  return { kind: 'host', name: name ?? basename(full), files, open: (file) => join(shown, strip(file) ?? file) };
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
