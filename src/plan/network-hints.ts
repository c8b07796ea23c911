import { networkOf } from './network.ts';
import type { HostPlan } from './plan.ts';
import { holderOf, type Division } from './targets.ts';

/** What puts a rendered network configuration in place, and what it leaves to its owner. */
export function networkHintsOf(hosts: readonly HostPlan[], division: Division): readonly string[] {
  const { network, system } = division;
  if (network === undefined) return [];
  const held = hosts.filter((host) => holderOf(host, division) === 'network');
  const kinds = new Set(held.flatMap((host) => networkOf(host, division).map(({ kind }) => kind)));
  const scripted = hosts.filter((host) => host.role === 'real-server' && host.vips.length > 0 && holderOf(host, division) === 'scripts');
  return [
    `On every host, once what else names its device is gone: ${starts[network](system)}.`,
    ...(network === 'ifcfg' && (kinds.has('loopback') || kinds.has('tunnel')) ? ['VIPs on lo and tunl0: the network service (network-scripts) has to run; NetworkManager passes their files over. On RHEL 8 take --os rhel8, which brings them by scripts.'] : []),
    ...(network === 'networkmanager' && kinds.has('loopback') ? ['VIPs on lo: NetworkManager 1.42 (RHEL 9.2, Debian 12) or newer.'] : []),
    ...(scripted.length > 0 ? [`The VIPs of ${scripted.map(({ name }) => name).join(', ')} come by scripts: ${network} cannot bring them there.`] : []),
  ];
}

const starts: Readonly<Record<NonNullable<Division['network']>, (system: Division['system']) => string>> = {
  ifcfg: (system) => (system === 'rhel8' ? 'nmcli connection reload, then nmcli device reapply of the device' : 'service network restart'),
  interfaces: (system) => `see that /etc/network/interfaces says: source /etc/network/interfaces.d/*; then ${system === 'alpine' ? 'rc-service networking restart' : 'systemctl restart networking'}`,
  netplan: () => 'netplan try',
  networkmanager: () => 'restorecon -RF /etc/NetworkManager/system-connections where there is SELinux, nmcli connection reload, then nmcli connection up of each lvs- connection',
  networkd: () => 'systemctl enable --now systemd-networkd && networkctl reload',
};
