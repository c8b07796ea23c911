import { parseCidr, parseIp } from '../../base/ip.ts';
import { compareText, type Span } from '../../base/origin.ts';
import { nameMatcher } from '../../base/file-set.ts';
import { deviceKind, kindOfType, unnamed } from '../../model/device.ts';
import type { DeviceKind } from '../../model/host.ts';
import { assign } from '../assign.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import { sectionsOf, type IniEntry, type IniStatement } from '../ini.ts';
import { addConfigAddress, addConfigRoute, addDevice, metricOf, networkNotes, noteManager, noteMtu, routeMtu } from '../network.ts';

type File = ParsedFile<IniStatement>;
const folders = ['etc/systemd/network', 'run/systemd/network', 'usr/local/lib/systemd/network', 'usr/lib/systemd/network', 'lib/systemd/network'];

/** Puts what systemd-networkd's files say on a draft. Of a name in several folders the first counts; a device takes the first .network file, by name, that matches it; drop-ins (`NAME.network.d/*.conf`) go on from their file. */
export function applyNetworkd(files: readonly File[], draft: HostDraft): void {
  const units = new Map<string, { readonly path: string; readonly statements: IniStatement[] }>();
  const rank = (file: File): number => folders.findIndex((folder) => file.source.file.startsWith(`${folder}/`));
  const sorted = [...files].sort((a, b) => rank(a) - rank(b) || compareText(a.source.file, b.source.file));
  for (const file of sorted) {
    const name = file.source.file.slice(file.source.file.lastIndexOf('/') + 1);
    if (/\.(?:network|netdev)$/.test(name) && !units.has(name)) units.set(name, { path: file.source.file, statements: [...file.statements] });
  }
  const dropIns = new Set<string>();
  for (const file of sorted) {
    const [, unit, name] = /\/([^/]+\.(?:network|netdev))\.d\/([^/]+\.conf)$/.exec(`/${file.source.file}`) ?? [];
    const main = unit === undefined ? undefined : units.get(unit);
    if (!main || dropIns.has(`${unit}/${name}`)) continue;
    dropIns.add(`${unit}/${name}`);
    main.statements.push(...renumbered(file.statements, main.statements));
  }
  const kinds = applyNetdevs(units, draft);
  const taken: Taken[] = [];
  for (const [name, unit] of [...units].sort(([a], [b]) => compareText(a, b))) if (name.endsWith('.network')) applyNetwork(unit.statements, kinds, taken, draft);
}

/** A drop-in's sections stand behind those of the file, so that they are not taken for the same. */
function renumbered(statements: readonly IniStatement[], before: readonly IniStatement[]): readonly IniStatement[] {
  const offset = Math.max(-1, ...before.map((statement) => (statement.kind === 'entry' ? statement.index : -1))) + 1;
  return statements.map((statement) => (statement.kind === 'entry' && statement.section !== 'Match' && statement.section !== 'Network' ? { ...statement, index: statement.index + offset } : statement));
}

/** Makes the devices of .netdev files known: down, until a .network file matches them. */
function applyNetdevs(units: ReadonlyMap<string, { readonly statements: readonly IniStatement[] }>, draft: HostDraft): ReadonlyMap<string, DeviceKind> {
  const kinds = new Map<string, DeviceKind>();
  for (const [file, { statements }] of units) {
    if (!file.endsWith('.netdev')) continue;
    const last = (section: string, key: string): IniEntry | undefined => sectionsOf(statements).filter((each) => each.section === section).flatMap((each) => each.entries).findLast((entry) => entry.key === key);
    const name = last('NetDev', 'Name');
    const type = last('NetDev', 'Kind')?.value ?? '';
    if (!name?.value) continue;
    const kind = kindOfType(type) ?? 'nic';
    kinds.set(name.value, kind);
    const [remote, local] = (['Remote', 'Local'] as const).map((key) => parseIp(last('Tunnel', key)?.value ?? ''));
    if (kind === 'tunnel') addDevice(draft, name.value, { value: false, at: name.at }, kind, { type, ...(remote && { remote }), ...(local && { local }) });
  }
  return kinds;
}

