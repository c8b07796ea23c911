import { strongest, weakest, type Confidence } from '../base/fact.ts';
import { hostPrefix, inSubnet, type Ip } from '../base/ip.ts';
import type { Span } from '../base/origin.ts';
import { pairsOf, type Cluster, type Pair } from './cluster.ts';
import { deviceFacing, deviceHolding, hearingDevices, kindOn, vipHoldings } from './device.ts';
import type { Address, Host } from './host.ts';
import { assignmentsOf, sysctlNumber } from './sysctl.ts';
import { effectsIn, holdsQuietly, placeOf, startSteps } from './timeline.ts';

/** A VIP that a real server of DR or TUN holds off its NICs, so that the director alone is asked for it. */
export interface HeldVip {
  /** Undefined: a script puts it there, but it cannot be known which (it asks for it). */
  readonly ip: Ip | undefined;
  readonly device: string;
  readonly address: Address | undefined;
  readonly at: Span;
  /** Who sends packets for it here; empty: no director of it is known. */
  readonly pairs: readonly Pair[];
  /** How sure it is that the host holds it, and for a director. */
  readonly confidence: Confidence;
}

/** Pairs in which another host sends to this one without translation. */
export function directPairs(cluster: Cluster, host: Host): readonly Pair[] {
  return pairsOf(cluster, host).filter((pair) => pair.director !== host && pair.destination.forwarding !== 'nat');
}

/**
 * The VIPs that a host holds for directors of DR or TUN, one an occurrence. Known by a director that sends packets for them here; else `likely`, by how they are held: by a script, as an alias
 * of lo, on tunl0, or beside ARP settings. What the host serves itself, as a director does, is none of them.
 */
export function heldVips(host: Host, cluster: Cluster): readonly HeldVip[] {
  const pairs = directPairs(cluster, host);
  // Whom a director sends to by NAT alone holds no VIP: what its lo has is for something else.
  if (pairs.length === 0 && pairsOf(cluster, host).some((pair) => pair.director !== host)) return [];
  const own = new Set(host.services.flatMap((service) => service.vips.map((vip) => vip.text)));
  const settings = setsArp(host);
  const held = vipHoldings(host).flatMap((address): readonly HeldVip[] => {
    if (own.has(address.ip.text)) return [];
    const serving = pairs.filter((pair) => pair.service.vips.some((vip) => vip.text === address.ip.text));
    if (serving.length === 0 && !(host.roles.includes('real-server') && (settings || address.by === 'script' || address.label !== undefined || address.device.startsWith('tunl')))) return [];
    // What a director has on lo beside its VIPs is its own: a router's ID, a service of the host.
    if (serving.length === 0 && host.services.length > 0 && !settings) return [];
    const sure = serving.length > 0 ? serving.map((pair) => pair.confidence).reduce(strongest) : 'likely';
    return [{ ip: address.ip, device: address.device, address, at: address.at, pairs: serving, confidence: weakest(address.confidence, sure) }];
  });
  return [...held, ...unknownVips(host)];
}

/** Whether a host sets arp_ignore or arp_announce of IPv4 to anything but 0: whoever does that knows that it holds somebody else's address. */
export function setsArp(host: Host): boolean {
  return [...host.sysctls.keys()].some((key) => /^net\/ipv4\/conf\/[^/]+\/arp_(?:ignore|announce)$/.test(key) && assignmentsOf(host, key).some((line) => (sysctlNumber(line.value) ?? 0) > 0));
}

/** VIPs whose value cannot be known: a real server's script puts an address on lo, a dummy or a tunnel that it was asked for, or that a variable lacks. */
function unknownVips(host: Host): readonly HeldVip[] {
  if (!host.roles.includes('real-server')) return [];
  const found = new Map<string, HeldVip>();
  for (const script of host.scripts) {
    for (const { step, effect } of effectsIn(startSteps(script), 'address')) {
      if (effect.ip || effect.device === undefined || !holdsQuietly(effect)) continue;
      found.set(placeOf(step.at), { ip: undefined, device: effect.device, address: undefined, at: step.at, pairs: [], confidence: weakest(step.confidence, 'likely') });
    }
  }
  return [...found.values()];
}

