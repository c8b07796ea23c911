import { networkOf, type NetworkDevice } from '../../plan/network.ts';
import type { HostPlan, Plan } from '../../plan/plan.ts';
import type { Made } from '../manifest.ts';
import { banner, type Context, type View } from '../views.ts';

/** A connection for each device, with all of its addresses: only one is up on a device (nm-settings-keyfile(5)). */
export function networkmanagerFiles(host: HostPlan, { division }: Plan): readonly Made[] {
  return networkOf(host, division).map((device) => ({ path: `etc/NetworkManager/system-connections/lvs-${device.device}.nmconnection`, view: (context) => view(context, device) }));
}

function view(context: Context, { device, kind, path, addresses, vips, gateways }: NetworkDevice): View {
  const { mark } = context;
  const held = [...addresses.map(({ cidr, path: at }) => ({ ip: cidr.ip, prefix: cidr.prefix, path: at })), ...vips];
  const family = (wanted: 4 | 6): View => {
    // A connection of lo has to name what lo holds by itself.
    const standing = kind === 'loopback' ? [{ at: '', address: wanted === 4 ? '127.0.0.1/8' : '::1/128' }] : [];
    const own = [...standing, ...held.filter(({ ip }) => ip.family === wanted).map(({ ip, prefix, path: at }) => ({ at: mark(at), address: `${ip.text}/${prefix}` }))];
    return {
      family: wanted,
      method: own.length > 0 ? 'manual' : wanted === 4 ? 'disabled' : 'auto',
      addresses: own.map((each, index) => ({ ...each, number: index + 1 })),
      gateways: gateways.filter(({ via }) => via.family === wanted).map(({ via, path: at }) => ({ at: mark(at), via: via.text })),
    };
  };
  return { ...banner(context), at: mark(path), device, type: kind === 'loopback' ? 'loopback' : 'ethernet', families: [family(4), family(6)] };
}
