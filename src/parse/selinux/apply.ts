import { bootOf } from '../boot.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import type { ShellAssign } from '../shell-assign.ts';

type Setting = Extract<ShellAssign, { kind: 'assign' }>;

/** Puts on a draft what SELinux is told at boot: the last `SELINUX=` of /etc/selinux/config. */
export function applySelinux(files: readonly ParsedFile<ShellAssign>[], draft: HostDraft): void {
  for (const { statements } of files) {
    const mode = statements.findLast((statement): statement is Setting => statement.kind === 'assign' && statement.name === 'SELINUX' && statement.value !== undefined);
    if (mode) bootOf(draft).selinux = { value: mode.value!.toLowerCase(), at: mode.at };
  }
}
