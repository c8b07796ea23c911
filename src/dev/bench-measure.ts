import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** One command to time. */
export interface Row {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Exit codes that are right: the command did its work. */
  readonly exits?: readonly number[];
  /** The row that its median is set against. */
  readonly against?: string;
}

/** What the runs of a row gave: wall time in ms, peak memory (resident, of the largest process) in MB where it could be measured. */
export interface Timed {
  readonly name: string;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly memory?: number;
  readonly against?: string;
}

const clock = existsSync('/usr/bin/time');

/** Runs all rows in turn, round after round, so that a slow minute of the machine hits all alike. The first round warms up and does not count. */
export function measure(rows: readonly Row[], rounds: number, work: string): readonly Timed[] {
  const samples = rows.map((): { readonly took: number; readonly memory?: number }[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, row] of rows.entries()) {
      const sample = runOnce(row, work);
      if (round > 0) samples[index]!.push(sample);
    }
  }
  return rows.map(({ name, against }, index) => {
    const sorted = samples[index]!.map(({ took }) => took).sort((a, b) => a - b);
    const memory = Math.max(...samples[index]!.map((sample) => sample.memory ?? 0));
    return { name, median: sorted[sorted.length >> 1]!, low: sorted[Math.floor(sorted.length * 0.1)]!, high: sorted[Math.floor(sorted.length * 0.9)]!, ...(memory > 0 && { memory }), ...(against !== undefined && { against }) };
  });
}

function runOnce(row: Row, work: string): { readonly took: number; readonly memory?: number } {
  const report = join(work, 'memory');
  rmSync(report, { force: true });
  const [command, args] = clock ? ['/usr/bin/time', ['-o', report, '-f', '%M', row.command, ...row.args]] : [row.command, row.args];
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: work, maxBuffer: 256 << 20, env: { ...process.env, XDG_CACHE_HOME: join(work, 'cache') } });
  const took = performance.now() - started;
  if (!(row.exits ?? [0]).includes(status ?? -1)) throw new Error(`${row.name}: exit ${status}\n${stderr}\n${stdout}`.slice(0, 4000));
  const kilobytes = clock ? Number(readFileSync(report, 'utf8').trim().split('\n').at(-1)) : 0;
  return { took, ...(kilobytes > 0 && { memory: kilobytes / 1024 }) };
}

/** Whether a program is there to be compared with. */
export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1" >/dev/null 2>&1', 'sh', program]).status === 0;
}
