import { networkOf } from '../../plan/network.ts';
import type { HostPlan, Plan } from '../../plan/plan.ts';
import type { Made } from '../manifest.ts';
import { banner, type Context, type View } from '../views.ts';

/** One file; netplan adds the addresses and routes of a device in all of its files up. */
export function netplanFiles(host: HostPlan, { division }: Plan): readonly Made[] {
  return networkOf(host, division).length > 0 ? [{ path: 'etc/netplan/90-lvs.yaml', view }] : [];
}

/** Devices that the kernel brings along stand below ethernets, too: for tunnels netplan would want a remote address. */
function view(context: Context): View {
  const { mark, host, plan } = context;
  return {
    ...banner(context),
    devices: networkOf(host, plan.division).map(({ device, kind, path, addresses, vips, gateways, shared }) => ({
      at: mark(path),
      device,
      shared,
      waits: kind === 'own',
      addresses: [...addresses.map(({ cidr, path: at }) => ({ at: mark(at), address: `${cidr.ip.text}/${cidr.prefix}`, deprecated: false })), ...vips.map(({ ip, prefix, path: at }) => ({ at: mark(at), address: `${ip.text}/${prefix}`, deprecated: ip.family === 6 }))],
      addressed: addresses.length + vips.length > 0,
      routed: gateways.length > 0,
      gateways: gateways.map(({ via, path: at }) => ({ at: mark(at), via: via.text })),
    })),
  };
}
