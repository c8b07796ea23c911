import { dottedForm } from '../plan/parameters.ts';
import type { DirectorPlan, HostPlan, Parameter, Plan, RealServerPlan } from '../plan/plan.ts';
import type { SpecPath } from '../spec/spec.ts';
import { blankBody } from './banner.ts';
import { destinationAddress, destinationOptions, serviceOptions, serviceWords } from './ipvsadm-words.ts';

/** What a template sees: plain data, every field always there. */
export type View = Readonly<Record<string, unknown>>;

export interface Context<H extends HostPlan = HostPlan> {
  readonly plan: Plan;
  readonly host: H;
  readonly version: string;
  /** A mark for the start of a line, which says what in the spec asked for it. */
  readonly mark: (path: SpecPath) => string;
}

function banner({ plan, host, version }: Context): View {
  return { version, name: plan.name, digest: plan.digest, body: blankBody, host: host.name, role: host.role === 'director' ? 'director' : 'real server' };
}

/** etc/sysctl.d/90-lvs.conf */
export function sysctlView(context: Context): View {
  return { ...banner(context), lines: context.host.parameters.map(({ key, value, why, path }) => ({ at: context.mark(path), key: dottedForm(key), value, why })) };
}

/** etc/modules-load.d/lvs.conf */
export function modulesView(context: Context): View {
  return { ...banner(context), lines: context.host.modules.map(({ module, why, path }) => ({ at: context.mark(path), module, why })) };
}

function scriptView(context: Context): View {
  const { host, mark, plan, version } = context;
  const isForwarding = ({ key }: Parameter): boolean => key === 'net/ipv4/ip_forward';
  const forwarding = host.parameters.filter(isForwarding).map(({ value, path }) => ({ at: mark(path), value }));
  const line = ({ key, value, path }: Parameter): View => ({ at: mark(path), key, value });
  return {
    ...banner(context),
    edition: `${version}-${plan.digest}`,
    devices: host.devices.map(({ device, path }) => ({ at: mark(path), device })),
    links: host.links.map(({ device, path }) => ({ at: mark(path), device })),
    bringsLinksUp: host.links.length > 0,
    forwarding,
    writesForwarding: forwarding.length > 0,
    parameters: host.parameters.filter((parameter) => !isForwarding(parameter)).map(line),
    needs: host.parameters.filter((parameter) => parameter.needed).map(line),
    routes: host.routes.map(({ via, device, path }) => ({ at: mark(path), family: via.family, via: via.text, device })),
    bringsRoute: host.routes.length > 0,
    vips: host.vips.map(({ ip, prefix, netmask, broadcast, device, label, path }) => ({ at: mark(path), address: ip.text, prefix, netmask, broadcast, device, label })),
  };
}

/** etc/init.d/real */
export function realView(context: Context<RealServerPlan>): View {
  const { host } = context;
  return { ...scriptView(context), tunnel: host.links.length > 0, holdsVips: host.vips.length > 0 };
}

/** etc/init.d/ipvs */
export function ipvsView(context: Context<DirectorPlan>): View {
  const { host, mark } = context;
  const { timeouts } = host;
  return {
    ...scriptView(context),
    ignores: host.ignores,
    // ip_vs itself is asked for where IPVS is not there yet.
    modules: host.modules.filter(({ module }) => module !== 'ip_vs').map(({ module, path }) => ({ at: mark(path), module })),
    timeouts: timeouts ? [{ at: mark(timeouts.path), tcp: timeouts.tcp, tcpFin: timeouts.tcpFin, udp: timeouts.udp }] : [],
    setsTimeouts: timeouts !== undefined,
    services: host.services.map((service) => ({ at: mark(service.path), words: serviceWords(service), options: serviceOptions(service), destinations: service.destinations.map((destination) => ({ at: mark(destination.path), service: serviceWords(service), address: destinationAddress(destination), options: destinationOptions(destination) })) })),
  };
}
