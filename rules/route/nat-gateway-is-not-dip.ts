import { weakest } from '../../src/base/fact.ts';
import { clusterRule, type Lack, type Problem } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import type { Cluster, Pair } from '../../src/model/cluster.ts';
import { addressFacing, holdings } from '../../src/model/device.ts';
import type { Host } from '../../src/model/host.ts';
import { dipTowards, directedBy, holderOf, showServices, surest } from '../../src/model/real-servers.ts';
import { defaultGateway, routeTo } from '../../src/model/route.ts';
import { translatesSources } from '../../src/model/source-nat.ts';
import type { Family } from '../../src/model/words.ts';

export default clusterRule({
  id: 'route/nat-gateway-is-not-dip',
  severity: 'error',
  title: 'The replies of a real server of NAT do not go back through the director.',
  needs: ['gateway', 'peer', 'addresses'],
  docs: {
    what: 'A director sends to a real server by NAT, and that real server’s default gateway is no address of a director, or it has none.',
    why: 'The director has replaced the destination address of the request; only it can put the VIP back into the reply. A reply that takes another way reaches the client from the RIP, which the client never spoke to and resets; without any gateway it does not leave at all. No request is answered.',
    repair: 'Make the DIP the real server’s default gateway: `GATEWAY=DIP` in ifcfg-eth0, `gateway DIP` in interfaces, `ip route replace default via DIP`. With two directors take the address that moves between them, not one director’s own.',
    exceptions: 'Any address of any director that sends here will do. A director that rewrites sources too (net.ipv4.vs.conntrack=1 with MASQUERADE or SNAT) gets the replies whatever the gateway is; where conntrack is on and no such rule is seen, the finding is only possible. A default route through a director in another table is taken for policy routing. Where the RIP lies in no network of the director, `route/nat-rip-outside-dip-subnet` speaks.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-NAT.html', 'http://www.linuxvirtualserver.org/VS-NAT.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check(cluster) {
    for (const { host, pairs } of directedBy(cluster, ['nat'])) {
      for (const family of [4, 6] as const) {
        const served = pairs.filter((pair) => pair.destination.rip.family === family && translatesSources(pair.director) !== 'yes' && !offLink(pair));
        if (served.length > 0) yield* judge(cluster, host, served, family);
      }
    }
  },
});

/** Whether the RIP lies in no network of its director: no gateway could be the DIP then. */
function offLink({ director, destination }: Pair): boolean {
  return director.seen.has('addresses') && addressFacing(director, destination.rip) === undefined;
}

function* judge(cluster: Cluster, host: Host, pairs: readonly Pair[], family: Family): Iterable<Problem | Lack> {
  // A partner that holds the floating address need not have the table itself.
  const directors = [...new Set([...pairs.map((pair) => pair.director), ...cluster.hosts.filter((other) => other !== host && other.roles.includes('director'))])];
  const gateway = defaultGateway(host, family);
  if (gateway.state === 'unseen') {
    yield { lacks: 'gateway', host: host.name };
    return;
  }
  if (leadsBack(cluster, host, directors, family)) return;
  const via = gateway.value?.via;
  const blind = directors.filter((director) => !director.seen.has('addresses'));
  if (via && blind.length > 0) {
    for (const director of blind) yield { lacks: 'addresses', host: director.name };
    return;
  }
  const { director, destination } = pairs[0]!;
  const dip = dipTowards(director, destination.rip);
  const [rip] = holdings(host, destination.rip);
  const at = gateway.state === 'set' ? gateway.at : (rip?.at ?? destination.at);
  const wanted = dip ? `${dip.ip.text} of ${director.name}` : director.name;
  const found = gateway.value === undefined ? `${host.name} has no default gateway: its replies must go through ${wanted}` : `the default gateway is ${via ? via.text : `the link of ${gateway.value.device ?? 'a device'}`}, not ${wanted}`;
  yield {
    at,
    note: `${found}, which sends ${showServices(pairs)} to ${listed(pairs.map((pair) => pair.destination.rip.text))} by NAT`,
    related: otherPlaces(at, [
      { at: destination.at, note: `${destination.rip.text} is a destination by NAT here` },
      ...(dip ? [{ at: dip.at, note: `${director.name} holds ${dip.ip.text} on ${dip.device}` }] : []),
      ...(rip ? [{ at: rip.at, note: `${host.name} holds ${rip.ip.text}` }] : []),
    ]),
    confidence: weakest(surest(pairs), gateway.state === 'set' ? gateway.confidence : 'certain', via ? 'certain' : gateway.value ? 'likely' : 'certain', pairs.every((pair) => translatesSources(pair.director) === 'maybe') ? 'possible' : 'certain'),
  };
}

/** Whether replies reach a director: by the default route, by one of another table, by routes to all known clients, or, where the clients are unknown and there is no default route, by any route at all. */
function leadsBack(cluster: Cluster, host: Host, directors: readonly Host[], family: Family): boolean {
  const through = host.routes.filter((route) => route.family === family && route.via && holderOf(directors, route.via));
  if (through.some((route) => route.to === 'default')) return defaultThrough(host, directors, family);
  const clients = cluster.clients.filter((net) => net.ip.family === family);
  if (clients.length === 0) return through.length > 0;
  return clients.every((net) => {
    const way = routeTo(host, net.ip);
    if (way.state === 'unseen' || !way.value) return false;
    // A client on the real server's own link is another rule's matter.
    return way.value.by !== 'gateway' || (way.value.via !== undefined && holderOf(directors, way.value.via) !== undefined);
  });
}

function defaultThrough(host: Host, directors: readonly Host[], family: Family): boolean {
  const gateway = defaultGateway(host, family);
  if (gateway.state === 'set' && gateway.value?.via && holderOf(directors, gateway.value.via)) return true;
  return host.routes.some((route) => route.to === 'default' && route.family === family && route.table !== 'main' && route.via !== undefined && holderOf(directors, route.via) !== undefined);
}
