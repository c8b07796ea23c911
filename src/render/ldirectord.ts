import type { DirectorPlan, PlannedCheck, PlannedDestination, PlannedService } from '../plan/plan.ts';
import { endpoint, plain } from './daemon-words.ts';
import { banner, type Context, type View } from './views.ts';

/** etc/ha.d/ldirectord.cf: health checks fill the table. */
export function ldirectordView(context: Context<DirectorPlan>): View {
  const { host, mark } = context;
  const intervals = [...new Set(host.services.map(({ destinations }) => destinations[0]!.check.interval))];
  return {
    ...banner(context),
    ignores: host.ignores,
    interval: Math.min(...intervals),
    // Only a process of its own lets a service have an interval of its own.
    forks: intervals.length > 1,
    services: host.services.map((service) => ({
      at: mark(service.path),
      keyword: `virtual${service.family === 6 ? '6' : ''}`,
      words: service.key.by === 'fwmark' ? service.key.mark : endpoint(service.key.vip, service.key.port),
      lines: linesOf(service, intervals.length > 1).map((line) => ({ line })),
      destinations: service.destinations.map((destination) => ({ at: mark(destination.path), line: realLine(destination) })),
    })),
  };
}

const methods = { nat: 'masq', dr: 'gate', tun: 'ipip' } as const;

/** The thresholds stand last, after an empty request and answer where there is no other. */
function realLine({ rip, port, forwarding, weight, upperThreshold, lowerThreshold }: PlannedDestination): string {
  const words = [`real${rip.family === 6 ? '6' : ''}=${endpoint(rip, port)}`, methods[forwarding], weight];
  if (lowerThreshold !== undefined) words.push(`"l:${lowerThreshold}"`);
  if (upperThreshold !== undefined) words.push(`"u:${upperThreshold}"`);
  return words.join(' ');
}

function linesOf({ key, scheduler, schedulerFlags, persistence, onePacket, destinations }: PlannedService, ownInterval: boolean): readonly string[] {
  const lines = [`protocol=${key.by === 'fwmark' ? 'fwm' : key.protocol}`, `scheduler=${plain(scheduler)}`];
  if (schedulerFlags.length > 0) lines.push(`schedflags=${schedulerFlags.map(plain).join(',')}`);
  if (persistence) lines.push(`persistent=${persistence.timeout}`);
  if (persistence?.netmask !== undefined) lines.push(`netmask=${persistence.netmask}`);
  if (onePacket) lines.push('ops=yes');
  return [...lines, ...checkLines(destinations[0]!.check, ownInterval)];
}

function checkLines({ type, port, urlPath, name, command, interval, timeout, retries }: PlannedCheck, ownInterval: boolean): readonly string[] {
  const times = [...(ownInterval ? [`checkinterval=${interval}`] : []), `checktimeout=${timeout}`, ...(type === 'dns' || type === 'http' ? [`negotiatetimeout=${timeout}`] : []), `failurecount=${retries + 1}`];
  const ports = port === undefined ? [] : [`checkport=${port}`];
  switch (type) {
    case 'tcp':
      return ['checktype=connect', ...ports, ...times];
    case 'http':
      return ['checktype=negotiate', 'service=http', `request="${plain(urlPath)}"`, ...ports, ...times];
    case 'dns':
      return ['checktype=negotiate', 'service=dns', `request="${plain(name ?? '.')}"`, ...ports, ...times];
    case 'script':
      return ['checktype=external', `checkcommand=${plain(command || '/bin/false')}`, ...times];
    case 'none':
      return ['checktype=on'];
  }
}
