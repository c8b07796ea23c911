import type { DirectorPlan, HostPlan, RealServerPlan } from '../plan/plan.ts';
import { ipvsView, modulesView, realView, sysctlView, type Context, type View } from './views.ts';

/** One template: for which hosts it is rendered, where the file goes, and what the template sees. */
export interface Row<H extends HostPlan = HostPlan> {
  /** Its path below templates/, without .hbs. */
  readonly id: string;
  readonly role: H['role'];
  /** On the host, without a leading slash. */
  readonly path: string;
  readonly mode: number;
  when(host: H): boolean;
  view(context: Context<H>): View;
}

const director: readonly Row<DirectorPlan>[] = [
  { id: 'director/etc/init.d/ipvs', role: 'director', path: 'etc/init.d/ipvs', mode: 0o755, when: () => true, view: ipvsView },
  { id: 'director/etc/modules-load.d/lvs.conf', role: 'director', path: 'etc/modules-load.d/lvs.conf', mode: 0o644, when: hasModules, view: modulesView },
  { id: 'director/etc/sysctl.d/90-lvs.conf', role: 'director', path: 'etc/sysctl.d/90-lvs.conf', mode: 0o644, when: hasParameters, view: sysctlView },
];

const realServer: readonly Row<RealServerPlan>[] = [
  { id: 'real-server/etc/init.d/real', role: 'real-server', path: 'etc/init.d/real', mode: 0o755, when: (host) => host.vips.length > 0 || host.route !== undefined, view: realView },
  { id: 'real-server/etc/modules-load.d/lvs.conf', role: 'real-server', path: 'etc/modules-load.d/lvs.conf', mode: 0o644, when: hasModules, view: modulesView },
  { id: 'real-server/etc/sysctl.d/90-lvs.conf', role: 'real-server', path: 'etc/sysctl.d/90-lvs.conf', mode: 0o644, when: hasParameters, view: sysctlView },
];

function hasModules(host: HostPlan): boolean {
  return host.modules.length > 0;
}

function hasParameters(host: HostPlan): boolean {
  return host.parameters.length > 0;
}

/** Every template of the house. A row is only ever asked about hosts of its own role. */
export const manifest = [...director, ...realServer] as readonly (Row<DirectorPlan> | Row<RealServerPlan>)[] as readonly Row[];
