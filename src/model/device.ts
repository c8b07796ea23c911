import { compareText } from '../base/origin.ts';
import { hostPrefix, inSubnet, isLoopback, type Ip } from '../base/ip.ts';
import type { Address, DeviceKind, Host } from './host.ts';

/** What a device is by its name: lo, dummy0 and ifb0, tunnels that carry IP only (tunl0, gre1, sit0, tun0, wg0); everything else hears ARP from a wire: NICs, VLANs, bonds, bridges, gretap. */
export function deviceKind(name: string): DeviceKind {
  const device = deviceOfLabel(name);
  if (device === 'lo') return 'loopback';
  if (/^(?:dummy|ifb)/.test(device)) return 'dummy';
  if (/^(?:tunl|ipip|tun|sit|gre|ip6tnl|ip6gre|ip_vti|vti|wg|ppp|isatap)(?:[-_.\d].*)?$/.test(device)) return 'tunnel';
  return 'nic';
}

/** The kind of a device by the type that makes it (`ip link add … type`, `Kind=` of networkd, `TYPE=` of ifcfg, the mode of a tunnel); undefined: no type of these. */
export function kindOfType(type: string): DeviceKind | undefined {
  if (/^(?:dummy|ifb)$/i.test(type)) return 'dummy';
  if (/^(?:ipip6?|ip6ip6|sit|isatap|gre|ip6gre|ip6tnl|vti6?|tun|wireguard|xfrm)$/i.test(type)) return 'tunnel';
  return /^(?:vlan|bridge|bond|team|veth|macvlan|vxlan|gretap|ip6gretap|geneve|ethernet)$/i.test(type) ? 'nic' : undefined;
}

/** Stands for a NIC that a configuration means by something else than its name (its MAC address, its type): it may be any. */
export const unnamed = 'unnamed';

/** `lo` of `lo:0`: the kernel knows no device of an alias's name, it is only a label on an address. */
export function deviceOfLabel(label: string): string {
  const colon = label.indexOf(':');
  return colon < 0 ? label : label.slice(0, colon);
}

/** The kind of a device of a host: as its configuration says, else by its name. */
export function kindOn(host: Pick<Host, 'devices'>, device: string): DeviceKind {
  return host.devices.get(device)?.kind ?? deviceKind(device);
}

/** Every occurrence of an address on a host. */
export function holdings(host: Pick<Host, 'addresses'>, ip: Ip): readonly Address[] {
  return host.addresses.filter((address) => address.ip.text === ip.text);
}

/** The device that holds an address; a NIC when it is held twice. */
export function deviceHolding(host: Pick<Host, 'addresses' | 'devices'>, ip: Ip): string | undefined {
  const held = holdings(host, ip);
  return (held.find((address) => kindOn(host, address.device) === 'nic') ?? held[0])?.device;
}

/** The address on a NIC in whose network `ip` lies: longest prefix first, then as listed. Undefined: no link leads there, as far as the addresses are known. */
export function addressFacing(host: Pick<Host, 'addresses' | 'devices'>, ip: Ip): Address | undefined {
  let best: Address | undefined;
  for (const address of host.addresses) {
    if (address.prefix === undefined || address.prefix === hostPrefix(address.ip) || kindOn(host, address.device) !== 'nic') continue;
    if (inSubnet(ip, { ip: address.ip, prefix: address.prefix }) && (best?.prefix === undefined || address.prefix > best.prefix)) best = address;
  }
  return best;
}

/** The device whose network `ip` lies in. */
export function deviceFacing(host: Pick<Host, 'addresses' | 'devices'>, ip: Ip): string | undefined {
  return addressFacing(host, ip)?.device;
}

/**
 * Addresses that a host holds where nothing on the wire asks for them: on lo (its own 127.0.0.0/8 and ::1 apart), on a dummy, on tunl0. That is how a real server of DR or TUN holds a VIP.
 * Other tunnels count with a host prefix only: a wider one numbers the link.
 */
export function vipHoldings(host: Pick<Host, 'addresses' | 'devices'>): readonly Address[] {
  return host.addresses.filter((address) => {
    if (isLoopback(address.ip) || address.ip.text.startsWith('fe80:')) return false;
    const kind = kindOn(host, address.device);
    return kind === 'loopback' || kind === 'dummy' || (kind === 'tunnel' && (/^(?:tunl|ip6tnl)\d/.test(address.device) || address.prefix === hostPrefix(address.ip)));
  });
}

/** NICs by name that a host is known to have: with an address, configured, or with a kernel parameter of their own. */
export function nics(host: Pick<Host, 'addresses' | 'devices' | 'sysctls'>): readonly string[] {
  const names = new Set<string>(host.devices.keys());
  for (const { device } of host.addresses) names.add(device);
  for (const key of host.sysctls.keys()) {
    const device = /^net\/ipv[46]\/conf\/([^/*?[]+)\/[^/]+$/.exec(key)?.[1];
    if (device !== undefined && device !== 'all' && device !== 'default') names.add(device);
  }
  return [...names].filter((name) => kindOn(host, name) === 'nic').sort(compareText);
}

/**
 * NICs on which a request for an address may be heard: those in whose network it lies; when there is none, or no address is given, every NIC that the host is known to have. Empty: no NIC is known.
 * NICs that are only named by a kernel parameter count where no NIC with an address is known, and stand for the unnamed one.
 */
export function hearingDevices(host: Pick<Host, 'addresses' | 'devices' | 'sysctls'>, ip?: Ip): readonly string[] {
  const addressed = new Set(host.addresses.filter((address) => kindOn(host, address.device) === 'nic').map((address) => address.device));
  const facing = ip && [...addressed].filter((device) => host.addresses.some((address) => address.device === device && address.prefix !== undefined && address.prefix < hostPrefix(address.ip) && inSubnet(ip, { ip: address.ip, prefix: address.prefix })));
  const found = facing && facing.length > 0 ? facing : [...addressed];
  const known = nics(host).filter((device) => device !== unnamed);
  if (found.length === 0) return known;
  const others = known.filter((device) => !addressed.has(device));
  const named = found.includes(unnamed) && others.length > 0 ? [...found.filter((device) => device !== unnamed), ...others] : found;
  return named.sort(compareText);
}
