import type { PlannedDestination, PlannedService, PlannedSync } from '../plan/plan.ts';
import { endpoint } from './daemon-words.ts';

/** A service, as ipvsadm names and prints it: `-t 172.16.1.100:80`, `-f 1 -6`. */
export function serviceWords({ key }: PlannedService): readonly string[] {
  if (key.by === 'fwmark') return ['-f', String(key.mark), ...(key.family === 6 ? ['-6'] : [])];
  return [{ tcp: '-t', udp: '-u', sctp: '--sctp-service' }[key.protocol], endpoint(key.vip, key.port)];
}

/** What stands after the service's own words with `-A`. */
export function serviceOptions({ scheduler, schedulerFlags, persistence, onePacket }: PlannedService): readonly string[] {
  const words = ['-s', scheduler];
  if (schedulerFlags.length > 0) words.push('-b', schedulerFlags.join(','));
  // A bare -p is 360 s, whatever the manual says.
  if (persistence) words.push('-p', String(persistence.timeout));
  if (persistence?.netmask !== undefined) words.push('-M', persistence.netmask);
  if (persistence?.engine !== undefined) words.push('--pe', persistence.engine);
  if (onePacket) words.push('-o');
  return words;
}

/** `172.16.1.10:80`, `[2001:db8::10]:80`; with a firewall mark the port is 0. */
export function destinationAddress({ rip, port }: PlannedDestination): string {
  return endpoint(rip, port);
}

/** What stands after `-r` and the address with `-a`. */
export function destinationOptions({ forwarding, tunnel, weight, upperThreshold, lowerThreshold }: PlannedDestination): readonly string[] {
  const options: string[] = [{ nat: '-m', dr: '-g', tun: '-i' }[forwarding]];
  // IP in IP is what -i means alone, also to an ipvsadm that knows no types.
  if (tunnel && tunnel.type !== 'ipip') {
    options.push('--tun-type', tunnel.type);
    if (tunnel.port !== undefined) options.push('--tun-port', String(tunnel.port));
    if (tunnel.checksum !== undefined) options.push({ none: '--tun-nocsum', csum: '--tun-csum', remcsum: '--tun-remcsum' }[tunnel.checksum]);
  }
  options.push('-w', String(weight));
  if (upperThreshold !== undefined) options.push('-x', String(upperThreshold));
  if (lowerThreshold !== undefined) options.push('-y', String(lowerThreshold));
  return options;
}

/** What stands after `--start-daemon master`. */
export function syncWords({ syncId, device, group, port, ttl, maxLength }: PlannedSync): readonly string[] {
  const words = ['--mcast-interface', device, '--syncid', String(syncId)];
  if (maxLength !== undefined) words.push('--sync-maxlen', String(maxLength));
  if (group !== undefined) words.push('--mcast-group', group);
  if (port !== undefined) words.push('--mcast-port', String(port));
  if (ttl !== undefined) words.push('--mcast-ttl', String(ttl));
  return words;
}
