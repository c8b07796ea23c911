import type { Confidence } from '../base/fact.ts';
import type { Ip } from '../base/ip.ts';
import type { Span } from '../base/origin.ts';
import { deviceKind, unnamed } from './device.ts';
import type { Host } from './host.ts';
import { resourcesOf } from './heartbeat.ts';
import { hasPartner, type FloatingAddress } from './piranha.ts';

/** An address that a daemon gives to whichever director is active, with the line that names it. */
export interface Floating {
  readonly ip: Ip;
  readonly at: Span;
  readonly by: 'VRRP' | 'pulse' | 'heartbeat';
}

/** The addresses of a host that a daemon moves: those of VRRP instances, those that Piranha's pulse takes up (of active services, and of the NAT router), and those of haresources. */
export function floatingAddresses(host: Pick<Host, 'vrrp' | 'piranha' | 'heartbeat'>): readonly Floating[] {
  return [...(host.vrrp ?? []).flatMap(({ vips }) => vips.map(({ ip, at }): Floating => ({ ip, at, by: 'VRRP' }))), ...ofPiranha(host.piranha), ...resourcesOf(host.heartbeat).flatMap(({ resource: { address, at } }): readonly Floating[] => (address ? [{ ip: address.ip, at, by: 'heartbeat' }] : []))];
}

/** Whether a daemon of the host would let another host have an address that it moves. */
export function movesAway(host: Pick<Host, 'vrrp' | 'piranha' | 'heartbeat'>, ip: Ip): Floating | undefined {
  return floatingAddresses(host).find((floating) => floating.ip.text === ip.text && (floating.by !== 'pulse' || (host.piranha && hasPartner(host.piranha))));
}

/**
 * How sure it is that pulse sets the own address of a device, as it does where no alias is named: `ifconfig eth1 ADDRESS … up` puts the floating address in the place of the card's, and `ifconfig eth1 down` takes the card down
 * when the director becomes inactive (`pulse.c: sendArps(), disableInterface()`). Undefined: an alias is named, or the device is there for it alone.
 */
export function overridesDevice(host: Pick<Host, 'addresses' | 'seen'>, { device, ip }: FloatingAddress): Confidence | undefined {
  if (device.value.includes(':') || device.value === unnamed || deviceKind(device.value) === 'dummy') return undefined;
  if (host.addresses.some((address) => address.device === device.value && address.ip.text !== ip?.text && address.label === undefined)) return 'certain';
  return host.seen.has('addresses') ? undefined : 'likely';
}

function ofPiranha(config: Host['piranha']): readonly Floating[] {
  if (!config) return [];
  const router = config.runs === 'virtual' && (config.forwarding?.value ?? 'nat') === 'nat' ? config.natRouter : undefined;
  const services = config.services.filter(({ kind, active }) => kind === config.runs && active?.value);
  return [...services.map(({ address }) => address), router].flatMap((address): readonly Floating[] => (address?.ip ? [{ ip: address.ip, at: address.at, by: 'pulse' }] : []));
}
