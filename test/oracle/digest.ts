/** What an `oracle.txt` is bound to: the trees of the rule's cases that hold a file of a daemon. Nothing in here asks a daemon, so that a house law can import it. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { treeDigest } from '../kernel/digest.ts';
import type { Daemon } from './ask.ts';

/** The families whose rules are about what the daemons read. */
export const families = ['keepalived', 'vrrp', 'ldirectord', 'service', 'persistence', 'fwmark'];

/** One host of a case that has a daemon's file. */
export interface Asked {
  readonly case: string;
  readonly host: string;
  readonly daemon: Daemon;
  /** The folder that is the daemon's own, from the current folder. */
  readonly folder: string;
}

const places: readonly (readonly [Daemon, string, string])[] = [
  ['keepalived', 'etc/keepalived', 'keepalived.conf'],
  ['ldirectord', 'etc/ha.d', 'ldirectord.cf'],
];

const foldersIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => statSync(join(folder, name)).isDirectory())
        .sort()
    : [];

/** Every host of every case of a rule that a daemon can be asked about. */
export const askedOf = (rule: string): readonly Asked[] => {
  if (!families.includes(rule.split('/')[0]!)) return [];
  const root = join('fixtures/rules', rule);
  return foldersIn(root).flatMap((name) =>
    foldersIn(join(root, name)).flatMap((host) =>
      places.filter(([, folder, file]) => existsSync(join(root, name, host, folder, file))).map(([daemon, folder]) => ({ case: name, host, daemon, folder: join(root, name, host, folder) })),
    ),
  );
};

/** The digest of what would be asked today. */
export const askedDigest = (rule: string): string => {
  const hash = createHash('sha256');
  for (const one of askedOf(rule)) hash.update(`${one.case}\0${one.host}\0${one.daemon}\0${treeDigest(one.folder)}\0`);
  return hash.digest('hex');
};

/** The digest that a rule's `oracle.txt` was written with; undefined when there is none. */
export const answeredDigest = (rule: string): string | undefined => {
  const page = join('fixtures/rules', rule, 'oracle.txt');
  return existsSync(page) ? /^trees: sha256 ([0-9a-f]{64})$/m.exec(readFileSync(page, 'utf8'))?.[1] : undefined;
};
