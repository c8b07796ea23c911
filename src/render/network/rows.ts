import type { HostPlan, Plan } from '../../plan/plan.ts';
import type { Target } from '../../plan/targets.ts';
import type { Made, Row } from '../manifest.ts';
import { ifcfgFiles, ifcfgRoutes } from './ifcfg.ts';
import { interfacesFiles } from './interfaces.ts';
import { netplanFiles } from './netplan.ts';
import { networkdFiles } from './networkd.ts';
import { networkmanagerFiles } from './networkmanager.ts';

const forAll = 0o644;
/** NetworkManager passes over a connection that others may read, and netplan warns of such a file. */
const secret = 0o600;

function row(target: Target, place: string, mode: number, files: (host: HostPlan, plan: Plan) => readonly Made[]): Row {
  return { id: `${target}/${place.replace('*', 'device')}`, target, place, mode, files: (host, plan) => (plan.division.network === target ? files(host, plan) : []) };
}

/** The templates of network configurations. */
export const network: readonly Row[] = [
  row('ifcfg', 'etc/sysconfig/network-scripts/ifcfg-*', forAll, ifcfgFiles),
  row('ifcfg', 'etc/sysconfig/network-scripts/route-*', forAll, ifcfgRoutes),
  row('interfaces', 'etc/network/interfaces.d/lvs-*', forAll, interfacesFiles),
  row('netplan', 'etc/netplan/90-lvs.yaml', secret, netplanFiles),
  row('networkmanager', 'etc/NetworkManager/system-connections/lvs-*.nmconnection', secret, networkmanagerFiles),
  row('networkd', 'etc/systemd/network/10-lvs-*.network', forAll, networkdFiles),
];
