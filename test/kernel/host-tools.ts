/** What this machine must have before a guest can be built and run, and how to get it where it is a Debian. */
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Raised when the machine cannot run the kernel tests; the message says what to install. */
export class HostLacks extends Error {}

/** A program that is called, and the Debian package that brings it. */
const needed: Readonly<Record<string, string>> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  'apt-get': 'apt',
  'dpkg-deb': 'dpkg',
  tar: 'tar',
};

const onPath = (program: string): boolean =>
  `${process.env['PATH'] ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** The Debian packages that are missing here, for running alone or for building the guest as well. */
export const missingPackages = (building: boolean): readonly string[] =>
  Object.entries(needed)
    .filter(([program]) => building || program === 'qemu-system-x86_64')
    .filter(([program]) => !onPath(program))
    .map(([, name]) => name);

/** Runs `apt-get update`, and installs `names` where any are given. Throws HostLacks when apt-get fails. */
export const install = (names: readonly string[]): void => {
  const apt = (...words: readonly string[]): void => {
    const { status } = spawnSync('apt-get', words, { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
    if (status !== 0) throw new HostLacks(`apt-get ${words.join(' ')} failed with ${status}`);
  };
  apt('-qq', 'update');
  if (names.length > 0) apt('-qq', 'install', '-y', '--no-install-recommends', ...names);
};

/** Makes sure that everything is here: installs it when `installs`, else throws HostLacks with the line to type. */
export const requireTools = ({ building, installs }: { readonly building: boolean; readonly installs: boolean }): void => {
  const missing = missingPackages(building);
  if (missing.length === 0) return;
  if (missing.includes('apt')) throw new HostLacks('the guest is built from Debian packages: run this on a Debian (or in a Debian container)');
  if (!installs) {
    throw new HostLacks(
      `missing here: ${missing.join(' ')}\n  apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}\nor let this program do it: npm run test:kernel -- --install`,
    );
  }
  install(missing);
};

/** The host's machine name as Debian writes it; the guest is amd64 whatever the host is. */
export const hostArchitecture = (): string => execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim();
