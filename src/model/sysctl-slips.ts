import { nearest } from '../base/text.ts';
import type { Host } from './host.ts';
import { deviceParameters } from './sysctl-names.ts';
import { parameterLines } from './sysctl-writes.ts';

/** The key that was meant by one that the kernel does not have and that differs from one of its own by a slip of the hand. Keys in slash form. */
export function slipOf(key: string): string | undefined {
  const [, start, name] = /^(net\/ipv4\/conf\/[^/]+\/|net\/ipv4\/)([a-z0-9_]+)$/.exec(key) ?? [];
  if (start === undefined || name === undefined || name.length < 6) return undefined;
  // Beside ip_forward stands all of IPv4: only what is one slip away from it can be told.
  const known = start === 'net/ipv4/' ? ['ip_forward'] : deviceParameters;
  if (known.includes(name) || (start === 'net/ipv4/' && !/^ip_?f/.test(name))) return undefined;
  const near = nearest(name, known);
  return near === undefined || (start === 'net/ipv4/' && Math.abs(near.length - name.length) > 1) ? undefined : start + near;
}

/** A key whose dots part the name of a VLAN device (`net.ipv4.conf.eth0.57.rp_filter`), with what it means. */
export function dottedDevice(key: string): { readonly device: string; readonly meant: string; readonly parameter: string } | undefined {
  const [, start, device, tag, parameter] = /^(net\/ipv[46]\/(?:conf|neigh))\/([^/]+)\/(\d{1,4})\/([a-z0-9_]+)$/.exec(key) ?? [];
  return start === undefined ? undefined : { device: `${device}.${tag}`, meant: `${start.replaceAll('/', '.')}.${device}/${tag}.${parameter}`, parameter: parameter! };
}

/** Whether a line that the kernel refuses for its name was meant to set a parameter of a device: that line is the fault then, not that the parameter is set nowhere. lo apart, where it would do nothing. */
export function failsToSet(host: Host, parameter: string): boolean {
  return parameterLines(host).some(({ key }) => {
    const meant = slipOf(key);
    return dottedDevice(key)?.parameter === parameter || (meant !== undefined && meant.endsWith(`/${parameter}`) && !meant.startsWith('net/ipv4/conf/lo/'));
  });
}
