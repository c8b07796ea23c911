import { weakest } from '../../src/base/fact.ts';
import { inSubnet, type Ip } from '../../src/base/ip.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { holdings } from '../../src/model/device.ts';
import type { Host } from '../../src/model/host.ts';
import { defaultGateway } from '../../src/model/route.ts';
import { showEnd } from '../../src/model/table.ts';

export default hostRule({
  id: 'route/director-gateway-is-itself',
  severity: 'error',
  title: 'The default gateway of a director of NAT is the director itself.',
  needs: ['gateway', 'addresses', 'services'],
  docs: {
    what: 'A director that sends to its real servers by NAT has an address of its own, such as its DIP, as its default gateway. The line was meant for the real servers.',
    why: 'The kernel takes a gateway that is its own address for “everything is on this link”: it asks by ARP for every client itself, on the card that holds the address, and no one answers. Replies that it has translated back do not leave for clients beyond a router.',
    repair: 'Name the router that leads to the clients: `ip route replace default via ROUTER`, `GATEWAY=ROUTER` in the ifcfg of the card that faces them, `gateway ROUTER` in interfaces. The DIP is the gateway of the real servers alone.',
    exceptions: 'A director of direct routing or tunnelling sends no replies: nothing is said. Nor where another default route is there, beside which `ip route add` is refused (route(8) puts its own in front of it), or where a spec names the clients and all of them lie on the director’s own links. A router that answers ARP for others (proxy_arp) makes it work, so it is likely, not certain.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-NAT.html', 'https://man7.org/linux/man-pages/man8/ip-route.8.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check({ host, cluster }) {
    const translated = host.services.flatMap(({ destinations }) => destinations.filter(({ forwarding, rip }) => forwarding === 'nat' && holdings(host, rip).length === 0));
    if (translated.length === 0) return;
    for (const family of [4, 6] as const) {
      const served = translated.filter(({ rip }) => rip.family === family);
      if (served.length === 0 || clientsOnLink(cluster, host, family)) continue;
      const gateway = defaultGateway(host, family);
      if (gateway.state === 'unseen') {
        if (family === 4) yield { lacks: 'gateway', host: host.name };
        continue;
      }
      const via = gateway.value?.via;
      if (gateway.state !== 'set' || !via) continue;
      const [own] = holdings(host, via);
      if (!own) continue;
      yield {
        at: gateway.at,
        note: `the default gateway ${via.text} is ${host.name} itself, on ${own.label ?? own.device}: replies of ${listed(served.slice(0, 3).map(showEnd))} do not leave for clients beyond a router`,
        related: otherPlaces(gateway.at, [
          { at: own.at, note: `${host.name} holds ${via.text}` },
          { at: served[0]!.at, note: `${served[0]!.rip.text} is sent to by NAT: its replies come back through here` },
          ...realServersBehind(cluster, host, via),
        ]),
        confidence: weakest(gateway.confidence, own.confidence, 'likely'),
      };
    }
  },
});

function clientsOnLink(cluster: Cluster, host: Host, family: 4 | 6): boolean {
  const clients = cluster.clients.filter((net) => net.ip.family === family);
  return clients.length > 0 && clients.every((net) => host.addresses.some((address) => address.prefix !== undefined && address.prefix <= net.prefix && inSubnet(net.ip, { ip: address.ip, prefix: address.prefix })));
}

/** Where the same gateway is right: at the real servers. */
function realServersBehind(cluster: Cluster, host: Host, via: Ip): readonly { readonly at: Host['routes'][number]['at']; readonly note: string }[] {
  return cluster.hosts.flatMap((other) => (other === host ? [] : other.routes.filter((route) => route.to === 'default' && route.via?.text === via.text).map((route) => ({ at: route.at, note: `on ${other.name} it is right` }))));
}
