import { weakest, type Confidence } from '../../base/fact.ts';
import { classPrefix, hostPrefix, parseCidr, parseIp, prefixOfNetmask, type Cidr, type Ip } from '../../base/ip.ts';
import { compareText, type Span } from '../../base/origin.ts';
import { deviceOfLabel, kindOfType } from '../../model/device.ts';
import type { DeviceKind, TunnelSettings } from '../../model/host.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import { trimmed } from '../lines.ts';
import { addConfigAddress, addConfigRoute, addDevice, metricOf, networkNotes, noteLro, noteMtu } from '../network.ts';
import type { IfcfgStatement } from './read.ts';

type File = ParsedFile<IfcfgStatement>;
interface Setting {
  readonly value: string | undefined;
  readonly at: Span;
  readonly wrong: boolean;
}
type Settings = ReadonlyMap<string, Setting>;

/** Endings of files that initscripts leave alone (`__sed_discard_ignored_files`). */
const discarded = /(?:~|\.bak|\.orig|\.rpmnew|\.rpmorig|\.rpmsave)$/;

/** Puts what the ifcfg, route and routes files of a host say on its draft: lo first, then by name, as the network service does. */
export function applyIfcfg(files: readonly File[], draft: HostDraft): void {
  const named = files.filter(({ source }) => !discarded.test(source.file)).sort((a, b) => compareText(baseName(a), baseName(b)));
  const globals = named.filter((file) => /^(?:network|config)$/.test(baseName(file))).map(settingsOf)[0] ?? new Map<string, Setting>();
  const down = isNo(globals.get('NETWORKING')?.value);
  const gateway = globals.get('GATEWAY');
  if (!down && gateway) addGateway(draft, gateway, globals.get('GATEWAYDEV')?.value, 'certain');

  const interfaces = named.filter((file) => baseName(file).startsWith('ifcfg-'));
  const configs = interfaces.map((file) => ({ file, settings: settingsOf(file), label: labelOf(file) }));
  for (const config of [...configs].sort((a, b) => Number(b.label === 'lo') - Number(a.label === 'lo'))) {
    // A forgotten copy (ifcfg-eth0.old) that names the device of another file: which of them counts nobody can say.
    const copy = baseName(config.file) !== `ifcfg-${config.label}` && configs.some((other) => baseName(other.file) === `ifcfg-${config.label}` && other !== config);
    applyInterface(config, draft, globals, down || copy ? 'possible' : 'certain');
  }
  for (const file of named) applyRoutes(file, draft);
}

function baseName(file: File): string {
  return file.source.file.slice(file.source.file.lastIndexOf('/') + 1);
}

/** The last assignment of each name. */
function settingsOf(file: File): Settings {
  const settings = new Map<string, Setting>();
  for (const statement of file.statements) if (statement.kind === 'assign') settings.set(statement.name, { value: statement.value === undefined ? undefined : trimmed(statement.value).text, at: statement.at, wrong: statement.state === 'wrong' });
  return settings;
}

/** The device or alias that a file configures: DEVICE, else its name. */
function labelOf(file: File): string {
  const named = settingsOf(file).get('DEVICE')?.value;
  return named && /^[A-Za-z0-9][\w.:@-]*$/.test(named) ? named : baseName(file).slice('ifcfg-'.length);
}

