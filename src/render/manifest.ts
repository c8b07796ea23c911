import type { DirectorPlan, HostPlan, Plan, RealServerPlan } from '../plan/plan.ts';
import { holderOf, type Division, type Target } from '../plan/targets.ts';
import { ipvsadmServiceView, rulesView } from './ipvsadm.ts';
import { keepalivedView } from './keepalived.ts';
import { ldirectordView } from './ldirectord.ts';
import { marksView } from './marks.ts';
import { network } from './network/rows.ts';
import { banner, ipvsView, modulesView, realView, sysctlView, type Context, type View } from './views.ts';

/** One template: whose files it makes, and what it sees of each. */
export interface Row {
  /** Its path below templates/, without .hbs: the target, then the path on the host, with `device` where that has a name of the host's own. */
  readonly id: string;
  readonly target: Target | 'sysctl' | 'marks';
  /** On the host, without a leading slash; `*` in its last part stands for a name of the host's own. */
  readonly place: string;
  readonly mode: number;
  /** For what can hold no comment, and so no banner: the file that seals it. */
  readonly sealedIn?: string;
  /** The files that a host gets of it. */
  files(host: HostPlan, plan: Plan): readonly Made[];
}

/** A file to be made, and what its template sees. */
export interface Made {
  readonly path: string;
  view(context: Context): View;
}

/** A template that makes one file at most, always at the same place. */
function single(target: Row['target'], place: string, mode: number, when: (host: HostPlan, division: Division) => boolean, view: (context: Context) => View): Row {
  return { id: `${target}/${place}`, target, place, mode, files: (host, { division }) => (when(host, division) ? [{ path: place, view }] : []) };
}

/** The same for directors alone. */
function forDirectors(target: Row['target'], place: string, mode: number, when: (division: Division, host: DirectorPlan) => boolean, view: (context: Context<DirectorPlan>) => View): Row {
  return single(target, place, mode, (host, division) => host.role === 'director' && when(division, host), (context) => view(context as Context<DirectorPlan>));
}

/** The same for real servers whose VIPs or way back a script brings. */
function forRealServers(target: 'sysv' | 'systemd', place: string, mode: number, view: (context: Context<RealServerPlan>) => View): Row {
  return single(target, place, mode, (host, division) => host.role === 'real-server' && division.scripts === target && holderOf(host, division) === 'scripts', (context) => view(context as Context<RealServerPlan>));
}

const program = 0o755;
const data = 0o644;

const sysctl: readonly Row[] = [
  single('sysctl', 'etc/modules-load.d/lvs.conf', data, (host) => host.modules.length > 0, modulesView),
  single('sysctl', 'etc/sysctl.d/90-lvs.conf', data, (host) => host.parameters.length > 0, sysctlView),
];

const sysv: readonly Row[] = [
  forDirectors('sysv', 'etc/init.d/ipvs', program, ({ table }) => table === 'sysv', ipvsView),
  forRealServers('sysv', 'etc/init.d/real', program, realView),
];

const systemd: readonly Row[] = [
  forDirectors('systemd', 'etc/systemd/system/lvs-director.service', data, ({ table }) => table === 'systemd', banner),
  forDirectors('systemd', 'usr/local/sbin/lvs-director', program, ({ table }) => table === 'systemd', ipvsView),
  forRealServers('systemd', 'etc/systemd/system/lvs-real-server.service', data, banner),
  forRealServers('systemd', 'usr/local/sbin/lvs-real-server', program, realView),
];

/** Where systems keep the rules of their ipvsadm package; both where the system is not named: each reads its own. */
const rhel = ({ table, system }: Division): boolean => table === 'ipvsadm' && (system === undefined || system.startsWith('rhel'));
const debian = ({ table, system }: Division): boolean => table === 'ipvsadm' && !system?.startsWith('rhel');

const ipvsadm: readonly Row[] = [
  forDirectors('ipvsadm', 'etc/sysconfig/ipvsadm-config', data, rhel, banner),
  forDirectors('ipvsadm', 'etc/default/ipvsadm', data, debian, banner),
  { ...forDirectors('ipvsadm', 'etc/sysconfig/ipvsadm', 0o600, rhel, rulesView), sealedIn: 'etc/sysconfig/ipvsadm-config' },
  { ...forDirectors('ipvsadm', 'etc/ipvsadm.rules', 0o600, debian, rulesView), sealedIn: 'etc/default/ipvsadm' },
  forDirectors('ipvsadm', 'etc/systemd/system/ipvsadm.service.d/lvs.conf', data, ({ table, system }) => table === 'ipvsadm' && system !== 'rhel6' && system !== 'alpine', ipvsadmServiceView),
];

const daemons: readonly Row[] = [
  forDirectors('keepalived', 'etc/keepalived/keepalived.conf', data, ({ table }) => table === 'keepalived', keepalivedView),
  forDirectors('ldirectord', 'etc/ha.d/ldirectord.cf', data, ({ table }) => table === 'ldirectord', ldirectordView),
];

/** The scripts mark by themselves. */
const needsMarks = ({ table }: Division, { services }: DirectorPlan): boolean => table !== 'sysv' && table !== 'systemd' && services.some(({ key }) => key.by === 'fwmark');

const marks: readonly Row[] = [
  forDirectors('marks', 'etc/nftables/lvs-marks.nft', data, needsMarks, marksView),
  forDirectors('marks', 'etc/systemd/system/lvs-marks.service', data, needsMarks, banner),
];

/** Every template of the house. */
export const manifest: readonly Row[] = [...sysv, ...systemd, ...ipvsadm, ...daemons, ...marks, ...network, ...sysctl];
