import type { SpecPath } from '../spec/spec.ts';
import type { Module, PlannedDestination, PlannedService, PlannedTunnel } from './plan.ts';

/** A destination by tunnel, and the device of the real server that its packets come out of. */
export interface TunnelEnd {
  readonly device: string;
  readonly module: string;
  readonly pair: Pair;
}

interface Pair {
  readonly service: PlannedService;
  readonly destination: PlannedDestination;
}

/**
 * Where tunnels end. IP in IPv4, and what generic UDP encapsulation hands on, is taken by the devices that the kernel's modules bring along (net/ipv4/ipip.c, net/ipv6/sit.c).
 * Others are made: ip6tnl0 takes only IPv6 (net/ipv6/ip6_tunnel.c: ip6_fb_tnl_dev_init(); `ip -6 tunnel change ip6tnl0 mode any` would change it for everybody), and a device of GRE drops those whose checksum flag
 * is not its own (net/ipv4/ip_tunnel.c: ip_tunnel_rcv()).
 */
export function tunnelEnds(pairs: readonly Pair[]): readonly TunnelEnd[] {
  return pairs.flatMap((pair): TunnelEnd[] => {
    const { service, destination } = pair;
    if (destination.forwarding !== 'tun') return [];
    const outer = destination.rip.family;
    if (destination.tunnel?.type === 'gre') return [{ device: `lvsgre${outer}${hasChecksum(destination) ? 'c' : ''}`, module: outer === 4 ? 'ip_gre' : 'ip6_gre', pair }];
    if (outer === 6) return [{ device: 'lvsip6', module: 'ip6_tunnel', pair }];
    return [service.family === 4 ? { device: 'tunl0', module: 'ipip', pair } : { device: 'sit0', module: 'sit', pair }];
  });
}

function hasChecksum({ tunnel }: PlannedDestination): boolean {
  return tunnel?.checksum === 'csum';
}

/** What has to be made for them: each device that the kernel does not bring along, and each port of GUE, once. */
export function tunnelsOf(ends: readonly TunnelEnd[]): readonly PlannedTunnel[] {
  const tunnels = new Map<string, PlannedTunnel>();
  for (const { device, pair: { destination } } of ends) {
    const { tunnel, rip, path } = destination;
    const asked = tunnel === undefined ? path : [...path, 'tunnel'];
    if (tunnel?.type === 'gre') tunnels.set(device, { kind: 'device', type: rip.family === 4 ? 'gre' : 'ip6gre', device, local: rip, checksum: hasChecksum(destination), path: asked });
    else if (rip.family === 6) tunnels.set(device, { kind: 'device', type: 'ip6tnl', device, local: rip, checksum: false, path: asked });
    if (tunnel?.type === 'gue') tunnels.set(`gue ${rip.family} ${tunnel.port}`, { kind: 'gue', port: tunnel.port ?? 6080, family: rip.family, device, path: [...path, 'tunnel'] });
  }
  return [...tunnels.values()];
}

/** The modules of their devices. */
export function modulesOf(ends: readonly TunnelEnd[], asked: (pair: Pair) => SpecPath): readonly Module[] {
  const modules = new Map<string, Module>();
  for (const { device, module, pair } of ends) {
    if (!modules.has(module)) modules.set(module, { module, why: `the tunnel device ${device}`, path: asked(pair) });
    const fou = pair.destination.tunnel?.type !== 'gue' ? undefined : pair.destination.rip.family === 4 ? 'fou' : 'fou6';
    if (fou !== undefined && !modules.has(fou)) modules.set(fou, { module: fou, why: 'generic UDP encapsulation', path: [...pair.destination.path, 'tunnel', 'type'] });
  }
  return [...modules.values()];
}
