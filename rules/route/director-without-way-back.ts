import { weakest } from '../../src/base/fact.ts';
import { showCidr } from '../../src/base/ip.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { deviceHolding, holdings, kindOn } from '../../src/model/device.ts';
import { surest } from '../../src/model/real-servers.ts';
import { routeTo } from '../../src/model/route.ts';
import { showService } from '../../src/model/service.ts';

export default clusterRule({
  id: 'route/director-without-way-back',
  severity: 'warning',
  title: 'A director of NAT has no route to its clients.',
  needs: ['addresses', 'gateway', 'services'],
  docs: {
    what: 'A spec names a network of clients, and the director, which sends to its real servers by NAT, has neither a route nor a default gateway that leads there.',
    why: 'With NAT all replies pass the director. It translates them back and has nowhere to send them: they are dropped as unreachable, and no connection from that network is answered.',
    repair: 'Give the director the router that leads to the clients: `GATEWAY=ROUTER` in the ifcfg of the card that faces them, `gateway ROUTER` in interfaces, `ip route add CLIENTS via ROUTER`.',
    exceptions: 'With direct routing and tunnelling the real servers answer themselves, and nothing is said. Without a spec nobody says where clients are.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-NAT.html', 'https://man7.org/linux/man-pages/man8/ip-route.8.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check(cluster) {
    for (const director of cluster.hosts) {
      const pairs = cluster.pairs.filter((pair) => pair.director === director && pair.realServer !== director && pair.destination.forwarding === 'nat' && holdings(director, pair.destination.rip).length === 0);
      const [first] = pairs;
      if (!first || cluster.clients.length === 0) continue;
      const ways = cluster.clients.filter((net) => net.ip.family === first.destination.rip.family).map((net) => ({ net, way: routeTo(director, net.ip) }));
      if (ways.some(({ way }) => way.state === 'unseen')) {
        yield { lacks: director.seen.has('addresses') ? 'gateway' : 'addresses', host: director.name };
        continue;
      }
      const lost = ways.filter(({ way }) => way.state !== 'unseen' && way.value === undefined).map(({ net }) => net);
      if (lost.length === 0) continue;
      const vip = first.service.vips[0];
      const held = vip ? holdings(director, vip)[0] : undefined;
      const device = vip && deviceHolding(director, vip);
      const card = director.addresses.find((address) => address.device === device && address.label === undefined && address.by === 'config') ?? held;
      const at = card && kindOn(director, card.device) === 'nic' ? card.at : first.destination.at;
      yield {
        at,
        note: `${director.name} has no route to the clients of ${listed(lost.map(showCidr))} and no default gateway: replies for ${showService(first.service)} are dropped`,
        related: otherPlaces(at, [
          { at: first.destination.at, note: `${first.destination.rip.text} is sent to by NAT: its replies come back through ${director.name}` },
          ...director.routes.filter((route) => route.table === 'main').map((route) => ({ at: route.at, note: `the route to ${route.to === 'default' ? 'everywhere' : showCidr(route.to)} does not lead there` })),
        ]),
        confidence: weakest(surest(pairs)),
      };
    }
  },
});
