import { resolve } from 'node:path';
import { singleFile } from '../base/file-set.ts';
import { writeAtomically } from '../base/write.ts';
import { baselineOf, readBaseline, withoutBaseline } from '../lint/baseline.ts';
import type { Finding } from '../lint/rule.ts';
import { UsageError, type Io } from './command.ts';
import { sourcesOf, type Seen } from './seen.ts';

/** `--baseline FILE`: the findings that stand in it are left out. With `update`, or where there is no such file yet, it is written with all that is found now. */
export function withBaseline(findings: readonly Finding[], file: string, update: boolean, seen: Seen, io: Io): readonly Finding[] {
  const path = resolve(io.cwd, file);
  const sourceOf = sourcesOf(seen);
  const read = singleFile(path).read(path);
  if (read.state === 'unreadable') throw new UsageError(`--baseline ${file}: ${read.note}`);
  if (update || read.state === 'absent') {
    const baseline = baselineOf(findings, sourceOf);
    try {
      writeAtomically(path, Buffer.from(`${JSON.stringify(baseline, null, 1)}\n`));
    } catch (error) {
      throw new UsageError(`--baseline ${file}: ${(error as Error).message}`);
    }
    io.err(`lvs-gen: wrote ${file}: ${findings.length === 1 ? 'the one finding' : `all ${findings.length} findings`} of today will not be reported\n`);
    return [];
  }
  const baseline = readBaseline(read.text);
  if (typeof baseline === 'string') throw new UsageError(`--baseline ${file}: ${baseline}`);
  const { findings: kept, gone } = withoutBaseline(findings, baseline, sourceOf);
  if (gone > 0) io.err(`lvs-gen: ${gone} ${gone === 1 ? 'finding' : 'findings'} of ${file} ${gone === 1 ? 'is' : 'are'} gone: --update-baseline forgets ${gone === 1 ? 'it' : 'them'}\n`);
  return kept;
}
