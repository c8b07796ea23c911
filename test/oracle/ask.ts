/** Asks the daemons themselves: keepalived and ldirectord as the machine has them, each in network and mount namespaces of its own, where nothing but the file in question is seen. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Daemon = 'keepalived' | 'ldirectord';

/** One question: a daemon, and the folder that is to be its own (`etc/keepalived`, `etc/ha.d`). */
export interface Question {
  readonly daemon: Daemon;
  /** Absolute. */
  readonly folder: string;
  /** Network cards that are to be there. */
  readonly devices: readonly string[];
}

/** What the daemon said: its exit and its messages, without doubles, in order. */
export interface Answer {
  readonly exit: number;
  readonly said: readonly Said[];
}

export interface Said {
  /** 1-based line of the file that it names, and that file below the folder where it is not the main one. */
  readonly line?: number;
  readonly file?: string;
  readonly text: string;
}

/** Seconds for one question; a daemon that takes longer answers 124. */
const seconds = 10;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

// A veth pair is there in every kernel that runs containers; dummy is a module that need not be.
const asking = (question: Question, index: number, out: string): string => {
  const { daemon, folder, devices } = question;
  const made = devices.map((device, at) => `ip link add ${quoted(device)} type veth peer name peer${at} && ip link set ${quoted(device)} up && ip link set peer${at} up\n`).join('');
  const gone = devices.map((device) => `ip link del ${quoted(device)}\n`).join('');
  const command =
    daemon === 'keepalived'
      ? `mount --bind ${quoted(folder)} /etc/keepalived\ntimeout ${seconds} keepalived -t >${quoted(join(out, `${index}`))} 2>&1\necho $? >${quoted(join(out, `${index}.exit`))}\numount /etc/keepalived\n`
      : `timeout ${seconds} ldirectord ${quoted(join(folder, 'ldirectord.cf'))} status >${quoted(join(out, `${index}`))} 2>&1\necho $? >${quoted(join(out, `${index}.exit`))}\n`;
  return `${made}${command}${gone}`;
};

/** keepalived reads a file once for each of its processes, and names the file only in one of them. */
const keepalivedSays = (text: string): readonly Said[] => {
  const seen = new Map<string, Said>();
  for (const row of text.split('\n')) {
    const line = row.replace(/^\w{3} \w{3} +\d+ [\d:]+ \d+: /, '').trimEnd();
    if (line === '') continue;
    const match = /^\((?:(\S+): )?Line (\d+)\) ?(.*)$/.exec(line);
    const file = match?.[1]?.replace(/^\/etc\/keepalived\//, '');
    const one: Said = match ? { line: Number(match[2]), ...(file === undefined || file === 'keepalived.conf' ? {} : { file }), text: match[3]!.trim() } : { text: line };
    const key = `${one.line ?? ''} ${one.text}`;
    if (!seen.has(key)) seen.set(key, one);
  }
  return [...seen.values()];
};

const ldirectordSays = (text: string, folder: string): readonly Said[] =>
  text
    .replaceAll(`${folder}/`, '/etc/ha.d/')
    .split(/\n(?!")/)
    .filter((row) => row.trim() !== '')
    .map((row) => {
      const match = /^Error \[\d+\] reading file \S+ at line (\d+): ([\s\S]*)$/.exec(row);
      return match ? { line: Number(match[1]), text: match[2]!.replace(/\s+/g, ' ').replace(/\s+"$/, '"').replace(/"\s+/, '"').trim() } : { text: row.replace(/\[\d+\] /, '').replace(/\s+/g, ' ').trim() };
    })
    .filter(({ text: one }) => !/^ldirectord is stopped for /.test(one));

/** Asks everything in one go, in order. Throws when no namespace can be made. */
export const ask = (questions: readonly Question[]): readonly Answer[] => {
  const out = mkdtempSync(join(tmpdir(), 'oracle-'));
  try {
    const script = join(out, 'ask.sh');
    writeFileSync(script, `mkdir -p /etc/keepalived\nip link set lo up\n${questions.map((question, index) => asking(question, index, out)).join('')}`);
    const { status, stderr } = spawnSync('unshare', ['--net', '--mount', 'bash', script], { encoding: 'utf8' });
    if (status === null || readdirSync(out).length < 3) throw new Error(`unshare: ${stderr.trim() || 'no answer'}`);
    return questions.map(({ daemon, folder }, index) => {
      const text = readFileSync(join(out, `${index}`), 'utf8');
      return { exit: Number(readFileSync(join(out, `${index}.exit`), 'utf8')), said: daemon === 'keepalived' ? keepalivedSays(text) : ldirectordSays(text, folder) };
    });
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
};

/** The version of a daemon on this machine: `2.2.7`, or for ldirectord, which tells none, that of its Debian package. Undefined: it is not here. */
export const versionOf = (daemon: Daemon): string | undefined => {
  if (daemon === 'keepalived') {
    const { status, stderr } = spawnSync('keepalived', ['--version'], { encoding: 'utf8' });
    return status === 0 ? /v(\d[\w.]*)/.exec(stderr)?.[1] : undefined;
  }
  const { status, stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Version}', 'ldirectord'], { encoding: 'utf8' });
  return status === 0 && stdout !== '' ? stdout.replace(/^\d+:|-[^-]*$/g, '') : undefined;
};
