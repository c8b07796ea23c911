import { classPrefix, hostPrefix, parseCidr, parseIp, prefixOfNetmask } from '../../base/ip.ts';
import { nameMatcher } from '../../base/file-set.ts';
import { compareText, type Span } from '../../base/origin.ts';
import type { SourceText } from '../../base/text.ts';
import { deviceOfLabel } from '../../model/device.ts';
import type { TunnelSettings } from '../../model/host.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import { addConfigAddress, addConfigRoute, addDevice, metricOf, networkNotes, noteLro, noteMtu } from '../network.ts';
import { bareDevices } from './bring-up.ts';
import { commandsOf, type InterfacesStatement } from './read.ts';

type File = ParsedFile<InterfacesStatement>;
type Option = Extract<InterfacesStatement, { kind: 'option' }>;
interface Stanza {
  readonly iface: Extract<InterfacesStatement, { kind: 'iface' }>;
  readonly options: readonly Option[];
}

/** Puts what /etc/network/interfaces and the files that it sources say on a draft. Interfaces that nothing brings up at boot (no auto, no allow-hotplug) are passed over. */
export function applyInterfaces(files: readonly File[], draft: HostDraft): void {
  const used = sourced(files);
  const wanted = startedBy(used);
  for (const [line, devices] of bareDevices(used)) networkNotes(draft).bare.set(line, devices);
  for (const file of used) for (const stanza of stanzasOf(file)) applyStanza(stanza, wanted.get(stanza.iface.name), draft);
}

/** The up commands of the interfaces that boot brings up, as scripts at their places, in the order of the files. */
export function upCommands(files: readonly File[]): readonly SourceText[] {
  const used = sourced(files);
  const wanted = startedBy(used);
  return used.flatMap(({ source, statements }) => commandsOf(source, statements, (iface) => wanted.has(iface)) ?? []);
}

/** The main file and what it sources. Where it was not seen, the files beside it are taken to be sourced, as by the one that Debian installs. */
function sourced(files: readonly File[]): readonly File[] {
  const main = files.find(({ source }) => source.file === 'etc/network/interfaces');
  if (!main) return [...files].sort((a, b) => compareText(a.source.file, b.source.file));
  const found: File[] = [];
  const take = (file: File): void => {
    if (found.includes(file)) return;
    found.push(file);
    for (const statement of file.statements) {
      if (statement.kind !== 'source') continue;
      const folder = file.source.file.slice(0, file.source.file.lastIndexOf('/'));
      const path = statement.path.startsWith('etc/') ? statement.path : `${folder}/${statement.path}`;
      const matches = pathMatcher(statement.folder ? `${path.replace(/\/$/, '')}/*` : path);
      // Of a folder only names of letters, digits, _ and - count (as run-parts has it), since 0.8.37 dots too.
      for (const other of files) if (matches(other.source.file) && (!statement.folder || /\/[A-Za-z0-9_.-]+$/.test(other.source.file))) take(other);
    }
  };
  take(main);
  return [main, ...found.slice(1).sort((a, b) => compareText(a.source.file, b.source.file))];
}

function pathMatcher(glob: string): (path: string) => boolean {
  const parts = glob.split('/').filter((part) => part !== '').map(nameMatcher);
  return (path) => {
    const names = path.split('/');
    return names.length === parts.length && parts.every((matches, index) => matches(names[index]!));
  };
}

