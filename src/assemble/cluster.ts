import { weakest, type Confidence } from '../base/fact.ts';
import { isLoopback } from '../base/ip.ts';
import type { Cluster } from '../model/cluster.ts';
import { kindOn, vipHoldings } from '../model/device.ts';
import type { Host } from '../model/host.ts';
import type { Destination, Service } from '../model/service.ts';
import { complete, union } from './complete.ts';

/** A pair before the hosts have their final form. */
interface Match {
  readonly director: number;
  readonly service: Service;
  readonly destination: Destination;
  realServer: number | undefined;
  confidence: Confidence;
}

/**
 * Hosts as one cluster: who directs whom. A destination is answered by the host that holds its RIP on a NIC. Where a spec plans a host of the same name, it completes what the host's own files
 * leave unseen; hosts that only the spec knows are added. Real servers whose addresses are unknown are paired by the VIP that they hold, where that leaves no choice that matters.
 */
export function assembleCluster(hosts: readonly Host[], planned?: Cluster): Cluster {
  const plans = new Map(planned?.hosts.map((host) => [host.name, host]));
  const known = hosts.map((host) => {
    const plan = plans.get(host.name);
    return plan ? complete(host, plan, planned!) : host;
  });
  const names = new Set(known.map((host) => host.name));
  const all = [...known, ...(planned?.hosts.filter((host) => !names.has(host.name)) ?? [])];

  const matches = matchByRip(all);
  matchByVip(all, matches);
  const finished = finish(all, matches);
  return {
    hosts: finished,
    pairs: matches.map(({ director, service, destination, realServer, confidence }) => ({ director: finished[director]!, service, destination, realServer: realServer === undefined ? undefined : finished[realServer], confidence })),
    clients: planned?.clients ?? [],
  };
}

interface Holder {
  readonly host: number;
  readonly confidence: Confidence;
}

function matchByRip(hosts: readonly Host[]): readonly Match[] {
  const holders = new Map<string, Holder[]>();
  hosts.forEach((host, index) => {
    for (const address of host.addresses) {
      if (kindOn(host, address.device) !== 'nic' || isLoopback(address.ip)) continue;
      const list = holders.get(address.ip.text) ?? [];
      if (!list.some((holder) => holder.host === index)) list.push({ host: index, confidence: address.confidence });
      holders.set(address.ip.text, list);
    }
  });
  return hosts.flatMap((host, director) =>
    host.services.flatMap((service) =>
      service.destinations.map((destination): Match => {
        const sure = weakest(service.confidence, destination.confidence);
        const holder = isLoopback(destination.rip) ? { host: director, confidence: 'certain' as const } : choose(holders.get(destination.rip.text) ?? [], director);
        return { director, service, destination, realServer: holder?.host, confidence: holder ? weakest(sure, holder.confidence) : sure };
      }),
    ),
  );
}

/** The holder of a RIP: the director itself where it is its own address; of several others nobody can say which. */
function choose(holders: readonly Holder[], director: number): Holder | undefined {
  const own = holders.find((holder) => holder.host === director);
  if (own) return own;
  return holders.length > 1 ? { ...holders[0]!, confidence: 'possible' } : holders[0];
}

/** Pairs what is left of a service with hosts of which no NIC's address is known but that hold its VIP off their NICs: when as many are left on both sides, and the director treats them alike. */
function matchByVip(hosts: readonly Host[], matches: readonly Match[]): void {
  const paired = new Set(matches.flatMap((match) => match.realServer ?? []));
  const candidates = new Map<string, number[]>();
  hosts.forEach((host, index) => {
    if (paired.has(index) || host.seen.has('addresses') || host.addresses.some((address) => kindOn(host, address.device) === 'nic' && address.label === undefined)) return;
    for (const vip of new Set(vipHoldings(host).map((address) => address.ip.text))) candidates.set(vip, [...(candidates.get(vip) ?? []), index]);
  });
  if (candidates.size === 0) return;
  for (const [, open] of groupBy(matches.filter((match) => match.realServer === undefined), (match) => match.service)) {
    const rips = [...new Set(open.map((match) => match.destination.rip.text))];
    const able = [...new Set(open[0]!.service.vips.flatMap((vip) => candidates.get(vip.text) ?? []))].filter((index) => index !== open[0]!.director);
    if (able.length !== rips.length || new Set(open.map((match) => match.destination.forwarding)).size > 1) continue;
    for (const match of open) {
      match.realServer = able[rips.indexOf(match.destination.rip.text)];
      match.confidence = weakest(match.confidence, 'likely');
    }
  }
}

function groupBy<T, K>(items: readonly T[], key: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

/** Hosts with the roles that the pairs give them, and `peer` seen where the other end is known. */
function finish(hosts: readonly Host[], matches: readonly Match[]): readonly Host[] {
  const peers = new Set<number>();
  const real = new Set<number>();
  for (const { director, realServer } of matches) {
    if (realServer === undefined || realServer === director) continue;
    peers.add(director).add(realServer);
    real.add(realServer);
  }
  return hosts.map((host, index) => {
    if (!peers.has(index)) return host;
    return { ...host, roles: real.has(index) ? union(host.roles, ['real-server']) : host.roles, seen: new Set([...host.seen, 'peer' as const]) };
  });
}
