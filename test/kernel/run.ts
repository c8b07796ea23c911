/**
 * Runs the scenes of `scenes/` and the proofs of the rules on a real kernel:
 *   node --import tsx test/kernel/run.ts [--install] [--accept] [--list] [--jobs N] [--proofs DIR] [NAME...]
 * NAME: a scene (`model/dr`), a rule's id (`arp/ignore-missing`), or the beginning of either up to a slash; none = everything.
 * DIR: where the proofs are, in place of fixtures/rules.
 * Exit: 0 all passed · 1 some failed, or nothing ran · 2 wrong use · 3 the machine lacks something (it says what).
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { cacheFolder, type Guest, prepareGuest } from './build.ts';
import { defaultSeconds, runScenes } from './guest.ts';
import { HostLacks } from './host-tools.ts';
import { type Proof, proofScenes, readProofs, settle } from './proof.ts';
import type { Scene, SceneResult } from './scene.ts';

const logs = join(cacheFolder, 'logs');
const durationsPage = join(cacheFolder, 'durations.json');

interface ScenePage {
  /** What all of the page's names begin with; the page is not asked for its scenes when nobody wants them. */
  readonly family?: string;
  readonly scenes: readonly Scene[] | (() => readonly Scene[]);
}

const discover = async (names: readonly string[]): Promise<readonly Scene[]> => {
  const folder = join(import.meta.dirname, 'scenes');
  const pages = readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .sort();
  const modules = await Promise.all(pages.map(async (name) => (await import(pathToFileURL(join(folder, name)).href)) as ScenePage));
  return modules.flatMap(({ family, scenes }) => {
    if (typeof scenes !== 'function') return scenes;
    return names.length === 0 || names.some((name) => family === undefined || name === family || name.startsWith(`${family}/`)) ? scenes() : [];
  });
};

const chosen =
  (names: readonly string[]) =>
  (name: string): boolean =>
    names.length === 0 || names.some((each) => name === each || name.startsWith(`${each}/`) || name.startsWith(`${each} `));

const durations = (): Readonly<Record<string, number>> => {
  try {
    return JSON.parse(readFileSync(durationsPage, 'utf8')) as Record<string, number>;
  } catch {
    return {};
  }
};

/** Shares the scenes among `jobs` guests so that they end at about the same time, by what each took the last time. */
const share = (scenes: readonly Scene[], jobs: number, known: Readonly<Record<string, number>>): readonly (readonly Scene[])[] => {
  const cost = (scene: Scene): number => known[scene.name] ?? 8000;
  const shares = Array.from({ length: jobs }, () => ({ total: 0, scenes: [] as Scene[] }));
  for (const scene of [...scenes].sort((a, b) => cost(b) - cost(a))) {
    const least = shares.reduce((a, b) => (b.total < a.total ? b : a));
    least.total += cost(scene);
    least.scenes.push(scene);
  }
  return shares.map((each) => each.scenes).filter((each) => each.length > 0);
};

const complaints = (scene: Scene, result: SceneResult): readonly string[] => {
  const code = result.exitCode;
  const ended =
    code === 0
      ? []
      : code === 124
        ? [`was not through after its ${scene.timeoutSeconds ?? defaultSeconds} seconds`]
        : code === 99
          ? ['the lab itself failed']
          : [`ended with exit code ${code}`];
  return [...ended, ...scene.expect(result)];
};

interface Verdicts {
  readonly passed: number;
  readonly failed: number;
  readonly results: ReadonlyMap<string, SceneResult>;
}

const runAll = async (guest: Guest, scenes: readonly Scene[], jobs: number): Promise<Verdicts> => {
  const results = new Map<string, SceneResult>();
  let failed = 0;
  const finished = (scene: Scene, result: SceneResult): void => {
    const wrong = complaints(scene, result);
    results.set(scene.name, result);
    writeFileSync(join(logs, `${scene.name.replace(/[^\w.-]+/g, '_')}.log`), result.output);
    console.log(`${wrong.length === 0 ? 'ok  ' : 'FAIL'} ${scene.name} (${(result.milliseconds / 1000).toFixed(1)} s)`);
    if (wrong.length === 0) return;
    failed += 1;
    for (const each of wrong) console.log(`     ${each}`);
    console.log(
      result.output
        .trimEnd()
        .split('\n')
        .slice(-25)
        .map((line) => `     | ${line}`)
        .join('\n'),
    );
  };
  const known = durations();
  await Promise.all(
    share(scenes, jobs, known).map((part, index) =>
      runScenes(guest, part, join(logs, `console-${index}.log`), {
        booted: (kernel, milliseconds) => console.log(`guest ${index}: Linux ${kernel}, booted in ${(milliseconds / 1000).toFixed(1)} s, ${part.length} scenes`),
        finished,
      }),
    ),
  );
  const measured = Object.fromEntries([...results].filter(([, { exitCode }]) => exitCode >= 0).map(([name, { milliseconds }]) => [name, milliseconds]));
  writeFileSync(durationsPage, `${JSON.stringify({ ...known, ...measured }, null, 1)}\n`);
  return { passed: scenes.length - failed, failed, results };
};

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { install: { type: 'boolean' }, accept: { type: 'boolean' }, list: { type: 'boolean' }, proofs: { type: 'string' }, jobs: { type: 'string' } },
  });
  const wanted = chosen(positionals);
  const proofs: readonly Proof[] = readProofs(values.proofs).filter(({ rule }) => wanted(rule) || positionals.some((name) => name.startsWith(`${rule} `)));
  const broken = proofs.flatMap(({ rule, mistakes }) => mistakes.map((mistake) => `FAIL ${rule}: proof.json: ${mistake}`));
  const scenes = [...(await discover(positionals)), ...proofs.flatMap(proofScenes)].filter(({ name }) => wanted(name));
  if (values.list === true) {
    console.log(scenes.map(({ name }) => name).join('\n'));
    return 0;
  }
  mkdirSync(logs, { recursive: true });
  const begun = Date.now();
  const guest = await prepareGuest({ installs: values.install === true || process.env['CI'] === 'true' });
  if (Date.now() - begun > 1000) console.log(`guest built in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  const jobs = Math.max(1, Number(values.jobs ?? Math.min(2, availableParallelism(), Math.ceil(scenes.length / 2))) || 1);
  const { passed, failed, results } = scenes.length === 0 ? { passed: 0, failed: 0, results: new Map<string, SceneResult>() } : await runAll(guest, scenes, jobs);
  const stale = proofs.flatMap((proof) => settle(proof, results, guest, values.accept === true));
  for (const each of [...broken, ...stale]) console.log(each);
  console.log(`${((Date.now() - begun) / 1000).toFixed(0)} s; outputs in ${logs}`);
  const wrong = failed + broken.length + stale.length;
  if (passed + wrong === 0) console.log('nothing ran: no scene and no proof has such a name (--list shows them)');
  console.log(`${passed} passed, ${wrong} failed`);
  return wrong > 0 || passed === 0 ? 1 : 0;
};

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => process.exit(code));
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof HostLacks) {
    console.error(`test:kernel cannot run here: ${error.message}`);
    process.exitCode = 3;
  } else if (error instanceof TypeError && 'code' in error) {
    console.error(error.message);
    process.exitCode = 2;
  } else throw error;
}
