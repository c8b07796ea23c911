import { weakest } from '../../src/base/fact.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { holdings, vipHoldings } from '../../src/model/device.ts';
import { bindsUnheld, lackingVips, mayHoldUnknown, strayVips } from '../../src/model/lacking-vip.ts';
import { directedBy, surest } from '../../src/model/real-servers.ts';

export default clusterRule({
  id: 'vip/absent-on-real-server',
  severity: 'error',
  title: 'A real server of direct routing or tunnelling does not hold the VIP.',
  needs: ['addresses', 'peer'],
  docs: {
    what: 'A director sends packets for a VIP to a real server by direct routing or tunnelling, and no device of that real server holds the VIP, neither from boot nor by the start of a script.',
    why: 'With these methods the packets still carry the VIP as their destination when they arrive. A host that does not hold it drops them, or sends them on like a router, back to the director. Every connection that is scheduled to this server times out.',
    repair: 'Hold the VIP on lo of the real server, behind the ARP settings: `ip addr add VIP/32 dev lo` in its script, or an ifcfg-lo:0 with `IPADDR=VIP` and `NETMASK=255.255.255.255`.',
    exceptions: 'lo, a dummy, a tunnel device or any other will do. A network on lo that takes the VIP in makes it local too. Where a script redirects packets for the VIP (REDIRECT, DNAT, TPROXY), or makes it local by a route, nothing is said; where a script adds an address that cannot be known, the rule is skipped. With NAT the real server needs no VIP.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-DR.html', 'https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/7/html/load_balancer_administration/s2-lvs-direct-iptables-vsa'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check(cluster) {
    for (const { host, pairs } of directedBy(cluster, ['dr', 'tun'])) {
      const lacking = lackingVips(host, pairs);
      const [first] = lacking;
      // vip/real-server-holds-another tells of an address in its place.
      if (!first || strayVips(host, cluster, pairs).length > 0) continue;
      // sysctl/nonlocal-bind-for-vip tells of a service that binds it all the same.
      if (bindsUnheld(host)) continue;
      if (!host.seen.has('addresses') || mayHoldUnknown(host)) {
        yield { lacks: 'addresses', host: host.name };
        continue;
      }
      const { pair } = first;
      const at = pair.destination.at;
      const held = vipHoldings(host);
      const rips = holdings(host, pair.destination.rip);
      yield {
        at,
        note: `${pair.director.name} sends packets for ${listed(lacking.map(({ vip }) => vip.text))} to ${pair.destination.rip.text}, but ${host.name} holds ${held.length > 0 ? `only ${listed(held.map((address) => address.ip.text))}` : 'no such address'}`,
        related: otherPlaces(at, [
          ...held.map((address) => ({ at: address.at, note: `${host.name} holds ${address.ip.text} on ${address.device}` })),
          ...rips.map((address) => ({ at: address.at, note: `${host.name} holds ${address.ip.text} here` })),
          ...lacking.slice(1).map((other) => ({ at: other.pair.destination.at, note: `${other.vip.text} is sent here as well` })),
        ]),
        confidence: weakest(surest(lacking.map((one) => one.pair)), pair.destination.confidence),
      };
    }
  },
});
