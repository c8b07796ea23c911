import { weakest, type Confidence, type Fact } from '../base/fact.ts';
import { hostPrefix, inSubnet, isLoopback, type Ip } from '../base/ip.ts';
import type { Origin } from '../base/origin.ts';
import { addressFacing, kindOn } from './device.ts';
import type { Address, Host, Route } from './host.ts';
import type { Family } from './words.ts';

/**
 * The default route of the main table, which a real server's replies take. Of several the last wins: ifup replaces, `route add` puts the new one in front (`net/ipv4/fib_trie.c: fib_table_insert()`),
 * so with different gateways it is only likely. `default` with undefined: the files say all, and there is none.
 */
export function defaultGateway(host: Host, family: Family = 4): Fact<Route | undefined> {
  const routes = host.routes.filter((route) => route.to === 'default' && route.family === family && isMain(route));
  const last = routes.at(-1);
  // A router may advertise itself to an IPv6 host, whatever its files say.
  if (!last) return host.seen.has('gateway') && family === 4 ? { state: 'default', value: undefined, at: { host: host.name, default: 'no default route' } } : { state: 'unseen' };
  const ambiguous = routes.some((route) => route.via?.text !== last.via?.text);
  return { state: 'set', value: last, at: last.at, shadows: routes.slice(0, -1).map((route) => route.at), confidence: ambiguous ? weakest(last.confidence, 'likely') : last.confidence };
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
 * The way to an address by the longest prefix over local, connected and main-table routes; of equal ones the local wins. On lo the whole network of an address is local
 * (which is why a VIP with /24 there cuts off its neighbours). Policy rules are not followed. Undefined value: no route.
 */
export function routeTo(host: Host, ip: Ip): Fact<Way | undefined> {
  let best: { readonly prefix: number; readonly way: Way } | undefined;
  const offer = (prefix: number, way: Way): void => {
    if (!best || prefix > best.prefix || (prefix === best.prefix && way.by === 'local' && best.way.by !== 'local')) best = { prefix, way };
  };
  for (const address of host.addresses) {
    const way = { device: address.device, at: address.at, confidence: address.confidence };
    if (address.ip.text === ip.text) offer(hostPrefix(ip), { ...way, by: 'local' });
    else if (connects(address, ip)) offer(address.prefix!, { ...way, by: kindOn(host, address.device) === 'loopback' ? 'local' : 'link' });
  }
  if (isLoopback(ip)) offer(8, { by: 'local', device: 'lo', at: { host: host.name, default: 'the loopback network' }, confidence: 'certain' });
  for (const route of host.routes) {
    if (!isMain(route) || route.family !== ip.family || (route.to !== 'default' && !inSubnet(ip, route.to))) continue;
    const device = route.device ?? (route.via && addressFacing(host, route.via)?.device);
    offer(route.to === 'default' ? 0 : route.to.prefix, { by: route.via ? 'gateway' : 'link', ...(device ? { device } : {}), ...(route.via ? { via: route.via } : {}), at: route.at, confidence: route.confidence });
  }
  if (best) {
    // A default route says where everything else goes, but a link that was not read may be nearer.
    if (best.prefix === 0 && !host.seen.has('addresses')) return { state: 'unseen' };
    const { way } = best;
    return 'file' in way.at ? { state: 'set', value: way, at: way.at, shadows: [], confidence: way.confidence } : { state: 'default', value: way, at: way.at };
  }
  if (!host.seen.has('addresses') || !host.seen.has('gateway')) return { state: 'unseen' };
  return { state: 'default', value: undefined, at: { host: host.name, default: `no route to ${ip.text}` } };
}

function connects(address: Address, ip: Ip): boolean {
  return address.prefix !== undefined && address.prefix < hostPrefix(address.ip) && inSubnet(ip, { ip: address.ip, prefix: address.prefix });
}
