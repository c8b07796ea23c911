import { weakest } from '../../src/base/fact.ts';
import { hostPrefix, inSubnet, networkOf, showCidr, type Cidr } from '../../src/base/ip.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { kindOn } from '../../src/model/device.ts';
import { heldVips, vipPlaces, type HeldVip } from '../../src/model/held-vip.ts';
import type { Address, Host } from '../../src/model/host.ts';

export default hostRule({
  id: 'vip/netmask-wide-on-lo',
  severity: 'error',
  title: 'A real server holds the VIP with a netmask that takes in its neighbours.',
  needs: ['addresses'],
  docs: {
    what: 'A real server of direct routing or tunnelling holds the VIP on lo, a dummy or a tunnel with a prefix shorter than /32, such as 255.255.255.0.',
    why: 'On lo the whole network of an address counts as local: the real server takes every address in it for its own. Replies to clients in the VIP’s network, to the director and to neighbours never leave the host, and it answers ARP for all of them where arp_ignore is missing. Clients from behind a router still get answers, so the test from outside passes. On a dummy or a tunnel the network is a route into nowhere.',
    repair: 'Hold the VIP alone: `ip addr add VIP/32 dev lo`, `ifconfig lo:0 VIP netmask 255.255.255.255 broadcast VIP up`, in ifcfg-lo:0 `NETMASK=255.255.255.255`.',
    exceptions: 'A /32 (IPv6: /128) is right. On a dummy or tunnel nothing is said where a network card’s own, longer or equal prefix covers the network, because its route wins. `ip addr add VIP dev lo` without a prefix takes /32; ifconfig and ifcfg without a netmask take that of the address’s class, and are reported.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.non-linux_realservers.html', 'https://man7.org/linux/man-pages/man8/ip-address.8.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'connect' },
    { kind: 'kernel-source', version: '6.1', cite: 'net/ipv4/fib_frontend.c: fib_add_ifaddr()', quote: 'dev->flags & IFF_LOOPBACK ? RTN_LOCAL : RTN_UNICAST' },
  ],
  since: '0.1.0',
  *check({ host, cluster }) {
    const wide = heldVips(host, cluster).flatMap((vip) => (vip.address && tooWide(host, vip.address) ? [{ vip, address: vip.address }] : []));
    const [first] = wide;
    if (!first) return;
    const { vip, address } = first;
    const at = vip.at;
    yield {
      at,
      note: `${vip.device} holds ${listed(wide.map((one) => showCidr(cidrOf(one.address))))}${address.prefixWritten ? '' : ', as the class has it where no netmask is written'}, ${consequence(host, address)}`,
      related: otherPlaces(at, [...wide.slice(1).map((other) => ({ at: other.vip.at, note: `${other.vip.device} holds ${showCidr(cidrOf(other.address))} as well` })), ...vipPlaces([vip]).slice(1), ...neighbours(host, wide.map((one) => one.vip))]),
      confidence: weakest(vip.confidence, address.confidence),
    };
  },
});

function cidrOf(address: Address): Cidr {
  return { ip: address.ip, prefix: address.prefix! };
}

function tooWide(host: Host, address: Address): boolean {
  if (address.ip.family !== 4 || address.prefix === undefined || address.prefix >= hostPrefix(address.ip)) return false;
  return kindOn(host, address.device) === 'loopback' || !coveredByCard(host, address);
}

/** Whether a network card's own network holds the whole network of an address: the longer prefix wins, of equal ones the route that was there first. */
function coveredByCard(host: Host, address: Address): boolean {
  return host.addresses.some((other) => other.prefix !== undefined && other.prefix >= address.prefix! && other.prefix < 32 && kindOn(host, other.device) === 'nic' && inSubnet(other.ip, cidrOf(address)));
}

function consequence(host: Host, address: Address): string {
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
function neighbours(host: Host, vips: readonly HeldVip[]): readonly { readonly at: Address['at']; readonly note: string }[] {
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
