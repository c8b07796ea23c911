/**
 * Builds the guest, once for a list of packages: Debian's cloud kernel and a user land, as `vmlinuz` and `base.cpio` in the cache.
 * The packages come through apt-get with a status file of their own, so that the whole closure is fetched whatever this machine
 * has installed; nothing is installed, and no root is needed.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { archive, characterDevice, membersOf } from './cpio.ts';
import { HostLacks, hostArchitecture, install, requireTools } from './host-tools.ts';
import { alternatives, guestKey, guestPackages, keptModules, notUnpacked } from './packages.ts';

/** A guest that is ready to boot. */
export interface Guest {
  readonly kernel: string;
  readonly base: string;
  /** The kernel's release, as `uname -r` prints it. */
  readonly release: string;
}

/** `.cache/kernel` of the project: guests, and the logs of the last run. */
export const cacheFolder = join(import.meta.dirname, '..', '..', '.cache', 'kernel');

const aptOptions = (folder: string): readonly string[] => [
  '-qq',
  '-y',
  '-d',
  '-o',
  `Dir::State::status=${join(folder, 'status')}`,
  '-o',
  `Dir::Cache::archives=${join(folder, 'debs')}`,
  '-o',
  'Debug::NoLocking=1',
  '-o',
  'APT::Install-Recommends=false',
  '-o',
  'APT::Architecture=amd64',
  ...(process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : []),
];

const fetchPackages = (folder: string, installs: boolean): readonly string[] => {
  mkdirSync(join(folder, 'debs', 'partial'), { recursive: true });
  writeFileSync(join(folder, 'status'), '');
  const fetch = (): void => {
    execFileSync('apt-get', [...aptOptions(folder), 'install', ...guestPackages], { stdio: ['ignore', 'ignore', 'pipe'] });
  };
  try {
    fetch();
  } catch (error) {
    const said = String((error as { readonly stderr?: Buffer }).stderr ?? error).trim();
    // Fresh containers have no package lists, and old lists name versions that the mirror has dropped.
    if (!installs) throw new HostLacks(`apt-get cannot fetch the guest's packages:\n${said}\n  apt-get update\nor let this program do it: npm run test:kernel -- --install`);
    install([]);
    fetch();
  }
  return readdirSync(join(folder, 'debs')).filter((name) => name.endsWith('.deb'));
};

/** One tree with /bin, /sbin and /lib as links into /usr, whatever the packages themselves hold. */
const unpack = async (folder: string, debs: readonly string[]): Promise<string> => {
  const root = join(folder, 'root');
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
  const noise = [
    './usr/share/doc',
    './usr/share/man',
    './usr/share/locale',
    './usr/share/info',
    './usr/share/lintian',
    './usr/share/bash-completion',
    './usr/lib/udev',
    '*/gconv',
    './usr/share/zoneinfo',
    './usr/share/locale',
    './usr/share/perl5',
    './usr/share/i18n',
    './usr/share/vim',
    './usr/lib/systemd',
    './lib/systemd',
    './lib/udev',
    './boot/System.map*',
  ];
  for (const deb of debs.filter((name) => !notUnpacked.includes(name.split('_')[0] ?? ''))) {
    const command = `dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink --no-same-owner -C "$2" ${noise.map((path) => `--exclude='${path}'`).join(' ')}`;
    await promisify(execFile)('bash', ['-o', 'pipefail', '-c', command, 'unpack', join(folder, 'debs', deb), root]);
  }
  for (const [name, target] of Object.entries(alternatives)) {
    rmSync(join(root, name), { force: true });
    symlinkSync(target, join(root, name));
  }
  return root;
};

const keepModules = (root: string, release: string): void => {
  const folder = join(root, 'usr/lib/modules', release);
  const prune = (below: string): void => {
    for (const entry of readdirSync(join(folder, 'kernel', below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (keptModules.includes(path.replace(/\.(xz|zst|gz)$/, ''))) continue;
      if (entry.isDirectory() && keptModules.some((kept) => kept.startsWith(`${path}/`))) prune(path);
      else rmSync(join(folder, 'kernel', path), { recursive: true });
    }
  };
  prune('');
  // The packages' own depmod, through the packages' own loader: this machine may have neither kmod nor Debian's C library.
  const libraries = [join(root, 'usr/lib/x86_64-linux-gnu'), join(root, 'usr/lib')].join(':');
  if (hostArchitecture() === 'amd64') {
    execFileSync(join(root, 'usr/lib64/ld-linux-x86-64.so.2'), ['--argv0', 'depmod', '--library-path', libraries, join(root, 'usr/bin/kmod'), '-b', root, release], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
};

const fillEtc = (root: string): void => {
  const pages: Readonly<Record<string, string>> = {
    'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
    'etc/group': 'root:x:0:\n',
    'etc/hosts': '127.0.0.1 localhost\n',
    'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n',
  };
  for (const folder of ['etc', 'root', 'tmp', 'proc', 'sys', 'dev', 'run', 'var/lock', 'lab']) mkdirSync(join(root, folder), { recursive: true });
  for (const [name, content] of Object.entries(pages)) writeFileSync(join(root, name), content);
  rmSync(join(root, 'etc/sysctl.conf'), { force: true });
};

const build = async (folder: string, installs: boolean): Promise<void> => {
  const debs = fetchPackages(folder, installs);
  const root = await unpack(folder, debs);
  const release = readdirSync(join(root, 'usr/lib/modules'))[0];
  if (release === undefined) throw new HostLacks('the kernel package brought no modules');
  keepModules(root, release);
  fillEtc(root);
  renameSync(join(root, 'boot', `vmlinuz-${release}`), join(folder, 'vmlinuz'));
  rmSync(join(root, 'boot'), { recursive: true });
  writeFileSync(join(folder, 'base.cpio'), archive([...membersOf(root), characterDevice('dev/console', 5, 1), characterDevice('dev/null', 1, 3)]));
  writeFileSync(join(folder, 'packages.txt'), `${[...debs].sort().join('\n')}\n`);
  writeFileSync(join(folder, 'release'), release);
  for (const name of ['root', 'debs', 'status']) rmSync(join(folder, name), { recursive: true, force: true });
};

/** The guest for the present list of packages, built when the cache has none. Throws HostLacks with what to install. */
export const prepareGuest = async ({ installs }: { readonly installs: boolean }): Promise<Guest> => {
  const folder = join(cacheFolder, guestKey());
  const ready = existsSync(join(folder, 'release'));
  requireTools({ building: !ready, installs });
  if (!ready) {
    // Built beside its place and then moved, so that a build that was cut off is never taken for a guest.
    const draft = `${folder}.${process.pid}`;
    mkdirSync(draft, { recursive: true });
    try {
      await build(draft, installs);
      if (!existsSync(folder)) renameSync(draft, folder);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  return { kernel: join(folder, 'vmlinuz'), base: join(folder, 'base.cpio'), release: readFileSync(join(folder, 'release'), 'utf8') };
};
