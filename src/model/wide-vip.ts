import { hostPrefix, inSubnet, networkOf, showCidr, type Cidr } from '../base/ip.ts';
import { kindOn } from './device.ts';
import type { HeldVip } from './held-vip.ts';
import type { Address, Host } from './host.ts';

/** An address with the prefix in force; one whose prefix is not known has none that is too short. */
export function cidrOf(address: Address): Cidr {
  return { ip: address.ip, prefix: address.prefix ?? hostPrefix(address.ip) };
}

/** Whether a VIP on lo, a dummy or a tunnel has a network that takes in others: on lo any (`net/ipv4/fib_frontend.c: fib_add_ifaddr()`), elsewhere where no card's own network covers it. IPv4 only. */
export function tooWide(host: Host, address: Address): boolean {
  if (address.ip.family !== 4 || address.prefix === undefined || address.prefix >= hostPrefix(address.ip)) return false;
  return kindOn(host, address.device) === 'loopback' || !coveredByCard(host, address);
}

/** Whether a network card's own network holds the whole network of an address: the longer prefix wins, of equal ones the route that was there first. */
function coveredByCard(host: Host, address: Address): boolean {
  return host.addresses.some((other) => other.prefix !== undefined && other.prefix >= address.prefix! && other.prefix < 32 && kindOn(host, other.device) === 'nic' && inSubnet(other.ip, cidrOf(address)));
}

/** What such a network does to the packets for it, as a clause. */
export function wideConsequence(host: Host, address: Address): string {
  const network = showCidr(networkOf(cidrOf(address)));
  if (kindOn(host, address.device) !== 'loopback') return `so packets for ${network} go into ${address.device}`;
  const nearer = host.addresses.find((other) => nearerThan(host, address, other));
  return `so every address of ${network}${nearer ? ` outside ${showCidr(networkOf(cidrOf(nearer)))} of ${nearer.device}` : ''} is local here`;
}

/** Whether an address of a network card has a network of its own within that of a VIP: its route is longer, and wins. */
function nearerThan(host: Host, address: Address, other: Address): boolean {
  return other.prefix !== undefined && other.prefix > address.prefix! && other.prefix < 32 && kindOn(host, other.device) === 'nic' && inSubnet(other.ip, cidrOf(address));
}

/** What lies in the network besides the VIP: directors that send here. */
export function wideNeighbours(host: Host, vips: readonly HeldVip[]): readonly { readonly at: Address['at']; readonly note: string }[] {
  const held = new Set(vips.flatMap(({ ip }) => ip?.text ?? []));
  return vips.flatMap(({ address, pairs }) =>
    pairs.flatMap(({ director }) =>
      director.addresses.flatMap((other) => {
        if (!address || held.has(other.ip.text) || !inSubnet(other.ip, cidrOf(address))) return [];
        if (host.addresses.some((card) => nearerThan(host, address, card) && inSubnet(other.ip, cidrOf(card)))) return [];
        return [{ at: other.at, note: `${other.ip.text} of ${director.name} lies in that network: ${host.name} cannot reach it` }];
      }),
    ),
  );
}
