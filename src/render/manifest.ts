import type { DirectorPlan, HostPlan, Plan, RealServerPlan } from '../plan/plan.ts';
import { holderOf, type Division, type Target } from '../plan/targets.ts';
import { ipvsView, modulesView, realView, sysctlView, type Context, type View } from './views.ts';

/** One template: whose files it makes, and what it sees of each. */
export interface Row {
  /** Its path below templates/, without .hbs: the target, then the path on the host, with `device` where that has a name of the host's own. */
  readonly id: string;
  readonly target: Target | 'sysctl';
  /** On the host, without a leading slash; `*` in its last part stands for a name of the host's own. */
  readonly place: string;
  readonly mode: number;
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

const script = 0o755;
const data = 0o644;

const sysctl: readonly Row[] = [
  single('sysctl', 'etc/modules-load.d/lvs.conf', data, (host) => host.modules.length > 0, modulesView),
  single('sysctl', 'etc/sysctl.d/90-lvs.conf', data, (host) => host.parameters.length > 0, sysctlView),
];

const sysv: readonly Row[] = [
  single('sysv', 'etc/init.d/ipvs', script, (host, { table }) => host.role === 'director' && table === 'sysv', (context) => ipvsView(context as Context<DirectorPlan>)),
  single('sysv', 'etc/init.d/real', script, (host, division) => host.role === 'real-server' && division.scripts === 'sysv' && holderOf(host, division) === 'scripts', (context) => realView(context as Context<RealServerPlan>)),
];

/** Every template of the house. */
export const manifest: readonly Row[] = [...sysv, ...sysctl];
