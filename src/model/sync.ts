import { hostPrefix, inSubnet, type Cidr } from '../base/ip.ts';
import type { Host } from './host.ts';
import { showService, type SyncDaemon } from './service.ts';
import { servicesOnce } from './table.ts';

/** Whether two directors serve something in common. */
export function shareService(a: Host, b: Host): boolean {
  const known = new Set(servicesOnce(a).map(showService));
  return servicesOnce(b).some((service) => known.has(showService(service)));
}

/** The networks that a device is in by its own addresses, VIPs of VRRP and of scripts apart. */
export function networksOf(host: Pick<Host, 'addresses'>, device: string | undefined): readonly Cidr[] {
  return host.addresses.flatMap(({ ip, prefix, device: held, by, label }) => (held === device && by === 'config' && label === undefined && prefix !== undefined && prefix < hostPrefix(ip) && ip.family === 4 ? [{ ip, prefix }] : []));
}

/** A network that the devices of two sync daemons share. */
export function sharedNetwork(host: Host, daemon: SyncDaemon, other: Host, peer: SyncDaemon): Cidr | undefined {
  const theirs = networksOf(other, peer.device);
  return networksOf(host, daemon.device).find((own) => theirs.some((one) => inSubnet(one.ip, own) || inSubnet(own.ip, one)));
}
