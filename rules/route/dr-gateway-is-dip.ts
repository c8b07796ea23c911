import { weakest, type Confidence } from '../../src/base/fact.ts';
import { inSubnet } from '../../src/base/ip.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { deviceFacing } from '../../src/model/device.ts';
import type { Host } from '../../src/model/host.ts';
import { directedBy, holderOf, showServices, surest } from '../../src/model/real-servers.ts';
import { defaultGateway } from '../../src/model/route.ts';
import { effective, forwards, sysctlValue } from '../../src/model/sysctl.ts';
import type { Family } from '../../src/model/words.ts';

export default clusterRule({
  id: 'route/dr-gateway-is-dip',
  severity: 'error',
  title: 'The default gateway of a real server of direct routing or tunnelling is the director.',
  needs: ['gateway', 'peer', 'addresses'],
  docs: {
    what: 'A director sends to a real server by direct routing or tunnelling, and that real server’s default gateway is an address of the director, DIP or VIP, as if it were a cluster of NAT.',
    why: 'With these methods the real server answers the client itself, with the VIP as the source. Sent through the director, such a packet comes in with the director’s own address as its source: with ip_forward=1 the kernel drops it as a martian, with ip_forward=0 it is not forwarded at all. Clients from beyond a router get no answer; clients on the same link never use the gateway, which is why a test from there passes.',
    repair: 'Make the real server’s gateway the router that leads to the clients: `GATEWAY=` in ifcfg-eth0 or /etc/sysconfig/network, `gateway` in interfaces, `ip route replace default via ROUTER`.',
    exceptions: 'A director with ip_forward=1 and accept_local=1 on the device that faces the real servers forwards such packets, and so does one with the forward_shared patch set. Nothing is said where a spec names the clients and all of them lie on the real server’s own links. With NAT the gateway must be the director: that is another rule.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.non-modified_realservers.html', 'https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'connect' },
    { kind: 'manual', cite: 'Documentation/networking/ip-sysctl.rst, accept_local', quote: 'Accept packets with local source addresses. In combination with suitable routing, this can be used to direct packets between two local interfaces over the wire and have them accepted properly.' },
  ],
  since: '0.1.0',
  *check(cluster) {
    for (const { host, pairs, directors } of directedBy(cluster, ['dr', 'tun'])) {
      for (const family of [4, 6] as const) {
        const served = pairs.filter((pair) => pair.service.vips.some((vip) => vip.family === family));
        if (served.length === 0 || clientsOnLink(cluster, host, family)) continue;
        const gateway = defaultGateway(host, family);
        if (gateway.state === 'unseen') {
          yield { lacks: 'gateway', host: host.name };
          continue;
        }
        const via = gateway.value?.via;
        if (gateway.state !== 'set' || !via) continue;
        const holder = holderOf(directors, via);
        if (!holder) continue;
        const { director, address } = holder;
        const drops = family === 4 ? dropsOwnSource(director, deviceFacing(director, via) ?? address.device) : 'certain';
        if (drops === undefined) continue;
        const own = served.filter((pair) => pair.director === director);
        const sending = own[0] ?? served[0]!;
        yield {
          at: gateway.at,
          note: `the default gateway ${via.text} is ${director.name}, which sends ${showServices(own.length > 0 ? own : served)} here by ${sending.destination.forwarding === 'dr' ? 'direct routing' : 'tunnelling'} and drops replies that come from its own VIP`,
          related: otherPlaces(gateway.at, [
            { at: address.at, note: `${director.name} holds ${via.text} on ${address.device}` },
            { at: sending.destination.at, note: `${host.name} is a destination here` },
          ]),
          // A route in another table says that replies may be steered by rules that are not read.
          confidence: weakest(gateway.confidence, address.confidence, surest(served), drops, host.routes.some((route) => route.to === 'default' && route.family === family && route.table !== 'main') ? 'possible' : 'certain'),
        };
      }
    }
  },
});

/** Whether all clients are known, and reach the real server without its gateway. */
function clientsOnLink(cluster: Cluster, host: Host, family: Family): boolean {
  const clients = cluster.clients.filter((net) => net.ip.family === family);
  return clients.length > 0 && clients.every((net) => host.addresses.some((address) => address.prefix !== undefined && address.prefix <= net.prefix && inSubnet(net.ip, { ip: address.ip, prefix: address.prefix })));
}

/** How sure it is that a director drops packets with its own VIP as the source; undefined: it forwards them. */
function dropsOwnSource(director: Host, device: string): Confidence | undefined {
  const shared = sysctlValue(director, 'net/ipv4/conf/all/forward_shared');
  if (shared.state === 'set' && shared.value > 0) return undefined;
  const local = effective(director, 'accept_local', device);
  const forwarding = forwards(director, device);
  if (local.state === 'unseen') return 'likely';
  if (local.value === 0) return 'certain';
  if (forwarding.state === 'unseen') return 'possible';
  return forwarding.value ? undefined : 'certain';
}
