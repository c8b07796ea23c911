import { atLeast, weakest, type Confidence, type Fact } from '../base/fact.ts';
import { hostPrefix, inSubnet, isLoopback, type Ip } from '../base/ip.ts';
import type { Origin } from '../base/origin.ts';
import { addressFacing, kindOn } from './device.ts';
import type { Address, Host, Route } from './host.ts';
import { isDown } from './up.ts';
import type { Family } from './words.ts';

/**
 * The default route of the main table, which a real server's replies take. The one of the lowest metric; of several such the last wins: ifup replaces, `route add` puts the new one in front (`net/ipv4/fib_trie.c: fib_table_insert()`),
 * so with different gateways it is only likely. `default` with undefined: the files say all, and there is none.
 */
export function defaultGateway(host: Host, family: Family = 4): Fact<Route | undefined> {
  const all = host.routes.filter((route) => route.to === 'default' && route.family === family && isMain(route));
  const lowest = Math.min(...all.map(({ metric }) => metric ?? 0));
  const routes = all.filter(({ metric }) => (metric ?? 0) === lowest);
  const last = routes.at(-1);
  // A router may advertise itself to an IPv6 host, whatever its files say.
  if (!last) return host.seen.has('gateway') && family === 4 ? { state: 'default', value: undefined, at: { host: host.name, default: 'no default route' } } : { state: 'unseen' };
  const ambiguous = routes.some((route) => route.via?.text !== last.via?.text);
  // Which of two connections a manager brings up first is not written.
  const managed = routes.some(({ device }) => device !== undefined && host.devices.get(device)?.manager !== undefined);
  return { state: 'set', value: last, at: last.at, shadows: routes.slice(0, -1).map((route) => route.at), confidence: ambiguous ? weakest(last.confidence, managed ? 'possible' : 'likely') : last.confidence };
}

function isMain(route: Route): boolean {
  return route.table === 'main' || route.table === '254' || route.table === 'default' || route.table === '';
}

/** How a packet to an address leaves a host. */
export interface Way {
  /** `local`: it is delivered here; `link`: straight to the neighbour; `gateway`: to `via`. */
  readonly by: 'local' | 'link' | 'gateway';
  readonly device?: string;
  readonly via?: Ip;
  readonly at: Origin;
  readonly confidence: Confidence;
}

/**
 * The way to an address by the longest prefix over the tables local and main, which the kernel keeps as one while there are no policy rules (`net/ipv4/fib_trie.c: fib_trie_unmerge()`); of equal ones the local
 * wins, then the surer. On lo the whole network of an address is local (which is why a VIP with /24 there cuts off its neighbours). A device that is down has its addresses, and no routes; a route whose
 * gateway no link faces was refused. Policy rules are not followed. Undefined value: no route. Compared with the kernel over random hosts: scenes model/arithmetic.
 */
export function routeTo(host: Host, ip: Ip): Fact<Way | undefined> {
  let best: Offer | undefined;
  const offer = (prefix: number, way: Way, first = way.by === 'local', ends = false, metric = 0): void => {
    const one = { prefix, way, first, ends, metric };
    if (!best || isBetter(one, best)) best = one;
  };
  for (const address of host.addresses) {
    const way = { device: address.device, at: address.at, confidence: address.confidence };
    if (address.ip.text === ip.text) offer(hostPrefix(ip), { ...way, by: 'local' });
    else if (connects(address, ip) && !isDown(host, address.device)) offer(address.prefix!, { ...way, by: kindOn(host, address.device) === 'loopback' ? 'local' : 'link' });
  }
  if (isLoopback(ip)) offer(8, { by: 'local', device: 'lo', at: { host: host.name, default: 'the loopback network' }, confidence: 'certain' });
  for (const route of host.routes) {
    if ((!isMain(route) && !isLocalTable(route)) || route.family !== ip.family || (route.to !== 'default' && !inSubnet(ip, route.to)) || !works(host, route)) continue;
    const device = route.device ?? (route.via && addressFacing(host, route.via)?.device);
    const by = route.type === 'local' ? 'local' : route.via ? 'gateway' : 'link';
    offer(route.to === 'default' ? 0 : route.to.prefix, { by, ...(device ? { device } : {}), ...(route.via ? { via: route.via } : {}), at: route.at, confidence: route.confidence }, by === 'local' || isLocalTable(route), route.type === 'none', route.metric);
  }
  if (best) {
    // A default route says where everything else goes, but a link that was not read may be nearer.
    if (best.prefix === 0 && !host.seen.has('addresses')) return { state: 'unseen' };
    const { way, ends } = best;
    return 'file' in way.at ? { state: 'set', value: ends ? undefined : way, at: way.at, shadows: [], confidence: way.confidence } : { state: 'default', value: way, at: way.at };
  }
  if (!host.seen.has('addresses') || !host.seen.has('gateway')) return { state: 'unseen' };
  return { state: 'default', value: undefined, at: { host: host.name, default: `no route to ${ip.text}` } };
}

interface Offer {
  readonly prefix: number;
  readonly way: Way;
  /** Of table local. */
  readonly first: boolean;
  /** Packets are dropped there. */
  readonly ends: boolean;
  readonly metric: number;
}

function isBetter(one: Offer, best: Offer): boolean {
  if (one.prefix !== best.prefix) return one.prefix > best.prefix;
  if (one.first !== best.first) return one.first;
  if (one.metric !== best.metric) return one.metric < best.metric;
  return one.way.confidence !== best.way.confidence && atLeast(one.way.confidence, best.way.confidence);
}

function isLocalTable({ table }: Route): boolean {
  return table === 'local' || table === '255';
}

/** Whether the kernel took a route and still has it (`net/ipv4/fib_semantics.c: fib_check_nh()`): its device is up, its gateway on a link. */
function works(host: Host, { via, device, needsLink }: Route): boolean {
  if (device !== undefined && isDown(host, device)) return false;
  if (!via || !needsLink || !host.seen.has('addresses')) return true;
  const meets = (name: string | undefined): boolean => name !== undefined && (device === undefined || name === device) && !isDown(host, name);
  return host.addresses.some((address) => kindOn(host, address.device) !== 'loopback' && connects(address, via) && meets(address.device)) || host.routes.some((route) => !route.via && route.to !== 'default' && inSubnet(via, route.to) && meets(route.device));
}

function connects(address: Address, ip: Ip): boolean {
  return address.prefix !== undefined && address.prefix < hostPrefix(address.ip) && inSubnet(ip, { ip: address.ip, prefix: address.prefix });
}
