import { isLoopback } from '../base/ip.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Host } from '../model/host.ts';
import type { Assignment } from '../model/sysctl.ts';
import type { FactKind, Role } from '../model/words.ts';
import { holdsElsewhere } from './seen.ts';

/**
 * A host with what its own files leave unseen taken from the plan of its name. What its files do say stays, right or wrong. A VIP is never taken from the plan where the scripts were read:
 * to hold it is their work, and whether they do it is the question.
 */
export function complete(host: Host, plan: Host, planned: Cluster): Host {
  const seen = new Set<FactKind>(host.seen);
  const vips = new Set(planned.hosts.flatMap((each) => each.services.flatMap((service) => service.vips.map((vip) => vip.text))));
  const lacks = (kind: FactKind): boolean => !host.seen.has(kind) && plan.seen.has(kind);

  let { addresses, routes, services, syncDaemons } = host;
  let sysctls: ReadonlyMap<string, readonly Assignment[]> = host.sysctls;
  if (lacks('addresses')) {
    const known = new Set(host.addresses.map((address) => address.ip.text));
    const wanted = plan.addresses.filter((address) => !known.has(address.ip.text) && !isLoopback(address.ip) && !(host.seen.has('scripts') && vips.has(address.ip.text)));
    addresses = [...host.addresses, ...wanted];
    if (!holdsElsewhere(host)) seen.add('addresses');
  }
  if (lacks('gateway')) {
    const families = new Set(host.routes.filter((route) => route.to === 'default').map((route) => route.family));
    routes = [...host.routes, ...plan.routes.filter((route) => route.to !== 'default' || !families.has(route.family))];
    seen.add('gateway');
  }
  if (lacks('sysctl')) {
    sysctls = new Map([...plan.sysctls, ...host.sysctls]);
    seen.add('sysctl');
  }
  if (lacks('services') && host.services.length === 0) {
    services = plan.services;
    syncDaemons = host.syncDaemons.length > 0 ? host.syncDaemons : plan.syncDaemons;
    seen.add('services');
  }
  return { ...host, roles: union(host.roles, plan.roles), devices: new Map([...plan.devices, ...host.devices]), addresses, routes, sysctls, services, syncDaemons, seen };
}

/** Roles of both, in the house's order. */
export function union(a: readonly Role[], b: readonly Role[]): readonly Role[] {
  return (['director', 'real-server'] as const).filter((role) => a.includes(role) || b.includes(role));
}
