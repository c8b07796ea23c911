import type { HostPlan, RealServerPlan } from './plan.ts';

/** What hosts start from: the forms in which a cluster can be rendered. The sysctl fragment and the list of modules belong to each of them. */
export const targets = ['sysv', 'systemd', 'ipvsadm', 'keepalived', 'ldirectord', 'ifcfg', 'interfaces', 'netplan', 'networkmanager', 'networkd'] as const;

export type Target = (typeof targets)[number];

/** What sets up a director: its IPVS table, and with it the VIPs where the target can hold or move them. */
export const tableTargets = ['sysv', 'systemd', 'ipvsadm', 'keepalived', 'ldirectord'] as const satisfies readonly Target[];

/** What configures the network of a host: its addresses, its gateway, and the VIPs that no script or daemon brings. */
export const networkTargets = ['ifcfg', 'interfaces', 'netplan', 'networkmanager', 'networkd'] as const satisfies readonly Target[];

/** Systems with a form that they start from by themselves. */
export const systems = {
  rhel6: ['sysv', 'ifcfg'],
  rhel7: ['systemd', 'ifcfg'],
  rhel8: ['systemd', 'ifcfg'],
  rhel9: ['systemd', 'networkmanager'],
  debian12: ['systemd', 'interfaces'],
  ubuntu2404: ['systemd', 'netplan'],
  alpine: ['sysv', 'interfaces'],
} as const satisfies Readonly<Record<string, readonly Target[]>>;

export type System = keyof typeof systems;

/** Who does what on the hosts. Each thing has one owner: two would fight over it. */
export interface Division {
  /** Fills the table of a director. */
  readonly table: (typeof tableTargets)[number];
  /** Starts what a real server needs beyond its network: scripts, from an init.d folder or from units. */
  readonly scripts: 'sysv' | 'systemd';
  /** The scripts were asked for by name: then they hold the VIPs of real servers, whatever configures the network. */
  readonly scripted: boolean;
  readonly network: (typeof networkTargets)[number] | undefined;
  readonly system: System | undefined;
}

/** `lvs-gen render` without a target. */
export const classic: Division = { table: 'sysv', scripts: 'sysv', scripted: true, network: undefined, system: undefined };

/** Divides the work among the targets that were asked for; a system's own fill what they leave open. `conflict`: two that would do the same. */
export function divide(wanted: readonly Target[], system: System | undefined): Division | { readonly conflict: readonly [Target, Target] } {
  const own: readonly Target[] = system === undefined ? [] : systems[system];
  // The scripts stand back on a director where something else fills the table: there they serve the real servers.
  const tables = tableTargets.filter((target) => target !== 'sysv' && wanted.includes(target));
  const scripts = (['systemd', 'sysv'] as const).filter((target) => wanted.includes(target));
  const table = tables.find((target) => target !== 'systemd') ?? tables[0] ?? scripts[0] ?? tableTargets.find((target) => own.includes(target)) ?? 'sysv';
  const rivals = tables.filter((target) => target !== 'systemd');
  const networks = networkTargets.filter((target) => wanted.includes(target));
  if (rivals.length > 1) return { conflict: [rivals[0]!, rivals[1]!] };
  if (scripts.length > 1) return { conflict: [scripts[0]!, scripts[1]!] };
  if (networks.length > 1) return { conflict: [networks[0]!, networks[1]!] };
  return { table, scripts: scripts[0] ?? (own.includes('systemd') ? 'systemd' : 'sysv'), scripted: scripts.length > 0, network: networks[0] ?? networkTargets.find((target) => own.includes(target)), system };
}

/** Who brings the VIPs of a host: `nobody` where none of the targets can, or where it has none. */
export function holderOf(host: HostPlan, division: Division): 'scripts' | 'keepalived' | 'network' | 'nobody' {
  const { table, network, scripted } = division;
  if (host.role === 'director') {
    if (table === 'keepalived') return 'keepalived';
    if (table === 'sysv' || table === 'systemd') return 'scripts';
    // Two networks would hold the same VIPs at once.
    return network === undefined || host.peers.length > 0 ? 'nobody' : 'network';
  }
  if (host.vips.length === 0 && host.routes.length === 0) return 'nobody';
  return network !== undefined && !scripted && canHold(host, network, division.system) ? 'network' : 'scripts';
}

/** Whether a network can bring all that a real server needs; where it cannot, the scripts bring all of it. */
function canHold({ vips, links, tunnels }: RealServerPlan, network: NonNullable<Division['network']>, system: System | undefined): boolean {
  // None of them has the words for a port of GUE, nor for a GRE device that takes packets from everywhere.
  if (tunnels.length > 0) return false;
  // Its IP tunnels need a remote address, and the kernel's own tunl0 is no connection of its (nm-settings-nmcli(5), ip-tunnel).
  if (network === 'networkmanager') return links.length === 0;
  // NetworkManager, which reads these files on RHEL 8, passes over aliases of lo and tunl0. An alias file holds no IPv6 (ifup-aliases), and ifcfg-lo is the system's own.
  if (network === 'ifcfg') return vips.length === 0 || (system !== 'rhel8' && vips.every(({ ip }) => ip.family === 4));
  return true;
}
