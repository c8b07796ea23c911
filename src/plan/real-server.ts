import { hostPrefix } from '../base/ip.ts';
import type { Forwarding } from '../model/words.ts';
import type { SpecPath } from '../spec/spec.ts';
import { distinct, joinParameters, onDevice } from './parameters.ts';
import type { Parameter, RealServerPlan, Refuse } from './plan.ts';
import { vipsOf, type ResolvedHost, type ResolvedSpec, type ResolvedVip } from './resolve.ts';
import { modulesOf, tunnelEnds, tunnelsOf } from './tunnels.ts';
import { holdVips } from './vips.ts';

/** What a real server is to be: with DR and TUN it holds the VIPs without answering ARP for them; with NAT its replies have to go back through the gateway that the spec names. */
export function planRealServer(resolved: ResolvedSpec, host: ResolvedHost, refuse: Refuse): RealServerPlan {
  const { spec } = resolved;
  const pairs = resolved.services.flatMap((service) => service.destinations.filter((destination) => destination.realServer === host.name).map((destination) => ({ service, destination })));
  const direct = pairs.filter(({ destination }) => destination.forwarding !== 'nat');
  const ends = tunnelEnds(direct);
  const heldBy = (served: typeof direct): readonly ResolvedVip[] => {
    const held = new Set(served.flatMap(({ service }) => vipsOf(service).map(({ text }) => text)));
    return resolved.vips.filter((vip) => held.has(vip.ip.text));
  };
  const placed = new Map<string, string>();
  for (const { device, pair } of ends) {
    for (const { text, family } of vipsOf(pair.service)) {
      if (family === 6) continue;
      const other = placed.get(text);
      if (other !== undefined && other !== device) refuse([...pair.destination.path, 'tunnel'], `found a tunnel to ${host.name} that ends in ${device}, expected ${other}, where ${text} comes in already: rp_filter drops what comes out of a tunnel device without an address`);
      else placed.set(text, device);
    }
  }
  // A /32 each: on lo a wider prefix would make the whole network local and cut off its clients. A VIP that comes through a tunnel lies on the tunnel's device, because without an address
  // of its own that drops all that rp_filter looks at, loose as well as strict (net/ipv4/fib_frontend.c: __fib_validate_source(), `no_addr`). IPv6 has no rp_filter: lo will do.
  const deviceOf = (vip: ResolvedVip): string => placed.get(vip.ip.text) ?? 'lo';
  const mine = heldBy(direct);
  const vips = distinct(['lo', ...placed.values()]).flatMap((device) => holdVips(mine.filter((vip) => deviceOf(vip) === device), device, (vip) => hostPrefix(vip.ip), host.path, refuse));
  const asked = (pair: (typeof direct)[number]): SpecPath => (pair.destination.forwardingWritten || spec.forwarding === undefined ? [...pair.destination.path, 'forwarding'] : ['forwarding']);
  const devicePath = [...host.path, 'device'];

  const needs: Parameter[] = [];
  const v4 = direct.find(({ service }) => service.family === 4);
  if (v4) {
    const path = asked(v4);
    for (const device of ['all', host.device]) needs.push({ key: onDevice(device, 'arp_ignore'), value: '1', why: 'answer ARP only for addresses of the device that hears the request: not for a VIP, which none of them holds', path: device === 'all' ? path : devicePath, needed: true });
    for (const device of ['all', host.device]) needs.push({ key: onDevice(device, 'arp_announce'), value: '2', why: 'ask by ARP with an address of the device, never with a VIP: else the router learns the VIP at this host', path: device === 'all' ? path : devicePath, needed: true });
  }
  // The kernel takes the larger of conf.all and the device: 2, loose, is right whatever conf.all says.
  for (const device of distinct([...placed.values()])) needs.push({ key: onDevice(device, 'rp_filter'), value: '2', why: `packets out of the tunnel come from clients, whom no route through ${device} leads to`, path: asked(ends.find((end) => end.device === device)!.pair), needed: true });

  const nat = new Set(pairs.filter(({ destination }) => destination.forwarding === 'nat').map(({ service }) => service.family));
  const gateways = host.gateways.map(({ ip, path }) => ({ via: ip, device: host.device, path }));
  return {
    role: 'real-server',
    name: host.name,
    path: host.path,
    forwardings: distinct(pairs.map(({ destination }) => destination.forwarding)) as readonly Forwarding[],
    devices: [{ device: host.device, path: devicePath }],
    links: distinct(ends.map(({ device }) => device)).map((device) => ({ device, path: asked(ends.find((end) => end.device === device)!.pair) })),
    tunnels: tunnelsOf(ends),
    modules: modulesOf(ends, asked),
    parameters: joinParameters(needs, spec, 'realServer', refuse),
    vips,
    addresses: host.addresses.map(({ cidr, path }) => ({ cidr, device: host.device, path })),
    gateways,
    routes: gateways.filter(({ via }) => nat.has(via.family)),
  };
}
