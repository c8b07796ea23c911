import { hostPrefix, parseCidr, type Cidr, type Ip } from '../base/ip.ts';
import { schedulers, type Forwarding } from '../model/words.ts';
import type { AddressServiceSpec, Addresses, Spec, SpecPath } from '../spec/spec.ts';
import type { PlannedDestination, PlannedService, Refuse } from './plan.ts';
import { dottedMask } from './netmask.ts';

/** A spec with every default filled in and every address read. */
export interface ResolvedSpec {
  readonly spec: Spec;
  readonly directors: readonly ResolvedHost[];
  readonly realServers: readonly ResolvedHost[];
  readonly services: readonly PlannedService[];
  /** Each VIP once, in the order of the services, with the prefix length that one of them writes. */
  readonly vips: readonly ResolvedVip[];
}

export interface ResolvedHost {
  readonly name: string;
  readonly path: SpecPath;
  readonly device: string;
  readonly vipDevice: string;
  readonly address: { readonly cidr: Cidr; readonly path: SpecPath };
  readonly gateway: { readonly ip: Ip; readonly path: SpecPath } | undefined;
}

export interface ResolvedVip {
  readonly ip: Ip;
  readonly prefix: number;
  readonly prefixWritten: boolean;
  readonly path: SpecPath;
}

/** Reads a spec of which `refusals` had nothing to say. */
export function resolveSpec(spec: Spec, refuse: Refuse): ResolvedSpec {
  const directors = Object.entries(spec.directors).map(([name, host]) => resolveHost(name, ['directors', name], host.device, host.vipDevice ?? host.device, 'dip', host.dip, host.gateway, refuse));
  const realServers = Object.entries(spec.realServers).map(([name, host]) => resolveHost(name, ['realServers', name], host.device, 'lo', 'rip', host.rip, host.gateway, refuse));
  const rips = new Map(realServers.map((host) => [host.name, host.address.cidr.ip]));
  const services = (spec.services as readonly AddressServiceSpec[]).map((service, index) => resolveService(spec, service, ['services', index], rips, refuse));
  return { spec, directors, realServers, services, vips: resolveVips(spec.services as readonly AddressServiceSpec[]) };
}

const nowhere: Ip = { family: 4, text: '0.0.0.0' };

function resolveHost(name: string, path: SpecPath, device: string, vipDevice: string, word: 'dip' | 'rip', own: Addresses, gateway: Addresses | undefined, refuse: Refuse): ResolvedHost {
  // Hosts become folders and devices parts of kernel parameters: a spec that went past the schema shall not lead out of them.
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name) || name.includes('..')) refuse(path, `found ${JSON.stringify(name)}, expected a host name`, 'key');
  for (const [key, word_] of [['device', device], ['vipDevice', vipDevice]] as const) {
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/.test(word_)) refuse([...path, key], `found ${JSON.stringify(word_)}, expected the name of a network device`);
  }
  const [address] = read(own, [...path, word]);
  const [via] = read(gateway, [...path, 'gateway']);
  return { name, path, device, vipDevice, address: address ?? { cidr: { ip: nowhere, prefix: 32 }, path }, gateway: via && { ip: via.cidr.ip, path: via.path } };
}

function read(value: Addresses | undefined, path: SpecPath): readonly { readonly cidr: Cidr; readonly path: SpecPath }[] {
  const list = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  return list.flatMap((text, index) => {
    const cidr = parseCidr(text, 'host');
    return cidr ? [{ cidr, path: typeof value === 'string' ? path : [...path, index] }] : [];
  });
}

function resolveService(spec: Spec, service: AddressServiceSpec, path: SpecPath, rips: ReadonlyMap<string, Ip>, refuse: Refuse): PlannedService {
  const { persistence } = service;
  const scheduler = service.scheduler ?? 'wlc';
  // A module is named after it.
  if (!(schedulers as readonly string[]).includes(scheduler)) refuse([...path, 'scheduler'], `found ${JSON.stringify(scheduler)}, expected a scheduler of the kernel: ${schedulers.join(', ')}`);
  const destinations = service.destinations.flatMap((destination, index): PlannedDestination[] => {
    const place = [...path, 'destinations', index];
    const rip = rips.get(destination.realServer);
    const forwarding: Forwarding | undefined = destination.forwarding ?? spec.forwarding;
    if (!rip) refuse([...place, 'realServer'], `found ${JSON.stringify(destination.realServer)}, expected a name in realServers`);
    if (!forwarding) refuse(place, 'found no forwarding, expected "nat", "dr" or "tun" here or for the whole spec');
    if (!rip || !forwarding) return [];
    return [{
      path: place,
      realServer: destination.realServer,
      rip,
      // With dr and tun the packet keeps its port, whatever is written.
      port: forwarding === 'nat' ? (destination.port ?? service.port) : service.port,
      portWritten: destination.port !== undefined,
      forwarding,
      forwardingWritten: destination.forwarding !== undefined,
      weight: destination.weight ?? 1,
      upperThreshold: destination.upperThreshold,
      lowerThreshold: destination.lowerThreshold,
    }];
  });
  return {
    path,
    vip: parseCidr(service.vip, 'host')?.ip ?? nowhere,
    protocol: service.protocol,
    port: service.port,
    scheduler,
    schedulerFlags: service.schedulerFlags ?? [],
    persistence: persistence && { timeout: persistence.timeout, netmask: persistence.netmask === undefined ? undefined : dottedMask(persistence.netmask), engine: persistence.engine },
    onePacket: service.onePacket ?? false,
    destinations,
  };
}

function resolveVips(services: readonly AddressServiceSpec[]): readonly ResolvedVip[] {
  const vips = new Map<string, ResolvedVip>();
  services.forEach(({ vip }, index) => {
    const cidr = parseCidr(vip, 'host');
    if (!cidr) return;
    const known = vips.get(cidr.ip.text);
    const prefixWritten = vip.includes('/');
    if (!known || (prefixWritten && !known.prefixWritten)) vips.set(cidr.ip.text, { ip: cidr.ip, prefix: prefixWritten ? cidr.prefix : hostPrefix(cidr.ip), prefixWritten, path: ['services', index, 'vip'] });
  });
  return [...vips.values()];
}
