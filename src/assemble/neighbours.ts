import { isLoopback, type Ip } from '../base/ip.ts';
import { floatingAddresses } from '../model/floating.ts';
import type { Host } from '../model/host.ts';

/** By what one host may have to do with another: addresses that it holds, serves or moves, and those that it only names (its destinations, gateways and peers). */
export interface Ties {
  readonly holds: readonly string[];
  readonly names: readonly string[];
}

/**
 * The ties of a host. Hosts belong together where one holds an address that the other holds or names, and so on from host to host: pairs, VIPs, gateways and VRRP instances are all found by addresses.
 * The loopback addresses, which every host holds, tie nobody.
 */
export function tiesOf(host: Host): Ties {
  const texts = (ips: readonly (Ip | undefined)[]): readonly string[] => [...new Set(ips.flatMap((ip) => (ip === undefined || isLoopback(ip) ? [] : [ip.text])))];
  const { primary, backup } = host.piranha ?? {};
  const holds = texts([...host.addresses.map(({ ip }) => ip), ...host.services.flatMap(({ vips }) => vips), ...floatingAddresses(host).map(({ ip }) => ip)]);
  const names = [
    ...texts([
      ...host.services.flatMap(({ destinations }) => destinations.map(({ rip }) => rip)),
      ...host.routes.map(({ via }) => via),
      ...(host.vrrp ?? []).flatMap(({ unicastPeers, unicastSource }) => [...unicastPeers, ...(unicastSource ? [unicastSource] : [])].map(({ value }) => value)),
      ...[...host.devices.values()].flatMap(({ tunnel }) => [tunnel?.remote, tunnel?.local]),
    ]),
    ...[primary, backup].flatMap((said) => (said ? [said.value] : [])),
  ];
  return { holds, names: names.filter((name) => !holds.includes(name)) };
}

/** Things numbered from 0 that are put together by their ties, as they come. */
export interface Neighbourhoods {
  /** Adds the next thing; returns the groups (by their first number) that it has brought together, the one that stands for all of them first. */
  add(ties: Ties): readonly number[];
  /** The first number of the group of a thing. */
  groupOf(number: number): number;
}

export function neighbourhoods(): Neighbourhoods {
  const parents: number[] = [];
  const held = new Map<string, number>();
  // Nobody holds them as yet.
  const named = new Map<string, number[]>();
  const groupOf = (number: number): number => {
    let root = number;
    while (parents[root] !== root) root = parents[root]!;
    for (let at = number; at !== root; ) [at, parents[at]] = [parents[at]!, root];
    return root;
  };
  return {
    groupOf,
    add({ holds, names }) {
      const number = parents.push(parents.length) - 1;
      const others = new Set<number>([number]);
      for (const key of holds) {
        const holder = held.get(key);
        if (holder !== undefined) others.add(groupOf(holder));
        else held.set(key, number);
        for (const other of named.get(key) ?? []) others.add(groupOf(other));
        named.delete(key);
      }
      for (const key of names) {
        const holder = held.get(key);
        if (holder !== undefined) others.add(groupOf(holder));
        else named.set(key, [...(named.get(key) ?? []), number]);
      }
      const groups = [...others].sort((a, b) => a - b);
      for (const group of groups) parents[group] = groups[0]!;
      return groups;
    },
  };
}
