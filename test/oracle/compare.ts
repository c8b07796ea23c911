/** Lint beside the daemons, over every file of a daemon in fixtures, the samples that the packages bring, and mutations of them: who refuses what. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { diskFiles } from '../../src/base/file-set.ts';
import { inReleases, lookAt } from '../../src/commands/look.ts';
import type { Releases } from '../../src/lint/versions.ts';
import { ask, versionOf, type Answer, type Daemon } from './ask.ts';
import { differenceIn, judgeKeepalived, judgeLdirectord, type Ours } from './agree.ts';
import { devicesOf } from './record.ts';
import { mutations, shuffled } from './subjects.ts';

export interface Compared {
  /** Files on which both say the same, or differ as it is documented. */
  readonly agreed: number;
  /** A line or more a file: which, what the daemon says, what we say. */
  readonly wrong: readonly string[];
  readonly notes: readonly string[];
}

/** One file to ask about; what lies beside it in its folder comes along. */
interface Subject {
  readonly daemon: Daemon;
  readonly name: string;
  readonly from: string;
  readonly text: string;
}

const mains: Readonly<Record<Daemon, string>> = { keepalived: 'etc/keepalived/keepalived.conf', ldirectord: 'etc/ha.d/ldirectord.cf' };

const below = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort() : []);

const corpus = (): readonly Subject[] => {
  const found = (daemon: Daemon, path: string): Subject => ({ daemon, name: path, from: dirname(path), text: readFileSync(path, 'utf8') });
  return [
    ...below('fixtures').filter((path) => path.endsWith('/keepalived.conf')).map((path) => found('keepalived', path)),
    ...below('/usr/share/doc/keepalived/samples').filter((path) => /keepalived\.conf/.test(path)).map((path) => ({ ...found('keepalived', path), from: '' })),
    ...below('fixtures').filter((path) => path.endsWith('/ldirectord.cf')).map((path) => found('ldirectord', path)),
  ];
};

/** Lays the subject out as the only file of a host, with what it includes. */
const layOut = (root: string, { daemon, from, text }: Subject): void => {
  const main = join(root, mains[daemon]);
  mkdirSync(dirname(main), { recursive: true });
  for (const path of from === '' ? [] : below(from)) {
    const to = join(dirname(main), path.slice(from.length + 1));
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(path, to);
  }
  writeFileSync(main, text);
};

let known: Releases | undefined;

/** Lint is asked about the release that answers here. */
const installed = (): Releases => {
  const keepalived = versionOf('keepalived');
  return (known ??= keepalived === undefined ? {} : { keepalived });
};

const oursOf = (root: string, daemon: Daemon): Ours => {
  const { verdict, hosts } = inReleases(lookAt([{ name: 'lvs1', files: diskFiles(root) } as never], undefined), installed());
  return {
    findings: verdict.findings.map(({ rule, at, related }) => ({ rule, line: at.line, lines: [at.line, ...(related ?? []).flatMap((one) => ('line' in one.at ? [one.at.line] : []))], main: at.file === mains[daemon] })),
    unread: hosts.flatMap(({ log }) => log.unread).map(({ at }) => at.line),
  };
};

const batch = 200;

/** ldirectord is a Perl program that loads for a third of a second: it is asked about fewer files. */
const slower = 4;

const compare = (subjects: readonly Subject[]): Compared => {
  const wrong: string[] = [];
  const documented = new Map<string, number>();
  let agreed = 0;
  for (let start = 0; start < subjects.length; start += batch) {
    const part = subjects.slice(start, start + batch);
    const home = mkdtempSync(join(tmpdir(), 'oracle-files-'));
    try {
      const roots = part.map((_, index) => join(home, `${index}`));
      part.forEach((subject, index) => layOut(roots[index]!, subject));
      const answers = ask(part.map(({ daemon }, index) => ({ daemon, folder: dirname(join(roots[index]!, mains[daemon])), devices: daemon === 'keepalived' ? devicesOf(dirname(join(roots[index]!, mains[daemon]))) : [] })));
      part.forEach((subject, index) => {
        const answer = answers[index]!;
        const quarrels = (subject.daemon === 'keepalived' ? judgeKeepalived : judgeLdirectord)(answer, oursOf(roots[index]!, subject.daemon), subject.text);
        const open = quarrels.filter((quarrel) => {
          const known = differenceIn(subject.daemon, quarrel);
          if (known !== undefined) documented.set(known, (documented.get(known) ?? 0) + 1);
          return known === undefined;
        });
        if (open.length === 0) agreed++;
        else wrong.push(...show(subject, answer, open, process.env['ORACLE_KEEP']));
      });
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  }
  return { agreed, wrong, notes: [...documented].sort().map(([why, times]) => `${times} times as documented: ${why}`) };
};

const show = (subject: Subject, _answer: Answer, quarrels: readonly { readonly text: string }[], keep: string | undefined): readonly string[] => {
  const name = subject.name.replace(/[^\w.-]+/g, '_');
  if (keep !== undefined) {
    mkdirSync(keep, { recursive: true });
    writeFileSync(join(keep, name), subject.text);
  }
  return [`FAIL ${subject.name}`, ...quarrels.map(({ text }) => `     ${text}`)];
};

/** The corpus of both daemons, or as many of its files as asked, and of each daemon as many mutations. */
export const compareAll = ({ files, mutations: count, seed }: { readonly files: number; readonly mutations: number; readonly seed: number }): Compared => {
  const subjects = shuffled(corpus(), seed);
  const parts = [subjects.slice(0, files), ...(['keepalived', 'ldirectord'] as const).map((daemon) => mutations(subjects.filter((subject) => subject.daemon === daemon), daemon === 'keepalived' ? count : Math.ceil(count / slower), seed))].map(compare);
  return { agreed: parts.reduce((total, part) => total + part.agreed, 0), wrong: parts.flatMap(({ wrong }) => wrong), notes: parts.flatMap(({ notes }) => notes) };
};
