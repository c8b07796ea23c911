import { atLeast, weakest, type Confidence } from '../base/fact.ts';
import type { Ip } from '../base/ip.ts';
import type { Span } from '../base/origin.ts';
import type { ConfigFault } from '../model/config-fault.ts';
import type { IpvsEffect, ServiceKey } from '../model/script.ts';
import { showService, type Destination, type Service } from '../model/service.ts';
import type { HostDraft } from './draft.ts';

/** An IPVS table while ipvsadm commands work on it, in their order. */
export interface IpvsTable {
  services: Service[];
  readonly faults: ConfigFault[];
  /** Commands on services that are not known: whether a destination lacks its service cannot be told then. */
  vague: boolean;
}

export function newTable(): IpvsTable {
  return { services: [], faults: [], vague: false };
}

/** One command done to the table, as ipvsadm and the kernel would (`net/netfilter/ipvs/ip_vs_ctl.c: do_ip_vs_set_ctl()`). What they refuse becomes a fault; `undefined` in the effect is not known. */
export function workOn(table: IpvsTable, effect: IpvsEffect, at: Span, confidence: Confidence): void {
  const refuse = (kind: ConfigFault['kind'], found: string, outcome: string, other?: Span): void => {
    table.faults.push({ kind, program: 'ipvsadm', at, found, outcome, confidence, ...(other ? { other } : {}) });
  };
  switch (effect.does) {
    case 'clear':
      if (atLeast(confidence, 'likely')) table.services = [];
      return;
    case 'add-service':
    case 'edit-service': {
      const key = knownKey(effect.service);
      if (!key) {
        table.vague = true;
        return;
      }
      const known = table.services.findIndex((service) => sameKey(service.key, key));
      if (known >= 0 && effect.does === 'add-service') refuse('service-twice', showService({ key }), 'the kernel refuses the second, and its destinations join the first', table.services[known]!.at);
      if (known >= 0 && effect.does === 'add-service') return;
      const service: Service = {
        key,
        vips: key.by === 'address' ? [key.vip] : [],
        scheduler: effect.scheduler ?? 'wlc',
        schedulerFlags: effect.schedulerFlags ?? [],
        ...(effect.persistence ? { persistence: effect.persistence } : {}),
        onePacket: effect.onePacket ?? false,
        destinations: known >= 0 ? table.services[known]!.destinations : [],
        at,
        confidence,
      };
      if (known >= 0) table.services[known] = service;
      else if (effect.does === 'add-service') table.services.push(service);
      return;
    }
    case 'delete-service': {
      const key = knownKey(effect.service);
      if (key) table.services = table.services.filter((service) => !sameKey(service.key, key));
      return;
    }
    case 'add-destination':
    case 'edit-destination':
    case 'delete-destination':
      workOnDestination(table, effect, at, confidence, refuse);
      return;
    case 'restore':
      table.vague = true;
      return;
    case 'invalid':
      refuseLine(table, effect.note, at, confidence);
      return;
    default:
      return;
  }
}

/** A line that ipvsadm itself refuses. */
export function refuseLine(table: IpvsTable, reason: string, at: Span, confidence: Confidence): void {
  const kind = /port 0/.test(reason) ? 'port-refused' : /lower threshold/.test(reason) ? 'threshold-refused' : 'command-refused';
  table.vague = true;
  table.faults.push({ kind, program: 'ipvsadm', at, found: reason, outcome: 'ipvsadm refuses the line', confidence });
}

