import { weakest, type Confidence } from '../../src/base/fact.ts';
import { hostPrefix, isLoopback, showCidr, type Ip } from '../../src/base/ip.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { holdings, kindOn } from '../../src/model/device.ts';
import type { Address, Host } from '../../src/model/host.ts';
import { surest } from '../../src/model/real-servers.ts';
import { routeTo } from '../../src/model/route.ts';
import { showService } from '../../src/model/service.ts';

export default clusterRule({
  id: 'route/dr-rip-off-link',
  severity: 'error',
  title: 'A director sends by direct routing to a real server that is not on its link.',
  needs: ['addresses', 'gateway', 'services'],
  docs: {
    what: 'A destination of direct routing whose RIP lies in no network that the director’s cards hold, so that it is reached through a router or not at all.',
    why: 'Direct routing leaves the packet as it is and only puts the real server’s MAC address on the frame. Behind a router that address cannot be known: the frame goes to the router, which reads the VIP as the destination and sends the packet back to the director, round and round, or drops it. The connections that are scheduled to this server time out; ipvsadm says nothing.',
    repair: 'Give the RIP an address in the network of the director’s card, or correct the typing error on the side that has it. A real server that must stay behind a router is reached by tunnelling: `ipvsadm -a -t VIP:80 -r RIP -i`, `lb_kind TUN`, with the VIP on its tunl0.',
    exceptions: 'Only the RIP counts: the VIP may lie in any network. One of several cards is enough, and so is a route that says that the RIP is on the link (`ip route add RIP dev eth1`). With tunnelling or NAT nothing is said here; a destination that is the director itself needs no link.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-DR.html', 'http://www.linuxvirtualserver.org/VS-DRouting.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check(cluster) {
    for (const director of cluster.hosts) {
      const pairs = cluster.pairs.filter((pair) => pair.director === director && pair.realServer !== director && pair.destination.forwarding === 'dr' && !isLoopback(pair.destination.rip) && holdings(director, pair.destination.rip).length === 0);
      if (pairs.length === 0) continue;
      if (!director.seen.has('addresses')) {
        yield { lacks: 'addresses', host: director.name };
        continue;
      }
      const rips = [...new Map(pairs.map((pair) => [pair.destination.rip.text, pair.destination.rip])).values()];
      const outside = rips.flatMap((rip) => {
        const confidence = isOffLink(director, rip);
        return confidence ? [{ rip, confidence, pairs: pairs.filter((pair) => pair.destination.rip.text === rip.text) }] : [];
      });
      // All of them outside: it is the director's link that is wrong, once.
      const together = outside.length === rips.length && outside.length > 1;
      for (const group of together ? [outside] : outside.map((one) => [one])) {
        const first = group[0]!;
        const pair = first.pairs[0]!;
        const at = pair.destination.at;
        const dips = cardAddresses(director, first.rip);
        const way = routeTo(director, first.rip);
        const through = way.state === 'set' && way.value?.via ? `: behind the router ${way.value.via.text} there is no MAC address to send to` : '';
        yield {
          at,
          note: `${listed(group.map(({ rip }) => rip.text))}, sent to by direct routing for ${showService(pair.service)}, ${group.length > 1 ? 'lie' : 'lies'} in no network of ${director.name}${dips.length > 0 ? `, which holds ${listed(dips.map((address) => showCidr({ ip: address.ip, prefix: address.prefix! })))}` : ''}${through}`,
          related: otherPlaces(at, [
            ...group.slice(1).map(({ rip, pairs: own }) => ({ at: own[0]!.destination.at, note: `${rip.text} as well` })),
            ...dips.map((address) => ({ at: address.at, note: `${address.device} of ${director.name} has ${showCidr({ ip: address.ip, prefix: address.prefix! })}` })),
            ...group.flatMap(({ rip, pairs: own }) => (own[0]!.realServer ? holdings(own[0]!.realServer, rip).map((address) => ({ at: address.at, note: `${own[0]!.realServer!.name} holds ${rip.text}` })) : [])),
          ]),
          confidence: weakest(...group.map((one) => weakest(surest(one.pairs), pair.destination.confidence, one.confidence))),
        };
      }
    }
  },
});

function cardAddresses(director: Host, rip: Ip): readonly Address[] {
  return director.addresses.filter((address) => address.ip.family === rip.family && address.prefix !== undefined && address.prefix < hostPrefix(address.ip) && kindOn(director, address.device) === 'nic');
}

/** How sure it is that no link of a director leads to a RIP; undefined: one does, or a network whose size could not be known may hold it. */
function isOffLink(director: Host, rip: Ip): Confidence | undefined {
  if (director.addresses.some((address) => address.ip.family === rip.family && address.prefix === undefined && kindOn(director, address.device) === 'nic')) return undefined;
  if (cardAddresses(director, rip).length === 0) return undefined;
  const way = routeTo(director, rip);
  if (way.state === 'unseen') return rip.family === 4 ? 'likely' : undefined;
  return way.value && way.value.by !== 'gateway' ? undefined : 'certain';
}
