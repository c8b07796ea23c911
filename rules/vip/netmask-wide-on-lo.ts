import { weakest } from '../../src/base/fact.ts';
import { showCidr } from '../../src/base/ip.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { heldVips, vipPlaces } from '../../src/model/held-vip.ts';
import { cidrOf, tooWide, wideConsequence, wideNeighbours } from '../../src/model/wide-vip.ts';

export default hostRule({
  id: 'vip/netmask-wide-on-lo',
  severity: 'error',
  title: 'A real server holds the VIP with a netmask that takes in its neighbours.',
  needs: ['addresses'],
  docs: {
    what: 'A real server of direct routing or tunnelling holds the VIP on lo, a dummy or a tunnel with a prefix shorter than /32, such as 255.255.255.0.',
    why: 'On lo the whole network of an address counts as local: the real server takes every address in it for its own. Replies to clients in the VIP’s network, to the director and to neighbours never leave the host, and it answers ARP for all of them where arp_ignore is missing. Clients from behind a router still get answers, so the test from outside passes. On a dummy or a tunnel the network is a route into nowhere.',
    repair: 'Hold the VIP alone: `ip addr add VIP/32 dev lo`, `ifconfig lo:0 VIP netmask 255.255.255.255 broadcast VIP up`, in ifcfg-lo:0 `NETMASK=255.255.255.255`.',
    exceptions: 'A /32 (IPv6: /128) is right. On a dummy or tunnel nothing is said where a network card’s own, longer or equal prefix covers the network, because its route wins. `ip addr add VIP dev lo` without a prefix takes /32; ifconfig and ifcfg without a netmask take that of the address’s class: `vip/netmask-left-out` tells that.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.non-linux_realservers.html', 'https://man7.org/linux/man-pages/man8/ip-address.8.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'connect' },
    { kind: 'kernel-source', version: '6.1', cite: 'net/ipv4/fib_frontend.c: fib_add_ifaddr()', quote: 'dev->flags & IFF_LOOPBACK ? RTN_LOCAL : RTN_UNICAST' },
  ],
  since: '0.1.0',
  *check({ host, cluster }) {
    const wide = heldVips(host, cluster).flatMap((vip) => (vip.address?.prefixWritten && tooWide(host, vip.address) ? [{ vip, address: vip.address }] : []));
    const [first] = wide;
    if (!first) return;
    const { vip, address } = first;
    const at = vip.at;
    yield {
      at,
      note: `${vip.device} holds ${listed(wide.map((one) => showCidr(cidrOf(one.address))))}, ${wideConsequence(host, address)}`,
      related: otherPlaces(at, [...wide.slice(1).map((other) => ({ at: other.vip.at, note: `${other.vip.device} holds ${showCidr(cidrOf(other.address))} as well` })), ...vipPlaces([vip]).slice(1), ...wideNeighbours(host, wide.map((one) => one.vip))]),
      confidence: weakest(vip.confidence, address.confidence),
    };
  },
});