function applyNetwork(statements: readonly IniStatement[], kinds: ReadonlyMap<string, DeviceKind>, taken: Taken[], draft: HostDraft): void {
  const sections = sectionsOf(statements);
  const all = (section: string, key: string): readonly IniEntry[] => resets(sections.filter((each) => each.section === section).flatMap((each) => each.entries.filter((entry) => entry.key === key && entry.state !== 'wrong')));
  const match = all('Match', 'Name');
  const names = match.flatMap((entry) => entry.value.split(/\s+/)).filter((name) => name !== '' && !name.startsWith('!'));
  const at = match[0]?.at ?? sections[0]?.entries[0]?.at;
  if (!at) return;
  // Without a name that is one device, the addresses are the host's all the same.
  const plain = names.filter((name) => !/[*?[]/.test(name));
  const devices = plain.length > 0 ? plain : [names[0]?.startsWith('lo') ? 'lo' : unnamed];
  const free = devices.filter((device) => !taken.some(({ matches }) => matches(device)));
  const first = plain.includes('lo') ? taken.find(({ name }) => name === 'lo') : undefined;
  const simple = sections.filter(({ section }) => section === 'Match').every(({ entries }) => entries.every(({ key }) => key === 'Name'));
  if (first?.simple) hidden(sections, first, draft);
  for (const name of names) taken.push({ name, matches: nameMatcher(name), at, simple });
  for (const device of free) {
    const kind = kinds.get(device) ?? deviceKind(device);
    addDevice(draft, device, { value: true, at }, kind);
    noteManager(draft, device, { name: 'systemd-networkd', at, keeps: /^(?:yes|true|1|on|static)$/i.test(all('Network', 'KeepConfiguration').at(-1)?.value ?? '') });
    const mtu = all('Link', 'MTUBytes').at(-1);
    if (mtu) noteMtu(draft, device, inBytes(mtu.value), mtu.at);
    const dhcp = all('Network', 'DHCP').at(-1)?.value;
    if (dhcp && !/^(?:no|false|0|off|ipv6)$/i.test(dhcp)) networkNotes(draft).dynamic.add(device);
    addAddresses(sections, all('Network', 'Address'), device, draft);
    for (const gateway of all('Network', 'Gateway')) {
      const via = parseIp(gateway.value);
      if (via) addConfigRoute(draft, { to: 'default', via, device, family: via.family, at: gateway.at });
    }
    for (const { section, entries } of sections) if (section === 'Route') addRoute(entries, device, draft);
    for (const [key, parameter] of [['IPv4Forwarding', 'net/ipv4/conf'], ['IPv6Forwarding', 'net/ipv6/conf']] as const) {
      const forwarding = all('Network', key).at(-1);
      if (forwarding) assign(draft, { key: `${parameter}/${device}/forwarding`, value: yes(forwarding.value) ? '1' : '0', at: forwarding.at, confidence: 'certain', optional: false, by: 'config' });
    }
    // The older word turns the whole host's forwarding on, and never off.
    const forward = all('Network', 'IPForward').at(-1);
    if (forward && /^(?:ipv4|yes|true|1|on|both)$/i.test(forward.value)) assign(draft, { key: 'net/ipv4/ip_forward', value: '1', at: forward.at, confidence: 'certain', optional: false, by: 'config' });
    if (forward && /^(?:ipv6|yes|true|1|on|both)$/i.test(forward.value)) assign(draft, { key: 'net/ipv6/conf/all/forwarding', value: '1', at: forward.at, confidence: 'certain', optional: false, by: 'config' });
  }
}

/** A name that a file matches. `simple`: it asks for nothing but names. */
interface Taken {
  readonly name: string;
  readonly matches: (device: string) => boolean;
  readonly at: Span;
  readonly simple: boolean;
}

/** The addresses of a file that is not applied, since an earlier one matches lo. */
function hidden(sections: ReturnType<typeof sectionsOf>, first: Taken, draft: HostDraft): void {
  const addresses = sections.flatMap(({ section, entries }) => (section === 'Network' || section === 'Address' ? entries.filter((entry) => entry.key === 'Address' && parseCidr(entry.value, 'host')) : []));
  for (const { value, at } of addresses) (draft.faults ??= []).push({ kind: 'file-hidden', program: 'networkd', at, found: value, other: first.at, outcome: 'systemd-networkd applies only the first file that matches a device', confidence: 'certain' });
}

/** An empty assignment takes back those before it (systemd.syntax(7)). */
function resets(entries: readonly IniEntry[]): readonly IniEntry[] {
  return entries.slice(entries.findLastIndex((entry) => entry.value === '') + 1);
}

/** MTUBytes takes the suffixes K, M, G to the base of 1024 (systemd.network(5)). */
function inBytes(value: string | undefined): string | undefined {
  const [, number, kilo] = /^(\d+)(K?)$/.exec(value ?? '') ?? [];
  return number === undefined ? undefined : String(Number(number) * (kilo ? 1024 : 1));
}

function yes(value: string): boolean {
  return /^(?:yes|true|1|on)$/i.test(value);
}

function addAddresses(sections: ReturnType<typeof sectionsOf>, short: readonly IniEntry[], device: string, draft: HostDraft): void {
  const add = (entry: IniEntry, more: { readonly label?: string | undefined; readonly scope?: string | undefined; readonly detects?: string | undefined } = {}): void => {
    const cidr = parseCidr(entry.value, 'host');
    if (!cidr) return;
    addConfigAddress(draft, { label: more.label?.startsWith(`${device}:`) ? more.label : device, ip: cidr.ip, prefix: cidr.prefix, prefixWritten: entry.value.includes('/'), at: entry.at, confidence: 'certain', ...(more.scope ? { scope: more.scope } : {}), ...(/^(?:none|ipv4|no|false|0|off)$/i.test(more.detects ?? '') ? { noDad: true as const } : {}) });
  };
  for (const entry of short) add(entry);
  for (const { section, entries } of sections) {
    if (section !== 'Address') continue;
    const last = (key: string): IniEntry | undefined => entries.findLast((entry) => entry.key === key && entry.state !== 'wrong');
    const address = last('Address');
    if (address) add(address, { label: last('Label')?.value, scope: last('Scope')?.value, detects: last('DuplicateAddressDetection')?.value });
  }
}

function addRoute(entries: readonly IniEntry[], device: string, draft: HostDraft): void {
  const last = (key: string): IniEntry | undefined => entries.findLast((entry) => entry.key === key && entry.state !== 'wrong');
  const gateway = last('Gateway');
  const via = gateway && parseIp(gateway.value);
  const destination = last('Destination');
  const to = destination ? parseCidr(destination.value, 'host') : undefined;
  const at = (destination ?? gateway)?.at;
  if (!at || (!via && !to)) return;
  const family = to?.ip.family ?? via!.family;
  const mtu = routeMtu(inBytes(last('MTUBytes')?.value), last('TCPAdvertisedMaximumSegmentSize')?.value, family);
  addConfigRoute(draft, { to: to && to.prefix > 0 ? to : 'default', via, device, family, table: last('Table')?.value, metric: metricOf(last('Metric')?.value), mtu, at });
}
