import { inSubnet, showCidr } from '../base/ip.ts';
import { isLinkLocal6, notHostPart, notUnicast } from './explain-address.ts';
import type { Found } from './json-tree.ts';
import { choice, show } from './show.ts';
import { addressAt, type Address, type SoundHost, type SoundSpec } from './sound.ts';
import { showPath, type SpecPath } from './spec.ts';

/** What is wrong with directors and real servers, each by itself and among each other. Who stands in whose way on the network is a rule's matter, not the spec's. */
export function* checkHosts(sound: SoundSpec): Generator<Found> {
  const hosts = [...sound.directors, ...sound.realServers.values()];
  yield* checkNames(hosts);
  yield* checkTwice(hosts);
  for (const host of hosts) {
    if (host.device === 'lo') yield { path: [...host.path, 'device'], note: 'found "lo", expected the device that faces the other hosts' };
    yield* checkOwn(host);
    yield* checkGateways(sound, host);
  }
}

/** Each host is a folder of its own: names that differ in case only are one on many file systems, and one in DNS. */
function* checkNames(hosts: readonly SoundHost[]): Generator<Found> {
  const seen = new Map<string, SoundHost>();
  for (const host of hosts) {
    const first = seen.get(host.name.toLowerCase());
    if (!first) seen.set(host.name.toLowerCase(), host);
    else if (first.kind !== host.kind && first.name === host.name) yield { path: host.path, part: 'key', note: `found ${show(host.name)} among the real servers, expected another host: it is a director, and version 1 has no director that answers for itself` };
    else yield { path: host.path, part: 'key', note: `found ${show(host.name)} beside ${show(first.name)}, expected host names that differ in more than case` };
  }
}

/** Addresses that cannot be a host's own, and two of one family where one of each is meant. */
function* checkOwn(host: SoundHost): Generator<Found> {
  for (const address of host.addresses) {
    const why = notUnicast(address.cidr.ip) ?? notHostPart(address.cidr);
    if (why !== undefined) yield { path: address.path, note: `found ${showCidr(address.cidr)}, ${why}, expected an address of the host` };
  }
  yield* checkFamilies(host.addresses);
  yield* checkFamilies(host.gateways);
}

function* checkFamilies(addresses: readonly Address[]): Generator<Found> {
  const [first, second] = addresses;
  if (first && second && first.cidr.ip.family === second.cidr.ip.family) {
    yield { path: second.path, note: `found ${second.cidr.ip.text} beside ${first.cidr.ip.text}, expected one IPv4 and one IPv6 address` };
  }
}

/** One address, two hosts. */
function* checkTwice(hosts: readonly SoundHost[]): Generator<Found> {
  const holders = new Map<string, SoundHost>();
  for (const host of hosts) {
    for (const { cidr, path } of host.addresses) {
      const first = holders.get(cidr.ip.text);
      if (!first) holders.set(cidr.ip.text, host);
      else if (first !== host && first.name !== host.name) yield { path, note: `found ${cidr.ip.text}, expected an address of its own: it is the ${wordOf(first)} of ${first.name}` };
    }
  }
}

/** `DIP` or `RIP`: what the address of a host is called. */
export function wordOf(host: SoundHost): 'DIP' | 'RIP' {
  return host.kind === 'director' ? 'DIP' : 'RIP';
}

function* checkGateways(sound: SoundSpec, host: SoundHost): Generator<Found> {
  const subnets = subnetsOf(sound, host);
  for (const { cidr, path } of host.gateways) {
    const { ip } = cidr;
    const expected = `expected the next hop of ${host.name}`;
    const why = notUnicast(ip) ?? (host.addresses.some((own) => own.cidr.ip.text === ip.text) ? `its own address (${showPath(ownPath(host, ip.text))})` : undefined);
    if (why !== undefined) yield { path, note: `found ${ip.text}, ${why}, ${expected}` };
    else if (subnets && !isLinkLocal6(ip)) yield* checkReach(host, subnets, cidr, path);
  }
}

function* checkReach(host: SoundHost, subnets: readonly Address[], gateway: Address['cidr'], path: SpecPath): Generator<Found> {
  const family = subnets.filter((net) => net.cidr.ip.family === gateway.ip.family);
  if (family.length === 0) {
    yield { path, note: `found ${gateway.ip.text}, expected a gateway of the host's own family: ${host.name} has no IPv${gateway.ip.family} address` };
    return;
  }
  // A host address (/32, /128) knows its gateway by a route of its own, as in many clouds.
  const judged = family.every((net) => net.cidr.prefix < (gateway.ip.family === 4 ? 32 : 128));
  const net = family.find((candidate) => inSubnet(gateway.ip, candidate.cidr));
  if (!net && judged) {
    yield { path, note: `found ${gateway.ip.text}, expected an address in ${choice(family.map((own) => showCidr(own.cidr)))}: ${host.name} cannot reach any other next hop` };
    return;
  }
  const why = net && notHostPart({ ip: gateway.ip, prefix: net.cidr.prefix });
  if (why !== undefined) yield { path, note: `found ${gateway.ip.text}, ${why}, expected the next hop of ${host.name}` };
}

/** Subnets that a host stands in; undefined when the spec need not tell all of them. */
function subnetsOf(sound: SoundSpec, host: SoundHost): readonly Address[] | undefined {
  if (host.partial) return undefined;
  if (host.kind === 'realServer') return host.addresses;
  // The device that faces the clients has an address of its own, which a spec does not name.
  if (host.vipDevice !== host.device && (host.vipDevice !== undefined || sound.isBroken([...host.path, 'vipDevice']))) return undefined;
  const vips = sound.services.flatMap(({ value, path }) => [
    ...(value.vip === undefined ? [] : [addressAt(value.vip, [...path, 'vip'])]),
    ...(value.match ?? []).map((match) => addressAt(match?.vip, path)),
  ]);
  return [...host.addresses, ...vips.filter((vip) => vip !== undefined).filter((vip) => vip.prefixWritten)];
}

function ownPath(host: SoundHost, text: string): SpecPath {
  return host.addresses.find((own) => own.cidr.ip.text === text)!.path;
}
