import { dottedForm, forwardingKey } from '../plan/parameters.ts';
import type { DirectorPlan, HostPlan, Parameter, Plan, RealServerPlan } from '../plan/plan.ts';
import type { SpecPath } from '../spec/spec.ts';
import { blankBody } from './banner.ts';
import { destinationAddress, destinationOptions, serviceOptions, serviceWords, syncWords } from './ipvsadm-words.ts';

/** What a template sees: plain data, every field always there. */
export type View = Readonly<Record<string, unknown>>;

export interface Context<H extends HostPlan = HostPlan> {
  readonly plan: Plan;
  readonly host: H;
  readonly version: string;
  /** A mark for the start of a line, which says what in the spec asked for it. */
  readonly mark: (path: SpecPath) => string;
}

/** What every banner shows. */
export function banner({ plan, host, version }: Context): View {
  return { version, name: plan.name, digest: plan.digest, body: blankBody, blank: blankBody, host: host.name, role: host.role === 'director' ? 'director' : 'real server' };
}

/** etc/sysctl.d/90-lvs.conf */
export function sysctlView(context: Context): View {
  return { ...banner(context), lines: context.host.parameters.map((parameter) => ({ at: context.mark(parameter.path), key: dottedForm(parameter.key), value: parameter.value, why: parameter.why, later: ofMadeDevice(context.host, parameter) })) };
}

/** etc/modules-load.d/lvs.conf */
export function modulesView(context: Context): View {
  return { ...banner(context), lines: context.host.modules.map(({ module, why, path }) => ({ at: context.mark(path), module, why })) };
}

function scriptView(context: Context): View {
  const { host, mark, plan, version } = context;
  const isForwarding = ({ key }: Parameter): boolean => key === forwardingKey[4] || key === forwardingKey[6];
  const forwarding = host.parameters.filter(isForwarding);
  const standing = host.parameters.filter((parameter) => !isForwarding(parameter) && !ofMadeDevice(host, parameter));
  const v6 = host.vips.filter(({ ip }) => ip.family === 6);
  const line = ({ key, value, path }: Parameter): View => ({ at: mark(path), key, value });
  return {
    ...banner(context),
    edition: `${version}-${plan.digest}`,
    devices: host.devices.map(({ device, path }) => ({ at: mark(path), device })),
    links: host.links.map(({ device, path }) => ({ at: mark(path), device })),
    bringsLinksUp: host.links.length > 0,
    forwarding: forwarding.map(line),
    writesForwarding: forwarding.length > 0,
    parameters: standing.map(line),
    needs: host.parameters.filter((parameter) => parameter.needed).map(line),
    routes: host.routes.map(({ via, device, path }) => ({ at: mark(path), family: via.family, via: via.text, device })),
    bringsRoute: host.routes.length > 0,
    routesV6: host.routes.some(({ via }) => via.family === 6),
    holdsV6: v6.length > 0,
    v6Devices: [...new Map(v6.map(({ device, path }) => [device, { at: mark(path), device }])).values()],
    hasPeers: host.role === 'director' && host.peers.length > 0,
    vips: host.vips.map(({ ip, prefix, netmask, broadcast, device, label, path }) => ({ at: mark(path), v4: ip.family === 4, address: ip.text, prefix, netmask, broadcast, device, label })),
  };
}

/** etc/init.d/real */
export function realView(context: Context<RealServerPlan>): View {
  const { host, mark } = context;
  const devices = host.tunnels.flatMap((tunnel) => (tunnel.kind === 'device' ? [tunnel] : []));
  const gues = host.tunnels.flatMap((tunnel) => (tunnel.kind === 'gue' ? [tunnel] : []));
  const made = new Set(devices.map(({ device }) => device));
  const moduleOf = (device: string): string => (device === 'tunl0' ? 'ipip' : 'sit');
  const kernelTunnels = host.links.filter(({ device }) => !made.has(device)).map(({ device, path }) => ({ at: mark(path), device, folder: `/proc/sys/net/ipv4/conf/${device}`, module: moduleOf(device) }));
  return {
    ...scriptView(context),
    tunnel: host.links.length > 0,
    holdsVips: host.vips.length > 0,
    kernelTunnels,
    tunnelModules: host.modules.filter(({ module }) => !kernelTunnels.some((tunnel) => tunnel.module === module)).map(({ module, path }) => ({ at: mark(path), module })),
    makesTunnels: host.tunnels.length > 0,
    needsIp: host.tunnels.length > 0 || kernelTunnels.some(({ device }) => device !== 'tunl0'),
    makesDevices: devices.length > 0,
    endsGue: gues.length > 0,
    tunnelDevices: devices.map(({ device, type, local, checksum, path }) => ({ at: mark(path), device, type, local: local.text, options: checksum ? ' icsum' : type === 'ip6tnl' ? ' mode any' : '' })),
    gues: gues.map(({ port, family, path }) => ({ at: mark(path), port, family })),
    tunnelParameters: host.parameters.filter((parameter) => ofMadeDevice(host, parameter)).map(({ key, value, path }) => ({ at: mark(path), key, value })),
  };
}

/** etc/init.d/ipvs */
export function ipvsView(context: Context<DirectorPlan>): View {
  const { host, mark } = context;
  const { timeouts, syncDaemon } = host;
  return {
    ...scriptView(context),
    ignores: host.ignores,
    // ip_vs itself is asked for where IPVS is not there yet.
    modules: host.modules.filter(({ module }) => module !== 'ip_vs').map(({ module, path }) => ({ at: mark(path), module })),
    timeouts: timeouts ? [{ at: mark(timeouts.path), tcp: timeouts.tcp, tcpFin: timeouts.tcpFin, udp: timeouts.udp }] : [],
    setsTimeouts: timeouts !== undefined,
    marking: markingView(host, mark),
    syncs: syncDaemon !== undefined,
    sync: syncDaemon ? syncWords(syncDaemon) : [],
    syncAt: syncDaemon ? mark(syncDaemon.path) : '',
    // One second is what a neighbour may take; each director further down waits for those before it to have brought up theirs.
    patience: 2 + 3 * host.rank,
    services: host.services.map((service) => ({ at: mark(service.path), words: serviceWords(service), options: serviceOptions(service), destinations: service.destinations.map((destination) => ({ at: mark(destination.path), service: serviceWords(service), address: destinationAddress(destination), options: destinationOptions(destination) })) })),
  };
}

/** Whether a parameter belongs to a device that a script makes: it is not there at boot, and goes with it. */
function ofMadeDevice(host: HostPlan, { key }: Parameter): boolean {
  return host.role === 'real-server' && host.tunnels.some((tunnel) => tunnel.kind === 'device' && key.startsWith(`net/ipv4/conf/${tunnel.device}/`));
}

/** What iptables' multiport takes in one rule. */
const maxPorts = 15;

/** The rules that set firewall marks, by the tool of their family. */
function markingView({ services }: DirectorPlan, mark: Context['mark']): readonly View[] {
  return ([4, 6] as const).flatMap((family): View[] => {
    const tool = family === 4 ? 'iptables' : 'ip6tables';
    const rules = services.flatMap(({ key }) => (key.by === 'fwmark' && key.family === family ? key.matches.flatMap((match) => chunks(match.ports).map((ports): View => ({ at: mark(match.path), tool, vip: match.vip.text, protocol: match.protocol, ports: ports.join(','), mark: key.mark }))) : []));
    return rules.length > 0 ? [{ tool, rules }] : [];
  });
}

function chunks(ports: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(ports.length / maxPorts) }, (_none, at) => ports.slice(at * maxPorts, (at + 1) * maxPorts));
}
