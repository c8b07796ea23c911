import { initSystemOf, majorOf } from '../../model/release.ts';
import { lvsHangsOn } from '../../model/sysctl-names.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import { noteFault } from '../unread-file.ts';
import { isLinkTo } from './link.ts';
import type { SysctlStatement } from './read.ts';

type File = ParsedFile<SysctlStatement>;
type Assign = Extract<SysctlStatement, { readonly kind: 'assign' }>;

/** Notes the files of a host that hold parameters that LVS hangs on and that boot passes over: by their name, or /etc/sysctl.conf where nothing leads to it. What another file says too is not lost. */
export function noteUnread(files: readonly File[], draft: HostDraft): void {
  for (const file of files) {
    const { file: path } = file.source;
    if (!/(?:^|\/)sysctl\.d\//.test(path) || path.endsWith('.conf') || initSystemOf({ ...(draft.boot ? { boot: draft.boot } : {}) }) === 'sysv') continue;
    const first = lost(file, draft);
    // The rc.sysinit of Red Hat 6 takes files of any name.
    const sure = draft.boot?.release || draft.files.list('etc/systemd').length > 0 || draft.files.list('usr/lib/sysctl.d').length > 0 ? 'certain' : 'likely';
    if (first) noteFault(draft, { program: 'sysctl', at: first.at, found: path, nearest: `${path.replace(/\.[^./]*$/, '')}.conf`, outcome: 'files are read by their ending .conf only', confidence: sure });
  }
  const main = files.find(({ source }) => source.file === 'etc/sysctl.conf');
  const why = main && passedOver(main, files, draft);
  const first = main && why !== undefined ? main.statements.find((statement): statement is Assign => statement.kind === 'assign' && lvsHangsOn(statement.key)) : undefined;
  if (first && why !== undefined) noteFault(draft, { program: 'sysctl', at: first.at, found: 'etc/sysctl.conf', nearest: 'etc/sysctl.d/90-lvs.conf', outcome: why });
}

/** The first parameter that no file which is read gives the same value. */
function lost({ statements }: File, draft: HostDraft): Assign | undefined {
  return statements.find((statement): statement is Assign => statement.kind === 'assign' && lvsHangsOn(statement.key) && draft.sysctls.get(statement.key)?.at(-1)?.value !== statement.value);
}

/** Why systemd-sysctl, which reads folders alone, never comes to /etc/sysctl.conf; undefined: it does, or that is not known. */
function passedOver(main: File, files: readonly File[], draft: HostDraft): string | undefined {
  if (files.some((file) => file !== main && isLinkTo(file, main)) || files.some(({ source }) => /\/99-sysctl\.conf$/.test(source.file))) return undefined;
  const release = draft.boot?.release;
  if (release?.id === 'arch') return 'systemd-sysctl of Arch reads folders alone';
  if (release?.id === 'debian' && (majorOf(release) ?? 0) >= 13) return 'systemd-sysctl of Debian 13 has no link to it';
  // The whole of a host with systemd is here, and the link is not.
  const units = ['usr/lib/systemd/system', 'lib/systemd/system'].some((folder) => draft.files.read(`${folder}/systemd-sysctl.service`).state === 'text');
  const whole = units && draft.files.list('usr/lib/sysctl.d').length > 0;
  return whole ? 'systemd-sysctl reads folders alone, and no link 99-sysctl.conf leads to it' : undefined;
}
