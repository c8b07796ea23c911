import { parseCidr, parseIp } from '../../base/ip.ts';
import { compareText } from '../../base/origin.ts';
import { unnamed } from '../../model/device.ts';
import type { DeviceKind } from '../../model/host.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import { addConfigAddress, addConfigRoute, addDevice, metricOf, networkNotes, noteManager, noteLro, noteMtu, routeMtu } from '../network.ts';
import type { YamlStatement } from '../yaml.ts';
import { groups } from './groups.ts';

type File = ParsedFile<YamlStatement>;
type Entry = Extract<YamlStatement, { kind: 'entry' | 'open' }>;
const folders = ['run/netplan', 'etc/netplan', 'usr/lib/netplan', 'lib/netplan'];

/**
 * Puts what netplan's files say on a draft. Files are merged by name over all folders (the same name: /run hides /etc hides /lib); settings of a device add up: lists grow, a later
 * scalar wins.
 */
export function applyNetplan(files: readonly File[], draft: HostDraft): void {
  const byName = new Map<string, File>();
  const rank = (file: File): number => folders.indexOf(file.source.file.slice(0, file.source.file.lastIndexOf('/')));
  for (const file of [...files].sort((a, b) => rank(a) - rank(b))) {
    const name = file.source.file.slice(file.source.file.lastIndexOf('/') + 1);
    if (!byName.has(name)) byName.set(name, file);
  }
  const devices = new Map<string, Entry[]>();
  [...byName].sort(([a], [b]) => compareText(a, b)).forEach(([, { statements }], number) => {
    // netplan takes nothing where it cannot parse one file: what this host ends up with is not written here.
    if (statements.some(({ kind, state }) => kind === 'none' && state !== 'ignored')) {
      networkNotes(draft).dynamic.add(unnamed);
      return;
    }
    for (const statement of statements) {
      if (statement.kind === 'none' || statement.state === 'wrong') continue;
      const [top, group, name] = statement.path;
      if (top !== 'network' || !groups.includes(group!) || name === undefined) continue;
      const id = `${group}\0${name}`;
      // The list places of two files are two lists.
      devices.set(id, [...(devices.get(id) ?? []), { ...statement, path: statement.path.map((part, index) => (index === 4 ? `${number}.${part}` : part)) }]);
    }
  });
  for (const [id, entries] of devices) applyDevice(id.split('\0') as [string, string], entries, draft);
}

function applyDevice([group, id]: readonly [string, string], entries: readonly Entry[], draft: HostDraft): void {
  const below = (setting: string): readonly Entry[] => entries.filter((entry) => entry.path[3] === setting);
  const last = (setting: string): string | undefined => below(setting).findLast((entry) => entry.kind === 'entry' && entry.path.length === 4)?.value;
  const nested = (setting: string, key: string): string | undefined => below(setting).findLast((entry) => entry.path[4]?.replace(/^\d+\./, '') === key)?.value;
  const matched = nested('match', 'name');
  // With a match the id is a name for people only.
  const name = last('set-name') ?? (matched && !/[*?[]/.test(matched) ? matched : id);
  const kind: DeviceKind | undefined = group === 'tunnels' ? 'tunnel' : group === 'dummy-devices' ? 'dummy' : undefined;
  const [remote, local] = (['remote', 'local'] as const).map((setting) => parseIp(last(setting) ?? ''));
  const mode = last('mode') ?? '';
  const tunnel = kind === 'tunnel' && mode !== '' ? { type: /^(?:ip6ip6|ipip6)$/.test(mode) ? 'ip6tnl' : mode, ...(remote && { remote }), ...(local && { local }) } : undefined;
  addDevice(draft, name, { value: last('activation-mode') !== 'off' && last('activation-mode') !== 'manual', at: entries[0]!.at }, kind, tunnel);
  noteManager(draft, name, { name: 'netplan', at: entries[0]!.at, keeps: /^(?:true|yes|on)$/i.test(last('critical') ?? '') });
  const mtu = below('mtu').findLast((entry) => entry.kind === 'entry' && entry.path.length === 4);
  if (mtu) noteMtu(draft, name, mtu.value, mtu.at);
  const lro = below('large-receive-offload').at(-1);
  if (lro) noteLro(draft, name, lro.value, lro.at);
  if (/^(?:true|yes|on)$/i.test(last('dhcp4') ?? '')) networkNotes(draft).dynamic.add(name);
  for (const entry of below('addresses')) {
    // `- 10.0.0.5/24` or `- 10.0.0.5/24: {label: …}`.
    const text = entry.path.length === 5 && entry.kind === 'entry' ? entry.value : entry.path.length === 6 && entry.kind === 'open' ? entry.path[5]! : undefined;
    const cidr = text === undefined ? undefined : parseCidr(text, 'host');
    if (!cidr) continue;
    const label = entry.kind === 'open' ? entries.find((other) => other.path[4] === entry.path[4] && other.path[5] === entry.path[5] && other.path[6] === 'label')?.value : undefined;
    addConfigAddress(draft, { label: label?.startsWith(`${name}:`) ? label : name, ip: cidr.ip, prefix: cidr.prefix, prefixWritten: true, at: entry.at, confidence: 'certain' });
  }
  for (const [setting, family] of [['gateway4', 4], ['gateway6', 6]] as const) {
    const entry = below(setting).findLast((candidate) => candidate.kind === 'entry');
    const via = entry && parseIp(entry.value);
    if (entry && via) addConfigRoute(draft, { to: 'default', via, device: name, family, at: entry.at });
  }
  for (const item of new Set(below('routes').map((entry) => entry.path[4]))) {
    const part = (key: string): Entry | undefined => below('routes').find((entry) => entry.path[4] === item && entry.path[5] === key);
    const to = part('to');
    const via = parseIp(part('via')?.value ?? '');
    const cidr = to && to.value !== 'default' ? parseCidr(to.value, 'host') : undefined;
    if (!to || (to.value !== 'default' && !cidr)) continue;
    addConfigRoute(draft, { to: cidr && cidr.prefix > 0 ? cidr : 'default', via, device: name, family: via?.family ?? cidr?.ip.family ?? 4, table: part('table')?.value, metric: metricOf(part('metric')?.value), mtu: routeMtu(part('mtu')?.value, part('advertised-mss')?.value, via?.family ?? cidr?.ip.family ?? 4), at: to.at });
  }
}
