import { inSubnet, networkOf, overlap, parseCidr } from '../base/ip.ts';
import type { DirectorPlan, Module, Parameter, PlannedService, Refuse } from './plan.ts';
import { distinct, forwardingKey, joinParameters, onDevice } from './parameters.ts';
import { usualPriority, type ResolvedHost, type ResolvedSpec, type ResolvedVip } from './resolve.ts';
import type { Division } from './targets.ts';
import { holdVips } from './vips.ts';

/** What a director is to be: its VIPs, its IPVS table, and what forwarding by NAT needs. */
export function planDirector(resolved: ResolvedSpec, host: ResolvedHost, { table, network }: Division, refuse: Refuse): DirectorPlan {
  const unchecks = table !== 'keepalived' && table !== 'ldirectord';
  const { spec, services } = resolved;
  const vipPath = [...host.path, spec.directors[host.name]?.vipDevice === undefined ? 'device' : 'vipDevice'];
  const vips = holdVips(resolved.vips, host.vipDevice, (vip) => vip.prefix, vipPath, refuse);
  const { timeouts } = spec;
  const nextHops = host.gateways.map(({ ip, path }) => {
    const ownNet = host.addresses.some(({ cidr }) => inSubnet(ip, cidr));
    return { via: ip, path, byVip: !ownNet && vips.some((vip) => inSubnet(ip, { ip: vip.ip, prefix: vip.prefix })) };
  }).map(({ via, path, byVip }) => ({ via, path, byVip, device: byVip ? host.vipDevice : host.device }));
  const floating = floatingGateways(resolved, host);
  return {
    role: 'director',
    name: host.name,
    path: host.path,
    devices: [...new Set([host.device, host.vipDevice])].map((device) => ({ device, path: device === host.device ? [...host.path, 'device'] : vipPath })),
    links: host.vipDevice === 'lo' ? [] : [{ device: host.vipDevice, path: vipPath }],
    modules: modulesOf(services),
    parameters: joinParameters(needsOf(resolved, host), spec, 'director', refuse),
    vips: floating.length === 0 ? vips : host.vipDevice === host.device ? holdVips([...resolved.vips, ...floating], host.device, (vip) => vip.prefix, vipPath, refuse) : [...vips, ...holdVips(floating, host.device, (vip) => vip.prefix, [...host.path, 'device'], refuse)],
    addresses: host.addresses.map(({ cidr, path }) => ({ cidr, device: host.device, path })),
    gateways: nextHops.map(({ via, device, path }) => ({ via, device, path })),
    services,
    rank: resolved.directors.indexOf(host),
    priority: spec.directors[host.name]?.priority ?? usualPriority,
    peers: resolved.directors.filter((other) => other !== host).map(({ name, addresses }) => ({ name, addresses: addresses.map(({ cidr }) => cidr.ip) })),
    syncDaemon: spec.syncDaemon && { syncId: spec.syncDaemon.syncId, device: spec.syncDaemon.device, group: spec.syncDaemon.group, port: spec.syncDaemon.port, ttl: spec.syncDaemon.ttl, maxLength: spec.syncDaemon.maxLength, path: ['syncDaemon'] },
    timeouts: timeouts && (timeouts.tcp || timeouts.tcpFin || timeouts.udp) ? { tcp: timeouts.tcp ?? 0, tcpFin: timeouts.tcpFin ?? 0, udp: timeouts.udp ?? 0, path: ['timeouts'] } : undefined,
    routes: nextHops.filter(({ byVip }) => byVip).map(({ via, device, path }) => ({ via, device, path })),
    ignores: [
      ...wishes.filter(({ asked, unchecked }) => (unchecked ?? unchecks) === unchecks && services.some(asked)).map(({ rule, reason }) => ({ rule, reason })),
      ...(table === 'keepalived' && network !== undefined && host.vipDevice !== host.device ? [{ rule: 'vrrp/device-unknown', reason: `${host.vipDevice} is configured by its owner` }] : []),
    ],
  };
}

