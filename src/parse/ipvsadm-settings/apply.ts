import { bootOf } from '../boot.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import type { ShellAssign } from '../shell-assign.ts';

type Setting = Extract<ShellAssign, { kind: 'assign' }>;

/** Puts what the ipvsadm service of Debian (/etc/default/ipvsadm) and Red Hat (/etc/sysconfig/ipvsadm-config) is told on a draft. */
export function applyIpvsadmSettings(files: readonly ParsedFile<ShellAssign>[], draft: HostDraft): void {
  for (const { source, statements } of files) {
    const last = (name: string): Setting | undefined => statements.findLast((statement): statement is Setting => statement.kind === 'assign' && statement.name === name && statement.value !== undefined);
    if (source.file.endsWith('ipvsadm-config')) {
      for (const name of ['IPVS_SAVE_ON_STOP', 'IPVS_SAVE_ON_RESTART']) {
        const setting = last(name);
        const boot = bootOf(draft);
        if (setting) boot.ipvsadm = { ...boot.ipvsadm, saves: [...boot.ipvsadm.saves, { name, value: setting.value === 'yes', at: setting.at }] };
      }
      continue;
    }
    const auto = last('AUTO');
    const boot = bootOf(draft);
    if (auto) boot.ipvsadm = { ...boot.ipvsadm, atBoot: { value: auto.value === 'true', at: auto.at, note: `AUTO is '${auto.value}'` } };
    takeDaemons(last('DAEMON'), last('IFACE'), last('SYNCID'), draft);
  }
}

function takeDaemons(daemon: Setting | undefined, device: Setting | undefined, id: Setting | undefined, draft: HostDraft): void {
  if (!daemon) return;
  const number = id && /^\d{1,3}$/.test(id.value!) ? Number(id.value) : undefined;
  for (const role of ['master', 'backup'] as const) {
    if (daemon.value !== role && daemon.value !== 'both') continue;
    draft.syncDaemons.push({ role, at: daemon.at, ...(number === undefined ? {} : { syncId: number }), ...(device ? { device: device.value! } : {}) });
  }
}
