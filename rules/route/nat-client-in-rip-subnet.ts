import { weakest } from '../../src/base/fact.ts';
import { networkOf, showCidr } from '../../src/base/ip.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { holdings } from '../../src/model/device.ts';
import { clientsBeside, linkOfRip } from '../../src/model/nat-net.ts';
import { dipTowards, surest } from '../../src/model/real-servers.ts';
import { translatesSources } from '../../src/model/source-nat.ts';

export default clusterRule({
  id: 'route/nat-client-in-rip-subnet',
  severity: 'warning',
  title: 'Clients of a service by NAT lie in the network of its real servers.',
  needs: ['addresses', 'services'],
  docs: {
    what: 'A spec names a network of clients, and real servers of NAT have their addresses in it.',
    why: 'A real server answers a neighbour straight over the link, whatever its gateway is: the director never sees the reply and cannot put the VIP back into it. The client gets an answer from an address that it did not ask, and resets it. Clients from elsewhere are served, so the fault looks like the client’s.',
    repair: 'Put the real servers into a network of their own, behind a second card of the director. Or rewrite the source as well: `net.ipv4.vs.conntrack = 1` and `iptables -t nat -A POSTROUTING -m ipvs --vaddr VIP -j MASQUERADE` on the director. Or take the link away from the real servers: their address with /32 and all routes through the DIP.',
    exceptions: 'Silent where the director rewrites sources (`vs.conntrack=1` with MASQUERADE or SNAT), where a real server has a longer route to those clients through the director, and with direct routing and tunnelling, where a straight answer is right. Without a spec nobody says where clients are.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-NAT.html', 'http://www.linuxvirtualserver.org/VS-NAT.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  silences: ['route/nat-one-net-redirects'],
  since: '0.1.0',
  *check(cluster) {
    for (const director of cluster.hosts) {
      const pairs = cluster.pairs.filter((pair) => pair.director === director && pair.realServer !== director && pair.destination.forwarding === 'nat');
      if (pairs.length === 0 || cluster.clients.length === 0 || translatesSources(director) === 'yes') continue;
      if (!director.seen.has('addresses')) {
        yield { lacks: 'addresses', host: director.name };
        continue;
      }
      const beside = pairs.filter((pair) => clientsBeside(cluster, pair).length > 0);
      const [first] = beside;
      if (!first) continue;
      const { destination } = first;
      const dip = dipTowards(director, destination.rip);
      const at = dip?.at ?? destination.at;
      yield {
        at,
        note: `clients in ${listed(beside.flatMap((pair) => clientsBeside(cluster, pair)).map(showCidr))} share the network ${showCidr(networkOf(linkOfRip(first)!))} of ${listed(beside.map((pair) => pair.destination.rip.text))}: replies reach them without ${director.name}`,
        related: otherPlaces(at, [
          ...beside.map((pair) => ({ at: pair.destination.at, note: `${pair.destination.rip.text} is a destination by NAT here` })),
          ...beside.flatMap(({ realServer, destination: { rip } }) => (realServer ? holdings(realServer, rip).map((address) => ({ at: address.at, note: `${realServer.name} holds ${rip.text}` })) : [])),
        ]),
        confidence: weakest(surest(beside), translatesSources(director) === 'maybe' ? 'possible' : 'certain'),
      };
    }
  },
});
