import type { Confidence } from '../base/fact.ts';
import type { Ip } from '../base/ip.ts';
import type { Span } from '../base/origin.ts';
import { deviceKind, deviceOfLabel } from '../model/device.ts';
import type { Address, DeviceKind, DeviceManager, Route, TunnelSettings } from '../model/host.ts';
import type { HostDraft } from './draft.ts';

/** What the network files of a host say of how its NICs get their addresses: it tells whether all addresses are known. */
export interface NetworkNotes {
  /** NICs with addresses that a file writes. */
  readonly fixed: Set<string>;
  /** NICs that ask others for an IPv4 address: DHCP, PPP. */
  readonly dynamic: Set<string>;
  /** Lines of network files whose commands run while devices are without address yet (`etc/network/interfaces:7`), with those devices. */
  readonly bare: Map<string, readonly string[]>;
}

const notes = new WeakMap<HostDraft['addresses'], NetworkNotes>();

/** The notes of a draft, made at the first call. */
export function networkNotes(draft: Pick<HostDraft, 'addresses'>): NetworkNotes {
  const known = notes.get(draft.addresses) ?? { fixed: new Set(), dynamic: new Set(), bare: new Map() };
  notes.set(draft.addresses, known);
  return known;
}

/** Makes a device known, with whether boot brings it up. A later line wins; `up` of an alias says nothing of its device. */
export function addDevice(draft: HostDraft, label: string, up: { readonly value: boolean; readonly at: Span; readonly confidence?: Confidence } | undefined, kind?: DeviceKind, tunnel?: TunnelSettings): void {
  const name = deviceOfLabel(label);
  if (name === '') return;
  const known = draft.devices.get(name);
  const shadows = known?.up.state === 'set' ? [...known.up.shadows, known.up.at] : [];
  draft.devices.set(name, {
    name,
    kind: kind ?? known?.kind ?? deviceKind(name),
    ...(tunnel ?? known?.tunnel ? { tunnel: (tunnel ?? known?.tunnel)! } : {}),
    ...(known?.manager ? { manager: known.manager } : {}),
    ...(known?.mtu ? { mtu: known.mtu } : {}),
    ...(known?.lro ? { lro: known.lro } : {}),
    up: up && label === name ? { state: 'set', value: up.value, at: up.at, shadows, confidence: up.confidence ?? 'certain' } : (known?.up ?? { state: 'unseen' }),
  });
}

/** Notes which manager configures a device. The later one counts. */
export function noteManager(draft: HostDraft, name: string, manager: DeviceManager): void {
  const device = draft.devices.get(name);
  if (device) draft.devices.set(name, { ...device, manager });
}

/** Notes the MTU that a line gives a device, in bytes as written; what is no number of 68 to 65536 is passed over. The later one counts. */
export function noteMtu(draft: HostDraft, name: string, written: string | undefined, at: Span, confidence: Confidence = 'certain'): void {
  const device = draft.devices.get(name);
  const value = /^\d{2,5}$/.test(written ?? '') ? Number(written) : 0;
  if (device && value >= 68 && value <= 65_536) draft.devices.set(name, { ...device, mtu: { value, at, confidence } });
}

/** Notes whether a line lets a device merge received packets; what is neither yes nor no is passed over. The later one counts. */
export function noteLro(draft: HostDraft, name: string, written: string | undefined, at: Span, confidence: Confidence = 'certain'): void {
  const device = draft.devices.get(name);
  const value = /^(?:on|true|yes|1)$/i.test(written ?? '') ? true : /^(?:off|false|no|0)$/i.test(written ?? '') ? false : undefined;
  if (device && value !== undefined) draft.devices.set(name, { ...device, lro: { value, at, confidence } });
}

/** A route's metric as written. Undefined: none, or no number. */
export function metricOf(written: string | undefined): number | undefined {
  return /^\d{1,10}$/.test(written ?? '') ? Number(written) : undefined;
}

/** The largest packet by a route's own words: `mtu`, or `advmss` and the headers of IP and TCP. */
export function routeMtu(mtu: string | undefined, advmss: string | undefined, family: 4 | 6): number | undefined {
  const sizes = [[mtu, 0], [advmss, family === 4 ? 40 : 60]] as const;
  const known = sizes.flatMap(([text, headers]) => (/^\d{2,5}$/.test(text ?? '') ? [Number(text) + headers] : []));
  return known.length > 0 ? Math.min(...known) : undefined;
}

/** An address from a network file, held from boot. */
export function addConfigAddress(draft: HostDraft, address: Omit<Address, 'by' | 'device' | 'label'> & { readonly label: string }): void {
  const { label, ...rest } = address;
  const device = deviceOfLabel(label);
  if (!draft.devices.has(device)) addDevice(draft, device, undefined);
  draft.addresses.push({ ...rest, device, ...(label === device ? {} : { label }), by: 'config' });
  if (draft.devices.get(device)!.kind === 'nic') networkNotes(draft).fixed.add(device);
}

/** A route from a network file. */
export function addConfigRoute(draft: HostDraft, route: { readonly to: Route['to']; readonly via?: Ip | undefined; readonly device?: string | undefined; readonly table?: string | undefined; readonly family: 4 | 6; readonly mtu?: number | undefined; readonly metric?: number | undefined; readonly at: Span; readonly confidence?: Confidence }): void {
  draft.routes.push({
    to: route.to, family: route.family, table: route.table ?? 'main', at: route.at, confidence: route.confidence ?? 'certain',
    ...(route.via ? { via: route.via } : {}),
    ...(route.device ? { device: deviceOfLabel(route.device) } : {}),
    ...(route.metric !== undefined ? { metric: route.metric } : {}),
    ...(route.mtu !== undefined ? { mtu: route.mtu } : {}),
  });
}
