import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compareText } from '../base/origin.ts';

/**
 * `npm run bench [-- --quick] [-- --json]`: whole commands side by side, interleaved in one run, medians with spread, and ratios, which hold on any machine.
 * The first run of each counts no time, so that what lvs-gen remembers is remembered; `nothing remembered` is what a first run costs.
 * Limits are held here and not in timed tests; a limit that is missed makes the exit 1 unless --quick (shared machines are too noisy for few runs).
 */
const quick = process.argv.includes('--quick');
const rounds = quick ? 5 : 25;
const program = resolve('dist/lvs-gen.cjs');
const work = mkdtempSync(join(tmpdir(), 'lvs-gen-bench-'));

interface Row {
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Exit codes that are right. */
  readonly exits?: readonly number[];
}
interface Timed {
  readonly name: string;
  /** milliseconds */
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

try {
  const specs = readdirSync('fixtures/specs').filter((name) => existsSync(join('fixtures/specs', name, 'out'))).sort(compareText);
  const sample = resolve('fixtures/specs', specs[0] ?? '', 'out');
  const host = join(sample, readdirSync(sample).sort(compareText)[0]!);
  const one: Row[] = [
    { name: 'node -e 0', args: ['-e', '0'] },
    { name: 'lvs-gen --version', args: [program, '--version'] },
    ...specs.map((name): Row => ({ name: `render ${name}`, args: [program, 'render', resolve('fixtures/specs', name, 'spec.json'), '--out', join(work, name)] })),
    { name: 'lint one host', args: [program, 'lint', '--no-shellcheck', '--fail-on', 'never', host] },
    { name: 'lint one host, with ShellCheck', args: [program, 'lint', '--fail-on', 'never', host] },
    ...specs.map((name): Row => ({ name: `render ${name}, nothing remembered`, args: [program, 'render', '--no-cache', resolve('fixtures/specs', name, 'spec.json'), '--out', join(work, name)] })),
    { name: 'lint one host, nothing remembered', args: [program, 'lint', '--no-cache', '--no-shellcheck', '--fail-on', 'never', host] },
    { name: 'lint a script of 60 lines, nothing remembered', args: [program, 'lint', '--no-cache', '--no-shellcheck', '--fail-on', 'never', resolve('fixtures/kinds/shell/tutorial-real-lo0.sh')] },
  ];
  const single = measure(one, rounds);
  const base = single[0]!.median;

  const counts = quick ? [10, 100] : [10, 100, 1000];
  const many = counts.map((count): Row => ({ name: `lint ${count} hosts`, args: [program, 'lint', '--no-cache', '--no-shellcheck', '--fail-on', 'never', '--quiet', copies(host, count)] }));
  const crowd = measure(many, quick ? 3 : 5);
  const perHost = crowd.map(({ median }, index) => (median - base) / counts[index]!);

  const checks = [
    ...single.filter(({ name }) => /^(?:render|lint one host)/.test(name) && !name.includes(',')).map(({ name, median }) => ({ what: `${name}: at most 1.6 × node -e 0`, ratio: median / base, limit: 1.6 })),
    ...(quick ? [] : [{ what: 'cost per host at 1000: at most 1.2 × that at 100', ratio: perHost[2]! / perHost[1]!, limit: 1.2 }]),
  ];
  if (process.argv.includes('--json')) console.log(JSON.stringify({ rounds, single, crowd: crowd.map((row, index) => ({ ...row, perHost: perHost[index] })), checks }, null, 2));
  else print(single, crowd, perHost, base, checks);
  if (!quick && checks.some(({ ratio, limit }) => ratio > limit)) process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Runs all rows in turn, round after round, so that a slow minute of the machine hits all alike. The first round warms up and does not count. */
function measure(rows: readonly Row[], times: number): readonly Timed[] {
  const samples = rows.map((): number[] => []);
  for (let round = 0; round <= times; round++) {
    for (const [index, row] of rows.entries()) {
      const started = performance.now();
      const { status, stderr } = spawnSync(process.execPath, row.args, { encoding: 'utf8', maxBuffer: 256 << 20, env: { ...process.env, XDG_CACHE_HOME: join(work, 'cache') }, ...(row.cwd ? { cwd: row.cwd } : {}) });
      const took = performance.now() - started;
      if (!(row.exits ?? [0]).includes(status ?? -1)) throw new Error(`${row.name}: exit ${status}\n${stderr}`);
      if (round > 0) samples[index]!.push(took);
    }
  }
  return rows.map(({ name }, index) => {
    const sorted = [...samples[index]!].sort((a, b) => a - b);
    return { name, median: sorted[sorted.length >> 1]!, low: sorted[Math.floor(sorted.length * 0.1)]!, high: sorted[Math.floor(sorted.length * 0.9)]! };
  });
}

function copies(host: string, count: number): string {
  const folder = join(work, `hosts-${count}`);
  mkdirSync(folder, { recursive: true });
  for (let number = 0; number < count; number++) cpSync(host, join(folder, `host${number}`), { recursive: true });
  return folder;
}

function print(single: readonly Timed[], crowd: readonly Timed[], perHost: readonly number[], base: number, checks: readonly { what: string; ratio: number; limit: number }[]): void {
  const ms = (value: number): string => value.toFixed(1).padStart(8);
  console.log(`medians of ${rounds} interleaved runs, ms (10 % … 90 %)\n`);
  for (const { name, median, low, high } of single) console.log(`${name.padEnd(48)} ${ms(median)} (${low.toFixed(0)} … ${high.toFixed(0)})  ${(median / base).toFixed(2)} ×`);
  console.log();
  for (const [index, { name, median, low, high }] of crowd.entries()) console.log(`${name.padEnd(48)} ${ms(median)} (${low.toFixed(0)} … ${high.toFixed(0)})  ${perHost[index]!.toFixed(3)} ms a host`);
  console.log();
  for (const { what, ratio, limit } of checks) console.log(`${ratio <= limit ? 'held  ' : 'MISSED'} ${what}: ${ratio.toFixed(2)}`);
}
