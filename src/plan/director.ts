import { inSubnet, networkOf, overlap, parseCidr } from '../base/ip.ts';
import type { DirectorPlan, Module, Parameter, PlannedService, Refuse } from './plan.ts';
import { distinct, joinParameters, onDevice } from './parameters.ts';
import type { ResolvedHost, ResolvedSpec } from './resolve.ts';
import { holdVips } from './vips.ts';

/** What a director is to be: its VIPs, its IPVS table, and what forwarding by NAT needs. */
export function planDirector(resolved: ResolvedSpec, host: ResolvedHost, refuse: Refuse): DirectorPlan {
  const { spec, services } = resolved;
  const vipPath = [...host.path, spec.directors[host.name]?.vipDevice === undefined ? 'device' : 'vipDevice'];
  const vips = holdVips(resolved.vips, host.vipDevice, (vip) => vip.prefix, vipPath, refuse);
  const { timeouts } = spec;
  const gatewayNet = vips.find((vip) => host.gateway && inSubnet(host.gateway.ip, { ip: vip.ip, prefix: vip.prefix }));
  const byVip = host.gateway && gatewayNet && !inSubnet(host.gateway.ip, host.address.cidr) ? host.gateway : undefined;
  return {
    role: 'director',
    name: host.name,
    path: host.path,
    devices: [...new Set([host.device, host.vipDevice])].map((device) => ({ device, path: device === host.device ? [...host.path, 'device'] : vipPath })),
    links: host.vipDevice === 'lo' ? [] : [{ device: host.vipDevice, path: vipPath }],
    modules: modulesOf(services),
    parameters: joinParameters(needsOf(resolved, host), spec, 'director', refuse),
    vips,
    addresses: [{ cidr: host.address.cidr, device: host.device, path: host.address.path }],
    gateway: host.gateway && { ip: host.gateway.ip, device: byVip ? host.vipDevice : host.device, path: host.gateway.path },
    services,
    timeouts: timeouts && (timeouts.tcp || timeouts.tcpFin || timeouts.udp) ? { tcp: timeouts.tcp ?? 0, tcpFin: timeouts.tcpFin ?? 0, udp: timeouts.udp ?? 0, path: ['timeouts'] } : undefined,
    route: byVip && { via: byVip.ip, device: host.vipDevice, path: byVip.path },
    ignores: services.some(weighsInVain) ? [{ rule: 'service/weights-without-effect', reason: 'the spec asks for these weights' }] : [],
  };
}

/** Whether the service's scheduler looks only whether a weight is 0 (net/netfilter/ipvs/ip_vs_rr.c, ip_vs_lc.c, ip_vs_dh.c), and the weights differ otherwise. */
function weighsInVain({ scheduler, destinations }: PlannedService): boolean {
  return ['rr', 'lc', 'dh'].includes(scheduler) && new Set(destinations.map(({ weight }) => weight).filter((weight) => weight !== 0)).size > 1;
}

function modulesOf(services: readonly PlannedService[]): readonly Module[] {
  const first = services[0]!.path;
  const modules: Module[] = [{ module: 'ip_vs', why: 'IPVS itself; net.ipv4.vs.* is there only with it', path: first }];
  for (const scheduler of distinct(services.map((service) => service.scheduler))) {
    const asked = services.find((service) => service.scheduler === scheduler)!;
    modules.push({ module: `ip_vs_${scheduler}`, why: `the scheduler ${scheduler}`, path: [...asked.path, 'scheduler'] });
  }
  const sip = services.find((service) => service.persistence?.engine === 'sip');
  if (sip) modules.push({ module: 'ip_vs_pe_sip', why: 'persistence by SIP Call-ID', path: [...sip.path, 'persistence', 'engine'] });
  const ftp = services.find((service) => service.protocol === 'tcp' && service.port === 21 && service.destinations.some((destination) => destination.forwarding === 'nat'));
  if (ftp) modules.push({ module: 'ip_vs_ftp', why: 'FTP tells addresses in its own lines, which NAT has to rewrite', path: [...ftp.path, 'port'] });
  return modules;
}

function needsOf(resolved: ResolvedSpec, host: ResolvedHost): readonly Parameter[] {
  const nat = resolved.services.flatMap((service) => service.destinations).find((destination) => destination.forwarding === 'nat');
  const needs: Parameter[] = [];
  if (nat) {
    const path = resolved.spec.forwarding === 'nat' && !nat.forwardingWritten ? ['forwarding'] : [...nat.path, 'forwarding'];
    needs.push({ key: 'net/ipv4/ip_forward', value: '1', why: 'NAT: replies of the real servers are forwarded to the clients', path, needed: true });
    if (oneNet(resolved, host)) {
      const why = 'NAT on one device: redirects would send the real servers past this director (the kernel joins conf.all and the device by OR)';
      for (const device of ['all', host.device]) needs.push({ key: onDevice(device, 'send_redirects'), value: '0', why, path, needed: true });
    }
  }
  const wide = resolved.vips.find((vip) => vip.prefix < 32);
  if (wide && host.vipDevice !== 'lo') {
    const why = `${wide.ip.text}/${wide.prefix} may be the first address of its network on ${host.vipDevice}: without this, taking it away would take others of that network with it`;
    needs.push({ key: onDevice(host.vipDevice, 'promote_secondaries'), value: '1', why, path: wide.path, needed: false });
  }
  return needs;
}

/** Whether packets of clients come in on the device that faces the real servers. */
function oneNet(resolved: ResolvedSpec, host: ResolvedHost): boolean {
  if (host.vipDevice === host.device) return true;
  const net = networkOf(host.address.cidr);
  return (resolved.spec.clients ?? []).some((text) => {
    const clients = parseCidr(text, 'host');
    return clients !== undefined && clients.prefix > 0 && overlap(clients, net);
  });
}
