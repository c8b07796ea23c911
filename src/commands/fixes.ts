import { resolve } from 'node:path';
import type { FileSet } from '../base/file-set.ts';
import { encode, type SourceText } from '../base/text.ts';
import { writeAtomically } from '../base/write.ts';
import { applyEdits, chooseMends, mendKey, type Mend } from '../lint/fix.ts';
import { exit, type Io } from './command.ts';
import type { LintedHost, Look } from './look.ts';

const maxRounds = 20;

type Texts = ReadonlyMap<string, string>;
type LookWith = (replace?: (input: LintedHost['input']) => LintedHost['input']) => Look;

/**
 * Applies fixes in rounds until none is left, each round judged anew. A fix after which a script no longer parses is dropped and said.
 * Files are written once, at the end, each atomically and in its own encoding; a dry run prints the difference instead.
 */
export async function applyFixes(first: Look, look: LookWith, options: { readonly unsafe: boolean; readonly dryRun: boolean }, io: Io): Promise<{ readonly look: Look; readonly code: number }> {
  let current = first;
  let texts: Texts = new Map();
  const dropped = new Set<string>();
  let applied = 0;
  for (let round = 0; round < maxRounds; round++) {
    const mends = chooseMends(current.verdict.findings, options.unsafe, dropped);
    if (mends.length === 0) break;
    const tried = attempt(current, texts, mends, look);
    if (brokenScripts(tried.look) <= brokenScripts(current)) {
      ({ look: current, texts } = tried);
      applied += mends.length;
      continue;
    }
    // One of them breaks a script: find out which, one by one.
    for (const mend of mends) {
      const alone = attempt(current, texts, [mend], look);
      if (brokenScripts(alone.look) > brokenScripts(current)) {
        dropped.add(mendKey(mend));
        io.err(`lvs-gen: a fix of ${mend.finding.rule} at ${mend.finding.at.file}:${mend.finding.at.line} would leave a script that does not parse; it is left out\n`);
      }
    }
  }
  const code = options.dryRun ? await printDiff(first, texts, io) : save(first, texts, io);
  if (!options.dryRun && applied > 0) io.err(`lvs-gen: applied ${applied} ${applied === 1 ? 'fix' : 'fixes'} in ${texts.size} ${texts.size === 1 ? 'file' : 'files'}\n`);
  return { look: options.dryRun ? first : current, code };
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

interface Changed {
  readonly path: string;
  readonly before: SourceText;
  readonly after: string;
  readonly host: LintedHost;
}

function changedFiles(look: Look, texts: Texts): readonly Changed[] {
  return look.hosts.flatMap((host) =>
    host.log.files.flatMap((before) => {
      const after = texts.get(key(before.host, before.file));
      return after === undefined || after === before.text ? [] : [{ path: host.input.open(before.file), before, after, host }];
    }),
  );
}

async function printDiff(look: Look, texts: Texts, io: Io): Promise<number> {
  const { createTwoFilesPatch } = await import('diff');
  const changed = changedFiles(look, texts);
  for (const { path, before, after } of changed) io.out(createTwoFilesPatch(`a/${path}`, `b/${path}`, before.text, after, undefined, undefined, { context: 3 }).replace(/^=+\n/, ''));
  return changed.length > 0 ? exit.findings : exit.clean;
}

function save(look: Look, texts: Texts, io: Io): number {
  for (const { path, before, after, host } of changedFiles(look, texts)) {
    const read = host.input.files.read(before.file);
    if (read.state !== 'text' || read.text !== before.text) {
      io.err(`lvs-gen: ${path} changed while it was being fixed; it is left as it is\n`);
      continue;
    }
    // A link is written through, as an editor would: the file that it points to is the one that is replaced.
    const target = resolve(io.cwd, host.input.open(read.real));
    writeAtomically(target, encode(after, read.encoding), read.mode ?? 0o644);
  }
  return exit.clean;
}
