import { inSubnet } from '../../base/ip.ts';
import type { HeartbeatAddress, HeartbeatResource, ResourceGroup } from '../../model/heartbeat.ts';
import { deviceOfLabel, kindOn } from '../../model/device.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import { addDevice } from '../network.ts';
import type { HeartbeatStatement } from './read.ts';

/** Scripts of heartbeat's own that set no address of IP. */
const harmless = /^(?:ldirectord|LVSSyncDaemonSwap|Filesystem|drbddisk|drbdupper|drbdlinks|Raid1|LVM|MailTo|AudibleAlarm|WinPopup|apache|Delay|SendArp|portblock|hto-mapfuncs)$/;

/** Puts the VIPs on a host that heartbeat gives the active director, unless ha.cf leaves the resources to the CRM. */
export function applyHeartbeat(files: readonly ParsedFile<HeartbeatStatement>[], draft: HostDraft): void {
  const all = files.flatMap(({ statements }) => statements);
  if (all.findLast((statement) => statement.kind === 'crm')?.on) return;
  const { groups, whole } = groupsOf(all);
  const [first] = groups;
  if (!first) return;
  const known = groups.every(({ resources }) => resources.every((resource) => isKnown(resource, draft)));
  draft.heartbeat = { at: first.at, whole: whole && known, groups };
  const held = new Set<string>();
  for (const { address, at } of groups.flatMap(({ resources }) => resources)) {
    if (!address || held.has(address.ip.text)) continue;
    held.add(address.ip.text);
    hold(address, at, draft);
  }
}

function groupsOf(statements: readonly HeartbeatStatement[]): { readonly groups: readonly ResourceGroup[]; readonly whole: boolean } {
  const groups: (ResourceGroup & { readonly resources: HeartbeatResource[] })[] = [];
  let whole = true;
  for (const statement of statements) {
    if (statement.state === 'partly') whole = false;
    if (statement.kind !== 'resources') continue;
    if (statement.node !== undefined) groups.push({ node: statement.node, at: statement.at, resources: [...statement.resources] });
    else groups.at(-1)?.resources.push(...statement.resources);
  }
  return { groups, whole };
}

/** Whether it is known what a resource holds: an address, nothing, or what a script of init.d does that is there to be read. */
function isKnown({ name, address }: HeartbeatResource, draft: HostDraft): boolean {
  return address !== undefined || harmless.test(name) || ['etc/init.d', 'etc/rc.d/init.d'].some((folder) => /^[\w.-]+$/.test(name) && draft.files.read(`${folder}/${name}`).state === 'text');
}

/** Without a device heartbeat takes the one of the route to the address (`findif`), and its netmask. */
function hold({ ip, prefix, device: label, broadcast }: HeartbeatAddress, at: HeartbeatResource['at'], draft: HostDraft): void {
  const facing = draft.addresses.find((one) => one.ip.family === ip.family && one.ip.text !== ip.text && one.prefix !== undefined && one.label === undefined && kindOn(draft, one.device) === 'nic' && inSubnet(ip, { ip: one.ip, prefix: one.prefix }));
  const device = label ? deviceOfLabel(label.value) : facing?.device;
  if (device === undefined || device === '') return;
  if (!draft.devices.has(device)) addDevice(draft, device, undefined);
  draft.addresses.push({
    ip, prefix: prefix ?? (facing?.device === device ? facing.prefix : undefined), prefixWritten: prefix !== undefined, device, at, confidence: 'likely', by: 'config',
    ...(label && label.value !== device ? { label: label.value } : {}), ...(broadcast === undefined ? {} : { broadcast }),
  });
}
