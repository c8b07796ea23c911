import { compareText } from '../../base/origin.ts';
import type { Confidence } from '../../base/fact.ts';
import type { Assignment } from '../../model/sysctl.ts';
import { assign } from '../assign.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import { isLinkTo } from './link.ts';
import { noteUnread } from './unread.ts';
import type { SysctlStatement } from './read.ts';

type File = ParsedFile<SysctlStatement>;

/** Folders of sysctl.d(5), the first wins: a file there hides those of its name in the later ones. */
const folders = ['etc/sysctl.d', 'run/sysctl.d', 'usr/local/lib/sysctl.d', 'usr/lib/sysctl.d', 'lib/sysctl.d'];

/**
 * The files of a host in the order in which boot applies them, the hidden ones left out: sorted by name over all folders; a file of the same name in an earlier folder (or its link to /dev/null) hides the
 * others. /etc/sysctl.conf stands where a sysctl.d link to it does (`99-sysctl.conf` on hosts with systemd), which a copied tree shows as a file of the same text; where there is no link it is
 * last, as `sysctl --system` and the rc scripts of procps have it.
 */
export function sysctlOrder(files: readonly File[]): readonly File[] {
  const byName = new Map<string, File>();
  let main: File | undefined;
  const named: File[] = [];
  const rank = (file: File): number => folders.indexOf(folderOf(file.source.file));
  for (const file of [...files].sort((a, b) => rank(a) - rank(b))) {
    if (file.source.file === 'etc/sysctl.conf') main = file;
    else if (rank(file) < 0) named.push(file);
    else {
      const name = nameOf(file.source.file);
      if (name.endsWith('.conf') && !byName.has(name)) byName.set(name, file);
    }
  }
  const sorted = [...byName].sort(([a], [b]) => compareText(a, b)).map(([, file]) => file);
  const link = main && sorted.findIndex((file) => isLinkTo(file, main));
  if (main && link !== undefined && link >= 0) sorted[link] = main;
  else if (main) sorted.push(main);
  return [...sorted, ...named];
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Puts the parameters of all sysctl files on a host. */
export function applySysctl(files: readonly File[], draft: HostDraft): void {
  const excluded = new Set<string>();
  for (const file of sysctlOrder(files)) {
    for (const statement of file.statements) {
      if (statement.kind === 'assign') assign(draft, assignmentOf(statement, 'certain', 'config'));
      else if (statement.kind === 'exclude') excluded.add(statement.key);
    }
  }
  // A key with no line of its own, that globs leave alone: an empty list says so.
  noteUnread(files, draft);
  for (const key of excluded) if (!draft.sysctls.has(key)) draft.sysctls.set(key, []);
}

/** The assignments of one file when a script loads it (`sysctl -p FILE`). */
export function assignmentsIn(statements: readonly SysctlStatement[], confidence: Confidence): readonly Assignment[] {
  return statements.flatMap((statement) => (statement.kind === 'assign' ? [assignmentOf(statement, confidence, 'script')] : []));
}

function assignmentOf(statement: Extract<SysctlStatement, { kind: 'assign' }>, confidence: Confidence, by: 'config' | 'script'): Assignment {
  return { key: statement.key, value: statement.value, at: statement.at, confidence, optional: statement.optional, by };
}
