import type { Forwarding } from '../model/words.ts';
import type { SpecPath } from '../spec/spec.ts';
import { distinct, joinParameters, onDevice } from './parameters.ts';
import type { Parameter, RealServerPlan, Refuse } from './plan.ts';
import type { ResolvedHost, ResolvedSpec, ResolvedVip } from './resolve.ts';
import { holdVips } from './vips.ts';

/** What a real server is to be: with DR and TUN it holds the VIPs without answering ARP for them; with NAT its replies have to go back through the gateway that the spec names. */
export function planRealServer(resolved: ResolvedSpec, host: ResolvedHost, refuse: Refuse): RealServerPlan {
  const { spec } = resolved;
  const pairs = resolved.services.flatMap((service) => service.destinations.filter((destination) => destination.realServer === host.name).map((destination) => ({ service, destination })));
  const direct = pairs.filter(({ destination }) => destination.forwarding !== 'nat');
  const tunnelled = direct.find(({ destination }) => destination.forwarding === 'tun');
  const heldBy = (pairs: typeof direct): readonly ResolvedVip[] => resolved.vips.filter((vip) => pairs.some(({ service }) => service.vip.text === vip.ip.text));
  const onTunnel = heldBy(direct.filter(({ destination }) => destination.forwarding === 'tun'));
  // A /32 each: on lo a wider prefix would make the whole network local and cut off its clients. A VIP that comes through the tunnel lies on tunl0, because without an address
  // of its own tunl0 drops all that rp_filter looks at, loose as well as strict (net/ipv4/fib_frontend.c: __fib_validate_source(), `no_addr`).
  const vips = [
    ...holdVips(heldBy(direct).filter((vip) => !onTunnel.includes(vip)), 'lo', () => 32, host.path, refuse),
    ...holdVips(onTunnel, 'tunl0', () => 32, host.path, refuse),
  ];
  const asked = (pair: (typeof direct)[number]): SpecPath => (pair.destination.forwardingWritten || spec.forwarding === undefined ? [...pair.destination.path, 'forwarding'] : ['forwarding']);
  const devicePath = [...host.path, 'device'];

  const needs: Parameter[] = [];
  if (direct[0]) {
    const path = asked(direct[0]);
    for (const device of ['all', host.device]) needs.push({ key: onDevice(device, 'arp_ignore'), value: '1', why: 'answer ARP only for addresses of the device that hears the request: not for a VIP, which none of them holds', path: device === 'all' ? path : devicePath, needed: true });
    for (const device of ['all', host.device]) needs.push({ key: onDevice(device, 'arp_announce'), value: '2', why: 'ask by ARP with an address of the device, never with a VIP: else the router learns the VIP at this host', path: device === 'all' ? path : devicePath, needed: true });
  }
  // The kernel takes the larger of conf.all and the device: 2, loose, is right whatever conf.all says.
  if (tunnelled) needs.push({ key: onDevice('tunl0', 'rp_filter'), value: '2', why: 'packets out of the tunnel come from clients, whom no route through tunl0 leads to', path: asked(tunnelled), needed: true });

  return {
    role: 'real-server',
    name: host.name,
    path: host.path,
    forwardings: distinct(pairs.map(({ destination }) => destination.forwarding)) as readonly Forwarding[],
    devices: [{ device: host.device, path: devicePath }],
    links: tunnelled ? [{ device: 'tunl0', path: asked(tunnelled) }] : [],
    modules: tunnelled ? [{ module: 'ipip', why: 'the tunnel device tunl0', path: asked(tunnelled) }] : [],
    parameters: joinParameters(needs, spec, 'realServer', refuse),
    vips,
    addresses: [{ cidr: host.address.cidr, device: host.device, path: host.address.path }],
    gateway: host.gateway && { ip: host.gateway.ip, device: host.device, path: host.gateway.path },
    route: pairs.some(({ destination }) => destination.forwarding === 'nat') ? host.gateway && { via: host.gateway.ip, device: host.device, path: host.gateway.path } : undefined,
  };
}
