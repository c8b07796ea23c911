import { networkOf, type NetworkDevice } from '../../plan/network.ts';
import type { HostPlan, Plan } from '../../plan/plan.ts';
import type { Made } from '../manifest.ts';
import { banner, type Context, type View } from '../views.ts';

/** A file for each device, the first by name: systemd-networkd applies one to a device (systemd.network(5)). */
export function networkdFiles(host: HostPlan, { division }: Plan): readonly Made[] {
  return networkOf(host, division).map((device) => ({ path: `etc/systemd/network/10-lvs-${device.device}.network`, view: (context) => view(context, device) }));
}

function view(context: Context, { device, kind, path, addresses, vips, gateways, shared }: NetworkDevice): View {
  const { mark } = context;
  return {
    ...banner(context),
    at: mark(path),
    device,
    kernels: kind !== 'own',
    shared,
    tunnel: kind === 'tunnel',
    addresses: addresses.map(({ cidr, path: at }) => ({ at: mark(at), address: `${cidr.ip.text}/${cidr.prefix}` })),
    gateways: gateways.map(({ via, path: at }) => ({ at: mark(at), via: via.text })),
    vips: vips.map(({ ip, prefix, label, path: at }) => ({ at: mark(at), address: `${ip.text}/${prefix}`, labelled: ip.family === 4, label })),
  };
}
