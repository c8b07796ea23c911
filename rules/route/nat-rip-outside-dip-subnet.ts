import { weakest, type Confidence } from '../../src/base/fact.ts';
import { hostPrefix, inSubnet, isLoopback, showCidr, type Ip } from '../../src/base/ip.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import type { Cluster, Pair } from '../../src/model/cluster.ts';
import { holdings, kindOn } from '../../src/model/device.ts';
import type { Address, Host } from '../../src/model/host.ts';
import { holderOf, surest } from '../../src/model/real-servers.ts';
import { defaultGateway, routeTo } from '../../src/model/route.ts';
import { showService } from '../../src/model/service.ts';
import { translatesSources } from '../../src/model/source-nat.ts';

export default clusterRule({
  id: 'route/nat-rip-outside-dip-subnet',
  severity: 'error',
  title: 'A director sends by NAT to a real server that lies in none of its networks.',
  needs: ['addresses', 'gateway', 'services'],
  docs: {
    what: 'A destination of NAT whose RIP lies in no network that the director’s cards hold, such as 192.168.15.51 behind a DIP of 192.168.14.50/24.',
    why: 'Without a link to it the director does not reach the real server, or only over its own default gateway. And the reply cannot have the DIP as its next hop: it takes another way, the VIP is never put back into it, and the client resets what it gets.',
    repair: 'Give the RIP an address in the network of a DIP, correct the typing error on the side that has it, or add to the director an address in the RIP’s network: `ip addr add 192.168.15.50/24 dev eth1`.',
    exceptions: 'One of several DIPs is enough, and so is a route that says that the network is on the link. Behind a router it works where that router’s only way out leads through the director: silent where that router is among the hosts and does so; only possible where the director has a route of its own to the RIP’s network and the router is unknown. A director that rewrites sources too (vs.conntrack=1 and MASQUERADE) and has a route gets its replies back.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-NAT.html', 'http://www.linuxvirtualserver.org/VS-NAT.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check(cluster) {
    for (const director of cluster.hosts) {
      const pairs = cluster.pairs.filter((pair) => pair.director === director && pair.destination.forwarding === 'nat' && !isOwn(director, pair.destination.rip));
      if (pairs.length === 0) continue;
      if (!director.seen.has('addresses')) {
        yield { lacks: 'addresses', host: director.name };
        continue;
      }
      const rips = [...new Map(pairs.map((pair) => [pair.destination.rip.text, pair.destination.rip])).values()];
      const outside = rips.flatMap((rip) => {
        const own = pairs.filter((pair) => pair.destination.rip.text === rip.text);
        const confidence = isOutside(cluster, director, rip, own[0]!.realServer);
        return confidence ? [{ rip, pairs: own, confidence }] : [];
      });
      // All of them outside: it is the director's link that is wrong, once.
      const together = outside.length === rips.length && outside.length > 1;
      for (const group of together ? [outside] : outside.map((one) => [one])) {
        const first = group[0]!;
        const pair = first.pairs[0]!;
        const at = pair.destination.at;
        const dips = cardAddresses(director, first.rip);
        yield {
          at,
          note: `${listed(group.map(({ rip }) => rip.text))}, sent to by NAT for ${showService(pair.service)}, ${group.length > 1 ? 'lie' : 'lies'} in no network of ${director.name}${dips.length > 0 ? `, which holds ${listed(dips.map((address) => showCidr({ ip: address.ip, prefix: address.prefix! })))}` : ''}`,
          related: otherPlaces(at, [
            ...group.slice(1).map(({ rip, pairs: own }) => ({ at: own[0]!.destination.at, note: `${rip.text} as well` })),
            ...dips.map((address) => ({ at: address.at, note: `${address.device} of ${director.name} has ${showCidr({ ip: address.ip, prefix: address.prefix! })}` })),
            ...group.flatMap(({ rip, pairs: own }) => (own[0]!.realServer ? holdings(own[0]!.realServer, rip).map((address) => ({ at: address.at, note: `${own[0]!.realServer!.name} holds ${rip.text}` })) : [])),
          ]),
          confidence: weakest(...group.map((one) => weakest(surest(one.pairs), one.confidence))),
        };
      }
    }
  },
});

function isOwn(director: Host, rip: Ip): boolean {
  return isLoopback(rip) || holdings(director, rip).length > 0;
}

function cardAddresses(director: Host, rip: Ip): readonly Address[] {
  return director.addresses.filter((address) => address.ip.family === rip.family && address.prefix !== undefined && address.prefix < hostPrefix(address.ip) && kindOn(director, address.device) === 'nic');
}

/** How sure it is that a RIP is out of reach, or its replies; undefined: it is on a link, or its way back leads through the director, or too little is known. */
function isOutside(cluster: Cluster, director: Host, rip: Ip, realServer: Pair['realServer']): Confidence | undefined {
  // A network whose size could not be known may hold it.
  if (director.addresses.some((address) => address.ip.family === rip.family && address.prefix === undefined && kindOn(director, address.device) === 'nic')) return undefined;
  const way = routeTo(director, rip);
  if (way.state === 'unseen') return 'likely';
  if (!way.value) return 'certain';
  if (way.value.by !== 'gateway') return undefined;
  const explicit = director.routes.some((route) => route.to !== 'default' && route.family === rip.family && inSubnet(rip, route.to));
  if (!explicit) return 'likely';
  if (translatesSources(director) !== 'no') return undefined;
  return wayBack(cluster, director, realServer ?? router(cluster, way.value.via));
}

function router(cluster: Cluster, ip: Ip | undefined): Host | undefined {
  return ip && cluster.hosts.find((host) => holdings(host, ip).length > 0);
}

/** Follows default gateways from a host: undefined when they lead to the director, `certain` when they are known to lead elsewhere, `possible` where that cannot be seen. */
function wayBack(cluster: Cluster, director: Host, from: Host | undefined): Confidence | undefined {
  const passed = new Set<Host>();
  for (let host = from; host; ) {
    if (passed.has(host)) return 'certain';
    passed.add(host);
    const gateway = defaultGateway(host, 4);
    if (gateway.state === 'unseen') return 'possible';
    const via = gateway.value?.via;
    if (!via) return gateway.value ? 'possible' : 'certain';
    if (holderOf([director], via)) return undefined;
    host = router(cluster, via);
  }
  return 'possible';
}
