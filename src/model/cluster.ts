import type { Confidence } from '../base/fact.ts';
import type { Cidr } from '../base/ip.ts';
import type { Host } from './host.ts';
import type { Destination, Service } from './service.ts';

/** Hosts that serve together. Found by addresses (a director's destinations are the real servers' RIPs), or told by a spec. */
export interface Cluster {
  readonly hosts: readonly Host[];
  /** Who directs whom: one an occurrence of a destination. */
  readonly pairs: readonly Pair[];
  /** Networks of the clients, where a spec says so. */
  readonly clients: readonly Cidr[];
}

/** One destination with the director that sends to it and the host that answers, as far as that host is known. */
export interface Pair {
  readonly director: Host;
  readonly service: Service;
  readonly destination: Destination;
  readonly realServer: Host | undefined;
  readonly confidence: Confidence;
}

/** Pairs in which a host is the real server. */
export function pairsOf(cluster: Cluster, host: Host): readonly Pair[] {
  return cluster.pairs.filter((pair) => pair.realServer === host);
}
