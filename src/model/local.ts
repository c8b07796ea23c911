import { inSubnet, type Ip } from '../base/ip.ts';
import { holdings, kindOn } from './device.ts';
import type { Host } from './host.ts';
import { effectsOf } from './timeline.ts';

/**
 * Whether packets for an address are delivered on a host (`net/ipv4/fib_frontend.c: fib_add_ifaddr()`, table local): a device holds it, VRRP may bring it, a network of lo takes it in, or a route makes it local.
 * `marked`: a local default route counts as well; a policy rule leads packets with a mark to it.
 */
export function isLocal(host: Host, ip: Ip, marked = false): boolean {
  return (
    holdings(host, ip).length > 0 ||
    (host.vrrp ?? []).some((instance) => instance.vips.some((vip) => vip.ip.text === ip.text)) ||
    host.addresses.some((address) => kindOn(host, address.device) === 'loopback' && address.prefix !== undefined && inSubnet(ip, { ip: address.ip, prefix: address.prefix })) ||
    host.routes.some((route) => route.family === ip.family && (route.to === 'default' ? marked : inSubnet(ip, route.to)) && (route.device === 'lo' || route.table === 'local'))
  );
}

/** Whether some action of a script, whenever it is called, may put an address on a host: it adds it, or one that cannot be known. */
export function mayAdd(host: Host, ip: Ip): boolean {
  return host.scripts.some((script) => effectsOf(script, 'address', ({ effect }) => effect.does === 'add' && (effect.ip === undefined ? effect.ipWord?.text !== '' : effect.ip.text === ip.text)).length > 0);
}
