import { strongest, type Confidence } from '../base/fact.ts';
import type { Ip } from '../base/ip.ts';
import { addressFacing, holdings } from './device.ts';
import type { Cluster, Pair } from './cluster.ts';
import type { Address, Host } from './host.ts';
import { showService } from './service.ts';
import type { Forwarding } from './words.ts';

/** A host with the pairs of other hosts in which it is the real server, of some forwarding methods. */
export interface Directed {
  readonly host: Host;
  readonly pairs: readonly [Pair, ...Pair[]];
  /** The directors, each once. */
  readonly directors: readonly Host[];
}

/** Hosts that other hosts send to by the given methods, in the cluster's order. A destination that is the director itself is delivered where it is, by whatever method. */
export function directedBy(cluster: Cluster, methods: readonly Forwarding[]): readonly Directed[] {
  return cluster.hosts.flatMap((host) => {
    const [first, ...rest] = cluster.pairs.filter((pair) => pair.realServer === host && pair.director !== host && methods.includes(pair.destination.forwarding));
    return first ? [{ host, pairs: [first, ...rest] as const, directors: [...new Set([first, ...rest].map((pair) => pair.director))] }] : [];
  });
}

/** The surest of some pairs. */
export function surest(pairs: readonly Pair[]): Confidence {
  return pairs.map((pair) => pair.confidence).reduce(strongest, 'possible');
}

/** A director among some that holds an address, with the address. */
export function holderOf(directors: readonly Host[], ip: Ip): { readonly director: Host; readonly address: Address } | undefined {
  for (const director of directors) {
    const [address] = holdings(director, ip);
    if (address) return { director, address };
  }
  return undefined;
}

/** The DIP towards a real server: the director's address in whose network the RIP lies. */
export function dipTowards(director: Host, rip: Ip): Address | undefined {
  return addressFacing(director, rip);
}

/** Services of some pairs for a note: `192.168.1.10:80/tcp and 2 more`. */
export function showServices(pairs: readonly Pair[]): string {
  const names = [...new Set(pairs.map(({ service }) => showService(service)))];
  return names.length < 3 ? names.join(' and ') : `${names[0]} and ${names.length - 1} more`;
}
