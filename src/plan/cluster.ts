import { parseCidr } from '../base/ip.ts';
import type { Span } from '../base/origin.ts';
import type { Cluster } from '../model/cluster.ts';
import { deviceKind } from '../model/device.ts';
import type { Address, Device, Host, Route } from '../model/host.ts';
import type { Destination, Service } from '../model/service.ts';
import type { Assignment } from '../model/sysctl.ts';
import { factKinds, type FactKind } from '../model/words.ts';
import type { LocatedSpec } from '../spec/spec.ts';
import type { HostPlan, PlannedDestination, PlannedService } from './plan.ts';
import { vipsOf } from './resolve.ts';

/** The plan as the model has it: what every host will be when it has booted. All is known but the scripts; the places are the spec's. */
export function clusterOf(located: LocatedSpec, plans: readonly HostPlan[]): Cluster {
  const hosts = plans.map((plan) => hostOf(located, plan));
  const byName = new Map(hosts.map((host) => [host.name, host]));
  const pairs = plans.flatMap((plan) => {
    if (plan.role !== 'director') return [];
    const director = byName.get(plan.name)!;
    return plan.services.flatMap((service, index) =>
      service.destinations.map((destination, at) => ({
        director,
        service: director.services[index]!,
        destination: director.services[index]!.destinations[at]!,
        realServer: byName.get(destination.realServer),
        confidence: 'certain' as const,
      })),
    );
  });
  return { hosts, pairs, clients: (located.spec.clients ?? []).flatMap((text) => parseCidr(text, 'host') ?? []) };
}

function hostOf(located: LocatedSpec, plan: HostPlan): Host {
  const addresses: readonly Address[] = [
    ...plan.addresses.map(({ cidr, device, path }): Address => ({ ip: cidr.ip, prefix: cidr.prefix, prefixWritten: true, device, at: located.locate(path), confidence: 'certain', by: 'spec' })),
    ...plan.vips.map(({ ip, prefix, prefixWritten, device, label, path }): Address => ({ ip, prefix, prefixWritten, device, ...(ip.family === 4 ? { label } : {}), at: located.locate(path), confidence: 'certain', by: 'spec' })),
  ];
  const routes = plan.gateways.map(({ via, device, path }): Route => ({ to: 'default', family: via.family, via, device, table: 'main', at: located.locate(path), confidence: 'certain' }));
  return {
    name: plan.name,
    root: located.file,
    roles: [plan.role],
    devices: devicesOf(plan, (path) => located.locate(path)),
    addresses,
    routes,
    sysctls: new Map(plan.parameters.map(({ key, value, path }, order): [string, readonly Assignment[]] => [key, [{ key, value, at: located.locate(path), confidence: 'certain', optional: false, order, by: 'spec' }]])),
    services: plan.role === 'director' ? plan.services.map((service) => serviceOf(located, service)) : [],
    syncDaemons: plan.role === 'director' && plan.syncDaemon ? [{ role: plan.rank === 0 ? 'master' : 'backup', syncId: plan.syncDaemon.syncId, device: plan.syncDaemon.device, at: located.locate(plan.syncDaemon.path) }] : [],
    modules: plan.modules.map(({ module, path }) => ({ module, at: located.locate(path) })),
    scripts: [],
    seen: new Set<FactKind>(factKinds.filter((kind) => kind !== 'scripts')),
  };
}

function devicesOf(plan: HostPlan, locate: (path: HostPlan['path']) => Span): ReadonlyMap<string, Device> {
  const asked = [...plan.devices, ...plan.links, ...plan.vips.map(({ device, path }) => ({ device, path }))];
  const devices = new Map<string, Device>();
  for (const { device, path } of asked) {
    if (!devices.has(device)) devices.set(device, { name: device, kind: deviceKind(device), up: { state: 'set', value: true, at: locate(path), shadows: [], confidence: 'certain' } });
  }
  return devices;
}

function serviceOf(located: LocatedSpec, service: PlannedService): Service {
  const { key, scheduler, schedulerFlags, persistence, onePacket, path } = service;
  return {
    key: key.by === 'address' ? key : { by: 'fwmark', mark: key.mark, family: key.family },
    vips: vipsOf(service),
    scheduler,
    schedulerFlags,
    ...(persistence ? { persistence: { timeout: persistence.timeout, ...(persistence.netmask === undefined ? {} : { netmask: persistence.netmask }), ...(persistence.engine === undefined ? {} : { engine: persistence.engine }) } } : {}),
    onePacket,
    destinations: service.destinations.map((destination) => ({
      rip: destination.rip,
      port: destination.port,
      portWritten: destination.portWritten,
      forwarding: destination.forwarding,
      // The spec says it: here, or for all.
      forwardingWritten: true,
      weight: destination.weight,
      ...(destination.upperThreshold === undefined ? {} : { upperThreshold: destination.upperThreshold }),
      ...(destination.lowerThreshold === undefined ? {} : { lowerThreshold: destination.lowerThreshold }),
      ...(destination.tunnel ? { tunnel: tunnelOf(destination.tunnel) } : {}),
      at: located.locate(destination.path),
      confidence: 'certain',
    })),
    at: located.locate([...path, key.by === 'address' ? 'vip' : 'fwmark']),
    confidence: 'certain',
  };
}

function tunnelOf({ type, port, checksum }: NonNullable<PlannedDestination['tunnel']>): NonNullable<Destination['tunnel']> {
  return { type, ...(port === undefined ? {} : { port }), ...(checksum === undefined ? {} : { checksum }) };
}
