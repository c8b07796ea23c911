import type { Span } from '../../base/origin.ts';
import { bootOf } from '../boot.ts';
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
    if (statement.named) table.faults.push({ kind: 'name-for-address', program: 'ipvsadm', at: statement.named.at, found: statement.named.text, outcome: 'it is looked up when the file is restored', confidence: 'certain' });
    for (const effect of statement.effects) {
      workOn(table, effect, statement.at, 'certain');
      if (effect.does === 'start-daemon' && effect.role) draft.syncDaemons.push({ role: effect.role, at: statement.at, ...(effect.syncId === undefined ? {} : { syncId: effect.syncId }), ...(effect.device === undefined ? {} : { device: effect.device }) });
    }
  }
  draft.services.push(...table.services);
  if (draft.files.only === undefined && table.services.length > 0) noteService(file.source.file, table.services[0]!.at, draft);
  if (table.faults.length > 0) (draft.faults ??= []).push(...table.faults);
}

const units = 'etc/systemd/system/multi-user.target.wants';
const runlevels = ['etc/rc.d/rc3.d', 'etc/rc3.d'];

/** Whether boot restores a table that Red Hat's service keeps: seen by the links of other services. Debian's says it in its settings. */
function noteService(path: string, saved: Span, draft: HostDraft): void {
  const boot = bootOf(draft);
  boot.ipvsadm = { ...boot.ipvsadm, saved };
  if (path !== 'etc/sysconfig/ipvsadm') return;
  const wanted = draft.files.list(units);
  const folder = wanted.length > 0 ? units : runlevels.find((place) => draft.files.list(place).length > 0);
  if (folder === undefined) return;
  const starts = draft.files.list(folder).some((name) => name === 'ipvsadm.service' || /^S\d\dipvsadm$/.test(name));
  boot.ipvsadm = { ...boot.ipvsadm, atBoot: { value: starts, at: saved, note: `/${folder} has ${starts ? 'a' : 'no'} link for ipvsadm` } };
}
