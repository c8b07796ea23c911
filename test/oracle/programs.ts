/** Our readers beside the programs of the formats without a daemon, over the corpus and mutations of it: who takes which line. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { sourceText } from '../../src/base/text.ts';
import { install } from '../kernel/host-tools.ts';
import { absent, formats, type Format } from './formats.ts';
import { intended } from './intended.ts';
import { mutations, shuffled, type Subject } from './subjects.ts';

/** What a program said of a file. */
export interface Said {
  readonly refused: boolean;
  /** Each with the lines that it may be about. */
  readonly complaints: readonly { readonly lines: readonly number[]; readonly text: string; readonly machine: boolean }[];
  readonly text: string;
}

const batch = 100;

// Each question in namespaces of its own, so that nothing is left over for the next.
const asking = ({ ask }: Format): string => `
ulimit -t 20
ip link set lo up 2>/dev/null
for device in eth0 eth1; do ip link add "$device" type veth peer name "peer-$device" 2>/dev/null; done
${ask}
`;

export const askProgram = (format: Format, texts: readonly { readonly name: string; readonly text: string }[]): readonly Said[] => {
  const home = mkdtempSync(join(tmpdir(), 'oracle-programs-'));
  try {
    writeFileSync(join(home, 'ask.sh'), asking(format));
    const paths = texts.map(({ name, text }, index) => {
      const own = join(home, `${index}`);
      mkdirSync(join(own, 'own'), { recursive: true });
      writeFileSync(join(own, name), text);
      return join(own, name);
    });
    const lines = paths.map((path) => `timeout -s KILL 10 unshare --net --mount bash '${home}/ask.sh' '${path}' '${join(path, '..', 'own')}' >'${join(path, '..', 'out')}' 2>&1 </dev/null; echo $? >'${join(path, '..', 'exit')}'`);
    writeFileSync(join(home, 'all.sh'), lines.join('\n'));
    spawnSync('bash', [join(home, 'all.sh')], { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
    return paths.map((path, index) => {
      const text = readFileSync(join(path, '..', 'out'), 'utf8');
      const exit = Number(readFileSync(join(path, '..', 'exit'), 'utf8'));
      const complaints = text.split('\n').flatMap((row) => {
        const found = format.complaint.exec(row)?.groups;
        if (!found) return [];
        const { line, key = found['stat'] ?? found['under'] ?? '' } = found;
        const said = (found['text'] ?? found['text2'] ?? found['text3'] ?? found['text4'] ?? '').trim();
        const lines = line === undefined ? linesOfKey(texts[index]!.text, key) : [Number(line)];
        // A glob stands for keys that stand nowhere.
        return [{ lines, text: said, machine: lines.length === 0 || (format.machine?.test(row) ?? false) }];
      });
      return { refused: format.refusedBy?.test(text) ?? exit !== 0, complaints, text };
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
};

const plainKey = (written: string): string => written.replace(/[./]+/g, '/').replace(/^\/(?=.)/, '');

const linesOfKey = (text: string, key: string): readonly number[] => text.split('\n').flatMap((line, at) => (plainKey(line.split('=')[0]!.replace(/^[ \t]+-?|^-|[ \t]+$/g, '')) === plainKey(key) ? [at + 1] : []));

/** One thing on which a program and a reader differ. */
export interface Difference {
  readonly side: 'program' | 'reader';
  readonly line: number;
  readonly source: string;
  readonly what: string;
}

/** Where they differ: of a file that is taken as a whole, whether it is taken; else line by line. */
export const differencesIn = (format: Format, said: Said, file: string, text: string): readonly Difference[] => {
  const lines = text.split('\n');
  const sourceOf = (line: number): string => (lines[line - 1] ?? '').trim();
  const statements = format.read(sourceText('host', file, text));
  const doubted = statements.filter(({ state }) => state === 'wrong' || state === 'unread');
  // Who says that he does not follow a word of a line has not taken it for good.
  const admitted = statements.filter(({ state }) => state === 'wrong' || state === 'unread' || state === 'partly');
  const covers = (list: typeof doubted, line: number): boolean => list.some(({ at }) => at.line <= line && line <= at.endLine);
  const mine = (list: typeof doubted): readonly Difference[] => list.map(({ at, state, note }) => ({ side: 'reader', line: at.line, source: sourceOf(at.line), what: `${state}${note === undefined ? '' : `: ${note}`}` }));
  if (format.whole) {
    if (!said.refused) return mine(doubted);
    if (admitted.length > 0) return [];
    const first = said.complaints[0];
    const line = first?.lines[0] ?? 0;
    return [{ side: 'program', line, source: sourceOf(line), what: first && first.text !== '' ? first.text : said.text.trim().split('\n').slice(0, 3).join(' ') }];
  }
  return [
    ...said.complaints.filter(({ lines: about, machine }) => !machine && !about.some((line) => covers(admitted, line))).map(({ lines: [line = 0], text: what }): Difference => ({ side: 'program', line, source: sourceOf(line), what })),
    ...mine(doubted.filter(({ at }) => !said.complaints.some(({ lines: about }) => about.some((line) => at.line <= line && line <= at.endLine)))),
  ];
};

const corpusOf = (format: Format): readonly Subject[] => {
  const seen = new Set<string>();
  const below = (folder: string): readonly string[] => readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return [...below('fixtures').filter((path) => format.files.test(path)), ...(format.samples && existsSync(format.samples) ? below(format.samples).filter((path) => format.sample!.test(path)) : [])]
    .sort()
    .flatMap((path) => {
      const text = readFileSync(path, 'utf8');
      if (seen.has(text)) return [];
      seen.add(text);
      return [{ name: path, text }];
    });
};

export interface Compared {
  readonly agreed: number;
  readonly wrong: readonly string[];
  readonly notes: readonly string[];
}

const compareFormat = (format: Format, subjects: readonly Subject[]): Compared => {
  const wrong: string[] = [];
  const documented = new Map<string, number>();
  let agreed = 0;
  for (let start = 0; start < subjects.length; start += batch) {
    const part = subjects.slice(start, start + batch);
    const answers = askProgram(format, part.map(({ name, text }) => ({ name: basename(name), text })));
    part.forEach(({ name, text }, index) => {
      const open = differencesIn(format, answers[index]!, name, text).filter((one) => {
        const why = intended(format.name, one);
        if (why !== undefined) documented.set(why, (documented.get(why) ?? 0) + 1);
        return why === undefined;
      });
      if (open.length === 0) agreed++;
      else wrong.push(`FAIL ${format.name}: ${name}`, ...open.map(({ side, line, source, what }) => `     ${side === 'program' ? `${format.name} says` : 'only our reader says'}: ${line} (${source}): ${what}`));
    });
  }
  return { agreed, wrong, notes: [...documented].sort().map(([why, times]) => `${times} times as documented: ${format.name}: ${why}`) };
};

/** The corpus of each format whose program is here, or as many of its files as asked, and as many mutations of each. A program that is not here is told of. */
export const comparePrograms = ({ files, mutations: count, seed, only, installs }: { readonly files: number; readonly mutations: number; readonly seed: number; readonly only?: readonly string[]; readonly installs?: boolean }): Compared => {
  if (installs === true && absent().length > 0) install([...new Set(absent().map((one) => one.package))]);
  const away = absent();
  const parts = formats.filter((format) => !away.includes(format) && (only === undefined || only.includes(format.name))).map((format) => {
    const subjects = shuffled(corpusOf(format), seed);
    return compareFormat(format, [...subjects.slice(0, files), ...mutations(subjects, count, seed)]);
  });
  return {
    agreed: parts.reduce((total, part) => total + part.agreed, 0),
    wrong: parts.flatMap(({ wrong }) => wrong),
    notes: [...away.map(({ name, program, package: owner }) => `not compared: ${name}: ${program} is not here (apt-get install ${owner})`), ...parts.flatMap(({ notes }) => notes)],
  };
};
