import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, type Timed } from './bench-measure.ts';
import { shellCheckChecks, shellCheckRows } from './bench-shellcheck.ts';
import { bare, fileRows, fleetRows, renderRows, singleRows, type Group } from './bench-rows.ts';

/**
 * `npm run bench [-- --quick] [-- --huge] [-- --json]`: whole commands side by side, each group interleaved in one run, medians with spread, peak memory, and ratios, which hold on any machine.
 * The first run of each counts no time, so that what lvs-gen remembers is remembered, and the disk's cache is warm. --huge: a fleet of 10,000 hosts, too (400,000 files, which take a minute to make).
 * Limits are held here and not in timed tests; a limit that is missed makes the exit 1 unless --quick (shared machines are too noisy for few runs).
 */
const quick = process.argv.includes('--quick');
const huge = process.argv.includes('--huge');
const work = mkdtempSync(join(tmpdir(), 'lvs-gen-bench-'));

interface Check {
  readonly what: string;
  readonly found: number;
  readonly limit: number;
}

try {
  const counts = [100, ...(quick ? [] : [1000]), ...(huge ? [10_000] : [])];
  const groups: readonly Group[] = [singleRows(work, quick ? 5 : 25), ...fileRows(work, quick ? 5 : 25), ...fleetRows(work, counts, quick ? 2 : 3), ...renderRows(work, quick ? 1 : 5), shellCheckRows(work, quick ? 3 : 15)];
  const results = groups.map((group) => ({ ...group, timed: measure(group.rows, group.rounds, work) }));
  const all = new Map(results.flatMap(({ timed }) => timed.map((row) => [row.name, row] as const)));
  const fleets = counts.map((count) => ({ count, row: all.get(`lint ${count} hosts`)!, floor: all.get(`find | xargs cat, ${count} hosts`)! }));
  const checks = [...checksOf(results[0]!.timed, all), ...fleets.flatMap(({ count, row, floor }) => fleetChecks(count, row, floor)), ...growth('lint', fleets, all.get(bare.name)!.median), ...growth('facts', fleets.map(({ count }) => ({ count, row: all.get(`facts ${count} hosts`)! })), all.get(bare.name)!.median), ...factsMemory(fleets.map(({ count }) => all.get(`facts ${count} hosts`)!)), ...shellCheckChecks(all)];
  if (process.argv.includes('--json')) {
    const groupsAsData = results.map(({ title, rounds, missing, timed }) => ({ title, rounds, missing, timed }));
    console.log(JSON.stringify({ processors: availableParallelism(), node: process.version, groups: groupsAsData, checks }, null, 2));
  } else {
    for (const { title, rounds, missing, timed } of results) printGroup(title, rounds, missing, timed, all);
    for (const { what, found, limit } of checks) console.log(`${found <= limit ? 'held  ' : 'MISSED'} ${what}: ${found.toFixed(2)}`);
  }
  if (!quick && checks.some(({ found, limit }) => found > limit)) process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

function checksOf(single: readonly Timed[], all: ReadonlyMap<string, Timed>): readonly Check[] {
  const base = all.get(bare.name)!.median;
  const files = ['lint keepalived.conf', 'lint ldirectord.cf', 'lint a script'];
  const batches = [['lint 100 keepalived.conf', 'keepalived -t, 100 times'], ['lint 10 ldirectord.cf', 'ldirectord F status, 10 times'], ['lint 100 scripts', 'shellcheck (native), 100 scripts']] as const;
  return [
    ...single.filter(({ name }) => /^(?:render|lint one host)/.test(name) && !name.includes(',')).map(({ name, median }) => ({ what: `${name}: at most 1.6 × node -e 0`, found: median / base, limit: 1.6 })),
    ...files.map((name) => ({ what: `${name}, nothing remembered: at most 1.5 × node -e 0`, found: all.get(name)!.median / base, limit: 1.5 })),
    ...batches.flatMap(([ours, theirs]) => (all.has(theirs) ? [{ what: `${ours}: at most what ${theirs} takes`, found: all.get(ours)!.median / all.get(theirs)!.median, limit: 1 }] : [])),
    { what: 'render of 1000 real servers, nothing remembered: at most 1 s', found: all.get('render, nothing remembered')!.median / 1000, limit: 1 },
  ];
}

function fleetChecks(count: number, row: Timed, floor: Timed): readonly Check[] {
  if (count < 1000) return [];
  return [
    { what: `${count} hosts: at most 6 × the floor`, found: row.median / floor.median, limit: 6 },
    ...(row.memory === undefined ? [] : [{ what: `${count} hosts: at most 400 MB`, found: row.memory, limit: 400 }]),
  ];
}

/** What a host more costs, against the smallest fleet's. */
function growth(command: string, fleets: readonly { readonly count: number; readonly row: Timed }[], base: number): readonly Check[] {
  const perHost = fleets.map(({ count, row }) => (row.median - base) / count);
  return fleets.slice(1).map(({ count }, at) => ({ what: `${command}, cost per host at ${count}: at most 1.1 × that at ${fleets[0]!.count}`, found: perHost[at + 1]! / perHost[0]!, limit: 1.1 }));
}

/** `facts` keeps no host: ten times as many take no more than half as much again. */
function factsMemory(rows: readonly Timed[]): readonly Check[] {
  const [few, ...more] = rows;
  return more.flatMap(({ name, memory }) => (memory === undefined || few?.memory === undefined ? [] : [{ what: `${name}: memory at most 1.5 × that of ${few.name}`, found: memory / few.memory, limit: 1.5 }]));
}

function printGroup(title: string, rounds: number, missing: readonly string[], timed: readonly Timed[], all: ReadonlyMap<string, Timed>): void {
  console.log(`${title}: medians of ${rounds} interleaved ${rounds === 1 ? 'run' : 'runs'}, ms (10 % … 90 %), peak memory\n`);
  for (const { name, median, low, high, memory, against } of timed) {
    const other = timed.find((row) => row.name === (against ?? bare.name)) ?? all.get(bare.name)!;
    console.log(`${name.padEnd(44)} ${median.toFixed(1).padStart(9)} (${low.toFixed(0)} … ${high.toFixed(0)})  ${(median / other.median).toFixed(2)} × ${other.name}${memory === undefined ? '' : `  ${memory.toFixed(0)} MB`}`);
  }
  for (const name of missing) console.log(`${name} is not installed: passed over`);
  console.log();
}
