import { inSubnet, type Cidr } from '../../base/ip.ts';
import { networkOf, type NetworkDevice } from '../../plan/network.ts';
import type { HostPlan, Plan } from '../../plan/plan.ts';
import type { SpecPath } from '../../spec/spec.ts';
import type { Made } from '../manifest.ts';
import { banner, type Context, type View } from '../views.ts';

/** A file for each device; stanzas of one name add up, so that what the owner has of it stays (interfaces(5)). */
export function interfacesFiles(host: HostPlan, { division }: Plan): readonly Made[] {
  return networkOf(host, division).map((device) => ({ path: `etc/network/interfaces.d/lvs-${device.device}`, view: (context) => view(context, device) }));
}

interface Stanza {
  readonly name: string;
  readonly cidr: Cidr;
  readonly path: SpecPath;
  /** A VIP of IPv6: it answers, but the host does not speak from it. */
  readonly deprecated: boolean;
}

function view(context: Context, device: NetworkDevice): View {
  const { mark, plan } = context;
  // ifupdown-ng takes the device down with its alias: there a VIP goes to the device itself. IPv6 has no aliases.
  const aliases = device.kind !== 'tunnel' && plan.division.system !== 'alpine';
  const stanzas: readonly Stanza[] = [
    ...device.addresses.map(({ cidr, path }) => ({ name: device.device, cidr, path, deprecated: false })),
    ...device.vips.map(({ ip, prefix, label, path }) => ({ name: aliases && ip.family === 4 ? label : device.device, cidr: { ip, prefix }, path, deprecated: ip.family === 6 })),
  ];
  const leading = new Map(device.gateways.map((hop) => {
    const same = stanzas.filter(({ cidr }) => cidr.ip.family === hop.via.family);
    return [same.find(({ cidr }) => inSubnet(hop.via, cidr)) ?? same[0], hop];
  }));
  // lo is brought up by the stanza that every system has.
  const started = new Set(['lo']);
  return {
    ...banner(context),
    stanzas: stanzas.map((stanza) => {
      const starts = !started.has(stanza.name);
      started.add(stanza.name);
      const hop = leading.get(stanza);
      return { at: mark(stanza.path), starts, deprecated: stanza.deprecated, name: stanza.name, family: stanza.cidr.ip.family === 4 ? 'inet' : 'inet6', address: `${stanza.cidr.ip.text}/${stanza.cidr.prefix}`, gateways: hop ? [{ at: mark(hop.path), via: hop.via.text }] : [] };
    }),
    links: stanzas.length === 0 ? [{ at: mark(device.path), name: device.device }] : [],
  };
}
