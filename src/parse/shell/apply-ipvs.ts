import { atLeast, strongest } from '../../base/fact.ts';
import type { Span } from '../../base/origin.ts';
import type { IpvsEffect, ServiceKey, Step } from '../../model/script.ts';
import type { Destination, Service } from '../../model/service.ts';
import type { HostDraft } from '../draft.ts';

type ServiceEffect = Extract<IpvsEffect, { does: 'add-service' | 'edit-service' | 'delete-service' }>;
type DestinationEffect = Extract<IpvsEffect, { does: 'add-destination' | 'edit-destination' | 'delete-destination' }>;

/** One ipvsadm command on the table of a draft. Services whose address is not known are left out: nothing can be said of them. */
export function applyIpvs(effect: IpvsEffect, step: Step, draft: HostDraft): void {
  const removes = atLeast(step.confidence, 'likely');
  switch (effect.does) {
    case 'clear':
      if (removes) draft.services.length = 0;
      return;
    case 'add-service':
    case 'edit-service':
      return putService(effect, step, draft);
    case 'delete-service': {
      const at = indexOf(effect.service, draft.services);
      if (at >= 0 && removes) draft.services.splice(at, 1);
      return;
    }
    case 'add-destination':
    case 'edit-destination':
    case 'delete-destination':
      return putDestination(effect, step, draft);
    case 'start-daemon':
      if (effect.role && !draft.syncDaemons.some((daemon) => daemon.role === effect.role && daemon.at.line === step.at.line)) {
        draft.syncDaemons.push({ role: effect.role, at: step.at, ...(effect.syncId !== undefined && { syncId: effect.syncId }), ...(effect.device !== undefined && { device: effect.device }) });
      }
      return;
    case 'stop-daemon':
      for (let at = draft.syncDaemons.length - 1; removes && at >= 0; at--) if (effect.role === undefined || draft.syncDaemons[at]!.role === effect.role) draft.syncDaemons.splice(at, 1);
      return;
    default:
      return;
  }
}

/** The key as the table has it; undefined when a part of it is not known. */
function tableKey(key: ServiceKey): Service['key'] | undefined {
  if (key.by === 'fwmark') return key.mark === undefined ? undefined : { by: 'fwmark', mark: key.mark, family: key.family };
  return key.vip && key.port !== undefined ? { by: 'address', protocol: key.protocol, vip: key.vip, port: key.port } : undefined;
}

function indexOf(key: ServiceKey, services: readonly Service[]): number {
  const wanted = tableKey(key);
  if (!wanted) return -1;
  return services.findIndex(({ key: held }) =>
    held.by === 'fwmark' ? wanted.by === 'fwmark' && held.mark === wanted.mark && held.family === wanted.family : wanted.by === 'address' && held.protocol === wanted.protocol && held.port === wanted.port && held.vip.text === wanted.vip.text,
  );
}

function putService(effect: ServiceEffect, step: Step, draft: HostDraft): void {
  const key = tableKey(effect.service);
  if (!key) return;
  const at = indexOf(effect.service, draft.services);
  const held = at < 0 ? undefined : draft.services[at]!;
  if (held && effect.does === 'add-service') {
    draft.services[at] = { ...held, confidence: strongest(held.confidence, step.confidence) };
    return;
  }
  // An edit of a service that is not there fails, unless the line that adds it could not be followed.
  if (!held && effect.does === 'edit-service') return;
  const schedulerAt = valueAt(step, /^(-s|--scheduler)$/, effect.scheduler);
  const persistenceAt = effect.persistence && optionAt(step, /^(-p\d*|--persistent(=.*)?)$/);
  const service: Service = {
    key, vips: key.by === 'address' ? [key.vip] : [], scheduler: effect.scheduler ?? 'wlc', schedulerFlags: effect.schedulerFlags ?? [], ...(effect.persistence && { persistence: effect.persistence }),
    onePacket: effect.onePacket ?? false, destinations: held?.destinations ?? [], at: held?.at ?? step.at, confidence: held ? strongest(held.confidence, step.confidence) : step.confidence,
    ...(schedulerAt && { schedulerAt }), ...(persistenceAt && { persistenceAt }),
  };
  if (held) draft.services[at] = service;
  else draft.services.push(service);
}

