import type { DirectorPlan, HeldVip, PlannedCheck, PlannedDestination, PlannedService } from '../plan/plan.ts';
import { plain } from './daemon-words.ts';
import { banner, type Context, type View } from './views.ts';

/** etc/keepalived/keepalived.conf: VRRP moves the VIPs, health checks fill the table. */
export function keepalivedView(context: Context<DirectorPlan>): View {
  const { host, mark, plan } = context;
  const instances = instancesOf(host).map(({ vips, ...instance }) => ({
    ...instance,
    state: host.rank === 0 ? 'MASTER' : 'BACKUP',
    // The same on every director, and not that of another cluster on the link; changes of the spec leave it.
    routerId: routerIdOf(plan.name),
    priority: host.priority,
    // Next hops that only a VIP leads to come and go with it.
    routes: host.routes.filter(({ via, device }) => device === vips[0]!.device && via.family === vips[0]!.ip.family).map(({ via, device, path }) => ({ at: mark(path), to: via.family === 4 ? '0.0.0.0/0' : '::/0', via: via.text, device: plain(device) })),
    vips: vips.map(({ ip, prefix, device, label, path }) => ({ at: mark(path), address: ip.text, prefix, device: plain(device), label: plain(label), v4: ip.family === 4 })),
  }));
  const { timeouts, syncDaemon } = host;
  return {
    ...banner(context),
    ignores: host.ignores,
    timeouts: timeouts ? [{ at: mark(timeouts.path), words: [...(timeouts.tcp ? ['tcp', timeouts.tcp] : []), ...(timeouts.tcpFin ? ['tcpfin', timeouts.tcpFin] : []), ...(timeouts.udp ? ['udp', timeouts.udp] : [])].join(' ') }] : [],
    syncDaemons: syncDaemon
      ? [{ at: mark(syncDaemon.path), words: [plain(syncDaemon.device), instances[0]!.instance, 'id', syncDaemon.syncId, ...pair('maxlen', syncDaemon.maxLength), ...pair('port', syncDaemon.port), ...pair('ttl', syncDaemon.ttl), ...pair('group', syncDaemon.group)].join(' ') }]
      : [],
    runsScripts: host.services.some(({ destinations }) => destinations.some(({ check }) => check.type === 'script')),
    grouped: instances.length > 1,
    instances,
    services: host.services.map((service) => serviceView(service, mark)),
  };
}

function pair(word: string, value: string | number | undefined): readonly (string | number)[] {
  return value === undefined ? [] : [word, plain(value)];
}

/** One instance a device and family: VRRP speaks one family a time. */
function instancesOf({ vips }: DirectorPlan): readonly { readonly instance: string; readonly device: string; readonly vips: readonly HeldVip[] }[] {
  const found = new Map<string, { readonly instance: string; readonly device: string; readonly vips: HeldVip[] }>();
  for (const vip of vips) {
    const instance = `${plain(vip.device)}-ipv${vip.ip.family}`;
    const known = found.get(instance);
    if (known) known.vips.push(vip);
    else found.set(instance, { instance, device: vip.device, vips: [vip] });
  }
  return [...found.values()];
}

/** 1 to 255, from the cluster's name (FNV-1a). */
function routerIdOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return (hash % 255) + 1;
}

function serviceView(service: PlannedService, mark: Context['mark']): View {
  const { key, persistence, scheduler, schedulerFlags, onePacket, destinations } = service;
  return {
    at: mark(service.path),
    words: key.by === 'fwmark' ? `fwmark ${key.mark}` : `${key.vip.text}${key.port === 0 ? '' : ` ${key.port}`}`,
    scheduler: plain(scheduler),
    flags: schedulerFlags.map((flag) => ({ flag: plain(flag) })),
    onePacket,
    persistence: persistence ? [{ timeout: persistence.timeout, masked: persistence.netmask !== undefined, netmask: persistence.netmask, engined: persistence.engine !== undefined, engine: plain(persistence.engine ?? 'none') }] : [],
    family: key.by === 'fwmark' ? (key.family === 4 ? 'inet' : 'inet6') : '',
    protocol: key.by === 'fwmark' ? '' : key.protocol.toUpperCase(),
    interval: destinations[0]?.check.interval ?? 5,
    destinations: destinations.map((destination) => ({
      at: mark(destination.path),
      words: `${destination.rip.text}${destination.port === 0 ? '' : ` ${destination.port}`}`,
      weight: destination.weight,
      method: methodOf(destination),
      limits: limitsOf(destination),
      checks: checkView(destination.check, destinations[0]!.check.interval, mark),
    })),
  };
}

function limitsOf({ upperThreshold, lowerThreshold }: PlannedDestination): readonly View[] {
  return [...(upperThreshold === undefined ? [] : [{ limit: `uthreshold ${upperThreshold}` }]), ...(lowerThreshold === undefined ? [] : [{ limit: `lthreshold ${lowerThreshold}` }])];
}

/** keepalived.conf(5), lvs_method. */
function methodOf({ forwarding, tunnel }: PlannedDestination): string {
  if (forwarding !== 'tun' || !tunnel || tunnel.type === 'ipip') return { nat: 'NAT', dr: 'DR', tun: 'TUN' }[forwarding];
  const checksum = tunnel.checksum === undefined ? '' : ` ${{ none: 'nocsum', csum: 'csum', remcsum: 'remcsum' }[tunnel.checksum]}`;
  return `TUN type ${tunnel.type}${tunnel.port === undefined ? '' : ` port ${tunnel.port}`}${checksum}`;
}

const checkers = { tcp: 'TCP_CHECK', http: 'HTTP_GET', dns: 'DNS_CHECK', script: 'MISC_CHECK' } as const;

function checkView({ type, port, urlPath, status, name, command, interval, timeout, retries, path }: PlannedCheck, usual: number, mark: Context['mark']): readonly View[] {
  if (type === 'none') return [];
  const asked = {
    tcp: [],
    http: ['url {', `    path ${plain(urlPath)}`, ...(status === undefined ? [] : [`    status_code ${status}`]), '}'],
    dns: ['type A', ...(name === undefined ? [] : [`name ${plain(name)}`])],
    script: [`misc_path ${plain(command || '/bin/false')}`, `misc_timeout ${timeout}`],
  }[type];
  const connects = type === 'script' ? [] : [`connect_port ${port}`, `connect_timeout ${timeout}`];
  const lines = [...asked, ...connects, `retry ${retries}`, ...(interval === usual ? [] : [`delay_loop ${interval}`])];
  return [{ at: mark(path), checker: checkers[type], lines: lines.map((line) => ({ line })) }];
}
