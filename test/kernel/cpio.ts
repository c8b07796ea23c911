/**
 * The kernel's own archive format for an initial RAM file system ("newc", Documentation/driver-api/early-userspace/buffer-format.rst).
 * Written here, so that neither cpio nor root is needed: owners are always root, and device nodes need no mknod.
 */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** One member of an archive; `name` has no leading slash, `mode` holds the file type and the permissions. */
export interface Member {
  readonly name: string;
  readonly mode: number;
  readonly content?: Buffer;
  /** A character device's major and minor number. */
  readonly device?: readonly [number, number];
}

const typeOf = { file: 0o100000, directory: 0o040000, link: 0o120000, character: 0o020000 } as const;

/** A regular file; its permissions default to those of a page to read. */
export const file = (name: string, content: string | Buffer, permissions = 0o644): Member => ({ name, mode: typeOf.file | permissions, content: Buffer.from(content) });

/** A folder; members below it must come after it. */
export const directory = (name: string): Member => ({ name, mode: typeOf.directory | 0o755 });

/** A symbolic link to `target`. */
export const link = (name: string, target: string): Member => ({ name, mode: typeOf.link | 0o777, content: Buffer.from(target) });

/** A character device, such as the console that the kernel opens before any program runs. */
export const characterDevice = (name: string, major: number, minor: number): Member => ({ name, mode: typeOf.character | 0o600, device: [major, minor] });

const hex = (value: number): string => value.toString(16).padStart(8, '0').toUpperCase();

const padding = (length: number): Buffer => Buffer.alloc((4 - (length % 4)) % 4);

const pack = ({ name, mode, content = Buffer.alloc(0), device = [0, 0] }: Member, inode: number): Buffer => {
  const path = Buffer.from(`${name}\0`);
  const links = (mode & 0o170000) === typeOf.directory ? 2 : 1;
  const fields = [inode, mode, 0, 0, links, 0, content.length, 0, 0, device[0], device[1], path.length, 0];
  const head = Buffer.from(`070701${fields.map(hex).join('')}`);
  return Buffer.concat([head, path, padding(head.length + path.length), content, padding(content.length)]);
};

/** The archive of `members`, ended by the trailer; its length is a multiple of 512, so that a second one can follow. */
export const archive = (members: readonly Member[]): Buffer => {
  const parts = members.map((member, index) => pack(member, index + 1));
  parts.push(pack({ name: 'TRAILER!!!', mode: 0 }, 0));
  const bytes = Buffer.concat(parts);
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
};

/** The folders that lead to each of `paths`, parents first, each once. */
export const foldersOf = (paths: Iterable<string>): readonly string[] => {
  const folders = new Set<string>();
  for (const path of paths) {
    const parts = path.split('/').slice(0, -1);
    parts.forEach((_, index) => folders.add(parts.slice(0, index + 1).join('/')));
  }
  return [...folders].sort();
};

/** Everything below `root` on disk, parents first, in the order of names. Sockets, pipes and devices are left out. */
export const membersOf = (root: string, below = ''): readonly Member[] =>
  readdirSync(join(root, below))
    .sort()
    .flatMap((entry): readonly Member[] => {
      const name = below === '' ? entry : `${below}/${entry}`;
      const path = join(root, name);
      const status = lstatSync(path);
      if (status.isSymbolicLink()) return [link(name, readlinkSync(path))];
      if (status.isDirectory()) return [directory(name), ...membersOf(root, name)];
      return status.isFile() ? [file(name, readFileSync(path), status.mode & 0o777)] : [];
    });
