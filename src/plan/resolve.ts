import { hostPrefix, parseCidr, type Cidr, type Ip } from '../base/ip.ts';
import { schedulers, type Forwarding } from '../model/words.ts';
import type { Addresses, CheckSpec, DestinationSpec, ServiceSpec, Spec, SpecPath } from '../spec/spec.ts';
import type { PlannedCheck, PlannedDestination, PlannedKey, PlannedService, Refuse } from './plan.ts';
import { dottedMask } from './netmask.ts';

/** A spec with every default filled in and every address read. */
export interface ResolvedSpec {
  readonly spec: Spec;
  /** The one that is active first at the head. */
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
  /** At most one of each family. */
  readonly addresses: readonly { readonly cidr: Cidr; readonly path: SpecPath }[];
  readonly gateways: readonly { readonly ip: Ip; readonly path: SpecPath }[];
}

export interface ResolvedVip {
  readonly ip: Ip;
  readonly prefix: number;
  readonly prefixWritten: boolean;
  readonly path: SpecPath;
}

/** VRRP's own (keepalived.conf(5), priority). */
export const usualPriority = 100;

/** Reads a valid spec. */
export function resolveSpec(spec: Spec, refuse: Refuse): ResolvedSpec {
  const directors = Object.entries(spec.directors).map(([name, host]) => resolveHost(name, ['directors', name], host.device, host.vipDevice ?? host.device, 'dip', host.dip, host.gateway, refuse));
  const realServers = Object.entries(spec.realServers).map(([name, host]) => resolveHost(name, ['realServers', name], host.device, 'lo', 'rip', host.rip, host.gateway, refuse));
  const priority = ({ name }: ResolvedHost): number => spec.directors[name]?.priority ?? usualPriority;
  const rips = new Map(realServers.map((host) => [host.name, host.addresses.map(({ cidr }) => cidr.ip)]));
  return {
    spec,
    directors: [...directors].sort((a, b) => priority(b) - priority(a)),
    realServers,
    services: spec.services.map((service, index) => resolveService(spec, service, ['services', index], rips, refuse)),
    vips: resolveVips(spec.services),
  };
}

const nowhere: Ip = { family: 4, text: '0.0.0.0' };

function resolveHost(name: string, path: SpecPath, device: string, vipDevice: string, word: 'dip' | 'rip', own: Addresses, gateway: Addresses | undefined, refuse: Refuse): ResolvedHost {
  // Hosts become folders and devices parts of kernel parameters: a spec that went past the schema shall not lead out of them.
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name) || name.includes('..')) refuse(path, `found ${JSON.stringify(name)}, expected a host name`, 'key');
  for (const [key, word_] of [['device', device], ['vipDevice', vipDevice]] as const) {
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/.test(word_)) refuse([...path, key], `found ${JSON.stringify(word_)}, expected the name of a network device`);
  }
  const addresses = read(own, [...path, word], refuse);
  const gateways = read(gateway, [...path, 'gateway'], refuse).map(({ cidr, path: at }) => ({ ip: cidr.ip, path: at }));
  return { name, path, device, vipDevice, addresses, gateways };
}

function read(value: Addresses | undefined, path: SpecPath, refuse: Refuse): readonly { readonly cidr: Cidr; readonly path: SpecPath }[] {
  const list = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  return list.flatMap((text, index) => {
    const cidr = parseCidr(text, 'host');
    const place = typeof value === 'string' ? path : [...path, index];
    if (!cidr) refuse(place, `found ${JSON.stringify(text)}, expected an address`);
    return cidr ? [{ cidr, path: place }] : [];
  });
}

function resolveService(spec: Spec, service: ServiceSpec, path: SpecPath, rips: ReadonlyMap<string, readonly Ip[]>, refuse: Refuse): PlannedService {
  const { persistence } = service;
  const scheduler = service.scheduler ?? 'wlc';
  // A module is named after it.
  if (!(schedulers as readonly string[]).includes(scheduler)) refuse([...path, 'scheduler'], `found ${JSON.stringify(scheduler)}, expected a scheduler of the kernel: ${schedulers.join(', ')}`);
  const key = keyOf(service, path);
  const family = key.by === 'address' ? key.vip.family : key.family;
  const port = key.by === 'address' ? key.port : 0;
  return {
    path,
    key,
    family,
    scheduler,
    schedulerFlags: service.schedulerFlags ?? [],
    persistence: persistence && { timeout: persistence.timeout, netmask: persistence.netmask === undefined ? undefined : family === 4 ? dottedMask(persistence.netmask) : String(persistence.netmask), engine: persistence.engine },
    onePacket: service.onePacket ?? false,
    destinations: service.destinations.flatMap((destination, index) => resolveDestination(spec, destination, [...path, 'destinations', index], { family, port, key, path, check: service.check }, rips, refuse) ?? []),
  };
}

