import { compareText } from '../../base/origin.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import { noteFault } from '../unread-file.ts';
import type { ModulesStatement } from './read.ts';

const folders = ['etc/modules-load.d', 'run/modules-load.d', 'usr/local/lib/modules-load.d', 'usr/lib/modules-load.d', 'lib/modules-load.d'];

/** Puts the modules that boot loads on a draft: by name over all folders, a file in an earlier one hides those of its name in later ones. */
export function applyModules(files: readonly ParsedFile<ModulesStatement>[], draft: HostDraft): void {
  const unread = files.filter(({ source: { file } }) => folders.some((folder) => file.startsWith(`${folder}/`)) && !file.endsWith('.conf'));
  noteUnread(unread, draft);
  const byName = new Map<string, ParsedFile<ModulesStatement>>();
  const rank = ({ source }: ParsedFile<ModulesStatement>): number => folders.findIndex((folder) => source.file.startsWith(`${folder}/`));
  for (const file of files.filter((one) => !unread.includes(one)).sort((a, b) => rank(a) - rank(b))) {
    const name = file.source.file.slice(file.source.file.lastIndexOf('/') + 1);
    if (!byName.has(name)) byName.set(name, file);
  }
  for (const [, { statements }] of [...byName].sort(([a], [b]) => compareText(a, b))) {
    for (const statement of statements) {
      if (statement.kind === 'module' && !draft.modules.some(({ module }) => module === statement.module)) draft.modules.push({ module: statement.module, at: statement.at });
    }
  }
}

/** What LVS needs, in a file that its name keeps from being read. */
function noteUnread(files: readonly ParsedFile<ModulesStatement>[], draft: HostDraft): void {
  for (const { source, statements } of files) {
    const first = statements.find((statement) => statement.kind === 'module' && /^(?:ip_vs\w*|ipip|dummy|ip_gre|fou)$/.test(statement.module));
    if (first?.kind === 'module') noteFault(draft, { program: 'modules-load', at: first.at, found: source.file, nearest: `${source.file.replace(/\.[^./]*$/, '')}.conf`, outcome: 'systemd-modules-load reads files by their ending .conf only' });
  }
}
