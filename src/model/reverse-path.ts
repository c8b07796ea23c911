import type { Ip } from '../base/ip.ts';
import { holdings } from './device.ts';
import type { Host } from './host.ts';
import { routeTo } from './route.ts';
import { effective } from './sysctl.ts';

/**
 * Whether a device takes a packet of IPv4 whose source is `from` (`net/ipv4/fib_frontend.c: fib_validate_source()`): with rp_filter 1 the way back must lead through the device, with 2 any way will do where the
 * device holds an address; an own address is no source, but for accept_local. Undefined: not known.
 */
export function takesSource(host: Host, device: string, from: Ip): boolean | undefined {
  const [filter, local] = [effective(host, 'rp_filter', device), effective(host, 'accept_local', device)];
  if (filter.state === 'unseen') return undefined;
  if (filter.value <= 0) return holdings(host, from).length === 0 || (local.state === 'unseen' ? undefined : local.value !== 0);
  const back = routeTo(host, from);
  if (back.state === 'unseen') return undefined;
  if (!back.value) return false;
  if (back.value.by === 'local') return local.state === 'unseen' ? undefined : local.value !== 0 && filter.value !== 1 && host.addresses.some((address) => address.device === device);
  return back.value.device === device || (filter.value !== 1 && host.addresses.some((address) => address.device === device));
}