function keyOf(service: ServiceSpec, path: SpecPath): PlannedKey {
  const vipOf = (text: string): Ip => parseCidr(text, 'host')?.ip ?? nowhere;
  if (!('fwmark' in service)) return { by: 'address', protocol: service.protocol, vip: vipOf(service.vip), port: service.port };
  const matches = service.match.map(({ vip, protocol, ports }, index) => ({ vip: vipOf(vip), protocol, ports, path: [...path, 'match', index] }));
  return { by: 'fwmark', mark: service.fwmark, family: service.family === 'ipv6' ? 6 : 4, matches };
}

function resolveDestination(spec: Spec, destination: DestinationSpec, path: SpecPath, service: ServiceSoFar, rips: ReadonlyMap<string, readonly Ip[]>, refuse: Refuse): PlannedDestination | undefined {
  const own = rips.get(destination.realServer);
  const forwarding: Forwarding | undefined = destination.forwarding ?? spec.forwarding;
  // Only a tunnel leads from one family to the other.
  const rip = own?.find((ip) => ip.family === service.family) ?? (forwarding === 'tun' ? own?.[0] : undefined);
  if (!own) refuse([...path, 'realServer'], `found ${JSON.stringify(destination.realServer)}, expected a name in realServers`);
  else if (!rip && forwarding) refuse([...path, 'realServer'], `found ${JSON.stringify(destination.realServer)}, expected a real server with an IPv${service.family} RIP`);
  if (!forwarding) refuse(path, 'found no forwarding, expected "nat", "dr" or "tun" here or for the whole spec');
  if (!rip || !forwarding) return undefined;
  const { tunnel } = destination;
  const port = forwarding === 'nat' ? (destination.port ?? service.port) : service.port;
  return {
    path,
    realServer: destination.realServer,
    rip,
    // With dr and tun the packet keeps its port, whatever is written.
    port,
    portWritten: destination.port !== undefined,
    forwarding,
    forwardingWritten: destination.forwarding !== undefined,
    weight: destination.weight ?? 1,
    upperThreshold: destination.upperThreshold,
    lowerThreshold: destination.lowerThreshold,
    check: checkOf(destination, path, service, port),
    tunnel: tunnel && { type: tunnel.type, port: tunnel.port, checksum: tunnel.checksum },
  };
}

/** What destinations need to know of their service. */
interface ServiceSoFar {
  readonly family: 4 | 6;
  readonly port: number;
  readonly key: PlannedKey;
  readonly path: SpecPath;
  readonly check: CheckSpec | undefined;
}

/** The destination's own check, else the service's, else whether its TCP port opens. Nobody knows how to ask UDP and SCTP in general. */
function checkOf(destination: DestinationSpec, path: SpecPath, service: ServiceSoFar, own: number): PlannedCheck {
  const { key } = service;
  const check = destination.check ?? service.check;
  const marked = key.by === 'fwmark' ? key.matches.find(({ protocol }) => protocol === 'tcp')?.ports[0] : undefined;
  const port = check?.port ?? (own !== 0 ? own : marked);
  const usual = port !== undefined && (key.by === 'fwmark' || key.protocol === 'tcp') ? 'tcp' : 'none';
  return {
    path: destination.check ? [...path, 'check'] : service.check ? [...service.path, 'check'] : path,
    type: check?.type ?? usual,
    port,
    urlPath: check?.path ?? '/',
    status: check?.status,
    name: check?.name,
    command: check?.command ?? '',
    interval: check?.interval ?? 5,
    timeout: check?.timeout ?? 3,
    retries: check?.retries ?? 1,
  };
}

function resolveVips(services: readonly ServiceSpec[]): readonly ResolvedVip[] {
  const vips = new Map<string, ResolvedVip>();
  const written = services.flatMap((service, index) => ('fwmark' in service ? service.match.map(({ vip }, at) => ({ vip, path: ['services', index, 'match', at, 'vip'] })) : [{ vip: service.vip, path: ['services', index, 'vip'] }]));
  for (const { vip, path } of written) {
    const cidr = parseCidr(vip, 'host');
    if (!cidr) continue;
    const known = vips.get(cidr.ip.text);
    const prefixWritten = vip.includes('/');
    if (!known || (prefixWritten && !known.prefixWritten)) vips.set(cidr.ip.text, { ip: cidr.ip, prefix: prefixWritten ? cidr.prefix : hostPrefix(cidr.ip), prefixWritten, path });
  }
  return [...vips.values()];
}

/** The VIPs that a service serves. */
export function vipsOf({ key }: PlannedService): readonly Ip[] {
  return key.by === 'address' ? [key.vip] : key.matches.map(({ vip }) => vip);
}