function putDestination(effect: DestinationEffect, step: Step, draft: HostDraft): void {
  const at = indexOf(effect.service, draft.services);
  const service = draft.services[at];
  if (!service || !effect.rip) return;
  const port = effect.portWritten ? effect.port : service.key.by === 'address' ? service.key.port : 0;
  if (port === undefined) return;
  const { rip } = effect;
  const twins = service.destinations.filter((one) => one.rip.text === rip.text && one.port === port);
  if (effect.does !== 'add-destination') {
    if (effect.does === 'edit-destination' && atLeast(step.confidence, 'likely')) replace(draft, at, service.destinations.map((one) => (twins.includes(one) ? destinationOf(effect, rip, port, step) : one)));
    else if (effect.does === 'delete-destination' && atLeast(step.confidence, 'likely')) replace(draft, at, service.destinations.filter((one) => !twins.includes(one)));
    return;
  }
  // Written twice on one path it is there twice, for a rule to see; on two ways of a test it is one, and so is a saved table that a script restores as well.
  const [twin] = twins;
  if (twin && (!(twin.confidence === 'certain' && step.confidence === 'certain') || (restores(step) && twin.at.file !== step.at.file))) {
    replace(draft, at, service.destinations.map((one) => (one === twin ? { ...one, confidence: strongest(one.confidence, step.confidence) } : one)));
    return;
  }
  replace(draft, at, [...service.destinations, destinationOf(effect, rip, port, step)]);
}

function restores(step: Step): boolean {
  return step.effects.some((effect) => effect.kind === 'ipvs' && effect.does === 'restore');
}

function replace(draft: HostDraft, at: number, destinations: readonly Destination[]): void {
  draft.services[at] = { ...draft.services[at]!, destinations };
}

function destinationOf(effect: DestinationEffect, rip: NonNullable<DestinationEffect['rip']>, port: number, step: Step): Destination {
  const weightAt = effect.weightWritten ? valueAt(step, /^(-w|--weight)$/, effect.weight === undefined ? undefined : String(effect.weight)) : undefined;
  const forwardingAt = effect.forwardingWritten ? optionAt(step, /^(-[gim]|--(gatewaying|ipip|masquerading))$/) : undefined;
  return {
    rip, port, portWritten: effect.portWritten, forwarding: effect.forwarding, forwardingWritten: effect.forwardingWritten, weight: effect.weight, at: step.at, confidence: step.confidence,
    ...(effect.upperThreshold !== undefined && { upperThreshold: effect.upperThreshold }), ...(effect.lowerThreshold !== undefined && { lowerThreshold: effect.lowerThreshold }), ...(effect.tunnel && { tunnel: effect.tunnel }),
    ...(effect.portWritten && effect.ripWord && isOnLine(effect.ripWord.at, step) && { portAt: effect.ripWord.at }), ...(weightAt && { weightAt }), ...(forwardingAt && { forwardingAt }),
  };
}

/** Places of words say more than the step's only when they are its own: lines of a restored table have none. */
function isOnLine(at: Span, step: Step): boolean {
  return step.words.slice(1).some((word) => word.at.line === at.line && word.at.column === at.column);
}

function optionAt(step: Step, option: RegExp): Span | undefined {
  return step.words.slice(1).find((word) => word.text !== undefined && option.test(word.text))?.at;
}

function valueAt(step: Step, option: RegExp, value: string | undefined): Span | undefined {
  if (value === undefined) return undefined;
  const at = step.words.findIndex((word) => word.text !== undefined && option.test(word.text));
  const word = at < 0 ? undefined : step.words[at + 1];
  return word?.text === value ? word.at : undefined;
}