function applyInterface({ file, settings, label }: { readonly file: File; readonly settings: Settings; readonly label: string }, draft: HostDraft, globals: Settings, confidence: Confidence): void {
  const text = (name: string): string | undefined => settings.get(name)?.value;
  const device = deviceOfLabel(label);
  const alias = label !== device;
  const starts = alias ? !isNo(text('ONPARENT')) : !isNo(text('ONBOOT')) && !/^(?:manual|off)$/i.test(text('STARTMODE') ?? '');
  const at = settings.get(alias ? 'ONPARENT' : 'ONBOOT')?.at ?? settings.get('STARTMODE')?.at ?? settings.get('DEVICE')?.at ?? [...settings.values()][0]?.at;
  if (!at) return;
  if (!alias && !/-range/.test(label)) addDevice(draft, device, { value: starts, at, confidence }, ...kindOf(settings));
  const mtu = settings.get('MTU');
  if (!alias && mtu && !mtu.wrong) noteMtu(draft, device, mtu.value, mtu.at, confidence);
  const ethtool = settings.get('ETHTOOL_OPTS');
  if (!alias && ethtool) noteLro(draft, device, /(?:^|[\s;])-K\s[^;]*\s(?:lro|large-receive-offload)\s+(on|off)\b/.exec(ethtool.value ?? '')?.[1], ethtool.at, confidence);
  if (!starts && alias) hideAlias(settings, device, isSuse(file), draft);
  if (!starts) return;

  const dynamic = /dhcp|bootp|auto/i.test(text('BOOTPROTO') ?? '') && !alias;
  if (dynamic && device !== 'lo') networkNotes(draft).dynamic.add(device);
  // initscripts read no address where they ask DHCP; NetworkManager takes both.
  const sure = dynamic ? weakest(confidence, 'possible') : confidence;
  const suse = isSuse(file);
  for (const address of addressesOf(settings, suse)) {
    addConfigAddress(draft, {
      label: address.label ? `${device}:${address.label}` : label,
      ip: address.cidr.ip, prefix: address.prefix, prefixWritten: address.prefixWritten, at: address.at,
      confidence: weakest(sure, address.confidence),
      ...(address.broadcast?.value ? { broadcast: address.broadcast.value, broadcastAt: address.broadcast.at } : {}),
      ...(address.network?.value ? { network: { value: address.network.value, at: address.network.at } } : {}),
      ...(address.scope ? { scope: address.scope } : {}),
    });
  }
  if (!isNo(text('IPV6INIT'))) for (const { cidr, at: place, written } of ipv6Of(settings)) addConfigAddress(draft, { label, ip: cidr.ip, prefix: cidr.prefix, prefixWritten: written, at: place, confidence });
  // ifup-tunnel gives it to `ip addr add` as it is.
  const inner = settings.get('MY_INNER_IPADDR');
  const cidr = inner?.value === undefined ? undefined : parseCidr(inner.value, 'host');
  if (inner && cidr && /^(?:ipip|gre|sit)$/i.test(text('TYPE') ?? '')) addConfigAddress(draft, { label, ip: cidr.ip, prefix: cidr.prefix, prefixWritten: inner.value!.includes('/'), at: inner.at, confidence });
  applyRange(file, settings, draft);

  if (alias || isNo(text('DEFROUTE'))) return;
  const only = text('GATEWAYDEV') ?? globals.get('GATEWAYDEV')?.value;
  if (only && deviceOfLabel(only) !== device) return;
  for (const [name, setting] of settings) if (/^GATEWAY\d*$/.test(name)) addGateway(draft, setting, device, sure, metricOf(text('METRIC') ?? text('IPV4_ROUTE_METRIC')));
  const six = settings.get('IPV6_DEFAULTGW');
  if (six && !isNo(text('IPV6INIT'))) addGateway(draft, six, device, confidence);
}

/** What an alias would hold that `ONPARENT=no` keeps from coming up with its device. */
function hideAlias(settings: Settings, device: string, suse: boolean, draft: HostDraft): void {
  const parent = settings.get('ONPARENT');
  for (const { cidr, prefix, at } of addressesOf(settings, suse)) {
    (draft.faults ??= []).push({ kind: 'file-hidden', program: 'initscripts', at, found: `${cidr.ip.text}/${prefix ?? cidr.prefix}`, block: device, ...(parent ? { other: parent.at } : {}), outcome: 'the alias does not come up with its device', confidence: 'certain' });
  }
}

/** What kind of device it is, and what kind of tunnel: TYPE=IPIP of initscripts (ifup-tunnel), TUNNEL=ipip of SUSE (ifcfg-tunnel(5)). */
function kindOf(settings: Settings): readonly [kind?: DeviceKind, tunnel?: TunnelSettings] {
  const type = (settings.get('TYPE') ?? settings.get('TUNNEL') ?? settings.get('INTERFACETYPE'))?.value?.toLowerCase();
  const kind = type === undefined ? undefined : kindOfType(type);
  if (kind === 'dummy') return [kind];
  if (kind !== 'tunnel') return [];
  const [remote, local] = [['PEER_OUTER_IPADDR', 'TUNNEL_REMOTE_IPADDR'], ['MY_OUTER_IPADDR', 'TUNNEL_LOCAL_IPADDR']].map((names) => parseIp(names.map((name) => settings.get(name)?.value ?? '').find((value) => value !== '') ?? ''));
  return [kind, { type: type!, ...(remote && { remote }), ...(local && { local }) }];
}

function isNo(value: string | undefined): boolean {
  return value !== undefined && /^(?:no|n|false|off|0)$/i.test(value);
}

function isSuse(file: File): boolean {
  return /(?:^|\/)sysconfig\/network\/[^/]*$/.test(file.source.file) || file.statements.some((statement) => statement.kind === 'assign' && statement.name === 'STARTMODE');
}

interface Configured {
  readonly cidr: Cidr;
  readonly prefix: number | undefined;
  readonly prefixWritten: boolean;
  readonly label: string | undefined;
  readonly broadcast: Setting | undefined;
  readonly network: Setting | undefined;
  readonly scope: string | undefined;
  readonly at: Span;
  readonly confidence: Confidence;
}

