import type { DirectorPlan, HostPlan, PlannedDestination, PlannedService, Refuse } from './plan.ts';
import type { ResolvedSpec } from './resolve.ts';
import { holderOf, networkTargets, type Division } from './targets.ts';

/** Names what a spec asks for and the daemon of a target has no word for: nothing is dropped in silence. */
export function refuseForTarget({ services, directors, spec }: ResolvedSpec, hosts: readonly HostPlan[], division: Division, refuse: Refuse): void {
  const { table } = division;
  for (const host of hosts) if (host.role === 'director') refuseUnheld(host, division, refuse);
  for (const service of services) {
    for (const { path, note } of lacks[table]?.service(service) ?? []) refuse([...service.path, ...path], note);
    for (const destination of service.destinations) {
      for (const { path, note } of lacks[table]?.destination(destination, service) ?? []) refuse([...destination.path, ...path], note);
      refuseChecks(destination, table, refuse);
    }
  }
  if (directors.length > 1 && (table === 'ipvsadm' || table === 'ldirectord')) {
    refuse(['directors', directors[1]!.name], `found a second director, expected one: --target ${table} moves no VIP; sysv and systemd hand over by hand, keepalived by itself`, 'key');
  }
  if (spec.syncDaemon && table === 'ldirectord') refuse(['syncDaemon'], 'found a sync daemon, expected none: ldirectord runs none', 'key');
}

/** A table without its VIPs is no service. */
function refuseUnheld(director: DirectorPlan, division: Division, refuse: Refuse): void {
  const [vip] = director.vips;
  if (!vip || holderOf(director, division) !== 'nobody') return;
  refuse(vip.path, `found ${vip.ip.text}, which --target ${division.table} does not bring to ${director.name}, expected a target that configures its network too: ${networkTargets.map((target) => `--target ${target}`).join(', ')}, or --os`);
}

interface Lack {
  readonly path: readonly string[];
  readonly note: string;
}

const lacks: Partial<Record<Division['table'], { service(service: PlannedService): readonly Lack[]; destination(destination: PlannedDestination, service: PlannedService): readonly Lack[] }>> = {
  ldirectord: {
    service: ({ key, persistence }) => [
      ...(key.by === 'address' && key.protocol === 'sctp' ? [{ path: ['protocol'], note: 'found "sctp", expected tcp or udp: ldirectord knows no other' }] : []),
      ...(persistence?.engine !== undefined ? [{ path: ['persistence', 'engine'], note: 'found "sip", expected none: ldirectord has no word for a persistence engine' }] : []),
    ],
    destination: ({ tunnel, rip }, { family }) => [
      ...(tunnel && tunnel.type !== 'ipip' ? [{ path: ['tunnel', 'type'], note: `found "${tunnel.type}", expected "ipip": ldirectord has no word for other tunnels` }] : []),
      ...(rip.family !== family ? [{ path: ['realServer'], note: `found ${rip.text}, expected an IPv${family} RIP: ldirectord mixes no families` }] : []),
    ],
  },
};

function refuseChecks({ check }: PlannedDestination, table: Division['table'], refuse: Refuse): void {
  if (table !== 'keepalived' && table !== 'ldirectord') return;
  if (check.type !== 'none' && check.type !== 'script' && check.port === undefined) refuse(check.path, `found a check by ${check.type} without a port, expected "port": the service has none of its own`);
  if (table === 'ldirectord' && check.path.at(-1) === 'check' && check.path.includes('destinations')) refuse(check.path, 'found a check of one destination, expected it on the service: ldirectord checks all real servers of a service alike');
  // LWP's is_success(): ldirectord asks for no certain status.
  if (table === 'ldirectord' && check.type === 'http' && check.status !== undefined) refuse([...check.path, 'status'], `found ${check.status}, expected none: ldirectord takes any page that comes with success (200 to 299)`);
}
