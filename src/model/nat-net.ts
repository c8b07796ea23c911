import { hostPrefix, inSubnet, overlap, type Cidr, type Ip } from '../base/ip.ts';
import type { Cluster, Pair } from './cluster.ts';
import { addressFacing, deviceFacing, deviceHolding, holdings, kindOn } from './device.ts';
import type { Host } from './host.ts';
import { defaultGateway } from './route.ts';

/** Where a director of NAT meets its clients: the device of its default route, else the card that holds the VIPs. Undefined: not known. */
export function clientDevice(director: Host, pairs: readonly Pair[]): string | undefined {
  const gateway = defaultGateway(director);
  const route = gateway.state === 'set' ? gateway.value : undefined;
  const device = route?.device ?? (route?.via && deviceFacing(director, route.via));
  if (device !== undefined) return device;
  const holding = [...new Set(pairs.flatMap(({ service }) => service.vips.map((vip) => deviceHolding(director, vip))))];
  return holding.length === 1 && holding[0] !== undefined && kindOn(director, holding[0]) === 'nic' ? holding[0] : undefined;
}

/** The network in which a real server of NAT answers straight to whom it finds there: that of its own address, where the host is known, else the director's on that link. */
export function linkOfRip({ director, realServer, destination }: Pair): Cidr | undefined {
  const { rip } = destination;
  const [own] = realServer ? holdings(realServer, rip) : [];
  const address = own?.prefix !== undefined ? own : addressFacing(director, rip);
  return address?.prefix !== undefined && address.prefix < hostPrefix(rip) ? { ip: rip, prefix: address.prefix } : undefined;
}

/** Networks of known clients that share the link of a RIP: what is sent to them from there does not pass the director. */
export function clientsBeside(cluster: Cluster, pair: Pair): readonly Cidr[] {
  const link = linkOfRip(pair);
  return link ? cluster.clients.filter((net) => net.ip.family === link.ip.family && overlap(net, link) && !routesThrough(pair.realServer, pair.director, net.ip)) : [];
}

/** Whether a route of the real server that is longer than its link's leads to a network by way of the director. */
function routesThrough(realServer: Host | undefined, director: Host, ip: Ip): boolean {
  return realServer?.routes.some((route) => route.to !== 'default' && inSubnet(ip, route.to) && route.via !== undefined && holdings(director, route.via).length > 0) ?? false;
}
