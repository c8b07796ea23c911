import type { HostDraft, ParsedFile } from '../draft.ts';
import { newTable, refuseLine, workOn } from '../ipvs-table.ts';
import type { RulesStatement } from './read.ts';

/** Puts the table that a rules file restores on a host. Each file is a table of its own: only one of them is restored at boot, the first that its distribution knows. */
export function applyRules(files: readonly ParsedFile<RulesStatement>[], draft: HostDraft): void {
  const [file] = files;
  if (!file) return;
  const table = newTable();
  for (const statement of file.statements) {
    if (statement.kind === 'refused') refuseLine(table, statement.reason, statement.at, 'certain');
    if (statement.kind !== 'command') continue;
    for (const effect of statement.effects) {
      workOn(table, effect, statement.at, 'certain');
      if (effect.does === 'start-daemon' && effect.role) draft.syncDaemons.push({ role: effect.role, at: statement.at, ...(effect.syncId === undefined ? {} : { syncId: effect.syncId }), ...(effect.device === undefined ? {} : { device: effect.device }) });
    }
  }
  draft.services.push(...table.services);
  if (table.faults.length > 0) (draft.faults ??= []).push(...table.faults);
}
