import type { Cidr } from '../base/ip.ts';
import type { SpecPath } from '../spec/spec.ts';
import type { Asked, HeldVip, HostPlan, NextHop } from './plan.ts';
import { holderOf, type Division } from './targets.ts';

/** What the network configuration of a host says of one device. */
export interface NetworkDevice {
  readonly device: string;
  /** Whose the rest of its configuration is: `own`: there is no other; `loopback`, `tunnel`: the kernel's device, which gets VIPs only; `other`: the owner's, with addresses that no spec names. */
  readonly kind: 'own' | 'loopback' | 'tunnel' | 'other';
  readonly path: SpecPath;
  readonly addresses: readonly Asked<{ readonly cidr: Cidr }>[];
  readonly vips: readonly HeldVip[];
  readonly gateways: readonly NextHop[];
  /** Scripts or a daemon put VIPs on it: a network daemon that starts anew has to leave them there. */
  readonly shared: boolean;
}

/** The devices of a host that its network configuration sets up, its own first: DIP or RIP and gateways, and the VIPs where the network holds them. */
export function networkOf(host: HostPlan, division: Division): readonly NetworkDevice[] {
  if (division.network === undefined) return [];
  const holds = holderOf(host, division) === 'network';
  const vips = holds ? host.vips : [];
  // A next hop that only a VIP leads to can be reached no sooner than the VIP is there.
  const later = (hop: NextHop): boolean => host.role === 'director' && !holds && host.routes.some(({ via }) => via.text === hop.via.text);
  const gateways = host.gateways.filter((hop) => !later(hop));
  const own = host.devices[0]!;
  const paths = new Map<string, SpecPath>([[own.device, own.path]]);
  for (const { device, path } of [...(holds && host.role === 'real-server' ? host.links : []), ...vips, ...gateways]) if (!paths.has(device)) paths.set(device, path);
  return [...paths].map(([device, path]) => ({
    device,
    kind: device === own.device ? 'own' : device === 'lo' ? 'loopback' : host.role === 'real-server' ? 'tunnel' : 'other',
    path,
    addresses: host.addresses.filter((address) => address.device === device),
    vips: vips.filter((vip) => vip.device === device),
    gateways: gateways.filter((hop) => hop.device === device),
    shared: !holds && host.vips.some((vip) => vip.device === device),
  }));
}
