/** `oracle.txt`: what the daemons say of each case of a rule. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ask, type Answer, type Daemon, type Question } from './ask.ts';
import { askedDigest, askedOf, type Asked } from './digest.ts';

const told = ({ said }: Answer): readonly string[] => said.map(({ line, file, text }) => `    ${file === undefined ? '' : `${file} `}${line === undefined ? '' : `line ${line}: `}${text}`);

const commands: Readonly<Record<Daemon, string>> = { keepalived: 'keepalived -t', ldirectord: 'ldirectord status' };

/** The cards that a host has: those that its network files name, or where it has none of these, those that keepalived.conf names. */
export const devicesOf = (folder: string): readonly string[] => {
  const etc = join(folder, '..');
  const text = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
  const named = new Set([...text.matchAll(/(?:^|\s)(?:interface|dev|lvs_sync_daemon|lvs_sync_daemon_interface|default_interface)\s+([a-z][a-z0-9.-]{1,14})\b/g)].map((match) => match[1]!));
  for (const list of text.matchAll(/track_interface\s*\{([^}]*)\}/g)) for (const word of list[1]!.matchAll(/^\s*([a-z][a-z0-9.-]{1,14})\b/gm)) named.add(word[1]!);
  const network = ['network', 'netplan', 'systemd/network', 'sysconfig/network-scripts', 'NetworkManager'].map((name) => join(etc, name)).filter((path) => existsSync(path));
  if (network.length === 0) return [...named].filter((name) => !/^peer\d|^lo$/.test(name)).sort();
  const words = network.flatMap((path) => readdirSync(path, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name), 'utf8')}`)).join('\n');
  return [...named].filter((name) => name !== 'lo' && words.includes(name)).sort();
};

const questionOf = ({ daemon, folder }: Asked): Question => ({ daemon, folder: resolve(folder), devices: daemon === 'keepalived' ? devicesOf(folder) : [] });

/** The text of a rule's `oracle.txt` as it would be today. `versions`: of the daemons here. */
export const recordOf = (rule: string, versions: Readonly<Record<Daemon, string>>): string => {
  const asked = askedOf(rule);
  const answers = ask(asked.map(questionOf));
  const used = [...new Set(asked.map(({ daemon }) => daemon))].sort();
  const cases = [...new Set(asked.map((one) => one.case))].map((name) => {
    const rows = asked.flatMap((one, index) => (one.case === name ? [`  ${one.host}: ${commands[one.daemon]}: exit ${answers[index]!.exit}`, ...told(answers[index]!)] : []));
    return `${name}\n${rows.join('\n')}\n`;
  });
  return `Asked by npm run test:oracle -- --accept ${rule}\n${used.map((daemon) => `${daemon} ${versions[daemon]}\n`).join('')}trees: sha256 ${askedDigest(rule)}\n\n${cases.join('\n')}`;
};
