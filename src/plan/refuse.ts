import { parseCidr } from '../base/ip.ts';
import type { Addresses, Spec, SpecPath } from '../spec/spec.ts';
import type { Refuse } from './plan.ts';

/** Names the fields of a valid spec that version 1 knows and that are not rendered yet. */
export function refusals(spec: Spec, refuse: Refuse): void {
  const directors = Object.entries(spec.directors);
  for (const [name] of directors.slice(1)) refuse(['directors', name], `found a second director, expected one: two need a daemon that moves the VIP between them, which is not rendered yet`, 'key');
  for (const [name, host] of Object.entries(spec.directors)) {
    ipv4Only(host.dip, ['directors', name, 'dip'], refuse);
    ipv4Only(host.gateway, ['directors', name, 'gateway'], refuse);
  }
  for (const [name, host] of Object.entries(spec.realServers)) {
    ipv4Only(host.rip, ['realServers', name, 'rip'], refuse);
    ipv4Only(host.gateway, ['realServers', name, 'gateway'], refuse);
  }
  spec.services.forEach((service, index) => {
    const path: SpecPath = ['services', index];
    if ('fwmark' in service) refuse([...path, 'fwmark'], 'found a firewall-mark service, expected vip, protocol and port: marking rules are not rendered yet', 'key');
    else ipv4Only(service.vip, [...path, 'vip'], refuse);
    service.destinations.forEach((destination, at) => {
      const type = destination.tunnel?.type;
      if (type !== undefined && type !== 'ipip') refuse([...path, 'destinations', at, 'tunnel', 'type'], `found "${type}", expected "ipip": other tunnels are not rendered yet`);
    });
  });
  if (spec.syncDaemon) refuse(['syncDaemon'], 'found a sync daemon, expected none: it serves a second director, which is not rendered yet', 'key');
}

function ipv4Only(value: Addresses | undefined, path: SpecPath, refuse: Refuse): void {
  if (value === undefined) return;
  const list = typeof value === 'string' ? [value] : value;
  list.forEach((text, index) => {
    const cidr = parseCidr(text, 'host');
    const place = typeof value === 'string' ? path : [...path, index];
    if (!cidr) refuse(place, `found ${JSON.stringify(text)}, expected an address`);
    else if (cidr.ip.family === 6) refuse(place, `found ${cidr.ip.text}, expected an IPv4 address: IPv6 is not rendered yet`);
  });
}
