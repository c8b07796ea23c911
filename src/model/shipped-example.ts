import type { Host } from './host.ts';
import type { Service } from './service.ts';

const services: ReadonlyMap<string, readonly string[]> = new Map([
  ['10.10.10.2:1358', ['192.168.200.2', '192.168.200.3']],
  ['10.10.10.3:1358', ['192.168.200.4', '192.168.200.5']],
  ['192.168.200.100:443', ['192.168.201.100']],
]);

/** Whether a service is one of the example that comes with keepalived (keepalived.conf.sample), left in a file by somebody who does not use it: its address and one of its real servers are the example's, and the host does not hold its VIP. */
export function isShippedExample({ key, destinations, managed }: Service, host: Host): boolean {
  if (managed?.by !== 'keepalived' || key.by !== 'address') return false;
  const servers = services.get(`${key.vip.text}:${key.port}`);
  return servers !== undefined && destinations.some(({ rip }) => servers.includes(rip.text)) && !(host.vrrp ?? []).some(({ vips }) => vips.some(({ ip }) => ip.text === key.vip.text));
}
