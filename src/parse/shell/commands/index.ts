import type { Effect } from '../../../model/script.ts';
import { arping, sendArp } from './arping.ts';
import { ethtool } from './ethtool.ts';
import { nft, restore, xtables } from './firewall.ts';
import { ifconfig } from './ifconfig.ts';
import { ifupdown } from './ifup.ts';
import type { Invocation, Understand } from './invocation.ts';
import { ip } from './ip.ts';
import { ipvsadm, ipvsadmRestore } from './ipvsadm.ts';
import { lockCommand } from './lock.ts';
import { moduleCommand } from './module.ts';
import { nmcli } from './nmcli.ts';
import { route } from './route.ts';
import { enableCommand, initScript, serviceCommand, systemctl, ufw } from './service.ts';
import { sed, sysctl } from './sysctl.ts';
import { copy, tee } from './write.ts';

export { effectsOfWrite } from './write.ts';

const table: ReadonlyMap<string, Understand> = new Map<string, Understand>([
  ['ifconfig', ifconfig], ['ip', ip], ['route', route], ['sysctl', sysctl], ['sed', sed], ['tee', tee], ['dd', copy], ['cp', copy],
  ['ipvsadm', ipvsadm], ['ipvsadm-restore', ipvsadmRestore], ['ipvsadm-save', () => [{ kind: 'ipvs', does: 'save' }]],
  ['iptables', xtables], ['ip6tables', xtables], ['arptables', xtables], ['ebtables', xtables],
  ['iptables-legacy', xtables], ['iptables-nft', xtables], ['ip6tables-legacy', xtables], ['ip6tables-nft', xtables], ['arptables-legacy', xtables], ['arptables-nft', xtables],
  ['iptables-restore', restore], ['ip6tables-restore', restore], ['arptables-restore', restore], ['ebtables-restore', restore], ['nft', nft], ['ufw', ufw],
  ['service', serviceCommand], ['rc-service', serviceCommand], ['invoke-rc.d', serviceCommand], ['systemctl', systemctl], ['chkconfig', enableCommand], ['update-rc.d', enableCommand], ['rc-update', enableCommand],
  ['modprobe', moduleCommand], ['insmod', moduleCommand], ['rmmod', moduleCommand],
  ['touch', lockCommand], ['rm', lockCommand], ['rmdir', lockCommand], ['unlink', lockCommand], ['mkdir', lockCommand], ['lockfile', lockCommand],
  ['arping', arping], ['arping2', arping], ['send_arp', sendArp], ['ifup', ifupdown], ['ifdown', ifupdown], ['nmcli', nmcli], ['ethtool', ethtool],
]);

/** What a command does to the host. */
export function effectsOf(call: Invocation): readonly Effect[] {
  const path = call.words[0]!.partial;
  if (/^\/etc\/(rc\.d\/)?init\.d\/[^/]+$/.test(path)) return initScript(call);
  return table.get(call.name)?.(call) ?? [];
}

/** Whether a command may do something that the model knows. */
export function isUnderstood(name: string, path: string): boolean {
  return table.has(name) || path.startsWith('/etc/');
}

/** Commands whose meaning is known here. */
export const understoodCommands: readonly string[] = [...table.keys()];