function workOnDestination(table: IpvsTable, effect: Extract<IpvsEffect, { does: 'add-destination' | 'edit-destination' | 'delete-destination' }>, at: Span, confidence: Confidence, refuse: (kind: ConfigFault['kind'], found: string, outcome: string, other?: Span) => void): void {
  const key = knownKey(effect.service);
  if (!key || !effect.rip) return;
  const index = table.services.findIndex((service) => sameKey(service.key, key));
  if (index < 0) {
    if (effect.does === 'add-destination' && !table.vague) refuse('destination-without-service', showService({ key }), 'ipvsadm answers "Service not defined" and adds nothing');
    return;
  }
  const service = table.services[index]!;
  // A port that is written but not known says nothing of the destination.
  if (effect.portWritten && effect.port === undefined) return;
  const port = effect.port ?? (key.by === 'address' ? key.port : 0);
  const known = service.destinations.findIndex((destination) => destination.rip.text === effect.rip!.text && destination.port === port);
  if (effect.does === 'delete-destination') {
    if (known >= 0) table.services[index] = { ...service, destinations: service.destinations.filter((_, each) => each !== known) };
    return;
  }
  if (known >= 0 && effect.does === 'add-destination') {
    refuse('destination-twice', showEnd(effect.rip, port), 'ipvsadm answers "Destination already exists"', service.destinations[known]!.at);
    return;
  }
  const destination: Destination = {
    rip: effect.rip, port, portWritten: effect.portWritten, forwarding: effect.forwarding, forwardingWritten: effect.forwardingWritten, weight: effect.weight,
    ...(effect.upperThreshold === undefined ? {} : { upperThreshold: effect.upperThreshold }),
    ...(effect.lowerThreshold === undefined ? {} : { lowerThreshold: effect.lowerThreshold }),
    ...(effect.tunnel ? { tunnel: effect.tunnel } : {}),
    at, confidence: weakest(confidence, service.confidence),
  };
  const destinations = known >= 0 ? service.destinations.map((each, place) => (place === known ? destination : each)) : effect.does === 'add-destination' ? [...service.destinations, destination] : service.destinations;
  table.services[index] = { ...service, destinations };
}

function knownKey(key: ServiceKey): Service['key'] | undefined {
  if (key.by === 'fwmark') return key.mark === undefined ? undefined : { by: 'fwmark', mark: key.mark, family: key.family };
  return key.vip && key.port !== undefined ? { by: 'address', protocol: key.protocol, vip: key.vip, port: key.port } : undefined;
}

/** Whether two keys name one service of the kernel. */
export function sameKey(a: Service['key'], b: Service['key']): boolean {
  if (a.by === 'fwmark') return b.by === 'fwmark' && a.mark === b.mark && a.family === b.family;
  return b.by === 'address' && a.protocol === b.protocol && a.port === b.port && a.vip.text === b.vip.text;
}

function showEnd(rip: Ip, port: number): string {
  return rip.family === 6 ? `[${rip.text}]:${port}` : `${rip.text}:${port}`;
}

/** Services of a health checker without the entries that come a second time, which become faults. Entries of a group that its own list doubles are left as they are. */
export function withoutDoubles(services: readonly Service[], draft: HostDraft, program: 'keepalived' | 'ldirectord' | 'pulse', outcomes: { readonly service: string; readonly destination: string }): readonly Service[] {
  const kept: Service[] = [];
  const faults: ConfigFault[] = [];
  const doubled = new Set<string>();
  for (const service of services) {
    const destinations: Destination[] = [];
    for (const destination of service.destinations) {
      const other = destinations.find((each) => each.rip.text === destination.rip.text && each.port === destination.port);
      const place = `${destination.at.file}:${destination.at.line}:${destination.at.column}`;
      if (!other) destinations.push(destination);
      else if (!doubled.has(place)) {
        doubled.add(place);
        faults.push({ kind: 'destination-twice', program, at: destination.at, found: showEnd(destination.rip, destination.port), other: other.at, outcome: outcomes.destination, confidence: weakest(service.confidence, destination.confidence, other.confidence) });
      }
    }
    const known = kept.find((each) => sameKey(each.key, service.key));
    if (known && known.at !== service.at) {
      faults.push({ kind: 'service-twice', program, at: service.at, found: showService(service), other: known.at, outcome: outcomes.service, confidence: weakest(service.confidence, known.confidence) });
    }
    if (!known) kept.push({ ...service, destinations });
  }
  if (faults.length > 0) (draft.faults ??= []).push(...faults);
  return kept;
}