/** Interfaces that boot brings up, with the line that says so. lo always is (ifupdown 0.8). */
function startedBy(files: readonly File[]): ReadonlyMap<string, Span | undefined> {
  const names = new Map<string, Span | undefined>([['lo', undefined]]);
  for (const { statements } of files) for (const statement of statements) if (statement.kind === 'auto') for (const name of statement.names) names.set(name, statement.at);
  // `auto /eth*`: a pattern over the interfaces that the file configures.
  for (const [name, at] of [...names]) {
    if (!/^\/|[*?]/.test(name)) continue;
    const matches = nameMatcher(name.replace(/^\//, ''));
    for (const { statements } of files) for (const statement of statements) if (statement.kind === 'iface' && matches(statement.name)) names.set(statement.name, at);
  }
  return names;
}

function* stanzasOf(file: File): Iterable<Stanza> {
  let current: { iface: Stanza['iface']; options: Option[] } | undefined;
  for (const statement of file.statements) {
    if (statement.kind === 'iface') {
      if (current) yield current;
      current = { iface: statement, options: [] };
    } else if (statement.kind === 'option') current?.options.push(statement);
    else if (statement.kind === 'auto' || statement.kind === 'source') {
      if (current) yield current;
      current = undefined;
    }
  }
  if (current) yield current;
}

function applyStanza({ iface, options }: Stanza, auto: Span | undefined, draft: HostDraft): void {
  const device = deviceOfLabel(iface.name);
  if (auto === undefined && iface.name !== 'lo') {
    if (!draft.devices.has(device)) addDevice(draft, iface.name, { value: false, at: iface.at });
    return;
  }
  addDevice(draft, iface.name, { value: iface.method !== 'manual' || !/^(?:tunl|sit|gre|ip6tnl)\d/.test(device), at: auto ?? iface.at }, undefined, tunnelOf(iface, options));
  if (iface.family !== 6 && /^(?:dhcp|bootp|ppp|wvdial|ipv4ll)$/.test(iface.method) && device !== 'lo') networkNotes(draft).dynamic.add(device);
  const option = (name: string): Option | undefined => options.find((candidate) => candidate.name === name);
  const mtu = option('mtu');
  if (mtu) noteMtu(draft, device, mtu.value, mtu.at);
  const lro = option('offload-lro');
  if (lro) noteLro(draft, device, lro.value, lro.at);
  const written = option('netmask')?.value;
  for (const address of options.filter(({ name }) => name === 'address')) {
    // `loopback` and `manual` take no address of their own; newer ifupdown takes it for loopback all the same.
    if (iface.method === 'manual' || iface.method === 'dhcp') continue;
    const cidr = parseCidr(address.value, 'host')!;
    const mask = written === undefined ? undefined : /^\d+$/.test(written) ? Number(written) : prefixOfNetmask(written);
    const slash = address.value.includes('/');
    const scope = option('scope')?.value;
    const broadcast = option('broadcast');
    const network = option('network');
    addConfigAddress(draft, {
      label: iface.name, ip: cidr.ip,
      prefix: slash ? cidr.prefix : mask !== undefined && mask <= hostPrefix(cidr.ip) ? mask : cidr.ip.family === 4 ? classPrefix(cidr.ip) : 64,
      prefixWritten: slash || mask !== undefined,
      at: address.at,
      confidence: iface.method === 'static' || iface.method === 'tunnel' || iface.method === 'v4tunnel' ? 'certain' : 'possible',
      ...(scope ? { scope } : {}),
      ...(broadcast && parseIp(broadcast.value) ? { broadcast: broadcast.value, broadcastAt: broadcast.at } : {}),
      ...(network && parseIp(network.value) ? { network: { value: network.value, at: network.at } } : {}),
      ...(iface.family === 6 && option('dad-attempts')?.value === '0' ? { noDad: true as const } : {}),
    });
  }
  const gateway = option('gateway');
  const via = gateway && parseIp(gateway.value.split(' ')[0]!);
  if (gateway && via && iface.method !== 'manual') addConfigRoute(draft, { to: 'default', via, device, family: via.family, metric: metricOf(option('metric')?.value), at: gateway.at });
}

/** A stanza of the method tunnel, or v4tunnel of inet6 (interfaces(5)), makes its device. */
function tunnelOf(iface: Stanza['iface'], options: readonly Option[]): TunnelSettings | undefined {
  const value = (name: string): string | undefined => options.find((option) => option.name === name)?.value;
  const mode = iface.method === 'v4tunnel' ? 'sit' : iface.method === 'tunnel' ? value('mode')?.toLowerCase() : undefined;
  if (mode === undefined) return undefined;
  const [remote, local] = [value('endpoint'), value('local')].map((text) => parseIp(text ?? ''));
  return { type: /^(?:ip6ip6|ipip6)$/.test(mode) ? 'ip6tnl' : mode, ...(remote && { remote }), ...(local && { local }) };
}
