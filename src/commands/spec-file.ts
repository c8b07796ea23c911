import { singleFile } from '../base/file-set.ts';
import { decode, sourceText, type SourceText } from '../base/text.ts';
import { planCluster, type Plan } from '../plan/plan.ts';
import type { Division } from '../plan/targets.ts';
import { readSpec } from '../spec/read.ts';
import { showPath, type LocatedSpec, type SpecProblem } from '../spec/spec.ts';
import { resolve } from 'node:path';
import type { Io } from './command.ts';

/** The name under which places in a spec are shown as a host's would be. */
export const specHost = 'spec';

/** A spec that can be planned, or undefined after all its problems were told on stderr. */
export async function readSpecFile(file: string, bytes: Uint8Array | undefined, io: Io, division?: Division): Promise<{ readonly located: LocatedSpec; readonly plan: Plan; readonly source: SourceText } | undefined> {
  const content = file === '-' || bytes ? decode(bytes ?? (await io.stdin())) : readFile(resolve(io.cwd, file));
  const shown = file === '-' ? '<stdin>' : file;
  if (!content) return fail(io, `${shown}: is a binary file, not JSON`);
  if (typeof content === 'string') return fail(io, `${shown}: ${content}`);
  return planSpec(sourceText(specHost, shown, content.text), io, division);
}

/** A spec from its text, planned; all its problems are told on stderr. */
export function planSpec(source: SourceText, io: Io, division?: Division): { readonly located: LocatedSpec; readonly plan: Plan; readonly source: SourceText } | undefined {
  const located = readSpec(source);
  if ('problems' in located) return tell(located.problems, io);
  const planned = planCluster(located, division);
  if ('refused' in planned) return tell(planned.refused, io);
  return { located, plan: planned.plan, source };
}

function readFile(path: string): { readonly text: string } | string {
  const read = singleFile(path).read(path);
  if (read.state === 'text') return read;
  return read.state === 'absent' ? 'there is no such file' : read.note;
}

function tell(problems: readonly SpecProblem[], io: Io): undefined {
  for (const { at, path, note } of problems) io.err(`${at.file}:${at.line}:${at.column}: error: ${showPath(path)}: ${note}\n`);
  io.err(`lvs-gen: ${problems.length} ${problems.length === 1 ? 'error' : 'errors'} in the spec; nothing was written\n`);
  return undefined;
}

function fail(io: Io, message: string): undefined {
  io.err(`lvs-gen: ${message}\n`);
  return undefined;
}