/** With NAT and several directors the real servers' gateway has to move with the VIP: an address in the directors' own network that is no director's own. */
function floatingGateways({ spec, directors, realServers, services }: ResolvedSpec, host: ResolvedHost): readonly ResolvedVip[] {
  if (directors.length < 2) return [];
  const own = new Set(directors.flatMap(({ addresses }) => addresses.map(({ cidr }) => cidr.ip.text)));
  const behind = new Set(services.flatMap(({ destinations }) => destinations.flatMap(({ forwarding, realServer }) => (forwarding === 'nat' ? [realServer] : []))));
  const found = new Map<string, ResolvedVip>();
  for (const { name, gateways } of realServers) {
    if (!behind.has(name)) continue;
    for (const { ip, path } of gateways) {
      const net = host.addresses.find(({ cidr }) => inSubnet(ip, cidr));
      const director = Object.values(spec.directors).some(({ gateway }) => [gateway].flat().includes(ip.text));
      if (net && !own.has(ip.text) && !director) found.set(ip.text, { ip, prefix: net.cidr.prefix, prefixWritten: false, path });
    }
  }
  return [...found.values()];
}

/** What a spec may ask for in so many words although a rule warns of it: that is told on the spec. */
const wishes: readonly { readonly rule: string; readonly reason: string; /** Told only where a health checker makes the table, or only where none does. */ readonly unchecked?: boolean; asked(service: PlannedService): boolean }[] = [
  { rule: 'service/weights-without-effect', reason: 'the spec asks for these weights', asked: weighsInVain },
  { rule: 'service/weight-zero-left', reason: 'the spec asks for weight 0', asked: ({ destinations }) => destinations.some(({ weight }) => weight === 0) && destinations.some(({ weight }) => weight > 0), unchecked: true },
  { rule: 'keepalived/health-check-absent', reason: 'the spec asks for no check', asked: ({ key, destinations }) => key.by === 'address' && key.protocol === 'tcp' && destinations.some(({ check }) => check.type === 'none'), unchecked: false },
  { rule: 'persistence/granularity-wide', reason: 'the spec asks for this netmask', asked: ({ persistence, family }) => persistence?.netmask !== undefined && (family === 4 ? persistence.netmask !== '255.255.255.255' : Number(persistence.netmask) < 64) },
];

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
  const ftp = services.find(({ key, destinations }) => key.by === 'address' && key.protocol === 'tcp' && key.port === 21 && destinations.some((destination) => destination.forwarding === 'nat'));
  if (ftp) modules.push({ module: 'ip_vs_ftp', why: 'FTP tells addresses in its own lines, which NAT has to rewrite', path: [...ftp.path, 'port'] });
  return modules;
}

function needsOf(resolved: ResolvedSpec, host: ResolvedHost): readonly Parameter[] {
  const needs: Parameter[] = [];
  for (const family of [4, 6] as const) {
    const nat = resolved.services.filter((service) => service.family === family).flatMap((service) => service.destinations).find((destination) => destination.forwarding === 'nat');
    if (!nat) continue;
    const path = resolved.spec.forwarding === 'nat' && !nat.forwardingWritten ? ['forwarding'] : [...nat.path, 'forwarding'];
    needs.push({ key: forwardingKey[family], value: '1', why: 'NAT: replies of the real servers are forwarded to the clients', path, needed: true });
    if (family === 4 && oneNet(resolved, host)) {
      const why = 'NAT on one device: redirects would send the real servers past this director (the kernel joins conf.all and the device by OR)';
      for (const device of ['all', host.device]) needs.push({ key: onDevice(device, 'send_redirects'), value: '0', why, path, needed: true });
    }
  }
  const wide = resolved.vips.find((vip) => vip.ip.family === 4 && vip.prefix < 32);
  if (wide && host.vipDevice !== 'lo') {
    const why = `${wide.ip.text}/${wide.prefix} may be the first address of its network on ${host.vipDevice}: without this, taking it away would take others of that network with it`;
    needs.push({ key: onDevice(host.vipDevice, 'promote_secondaries'), value: '1', why, path: wide.path, needed: false });
  }
  return needs;
}

/** Whether packets of clients come in on the device that faces the real servers. */
function oneNet(resolved: ResolvedSpec, host: ResolvedHost): boolean {
  if (host.vipDevice === host.device) return true;
  const nets = host.addresses.map(({ cidr }) => networkOf(cidr));
  return (resolved.spec.clients ?? []).some((text) => {
    const clients = parseCidr(text, 'host');
    return clients !== undefined && clients.prefix > 0 && nets.some((net) => overlap(clients, net));
  });
}
