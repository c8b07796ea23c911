import { parseCidr, type Cidr } from '../base/ip.ts';
import type { Family, Forwarding } from '../model/words.ts';
import type { AddressServiceSpec, Addresses, FwmarkServiceSpec, Spec, SpecPath } from './spec.ts';

/** What is left of a value when the broken parts are taken away: anything may be missing. */
export type Sound<T> = T extends readonly (infer E)[] ? readonly (Sound<E> | undefined)[] : T extends object ? { readonly [K in keyof T]?: Sound<T[K]> | undefined } : T;

/** A service of either kind. */
export type SoundService = Sound<Partial<AddressServiceSpec> & Partial<FwmarkServiceSpec>>;
export type SoundDestination = NonNullable<NonNullable<SoundService['destinations']>[number]>;

/** A spec whose shapes are right as far as it goes, with the addresses of its hosts read once. */
export interface SoundSpec {
  readonly spec: Omit<Sound<Spec>, 'services'>;
  readonly services: readonly Numbered<SoundService>[];
  readonly directors: readonly SoundHost[];
  readonly realServers: ReadonlyMap<string, SoundHost>;
  isBroken(path: SpecPath): boolean;
}

export interface Numbered<T> {
  readonly path: SpecPath;
  readonly value: T;
}

/** An address and the place that writes it. */
export interface Address {
  readonly cidr: Cidr;
  readonly path: SpecPath;
  readonly prefixWritten: boolean;
}

export interface SoundHost {
  readonly kind: 'director' | 'realServer';
  readonly name: string;
  readonly path: SpecPath;
  /** DIPs or RIPs. */
  readonly addresses: readonly Address[];
  readonly gateways: readonly Address[];
  /** Whether an address of the host could not be read, so that nothing follows from its absence. */
  readonly partial: boolean;
  readonly device: string | undefined;
  readonly vipDevice: string | undefined;
}

/** Reads the hosts and services of what is left of a spec. */
export function soundSpec(value: unknown, isBroken: SoundSpec['isBroken']): SoundSpec {
  const spec = (value ?? {}) as Sound<Spec>;
  const directors = Object.entries(spec.directors ?? {}).map(([name, host]) => soundHost('director', name, ['directors', name], host ?? {}, isBroken));
  const realServers = Object.entries(spec.realServers ?? {}).map(([name, host]) => soundHost('realServer', name, ['realServers', name], host ?? {}, isBroken));
  return {
    spec,
    services: numbered<SoundService>(spec.services as readonly (SoundService | undefined)[] | undefined, ['services']),
    directors,
    realServers: new Map(realServers.map((host) => [host.name, host])),
    isBroken,
  };
}

/** The entries of an array that are there, with their paths. */
export function numbered<T>(list: readonly (T | undefined)[] | undefined, path: SpecPath): readonly Numbered<T>[] {
  return (list ?? []).flatMap((value, index) => (value === undefined ? [] : [{ path: [...path, index], value }]));
}

/** The address that a text of the spec writes. */
export function addressAt(text: string | undefined, path: SpecPath): Address | undefined {
  const cidr = text === undefined ? undefined : parseCidr(text, 'host');
  return cidr && { cidr, path, prefixWritten: text!.includes('/') };
}

/** Family of a service: its VIP's, or the one that a marked service names. */
export function familyOf(service: SoundService): Family | undefined {
  if (service.family !== undefined) return service.family === 'ipv4' ? 4 : 6;
  return addressAt(service.vip, [])?.cidr.ip.family;
}

/** How a destination is reached: its own word, or the spec's; undefined when that is missing or broken. */
export function forwardingOf(sound: SoundSpec, destination: Numbered<SoundDestination>): Forwarding | undefined {
  if (destination.value.forwarding !== undefined) return destination.value.forwarding;
  return sound.isBroken([...destination.path, 'forwarding']) ? undefined : sound.spec.forwarding;
}

type HostFields = Partial<Record<'device' | 'vipDevice', string>> & { readonly [key in 'dip' | 'rip' | 'gateway']?: Sound<Addresses> | undefined };

function soundHost(kind: SoundHost['kind'], name: string, path: SpecPath, fields: object, isBroken: SoundSpec['isBroken']): SoundHost {
  const host = fields as HostFields;
  const own = kind === 'director' ? 'dip' : 'rip';
  const addresses = addressesAt(host[own], [...path, own]);
  const written = Array.isArray(host[own]) ? host[own].length : 1;
  return { kind, name, path, addresses, gateways: addressesAt(host.gateway, [...path, 'gateway']), partial: isBroken(path) || addresses.length < written, device: host.device, vipDevice: host.vipDevice };
}

function addressesAt(value: Sound<Addresses> | undefined, path: SpecPath): readonly Address[] {
  const texts: readonly { readonly text: string | undefined; readonly path: SpecPath }[] =
    typeof value === 'string' ? [{ text: value, path }] : ((value ?? []) as readonly (string | undefined)[]).map((text, index) => ({ text, path: [...path, index] }));
  return texts.flatMap(({ text, path: place }) => addressAt(text, place) ?? []);
}
