import { hostPrefix, networkOf, parseIp, showCidr } from '../../src/base/ip.ts';
import type { Span } from '../../src/base/origin.ts';
import { hostRule, type Edit } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { heldVips } from '../../src/model/held-vip.ts';
import { cidrOf } from '../../src/model/wide-vip.ts';

export default hostRule({
  id: 'vip/ifcfg-network-inconsistent',
  severity: 'info',
  title: 'The network or broadcast address of a held VIP does not go with its netmask.',
  needs: ['addresses'],
  docs: {
    what: 'A network file holds the VIP with /32 and names the network or broadcast address of another netmask beside it, as one copied from a card does.',
    why: 'The network line is read by nobody; it only leads readers astray. A broadcast address on lo becomes a route: packets to the broadcast address of the LAN may then leave by lo, and nobody hears them.',
    repair: 'Delete both lines, or write the VIP itself: `BROADCAST=VIP`.',
    exceptions: 'With /32 the VIP itself as the broadcast address is usual, and right. Where the netmask is wide another rule speaks.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html', 'https://github.com/acassen/keepalived/issues/2522'],
  },
  proof: [{ kind: 'kernel-source', version: '6.1', cite: 'net/ipv4/fib_frontend.c: fib_add_ifaddr()', quote: 'if (ifa->ifa_broadcast && ifa->ifa_broadcast != htonl(0xFFFFFFFF)) {' }],
  since: '0.1.0',
  *check({ host, cluster }) {
    for (const { address, device } of heldVips(host, cluster)) {
      if (!address || address.by !== 'config' || address.prefix !== hostPrefix(address.ip)) continue;
      const { ip, network, broadcast, broadcastAt } = address;
      const odd: { readonly what: string; readonly value: string; readonly at: Span }[] = [];
      if (network && differs(network.value, ip.text)) odd.push({ what: 'network', value: network.value, at: network.at });
      if (broadcast && broadcastAt && differs(broadcast, ip.text) && broadcast !== '255.255.255.255') odd.push({ what: 'broadcast address', value: broadcast, at: broadcastAt });
      const [first, second] = odd;
      if (!first) continue;
      yield {
        at: first.at,
        note: `${first.value} is no ${first.what} of ${showCidr(networkOf(cidrOf(address)))}, which ${address.label ?? device} holds`,
        related: otherPlaces(first.at, [{ at: address.at, note: `${ip.text} is held here` }, ...(second ? [{ at: second.at, note: `nor is ${second.value} a ${second.what} of it` }] : [])]),
        confidence: address.confidence,
        // A network file reads no network line; without a broadcast line the tool takes the one that goes with the netmask.
        fix: { title: odd.length > 1 ? 'delete both lines' : 'delete the line', safe: true, edits: odd.map(({ at }) => ({ at, text: '' })) as unknown as [Edit, ...Edit[]] },
      };
    }
  },
});

function differs(written: string, ip: string): boolean {
  const said = parseIp(written);
  return said !== undefined && said.text !== ip;
}
