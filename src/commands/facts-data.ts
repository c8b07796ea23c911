import { isSpan, type Origin, type Span } from '../base/origin.ts';
import { lineAt, positionAt, type SourceText } from '../base/text.ts';
import { traced, type FileTrace } from '../base/trace.ts';
import type { Assembled } from '../assemble/host.ts';
import type { FileSet } from '../base/file-set.ts';
import { actionsToJudge } from '../model/timeline.ts';
import { readWithoutSecret, withoutSecret } from '../assemble/secrets.ts';
import type { readScript } from '../parse/shell/read.ts';

type ReadShell = typeof readScript;

/** A shell reader that notes what its scripts ask of other files. */
export function noting(read: ReadShell): { readonly readShell: ReadShell; traceOf(files: readonly string[]): FileTrace } {
  const traces = new Map<string, FileTrace>();
  return {
    readShell(source, context) {
      const { files, trace } = traced(context.files);
      traces.set(source.file, trace);
      return read(source, { ...context, files });
    },
    traceOf(files) {
      const asked = files.flatMap((file) => traces.get(file) ?? []);
      return { lists: Object.assign({}, ...asked.map(({ lists }) => lists)) as FileTrace['lists'], reads: Object.fromEntries(asked.flatMap(({ reads }) => Object.entries(reads).map(([path, read]) => [path, readWithoutSecret(read)]))) };
    },
  };
}

/** A host as the JSON of `facts` carries it (facts-file.ts: HostFacts), to be given to JSON.stringify. */
export function factsData({ host, log }: Assembled, files: FileSet, traceOf: (files: readonly string[]) => FileTrace): object {
  const { scripts, ...facts } = host;
  // Steps are worked out when asked for, and ask for files only then.
  for (const script of scripts) for (const action of actionsToJudge(script)) void action.steps.length;
  const plain = asPlain(facts);
  return {
    ...(plain as object),
    whole: files.whole,
    ...(files.only !== undefined && { only: files.only }),
    scripts: scripts.map(({ file, service, mode, source }) => ({ file, service, ...(mode !== undefined && { mode }), text: source.text })),
    asked: traceOf(scripts.map(({ file }) => file)),
    lines: linesOf(plain, log.files, new Set(scripts.map(({ file }) => file))),
    log: { ...log, files: log.files.map(({ file }) => file) },
  };
}

/** Maps as objects, sets as arrays. */
function asPlain(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries([...(value as Map<string, unknown>)].map(([key, one]) => [key, asPlain(one)]));
  if (value instanceof Set) return [...(value as Set<unknown>)].map(asPlain);
  if (Array.isArray(value)) return value.map(asPlain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asPlain(one)]));
}

/** A statement that is longer than this is told by its first lines. */
const maxLines = 8;

function linesOf(facts: unknown, sources: readonly SourceText[], scripts: ReadonlySet<string>): object {
  const known = new Map(sources.filter(({ file }) => !scripts.has(file)).map((source) => [source.file, { source, lines: new Map<number, string>() }]));
  const take = (file: string, line: number): void => {
    const of = known.get(file);
    if (of && line <= of.source.lineStarts.length) of.lines.set(line, withoutSecret(lineAt(of.source, line)));
  };
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isPlace(value)) {
      for (let line = value.line; line <= Math.min(value.endLine, value.line + maxLines); line++) take(value.file, line);
      return;
    }
    for (const one of Object.values(value)) visit(one);
  };
  visit(facts);
  for (const { source } of known.values()) {
    for (let at = source.text.indexOf('lvs-gen:'); at >= 0; at = source.text.indexOf('lvs-gen:', at + 1)) take(source.file, positionAt(source, at).line);
  }
  return Object.fromEntries([...known].filter(([, { lines }]) => lines.size > 0).map(([file, { lines }]) => [file, Object.fromEntries(lines)]));
}

function isPlace(value: object): value is Span {
  return 'line' in value && 'endLine' in value && isSpan(value as Origin);
}
