import { strongest, weakest, type Confidence } from '../base/fact.ts';
import type { Pair, Cluster } from './cluster.ts';
import { kindOn } from './device.ts';
import { directPairs, heldVips, type HeldVip } from './held-vip.ts';
import type { Packet } from './filter-walk.ts';
import type { Host } from './host.ts';
import { dipTowards } from './real-servers.ts';
import type { Destination } from './service.ts';
import { startSteps } from './timeline.ts';
import type { Family } from './words.ts';

/** How a director wraps the packets for a destination of method TUN (`net/netfilter/ipvs/ip_vs_xmit.c: ip_vs_tunnel_xmit()`), and what of the real server's kernel unwraps them. */
export interface Wrapping {
  /** Family and protocol of the outer header, by the names of /etc/protocols: ipencap is 4, ipv6 41, gre 47. */
  readonly outer: Family;
  readonly protocol: 'ipencap' | 'ipv6' | 'gre' | 'udp';
  /** Of UDP. */
  readonly port?: number;
  /** Family of the packets within. */
  readonly inner: Family;
  /** Type of the devices that take the inner packet. */
  readonly type: string;
  /** The device that the module brings along, which takes what no other device takes. */
  readonly device: string;
  readonly module: string;
}

/** The wrapping of packets for a VIP to a destination. */
export function wrappingOf({ rip, tunnel }: Pick<Destination, 'rip' | 'tunnel'>, inner: Family): Wrapping {
  const outer = rip.family;
  if (tunnel?.type === 'gre') return outer === 4 ? { outer, protocol: 'gre', inner, type: 'gre', device: 'gre0', module: 'ip_gre' } : { outer, protocol: 'gre', inner, type: 'ip6gre', device: 'ip6gre0', module: 'ip6_gre' };
  const end = outer === 6 ? ({ type: 'ip6tnl', device: 'ip6tnl0', module: 'ip6_tunnel' } as const) : inner === 4 ? ({ type: 'ipip', device: 'tunl0', module: 'ipip' } as const) : ({ type: 'sit', device: 'sit0', module: 'sit' } as const);
  if (tunnel?.type === 'gue') return { outer, protocol: 'udp', ...(tunnel.port === undefined ? {} : { port: tunnel.port }), inner, ...end };
  return { outer, protocol: inner === 4 ? 'ipencap' : 'ipv6', inner, ...end };
}

/** What comes to a host by tunnel: one a wrapping. */
export interface TunnelEnd {
  readonly wrapping: Wrapping;
  /** Who sends so; empty: no director is known, and only how the host holds its VIP tells of a tunnel. */
  readonly pairs: readonly Pair[];
  /** The VIPs, as far as the host holds them off its NICs. */
  readonly vips: readonly HeldVip[];
  readonly confidence: Confidence;
}

/** The ends of the tunnels to a real server: told by its directors; without any, by a VIP on tunl0 or another device of IP in IP. */
export function tunnelEnds(host: Host, cluster: Cluster): readonly TunnelEnd[] {
  const held = heldVips(host, cluster);
  const all = directPairs(cluster, host);
  const pairs = all.filter(({ destination }) => destination.forwarding === 'tun');
  const ends = new Map<string, { wrapping: Wrapping; pairs: Pair[]; vips: HeldVip[] }>();
  for (const pair of pairs) {
    for (const inner of new Set(familiesOf(pair))) {
      const wrapping = wrappingOf(pair.destination, inner);
      const key = JSON.stringify(wrapping);
      const end = ends.get(key) ?? { wrapping, pairs: [], vips: held.filter((vip) => vip.ip === undefined || (vip.ip.family === inner && (vip.pairs.length === 0 || vip.pairs.some((one) => one.destination.forwarding === 'tun')))) };
      ends.set(key, end);
      end.pairs.push(pair);
    }
  }
  if (ends.size > 0) return [...ends.values()].map((end) => ({ ...end, confidence: end.pairs.map(({ confidence, destination }) => weakest(confidence, destination.confidence)).reduce(strongest) }));
  if (all.length > 0) return [];
  const vips = held.filter(({ ip, device }) => ip?.family !== 6 && typeOf(host, device) === 'ipip');
  const wrapping: Wrapping = { outer: 4, protocol: 'ipencap', inner: 4, type: 'ipip', device: 'tunl0', module: 'ipip' };
  return vips.length === 0 ? [] : [{ wrapping, pairs: [], vips, confidence: vips.map(({ confidence }) => confidence).reduce(strongest) }];
}

function familiesOf({ service }: Pair): readonly Family[] {
  return service.key.by === 'fwmark' ? [service.key.family] : service.vips.map(({ family }) => family);
}

/** The type of a tunnel device, as it was made, else by its name; undefined: not known. */
export function typeOf(host: Pick<Host, 'devices'>, name: string): string | undefined {
  const made = host.devices.get(name)?.tunnel?.type;
  if (made !== undefined) return made;
  const [, stem] = /^(tunl|ipip|sit|gre|ip6tnl|ip6gre|ip6_vti|ip_vti|vti6|vti|wg)[-_.\d]*\w*$/.exec(name) ?? [];
  return stem === undefined ? undefined : stem === 'tunl' ? 'ipip' : stem === 'wg' ? 'wireguard' : stem.replace(/^ip6_vti$/, 'vti6').replace(/^ip_vti$/, 'vti');
}

/**
 * Devices that the host is known to have and out of which the inner packets may come: those of the type, and those whose type is not known (`net/ipv4/ip_tunnel.c: ip_tunnel_lookup()`).
 * One that only takes packets from another remote address is none of them.
 */
export function devicesOf(host: Host, { wrapping, pairs }: TunnelEnd): readonly string[] {
  const dips = pairs.flatMap(({ director }) => director.addresses.map(({ ip }) => ip.text));
  const sure = pairs.length > 0 && pairs.every(({ director }) => director.seen.has('addresses'));
  const names = new Set<string>([...host.devices.keys(), ...host.addresses.map(({ device }) => device)]);
  return [...names].filter((name) => {
    if (kindOn(host, name) !== 'tunnel') return false;
    const type = typeOf(host, name);
    const remote = host.devices.get(name)?.tunnel?.remote;
    return (type === undefined || type === wrapping.type) && !(remote && sure && !dips.includes(remote.text));
  });
}

/** Whether a device holds an address of IPv4, or a script gives it one that cannot be known. Undefined: something that is not read may. */
export function holdsAddress(host: Host, name: string): boolean | undefined {
  if (host.addresses.some(({ device, ip }) => device === name && ip.family === 4)) return true;
  if (host.scripts.some((script) => startSteps(script).some(({ effects }) => effects.some((effect) => effect.kind === 'address' && effect.does === 'add' && effect.ip === undefined && effect.ipWord?.text !== '' && (effect.device === undefined || effect.device === name))))) return true;
  return host.seen.has('addresses') ? false : undefined;
}

/** What the directors of an end send, as a packet filter on the way sees it: no answer ever comes, so that each is the first of its connection. */
export function outerPackets({ wrapping, pairs }: TunnelEnd): readonly Packet[] {
  return pairs.map(({ director, destination }): Packet => {
    const dip = dipTowards(director, destination.rip);
    const twins = director.addresses.filter((other) => other.device === dip?.device && other.prefix === dip.prefix && other.ip.family === dip.ip.family);
    return { family: wrapping.outer, protocol: wrapping.protocol, ...(wrapping.port === undefined ? {} : { port: wrapping.port }), destination: destination.rip, state: 'NEW', ...(dip && twins.length === 1 ? { source: dip.ip } : {}) };
  });
}