/** IPADDR, IPADDR2, IPADDR_web … with the mask of the same number: PREFIX before NETMASK, else that of the class, as `expand_config` of initscripts has it. */
function* addressesOf(settings: Settings, suse: boolean): Iterable<Configured> {
  for (const [name, setting] of settings) {
    const suffix = /^IPADDR(\d*|_(?!START$|END$)\w+)$/.exec(name)?.[1];
    if (suffix === undefined || setting.wrong || !setting.value) continue;
    const written = setting.value.includes('/');
    const cidr = parseCidr(setting.value, 'host');
    if (!cidr) continue;
    const of = (stem: string): Setting | undefined => settings.get(`${stem}${suffix}`);
    const length = of('PREFIX') ?? of('PREFIXLEN');
    const mask = of('NETMASK');
    const masked = length?.value ? Number(length.value) : mask?.value ? prefixOfNetmask(mask.value) : undefined;
    const unclear = [length, mask].some((part) => part?.wrong || (part && part.value === undefined));
    yield {
      cidr,
      prefix: written ? cidr.prefix : unclear ? undefined : (masked ?? (suse ? undefined : classPrefix(cidr.ip))),
      prefixWritten: written || masked !== undefined,
      label: suse ? of('LABEL')?.value : undefined,
      broadcast: of('BROADCAST'),
      network: of('NETWORK'),
      scope: of('SCOPE')?.value,
      at: setting.at,
      // Only SUSE takes a prefix behind the address; elsewhere the line fails or is read by a newer tool.
      confidence: written && !suse ? 'possible' : 'certain',
    };
  }
}

function ipv6Of(settings: Settings): readonly { readonly cidr: Cidr; readonly at: Span; readonly written: boolean }[] {
  return ['IPV6ADDR', 'IPV6ADDR_SECONDARIES'].flatMap((name) => {
    const setting = settings.get(name);
    if (!setting?.value || setting.wrong) return [];
    return setting.value.split(/\s+/).flatMap((item) => {
      const cidr = parseCidr(item, 'host');
      return cidr ? [{ cidr: item.includes('/') ? cidr : { ip: cidr.ip, prefix: 64 }, at: setting.at, written: item.includes('/') }] : [];
    });
  });
}

/** `ifcfg-eth0-range0`: every address from IPADDR_START to IPADDR_END (the last number), as eth0:0, eth0:1 … */
function applyRange(file: File, settings: Settings, draft: HostDraft): void {
  const device = /^ifcfg-(.+)-range/.exec(baseName(file))?.[1];
  const [start, end] = ['IPADDR_START', 'IPADDR_END'].map((name) => settings.get(name));
  const [first, last] = [start, end].map((setting) => parseIp(setting?.value ?? ''));
  if (!device || !start || first?.family !== 4 || last?.family !== 4) return;
  const stem = first.text.slice(0, first.text.lastIndexOf('.') + 1);
  const number = (ip: Ip): number => Number(ip.text.slice(ip.text.lastIndexOf('.') + 1));
  const clone = Number(settings.get('CLONENUM_START')?.value ?? 0);
  const mask = settings.get('PREFIX')?.value ? Number(settings.get('PREFIX')!.value) : prefixOfNetmask(settings.get('NETMASK')?.value ?? '');
  for (let value = number(first); value <= number(last); value++) {
    addConfigAddress(draft, { label: `${device}:${clone + value - number(first)}`, ip: parseIp(`${stem}${value}`)!, prefix: mask ?? classPrefix(first), prefixWritten: mask !== undefined, at: start.at, confidence: 'certain' });
  }
}

function addGateway(draft: HostDraft, setting: Setting, device: string | undefined, confidence: Confidence, metric?: number): void {
  const via = parseIp((setting.value ?? '').replace(/%.*$/, ''));
  if (via && !setting.wrong) addConfigRoute(draft, { to: 'default', via, device, family: via.family, metric, at: setting.at, confidence });
}

/** route-eth0 (both of its forms), routes, ifroute-eth0. */
function applyRoutes(file: File, draft: HostDraft): void {
  const device = /^(?:route6?|ifroute)-(.+)$/.exec(baseName(file))?.[1];
  for (const statement of file.statements) {
    if (statement.kind !== 'route') continue;
    const family = statement.to === 'default' ? (statement.via?.family ?? (baseName(file).startsWith('route6') ? 6 : 4)) : statement.to.ip.family;
    addConfigRoute(draft, { ...statement, device: statement.device ?? device, family });
  }
  if (!/^route-/.test(baseName(file))) return;
  const settings = settingsOf(file);
  for (const [name, setting] of settings) {
    const number = /^ADDRESS(\d+)$/.exec(name)?.[1];
    const ip = number === undefined ? undefined : parseIp(setting.value ?? '');
    if (!ip || setting.wrong) continue;
    const mask = settings.get(`NETMASK${number}`)?.value;
    const prefix = mask === undefined ? hostPrefix(ip) : prefixOfNetmask(mask);
    const via = parseIp(settings.get(`GATEWAY${number}`)?.value ?? '');
    if (prefix !== undefined) addConfigRoute(draft, { to: prefix === 0 ? 'default' : { ip, prefix }, via, device, family: ip.family, at: setting.at });
  }
}
