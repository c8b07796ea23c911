import { inSubnet } from '../../base/ip.ts';
import { networkOf, type NetworkDevice } from '../../plan/network.ts';
import type { HeldVip, HostPlan, Plan } from '../../plan/plan.ts';
import type { Made } from '../manifest.ts';
import { banner, type Context, type View } from '../views.ts';

const folder = 'etc/sysconfig/network-scripts';

/** Each device's own file, and an alias file for each IPv4 VIP beside it; the kernel's tunnel devices hold theirs themselves. */
export function ifcfgFiles(host: HostPlan, { division }: Plan): readonly Made[] {
  return networkOf(host, division).flatMap((device): Made[] => {
    const aliases = device.vips.filter(({ ip }) => ip.family === 4).map((vip): Made => ({ path: `${folder}/ifcfg-${vip.label}`, view: (context) => aliasView(context, device, vip) }));
    if (device.kind === 'own') return [{ path: `${folder}/ifcfg-${device.device}`, view: (context) => ownView(context, device) }, ...aliases];
    return device.kind === 'tunnel' ? [{ path: `${folder}/ifcfg-${device.device}`, view: (context) => tunnelView(context, device) }] : aliases;
  });
}

/** Routes by a next hop that only a VIP leads to: `ifup-aliases` has them made with the alias. GATEWAY in its own file it would make through a device of the alias's name, which `ip` does not know. */
export function ifcfgRoutes(host: HostPlan, { division }: Plan): readonly Made[] {
  return networkOf(host, division).flatMap((device): Made[] => {
    if (device.kind !== 'other') return [];
    return device.vips.flatMap((vip): Made[] => {
      const hops = device.gateways.filter(({ via }) => via.family === 4 && inSubnet(via, vip));
      if (hops.length === 0) return [];
      return [{ path: `${folder}/route-${vip.label}`, view: ({ mark, ...context }) => ({ ...banner({ mark, ...context }), routes: hops.map((hop) => ({ at: mark(hop.path), via: hop.via.text, device: device.device })) }) }];
    });
  });
}

const nothing = { ethernet: false, vlan: false, alias: false, silent: false, passedOver: false, addresses: [], v6: [], gateways: [], gateways6: [] };

function ownView({ mark, ...context }: Context, { device, path, addresses, vips, gateways }: NetworkDevice): View {
  const mine = (family: 4 | 6): readonly View[] => gateways.filter(({ via }) => via.family === family).map((hop) => ({ at: mark(hop.path), via: hop.via.text }));
  const six = [...addresses.map(({ cidr, path: at }) => ({ ip: cidr.ip, prefix: cidr.prefix, path: at })), ...vips].filter(({ ip }) => ip.family === 6);
  const vlan = /\.\d+$/.test(device);
  return {
    ...banner({ mark, ...context }),
    ...nothing,
    at: mark(path),
    device,
    ethernet: !vlan,
    vlan,
    addresses: addresses.filter(({ cidr }) => cidr.ip.family === 4).map(({ cidr, path: at }) => ({ at: mark(at), number: '', address: cidr.ip.text, prefix: cidr.prefix })),
    v6: six.slice(0, 1).map(({ ip, prefix, path: at }) => ({ at: mark(at), address: `${ip.text}/${prefix}`, more: six.slice(1).map((other) => `${other.ip.text}/${other.prefix}`).join(' '), moreAt: six[1] ? mark(six[1].path) : '' })),
    gateways: mine(4),
    gateways6: mine(6),
  };
}

function aliasView({ mark, ...context }: Context, { kind }: NetworkDevice, vip: HeldVip): View {
  return {
    ...banner({ mark, ...context }),
    ...nothing,
    at: mark(vip.path),
    device: vip.label,
    alias: true,
    silent: kind === 'loopback',
    passedOver: kind === 'loopback',
    addresses: [{ at: mark(vip.path), number: '', address: vip.ip.text, prefix: vip.prefix }],
  };
}

/** Several addresses in one file: IPADDR, IPADDR1, IPADDR2 … (`expand_config` of initscripts). */
function tunnelView({ mark, ...context }: Context, { device, path, vips }: NetworkDevice): View {
  return {
    ...banner({ mark, ...context }),
    ...nothing,
    at: mark(path),
    device,
    silent: true,
    passedOver: true,
    addresses: vips.map((vip, index) => ({ at: mark(vip.path), number: index === 0 ? '' : String(index), address: vip.ip.text, prefix: vip.prefix })),
  };
}
