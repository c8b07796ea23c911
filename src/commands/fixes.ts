import { resolve } from 'node:path';
import type { FileSet } from '../base/file-set.ts';
import { encode, type SourceText } from '../base/text.ts';
import { writeAtomically } from '../base/write.ts';
import { applyEdits, chooseMends, mendKey, type Mend } from '../lint/fix.ts';
import { exit, type Io } from './command.ts';
import type { LintedHost, Look, LookWith } from './look.ts';

const maxRounds = 20;

type Texts = ReadonlyMap<string, string>;

/** One file that fixes change. */
export interface Changed {
  readonly path: string;
  readonly before: SourceText;
  readonly after: string;
  readonly host: LintedHost;
}

/** What mending gave: the inputs as they would be judged afterwards, the files that change, and the fixes that were left out. */
export interface Mended {
  readonly look: Look;
  readonly changed: readonly Changed[];
  readonly applied: number;
  /** Each would have left a script that does not parse. */
  readonly dropped: readonly Mend[];
}

/** Applies fixes in rounds, each judged anew, until none is left. Nothing is written. */
export function mend(first: Look, look: LookWith, options: { readonly unsafe: boolean }): Mended {
  let current = first;
  let texts: Texts = new Map();
  let applied = 0;
  const dropped = new Map<string, Mend>();
  const useless = new Set<string>();
  for (let round = 0; round < maxRounds; round++) {
    const mends = chooseMends(current.verdict.findings, options.unsafe, new Set([...dropped.keys(), ...useless]));
    if (mends.length === 0) break;
    const tried = attempt(current, texts, mends, look);
    const idle = mends.filter((one) => staysNeeded(one, current, tried.look));
    if (idle.length > 0) {
      for (const one of idle) useless.add(mendKey(one));
      continue;
    }
    if (brokenScripts(tried.look) <= brokenScripts(current)) {
      ({ look: current, texts } = tried);
      applied += mends.length;
      continue;
    }
    // Together they break a script: take the first that does not, and judge anew.
    for (const one of mends) {
      const alone = attempt(current, texts, [one], look);
      if (brokenScripts(alone.look) <= brokenScripts(current)) {
        ({ look: current, texts } = alone);
        applied++;
        break;
      }
      dropped.set(mendKey(one), one);
    }
  }
  return { look: current, changed: changedFiles(first, texts), applied, dropped: [...dropped.values()] };
}

/** `--fix`, `--fix-unsafe` and `--fix-dry-run`: files are written once, at the end, each atomically and in its own encoding; a dry run prints the difference instead. */
export async function applyFixes(first: Look, look: LookWith, options: { readonly unsafe: boolean; readonly dryRun: boolean }, io: Io): Promise<{ readonly look: Look; readonly code: number }> {
  const mended = mend(first, look, options);
  for (const { finding } of mended.dropped) io.err(`lvs-gen: a fix of ${finding.rule} at ${finding.at.file}:${finding.at.line} would leave a script that does not parse; it is left out\n`);
  if (options.dryRun) return { look: first, code: await printDiff(mended.changed, io) };
  const written = mended.changed.filter((changed) => save(changed, io)).length;
  if (written > 0) io.err(`lvs-gen: applied ${mended.applied} ${mended.applied === 1 ? 'fix' : 'fixes'} in ${written} ${written === 1 ? 'file' : 'files'}\n`);
  return { look: mended.look, code: exit.clean };
}

/** Whether a fix that only adds text is asked for as often as before once it is made: it would be added again and again. Others come to an end. */
function staysNeeded(one: Mend, before: Look, after: Look): boolean {
  if (!one.fix.edits.every(({ at }) => at.line === at.endLine && at.column === at.endColumn)) return false;
  const asked = ({ verdict }: Look): number => verdict.findings.filter((finding) => finding.fix !== undefined && likeness({ finding, fix: finding.fix }) === likeness(one)).length;
  return asked(after) >= asked(before);
}

/** What tells fixes apart wherever in the file they stand. */
function likeness({ finding, fix }: Mend): string {
  return [finding.rule, finding.at.host, finding.at.file, fix.title, ...fix.edits.map(({ text }) => text)].join('\0');
}

function attempt(current: Look, texts: Texts, mends: readonly Mend[], look: LookWith): { readonly look: Look; readonly texts: Texts } {
  const next = new Map(texts);
  const edits = mends.flatMap(({ fix }) => fix.edits);
  for (const source of current.sources) {
    const own = edits.filter((edit) => edit.at.host === source.host && edit.at.file === source.file);
    if (own.length > 0) next.set(key(source.host, source.file), applyEdits(source, own));
  }
  return { texts: next, look: look((input) => ({ ...input, files: overlay(input.name, input.files, next) })) };
}

function overlay(host: string, files: FileSet, texts: Texts): FileSet {
  return {
    ...files,
    read(path) {
      const read = files.read(path);
      const text = read.state === 'text' ? (texts.get(key(host, read.path)) ?? texts.get(key(host, read.real))) : undefined;
      return read.state === 'text' && text !== undefined ? { ...read, text } : read;
    },
  };
}

function key(host: string, file: string): string {
  return `${host}\0${file}`;
}

function brokenScripts(look: Look): number {
  return look.hosts.reduce((sum, { host }) => sum + host.scripts.filter((script) => script.syntaxErrors.length > 0).length, 0);
}

function changedFiles(look: Look, texts: Texts): readonly Changed[] {
  return look.hosts.flatMap((host) =>
    host.log.files.flatMap((before) => {
      const after = texts.get(key(before.host, before.file));
      return after === undefined || after === before.text ? [] : [{ path: host.input.open(before.file), before, after, host }];
    }),
  );
}

async function printDiff(changed: readonly Changed[], io: Io): Promise<number> {
  const { createTwoFilesPatch } = await import('diff');
  for (const { path, before, after } of changed) io.out(createTwoFilesPatch(`a/${path}`, `b/${path}`, before.text, after, undefined, undefined, { context: 3 }).replace(/^=+\n/, ''));
  return changed.length > 0 ? exit.findings : exit.clean;
}

function save({ path, before, after, host }: Changed, io: Io): boolean {
  const read = host.input.files.read(before.file);
  if (read.state !== 'text' || read.text !== before.text) {
    io.err(`lvs-gen: ${path} changed while it was being fixed; it is left as it is\n`);
    return false;
  }
  // A link is written through, as an editor would: the file that it points to is the one that is replaced.
  writeAtomically(resolve(io.cwd, host.input.open(read.real)), encode(after, read.encoding), read.mode ?? 0o644);
  return true;
}