/** NICs of a real server on which its VIP is asked for. `every`: it is not known which of them, so only what holds for all of them may be said. */
export interface Asked {
  readonly devices: readonly string[];
  readonly every: boolean;
  readonly confidence: Confidence;
}

/**
 * Where requests for a VIP are heard: on the NICs in whose network it lies; else on the link that the director shares, unless the director holds the VIP on another one (then nobody asks here:
 * no devices); else on some NIC or other. A host of which no NIC is known has one: `eth0` stands for it.
 */
export function askedOn(host: Host, vip: HeldVip): Asked {
  const { ip, pairs } = vip;
  if (ip) {
    const facing = hearingDevices(host, ip).filter((device) => host.addresses.some((address) => address.device === device && address.prefix !== undefined && address.prefix < hostPrefix(ip) && inSubnet(ip, { ip: address.ip, prefix: address.prefix })));
    if (facing.length > 0) return { devices: facing, every: false, confidence: 'certain' };
    const links = pairs.map((pair) => sharedLink(host, pair, ip));
    const shared = [...new Set(links.flatMap((link) => (link.heard && link.device !== undefined ? [link.device] : [])))];
    if (shared.length > 0) return { devices: shared, every: false, confidence: 'certain' };
    if (links.length > 0 && links.every((link) => !link.heard)) return { devices: [], every: false, confidence: 'certain' };
  }
  const devices = hearingDevices(host, ip);
  const elsewhere = ip !== undefined && host.seen.has('addresses') && pairs.length === 0;
  // A tunnel's real server is often in another place than its director, where nobody asks for the VIP.
  // Nor does an alias of lo by itself, in no network of a card, say that a director is meant: routing daemons and containers have such, too.
  const confidence = !elsewhere ? 'certain' : kindOn(host, vip.device) === 'tunnel' || (vip.address?.by === 'config' && !setsArp(host)) ? 'possible' : 'likely';
  return { devices: devices.length > 0 ? devices : ['eth0'], every: true, confidence };
}

/** Whether requests for the VIP cross the link on which the director reaches the real server, and the real server's NIC there. */
export function sharedLink(host: Host, { director, destination }: Pair, vip: Ip): { readonly heard: boolean; readonly device: string | undefined } {
  const device = deviceHolding(host, destination.rip);
  const towards = deviceFacing(director, destination.rip);
  const holding = deviceHolding(director, vip);
  if (towards === undefined && director.seen.has('addresses')) return { heard: false, device };
  const apart = towards !== undefined && holding !== undefined && kindOn(director, holding) === 'nic' && towards !== holding;
  return { heard: !apart, device };
}

/** VIPs for a note: `172.16.1.100`, `172.16.1.100 and 172.16.1.101`, `172.16.1.100 and 3 more`; `the VIP` when none is known. */
export function showVips(vips: readonly HeldVip[]): string {
  const known = [...new Set(vips.flatMap(({ ip }) => ip?.text ?? []))];
  if (known.length === 0) return 'the VIP';
  return known.length < 3 ? known.join(' and ') : `${known[0]} and ${known.length - 1} more`;
}

/** Where VIPs are held, and where they are served, each with a note: what a finding about them is related to. */
export function vipPlaces(vips: readonly HeldVip[]): readonly { readonly at: Span; readonly note: string }[] {
  const held = vips.map(({ ip, device, at }) => ({ at, note: `${device} holds ${ip?.text ?? 'the VIP'}` }));
  const served = vips.flatMap(({ ip, pairs }) => pairs.map(({ director, service }) => ({ at: service.at, note: `${director.name} serves ${ip?.text ?? 'it'} here` })));
  return [...held, ...served];
}
