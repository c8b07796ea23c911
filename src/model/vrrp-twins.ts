import type { Host } from './host.ts';
import type { VrrpInstance } from './vrrp.ts';

/** One side of a VRRP instance. */
export interface VrrpSide {
  readonly host: Host;
  readonly instance: VrrpInstance;
}

/** One VRRP instance as two hosts have it: the same virtual_router_id, and an address that both would hold. Those of which a condition decides are left out. */
export function vrrpTwins(hosts: readonly Host[]): readonly (readonly [VrrpSide, VrrpSide])[] {
  return sidePairs(hosts).filter(([one, other]) => one.instance.virtualRouterId !== undefined && one.instance.virtualRouterId.value === other.instance.virtualRouterId?.value);
}

/** Instances of two hosts that would hold a common address, whatever their virtual_router_id. */
export function sidePairs(hosts: readonly Host[]): readonly (readonly [VrrpSide, VrrpSide])[] {
  const byVip = new Map<string, VrrpSide[]>();
  for (const host of hosts) {
    for (const instance of host.vrrp ?? []) {
      if (instance.conditional) continue;
      for (const ip of new Set(instance.vips.map((vip) => vip.ip.text))) byVip.set(ip, [...(byVip.get(ip) ?? []), { host, instance }]);
    }
  }
  const pairs = new Map<VrrpInstance, Map<VrrpInstance, readonly [VrrpSide, VrrpSide]>>();
  for (const sides of byVip.values()) {
    for (const [index, one] of sides.entries()) {
      for (const other of sides.slice(index + 1)) {
        if (one.host === other.host) continue;
        const known = pairs.get(one.instance) ?? new Map<VrrpInstance, readonly [VrrpSide, VrrpSide]>();
        pairs.set(one.instance, known);
        if (!known.has(other.instance)) known.set(other.instance, [one, other]);
      }
    }
  }
  return [...pairs.values()].flatMap((known) => [...known.values()]);
}

/** The addresses that an instance sends in its advertisements: those of one family, without the excluded ones. */
export function advertised({ vips }: VrrpInstance): readonly VrrpInstance['vips'][number][] {
  return vips.filter(({ excluded, ip }) => !excluded && ip.family === vips[0]!.ip.family);
}
