import { findFiles, type FileSet } from '../../base/file-set.ts';
import type { Span } from '../../base/origin.ts';
import { sourceText, type SourceText } from '../../base/text.ts';
import type { ParsedFile } from '../draft.ts';
import type { IniEntry, IniStatement } from '../ini.ts';

/** One command line of a unit, in the order in which systemd runs them: ExecStartPre, ExecStart, ExecStartPost. */
export interface UnitCommand {
  readonly unit: string;
  readonly source: SourceText;
  /** Without the prefixes of systemd.service(5) (`-`, `@`, `:`, `+`, `!`). */
  readonly text: string;
  readonly at: Span;
}

type File = ParsedFile<IniStatement>;
const places = ['etc/systemd/system', 'run/systemd/system', 'usr/local/lib/systemd/system'];

/** What the units of a host run at boot: those that a link of a target wants. A tree that holds no such link at all (as rendered, or as kept in git) is not what a host has become: there a unit that says in [Install] what wants it counts. */
export function bootCommands(files: readonly File[], tree: FileSet): readonly UnitCommand[] {
  const wanted = new Set(findFiles(tree, places.flatMap((place) => ['wants', 'requires', 'upholds'].map((kind) => `${place}/*.target.${kind}/*.service`))).map(baseName));
  const units = new Map<string, File[]>();
  for (const file of files) {
    const name = /([^/]+\.service)(?:\.d\/[^/]+\.conf)?$/.exec(file.source.file)?.[1];
    if (name === undefined || /\.wants\//.test(file.source.file)) continue;
    units.set(name, [...(units.get(name) ?? []), file].sort((a, b) => Number(isDropIn(a)) - Number(isDropIn(b))));
  }
  return [...units].flatMap(([name, parts]) => {
    if (isDropIn(parts[0]!) || (tree.only === undefined && (wanted.size > 0 ? !wanted.has(name) : entriesIn(parts, 'Install', 'WantedBy').length === 0))) return [];
    return ['ExecStartPre', 'ExecStart', 'ExecStartPost'].flatMap((key) => entriesOf(parts, key).flatMap(({ entry, source }) => commandOf(entry, source, name)));
  });
}

function isDropIn({ source }: File): boolean {
  return /\.service\.d\//.test(source.file);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function entriesOf(parts: readonly File[], key: string): readonly { readonly entry: IniEntry; readonly source: SourceText }[] {
  return entriesIn(parts, 'Service', key);
}

/** An empty assignment takes back those before it. */
function entriesIn(parts: readonly File[], section: string, key: string): readonly { readonly entry: IniEntry; readonly source: SourceText }[] {
  const all = parts.flatMap(({ source, statements }) => statements.flatMap((entry) => (entry.kind === 'entry' && entry.section === section && entry.key === key ? [{ entry, source }] : [])));
  return all.slice(all.findLastIndex(({ entry }) => entry.value === '') + 1);
}

/** systemd splits a line into words itself: what only a shell understands is left to `sh -c`. */
function commandOf(entry: IniEntry, source: SourceText, unit: string): readonly UnitCommand[] {
  const text = entry.value.replace(/^[-@:+!|]+/, '');
  if (text === '' || entry.at.endLine !== entry.at.line || /%[a-zA-Z]/.test(text)) return [];
  if (!/\b(?:ba|da)?sh\s+(?:-\w+\s+)*-\w*c\b/.test(text) && /[|&<>`*?$(){}]/.test(text)) return [];
  return [{ unit, source, text: text.replaceAll('%%', '%').replaceAll('$$', '$'), at: entry.valueAt }];
}

/** The command lines of units as scripts at their places: one a unit file. */
export function unitScripts(files: readonly File[], tree: FileSet): readonly SourceText[] {
  const bySource = new Map<SourceText, UnitCommand[]>();
  for (const command of bootCommands(files, tree)) bySource.set(command.source, [...(bySource.get(command.source) ?? []), command]);
  return [...bySource].map(([source, commands]) => {
    const lines: string[] = [];
    for (const { text, at } of commands) lines[at.line - 1] = text.padStart(at.endColumn - 1);
    return sourceText(source.host, source.file, `${Array.from({ length: lines.length }, (_, index) => lines[index] ?? '').join('\n')}\n`);
  });
}
