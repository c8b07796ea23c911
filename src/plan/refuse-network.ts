import { deviceKind } from '../model/device.ts';
import { networkOf } from './network.ts';
import type { HostPlan, Refuse } from './plan.ts';
import type { Division } from './targets.ts';

/** Names what the network configuration of a target cannot hold: a device that is made of others, whose parts no spec names, and VIPs beside addresses of the owner's own. */
export function refuseForNetwork(hosts: readonly HostPlan[], division: Division, refuse: Refuse): void {
  const { network } = division;
  if (network === undefined) return;
  for (const host of hosts) {
    for (const { device, kind, path, vips } of networkOf(host, division)) {
      if (kind === 'own' && isMadeOfOthers(device, network)) refuse(path, `found ${JSON.stringify(device)}, expected a device of its own: --target ${network} would have to say what it is made of; without that target its network stays as it is`);
      const spoken = host.role === 'director' && kind === 'own' && (network === 'ifcfg' || network === 'networkmanager') ? vips.find(({ ip }) => ip.family === 6) : undefined;
      // A director that speaks from a VIP to those who hold it, too, gets no answer, and its tunnels do not arrive (net/ipv6/ip6_tunnel.c: ip6_tnl_rcv_ctl()).
      if (spoken) refuse(spoken.path, `found ${spoken.ip.text}, expected VIPs of IPv4 alone: --target ${network} has no word for an IPv6 address that ${host.name} does not speak from; sysv, systemd, keepalived, interfaces, netplan and networkd have`);
      if (kind !== 'other' && kind !== 'loopback') continue;
      const [vip] = network === 'ifcfg' ? vips.filter(({ ip }) => ip.family === 6) : kind === 'other' ? vips : [];
      const why = reasons[network];
      if (vip && why !== undefined) refuse(vip.path, `found ${vip.ip.text}, which ${host.name} is to hold on ${device}, expected it on its device ${host.devices[0]!.device}: ${why}; --target sysv, systemd or keepalived bring it there`);
    }
  }
}

const reasons: Partial<Record<NonNullable<Division['network']>, string>> = {
  ifcfg: 'an alias file holds no IPv6 address',
  networkmanager: 'only one connection is up on a device, and another file cannot add to it',
  networkd: 'it applies one file to a device, and a second one would take the place of that with its other addresses',
};

/** Bonds, bridges, VLANs. The scripts of ifcfg files and ifupdown make a VLAN of its name. */
function isMadeOfOthers(device: string, network: NonNullable<Division['network']>): boolean {
  if (deviceKind(device) !== 'nic' || /^(?:bond|br|team|vlan|macvlan|vxlan|virbr)-?\d/.test(device)) return true;
  return /\.\d+$/.test(device) && network !== 'ifcfg' && network !== 'interfaces';
}
