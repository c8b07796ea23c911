import type { Confidence } from '../base/fact.ts';
import type { Span } from '../base/origin.ts';
import { faultsOf } from './table.ts';
import type { Host } from './host.ts';
import type { IpvsEffect, Script, ServiceKey, Step } from './script.ts';
import { showService, type Service } from './service.ts';
import { effectsOf, startSteps } from './timeline.ts';

/** A line of a table that its program refuses, wherever it stands: in a script, in a rules file, in a checker's configuration. */
export interface Refusal {
  readonly at: Span;
  /** The service or destination as it is named, or ipvsadm's reason. */
  readonly found: string;
  readonly outcome: string;
  readonly other?: Span;
  readonly confidence: Confidence;
}

/** Lines that ipvsadm itself refuses, by its reason. */
export function refusedLines(host: Host, kind: 'port-refused' | 'threshold-refused'): readonly Refusal[] {
  const reason = kind === 'port-refused' ? /\bport 0\b/ : /lower threshold/;
  const scripted = host.scripts.flatMap((script) =>
    effectsOf(script, 'ipvs', ({ effect }) => effect.does === 'invalid' && reason.test(effect.note)).map(({ step, effect }) => ({ at: step.at, found: effect.does === 'invalid' ? effect.note : '', outcome: 'ipvsadm refuses the line', confidence: step.confidence })),
  );
  return [...faultsOf(host, 'any', kind), ...scripted];
}

/** Definitions of a service that is there already. */
export function servicesTwice(host: Host): readonly Refusal[] {
  return [...faultsOf(host, 'any', 'service-twice'), ...host.scripts.flatMap((script) => walk(script, host).twice)];
}

/** Destinations of a service that is not there. */
export function orphans(host: Host): readonly Refusal[] {
  return [...faultsOf(host, 'any', 'destination-without-service'), ...host.scripts.flatMap((script) => walk(script, host).orphans)];
}

/** Entries for a real server that a service has already. */
export function destinationsTwice(host: Host): readonly Refusal[] {
  const doubles = host.services.flatMap(({ destinations, confidence }) =>
    destinations.flatMap((destination, index): readonly Refusal[] => {
      const other = destinations.slice(0, index).find((each) => each.rip.text === destination.rip.text && each.port === destination.port);
      if (!other || (other.at.file === destination.at.file && other.at.line === destination.at.line && other.at.column === destination.at.column)) return [];
      const sure = [confidence, destination.confidence, other.confidence].every((each) => each === 'certain') ? 'certain' : 'possible';
      return [{ at: destination.at, found: `${destination.rip.text}:${destination.port}`, outcome: 'ipvsadm answers "Destination already exists"', other: other.at, confidence: sure }];
    }),
  );
  return [...faultsOf(host, 'any', 'destination-twice'), ...doubles];
}

interface Walked {
  readonly twice: readonly Refusal[];
  readonly orphans: readonly Refusal[];
}

/** Follows the table through what a script does at boot. Where any service is not known, or a table is loaded from elsewhere, nothing is said to be missing. */
function walk(script: Script, host: Host): Walked {
  const steps = startSteps(script);
  const table = new Map<string, Step>();
  const twice: Refusal[] = [];
  const lost: Refusal[] = [];
  // Services of another source may be there when the script runs.
  const elsewhere = new Set(host.services.filter(({ at }) => at.file !== script.file).map(showService));
  // A script that makes no service of its own, as a health check or a notify script, counts on somebody else's.
  const own = steps.some((step) => step.effects.some((effect) => effect.kind === 'ipvs' && (effect.does === 'add-service' || effect.does === 'clear')));
  const vague = !own || steps.some((step) => step.effects.some((effect) => isVague(effect)));
  for (const step of steps) {
    for (const effect of step.effects) {
      if (effect.kind !== 'ipvs') continue;
      if (effect.does === 'clear') table.clear();
      else if ('service' in effect) follow(effect, step);
    }
  }
  return { twice, orphans: vague ? [] : lost };

  function follow(effect: Extract<IpvsEffect, { service: ServiceKey }>, step: Step): void {
    const key = nameOf(effect.service);
    if (key === undefined) return;
    if (effect.does === 'delete-service') table.delete(key);
    else if (effect.does === 'add-service') {
      const first = table.get(key);
      const plain = step.confidence === 'certain' && !step.tested && !step.silenced;
      if (first && plain && first.confidence === 'certain' && (first.at.line !== step.at.line || first.at.file !== step.at.file) && step.loop === undefined) {
        twice.push({ at: step.at, found: key, outcome: 'ipvsadm answers "Service already exists", and its destinations join the first', other: first.at, confidence: 'certain' });
      }
      if (!first) table.set(key, step);
    } else if (effect.does === 'add-destination' && !table.has(key) && !elsewhere.has(key) && step.confidence === 'certain') {
      lost.push({ at: step.at, found: key, outcome: 'ipvsadm answers "Service not defined" and adds nothing', confidence: table.size > 0 ? 'certain' : 'likely' });
    }
  }
}

function isVague(effect: Step['effects'][number]): boolean {
  // The functions of init scripts touch no table.
  if (effect.kind === 'source') return !effect.found && !/\/init\.d\/functions$|\/lsb\/init-functions$/.test(effect.path ?? '');
  if (effect.kind === 'service') return effect.service === undefined || /ipvsadm|keepalived|ldirectord/.test(effect.service);
  if (effect.kind !== 'ipvs') return false;
  return effect.does === 'restore' || effect.does === 'invalid' || (effect.does === 'add-service' && nameOf(effect.service) === undefined);
}

function nameOf(key: ServiceKey): string | undefined {
  const known: Service['key'] | undefined =
    key.by === 'fwmark' ? (key.mark === undefined ? undefined : { by: 'fwmark', mark: key.mark, family: key.family }) : key.vip && key.port !== undefined ? { by: 'address', protocol: key.protocol, vip: key.vip, port: key.port } : undefined;
  return known && showService({ key: known });
}
