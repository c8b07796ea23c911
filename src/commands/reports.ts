import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { nearest } from '../base/text.ts';
import { checkstyle } from '../report/checkstyle.ts';
import { gcc } from '../report/gcc.ts';
import { github } from '../report/github.ts';
import { json } from '../report/json.ts';
import { junit } from '../report/junit.ts';
import { pretty } from '../report/pretty.ts';
import { sarif } from '../report/sarif.ts';
import type { Report } from '../report/report.ts';
import { UsageError, wantsColor, type Io, type Values } from './command.ts';

const formats: Readonly<Record<string, (report: Report) => string | Promise<string>>> = { pretty, gcc, json, sarif: async (report) => sarif(report, (await import('./engine.ts')).pageOf), github, junit, checkstyle };

/** The format names that `--format` takes. */
export const formatNames = Object.keys(formats);

/** Writes the report in every wanted form; `FORMAT=FILE` goes to a file, at most one to stdout. Returns what is wrong with the wishes. */
export async function writeReports(report: Report, wishes: readonly string[], outputFile: string | undefined, values: Values, io: Io): Promise<string | undefined> {
  const jobs = (wishes.length > 0 ? wishes : [io.outIsTerminal && outputFile === undefined ? 'pretty' : 'gcc']).map((wish) => {
    const [name, file] = wish.split(/=(.*)/s, 2) as [string, string | undefined];
    return { name, file: file ?? undefined };
  });
  const unknown = jobs.find(({ name }) => !(name in formats));
  if (unknown) {
    const near = nearest(unknown.name, formatNames);
    return `--format takes ${formatNames.join(', ')}; found '${unknown.name}'${near ? `; did you mean '${near}'?` : ''}`;
  }
  if (jobs.filter(({ file }) => file === undefined).length > 1) return 'only one --format can go to standard output; give the others a file: --format json=FILE';
  for (const { name, file } of jobs) {
    const target = file ?? outputFile;
    const body = await formats[name]!({ ...report, color: wantsColor(values, io, target === undefined && io.outIsTerminal) });
    if (target === undefined) io.out(body);
    else save(resolve(io.cwd, target), body);
  }
  return undefined;
}

function save(path: string, body: string): void {
  try {
    writeFileSync(path, body);
  } catch (error) {
    throw new UsageError(`cannot write the report: ${(error as Error).message}`);
  }
}
