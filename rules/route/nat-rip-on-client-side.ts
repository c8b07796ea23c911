import { weakest } from '../../src/base/fact.ts';
import { networkOf, showCidr } from '../../src/base/ip.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { addressFacing, deviceFacing, holdings } from '../../src/model/device.ts';
import { clientDevice } from '../../src/model/nat-net.ts';
import { surest } from '../../src/model/real-servers.ts';
import { showService } from '../../src/model/service.ts';
import { translatesSources } from '../../src/model/source-nat.ts';

export default clusterRule({
  id: 'route/nat-rip-on-client-side',
  severity: 'warning',
  title: 'A real server of NAT lies on the director’s client side, while others lie behind it.',
  needs: ['addresses', 'gateway'],
  docs: {
    what: 'A director of NAT has a card for its clients and another for its real servers, and one of the RIPs lies in the network of the first.',
    why: 'From there the real server reaches the clients of that network, and their router, without the director: the VIP is not put back into such replies, and the client resets them. The others work, so the service fails for a part of the connections.',
    repair: 'Move the real server behind the director (an address in the DIP’s network, the DIP as its gateway), or correct the typing error on the side that has it.',
    exceptions: 'Where all RIPs lie on one side, the director has one network on purpose: `route/nat-one-net-redirects` speaks of that. A director that rewrites sources too gets its replies from everywhere. The director itself as a destination is left alone.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-NAT.html', 'http://www.linuxvirtualserver.org/VS-NAT.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  silences: ['route/nat-client-in-rip-subnet', 'route/nat-one-net-redirects'],
  since: '0.1.0',
  *check(cluster) {
    for (const director of cluster.hosts) {
      const pairs = cluster.pairs.filter((pair) => pair.director === director && pair.realServer !== director && pair.destination.forwarding === 'nat' && holdings(director, pair.destination.rip).length === 0);
      if (pairs.length < 2 || translatesSources(director) === 'yes') continue;
      const outside = clientDevice(director, pairs);
      if (outside === undefined) continue;
      const beside = pairs.filter((pair) => deviceFacing(director, pair.destination.rip) === outside);
      const behind = pairs.filter((pair) => (deviceFacing(director, pair.destination.rip) ?? outside) !== outside);
      const [first] = beside;
      const [other] = behind;
      // The odd ones are those that are not right, so the right ones must be there, and for the same clients.
      if (!first || !other || !beside.some((pair) => behind.some(({ service }) => service === pair.service))) continue;
      const facing = addressFacing(director, first.destination.rip)!;
      const at = first.destination.at;
      yield {
        at,
        note: `${listed(beside.map((pair) => pair.destination.rip.text))}, sent to by NAT for ${showService(first.service)}, ${new Set(beside.map((pair) => pair.destination.rip.text)).size > 1 ? 'lie' : 'lies'} on ${director.name}’s client side: ${outside} has ${showCidr(networkOf({ ip: facing.ip, prefix: facing.prefix! }))}`,
        related: otherPlaces(at, [
          { at: facing.at, note: `${outside} of ${director.name} holds ${showCidr({ ip: facing.ip, prefix: facing.prefix! })}` },
          { at: other.destination.at, note: `${other.destination.rip.text} lies behind ${deviceFacing(director, other.destination.rip)}` },
          ...beside.slice(1).map((pair) => ({ at: pair.destination.at, note: `${pair.destination.rip.text} as well` })),
          ...beside.flatMap(({ realServer, destination: { rip } }) => (realServer ? holdings(realServer, rip).map((address) => ({ at: address.at, note: `${realServer.name} holds ${rip.text}` })) : [])),
        ]),
        confidence: weakest(surest(beside), 'likely', translatesSources(director) === 'maybe' ? 'possible' : 'certain'),
      };
    }
  },
});
