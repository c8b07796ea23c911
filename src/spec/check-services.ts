import { hostPrefix, inSubnet, showCidr } from '../base/ip.ts';
import { wordOf } from './check-hosts.ts';
import { broadcastOf, notHostPart, notUnicast } from './explain-address.ts';
import type { Found } from './json-tree.ts';
import { show } from './show.ts';
import { addressAt, familyOf, numbered, type Address, type Numbered, type SoundService, type SoundSpec } from './sound.ts';
import { showPath } from './spec.ts';

type Service = Numbered<SoundService>;

/** What is wrong with services: their VIPs, and what the kernel or ipvsadm would refuse, drop or store otherwise. */
export function* checkServices(sound: SoundSpec): Generator<Found> {
  yield* checkVips(sound);
  yield* checkKeys(sound);
  yield* checkMatches(sound);
  for (const service of sound.services) yield* checkOptions(sound, service);
}

/** Every VIP, in the order of the spec. */
function vipsOf(sound: SoundSpec): readonly Address[] {
  return sound.services.flatMap(({ value, path }) => [
    ...[addressAt(value.vip, [...path, 'vip'])],
    ...numbered(value.match, [...path, 'match']).map((match) => addressAt(match.value.vip, [...match.path, 'vip'])),
  ]).filter((vip) => vip !== undefined);
}

/** A VIP is an address of no single host. Each is told once, where it first stands. */
function* checkVips(sound: SoundSpec): Generator<Found> {
  const hosts = [...sound.directors, ...sound.realServers.values()];
  const holders = new Map(hosts.flatMap((host) => host.addresses.map((own) => [own.cidr.ip.text, host] as const)).reverse());
  const told = new Set<string>();
  const written = new Map<string, Address>();
  for (const vip of vipsOf(sound)) {
    const { ip } = vip.cidr;
    const first = written.get(ip.text);
    if (vip.prefixWritten && !first) written.set(ip.text, vip);
    if (told.has(ip.text)) continue;
    const found = vip.prefixWritten ? showCidr(vip.cidr) : ip.text;
    const holder = holders.get(ip.text);
    const broadcast = sound.directors.flatMap((host) => host.addresses).find((own) => inSubnet(ip, own.cidr) && broadcastOf(own.cidr)?.text === ip.text);
    const impossible = notUnicast(ip);
    const why = impossible ?? (vip.prefixWritten ? notHostPart(vip.cidr) : undefined) ?? (broadcast && notHostPart({ ip, prefix: broadcast.cidr.prefix }));
    if (holder && impossible === undefined) yield { path: vip.path, note: `found ${found}, the ${wordOf(holder)} of ${holder.name}, expected a VIP: an address that is no host's own` };
    else if (why !== undefined) yield { path: vip.path, note: `found ${found}, ${why}, expected a VIP that clients can connect to` };
    else if (first && vip.prefixWritten && first.cidr.prefix !== vip.cidr.prefix) yield { path: vip.path, note: `found ${found}, expected /${first.cidr.prefix} as in ${showPath(first.path)}: a device holds a VIP once` };
    else continue;
    told.add(ip.text);
  }
}

/** Two services with one key: the kernel has room for one. */
function* checkKeys(sound: SoundSpec): Generator<Found> {
  const seen = new Map<string, Service>();
  for (const service of sound.services) {
    const key = showKey(service.value);
    if (key === undefined) continue;
    const first = seen.get(key);
    if (!first) seen.set(key, service);
    else yield { path: [...service.path, service.value.fwmark === undefined ? 'vip' : 'fwmark'], note: `found ${key} twice, expected one service for it: ${showPath(first.path)} is it already` };
  }
}

/** How ipvsadm would name a service; undefined when a part is missing. */
function showKey(service: SoundService): string | undefined {
  if (service.fwmark !== undefined) return service.family === undefined ? undefined : `fwmark ${service.fwmark} (${service.family})`;
  const vip = addressAt(service.vip, [])?.cidr.ip;
  if (!vip || service.protocol === undefined || service.port === undefined) return undefined;
  return `${vip.family === 6 ? `[${vip.text}]` : vip.text}:${service.port}/${service.protocol}`;
}

/** What gets a mark: the family of the mark, and no two marks for one packet. */
function* checkMatches(sound: SoundSpec): Generator<Found> {
  const marked = new Map<string, string>();
  for (const service of sound.services) {
    for (const { value: match, path } of numbered(service.value.match, [...service.path, 'match'])) {
      const vip = addressAt(match.vip, path)?.cidr.ip;
      const family = familyOf(service.value);
      if (!vip) continue;
      if (family !== undefined && vip.family !== family) yield { path: [...path, 'vip'], note: `found ${vip.text}, expected an IPv${family} address: the service's family is ${service.value.family}` };
      for (const port of numbered(match.ports, [...path, 'ports'])) {
        const packet = `${match.protocol} ${vip.text} ${port.value}`;
        const first = marked.get(packet);
        if (first === undefined) marked.set(packet, showPath(port.path));
        else if (match.protocol !== undefined) yield { path: port.path, note: `found ${match.protocol} port ${port.value} of ${vip.text} twice, expected one mark for it: ${first} marks it already` };
      }
    }
  }
}

function* checkOptions(sound: SoundSpec, { value: service, path }: Service): Generator<Found> {
  const { persistence, protocol } = service;
  const broken = (key: string): boolean => sound.isBroken([...path, key]);
  if (service.port === 0 && persistence === undefined && !broken('persistence')) {
    yield { path: [...path, 'port'], note: 'found 0, every port, without persistence, expected a port from 1 to 65535, or "persistence" in this service' };
  }
  const family = familyOf(service);
  const bits = family && hostPrefix({ family, text: '' });
  if (bits !== undefined && persistence?.netmask !== undefined && persistence.netmask > bits) {
    yield { path: [...path, 'persistence', 'netmask'], note: `found ${persistence.netmask}, expected a prefix length from 1 to ${bits}: the service is IPv${family}` };
  }
  if (persistence?.engine === 'sip') {
    const other = protocol ?? service.match?.map((match) => match?.protocol).find((word) => word !== undefined && word !== 'udp');
    if (other !== undefined && other !== 'udp') yield { path: [...path, 'persistence', 'engine'], note: `found "sip" in a service over ${other}, expected udp: the engine reads SIP over UDP only and drops the rest` };
  }
  if (service.onePacket === true && protocol !== undefined && protocol !== 'udp') {
    yield { path: [...path, 'onePacket'], note: `found true in a service over ${protocol}, expected false: one-packet scheduling is for udp or a firewall mark` };
  }
  if (!broken('scheduler')) yield* checkFlags({ path, value: service });
}

function* checkFlags({ value: service, path }: Service): Generator<Found> {
  const scheduler = service.scheduler ?? 'wlc';
  for (const flag of numbered(service.schedulerFlags, [...path, 'schedulerFlags'])) {
    const owner = /^(sh|mh)-/.exec(flag.value)?.[1];
    if (owner !== undefined && owner !== scheduler) {
      yield { path: flag.path, note: `found ${show(flag.value)}, a flag of ${owner}, expected a flag of ${scheduler}, this service's scheduler${service.scheduler === undefined ? ' by default' : ''}` };
    }
  }
}
