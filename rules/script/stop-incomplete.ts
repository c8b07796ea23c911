import { weakest } from '../../src/base/fact.ts';
import { isLoopback } from '../../src/base/ip.ts';
import { scriptRule, type Fix, type Problem } from '../../src/lint/rule.ts';
import { deviceKind } from '../../src/model/device.ts';
import { actionNamed, effectsIn, inScript, onlyOnStop, placeOf, startSteps, stopSteps } from '../../src/model/timeline.ts';
import type { Script, ServiceKey, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/stop-incomplete',
  severity: 'warning',
  title: 'Stop undoes only a part of what start does.',
  needs: ['scripts'],
  docs: {
    what: 'Start adds several VIPs or several services; stop removes some of them and leaves the others. Or a director deletes its services on stop and keeps their VIP. Or stop makes the lock file of start again in place of removing it.',
    why: 'What is left goes on working or half working: a VIP without its service answers with resets, a service without its VIP is reached by nobody, and the next director that takes over finds its addresses in use.',
    repair: 'One line in stop for each in start: `ip addr del VIP2/32 dev lo`, `ipvsadm -D -t VIP:443`; or one list at the top and a loop in both.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'LSB Core 5.0, 22.2 Init Script Actions', quote: 'start start the service, stop stop the service' }],
  since: '0.1.0',
  *check({ script }) {
    const stop = actionNamed(script, 'stop');
    if (!stop) return;
    const start = startSteps(script);
    const end = stopSteps(script);
    yield* told(leftAddresses(start, end), 'address', stop.at, (at) => inScript(script, at));
    yield* told(leftServices(start, end), 'service', stop.at, (at) => inScript(script, at));
    yield* vipLeft(start, end, stop.at, (at) => inScript(script, at));
    yield* lockAgain(script, start, end);
  },
});

/** A stop that makes start's lock file again, where it was to remove it. */
function* lockAgain(script: Script, start: readonly Step[], stop: readonly Step[]): Iterable<Problem> {
  const locks = effectsIn(stop, 'lock');
  const made = effectsIn(start, 'lock').filter(({ step, effect }) => effect.does === 'create' && !onlyOnStop(script, step));
  for (const { step, effect } of locks) {
    const twin = made.find((other) => other.effect.path !== undefined && other.effect.path === effect.path);
    if (effect.does !== 'create' || !twin || !onlyOnStop(script, step) || !inScript(script, step.at) || locks.some((other) => other.effect.does === 'remove' && (other.effect.path === undefined || other.effect.path === effect.path))) continue;
    const [command, word] = step.words;
    const fix: { readonly fix?: Fix } = step.words.length === 2 && /^(?:\/bin\/|\/usr\/bin\/)?touch$/.test(command!.raw) ? { fix: { title: 'remove it', safe: false, edits: [{ at: command!.at, text: `${command!.raw.replace('touch', 'rm')} -f` }] } } : {};
    yield { at: step.at, note: `stop makes '${word?.text ?? effect.path}' as start does, and nothing removes it: who asks for the lock takes the service for running`, related: [{ at: twin.step.at, note: 'start makes it here' }], confidence: weakest(step.confidence, 'likely'), ...fix };
    return;
  }
}

interface Left {
  readonly step: Step;
  readonly name: string;
  /** Stop deletes no service at all. */
  readonly whole?: true;
}

function* told(left: readonly Left[], what: string, stop: Problem['at'], own: (at: Problem['at']) => boolean): Iterable<Problem> {
  const places = new Set<string>();
  for (const { step, name, whole } of left) {
    if (!own(step.at) || places.has(placeOf(step.at))) continue;
    places.add(placeOf(step.at));
    yield { at: step.at, note: whole ? `stop takes back other things, but deletes no service: ${name} stays` : `stop removes ${what === 'address' ? 'other addresses' : 'other services'}, but not ${name}`, related: [{ at: stop, note: `${name} is not removed here` }], confidence: weakest(step.confidence, 'likely') };
  }
}

/** Addresses that start adds and stop leaves, where stop removes at least one of them and every removal is understood. */
function leftAddresses(start: readonly Step[], stop: readonly Step[]): readonly Left[] {
  // lo's own addresses are meant to stay.
  const taken = effectsIn(start, 'address');
  const backAgain = (index: number) => taken.slice(index + 1).some(({ effect }) => effect.does !== 'add' && effect.device === taken[index]!.effect.device && (effect.ip ? effect.ip.text === taken[index]!.effect.ip?.text : effect.label === taken[index]!.effect.label));
  const added = taken.filter(({ effect }, index) => effect.does === 'add' && !(effect.ip && isLoopback(effect.ip)) && !backAgain(index));
  const removed = effectsIn(stop, 'address').filter(({ effect }) => effect.does !== 'add');
  if (removed.length === 0 || removed.some(({ effect }) => effect.does === 'flush' || effect.device === undefined || (effect.ip === undefined && !effect.label?.includes(':')))) return [];
  if (stop.some((step) => step.effects.some((effect) => (effect.kind === 'link' && !effect.up) || effect.kind === 'service'))) return [];
  const gone = (effect: (typeof added)[number]['effect']) => removed.some(({ effect: other }) => (other.ip !== undefined && other.ip.text === effect.ip?.text) || (other.label !== undefined && other.label === effect.label) || (other.label === undefined && other.ip === undefined && other.device === effect.device));
  // Stop that removes nothing of start's has another fault: another alias, or no removal at all.
  if (!added.some(({ effect }) => gone(effect)) || added.some(({ effect }) => effect.ip === undefined && effect.label === undefined)) return [];
  return added.filter(({ effect }) => !gone(effect) && (effect.ip !== undefined || effect.label?.includes(':'))).map(({ step, effect }) => ({ step, name: `${effect.ip?.text ?? 'the address'} on ${effect.label ?? effect.device ?? 'its device'}` }));
}

/** The VIP of a service that start brings up on a card, where stop deletes the service and removes no address at all. */
function* vipLeft(start: readonly Step[], stop: readonly Step[], at: Problem['at'], own: (at: Problem['at']) => boolean): Iterable<Problem> {
  const empties = effectsIn(stop, 'ipvs').some(({ effect }) => effect.does === 'clear' || effect.does === 'delete-service');
  const unclear = stop.some((step) => !(plain.has(step.name ?? '') || step.name === 'ipvsadm') && !step.effects.some((effect) => effect.kind === 'source'));
  const removes = stop.some((step) => step.effects.some((effect) => (effect.kind === 'address' && effect.does !== 'add') || (effect.kind === 'link' && !effect.up) || effect.kind === 'service'));
  if (!empties || unclear || removes) return;
  const served = new Set(effectsIn(start, 'ipvs').flatMap(({ effect }) => (effect.does === 'add-service' && effect.service.by === 'address' && effect.service.vip ? [effect.service.vip.text] : [])));
  const left = effectsIn(start, 'address').find(({ step, effect }) => effect.does === 'add' && effect.ip !== undefined && served.has(effect.ip.text) && effect.device !== undefined && deviceKind(effect.device) === 'nic' && step.confidence === 'certain' && own(step.at));
  if (!left) return;
  const name = `${left.effect.ip!.text} on ${left.effect.label ?? left.effect.device}`;
  yield { at: left.step.at, note: `stop deletes the services, but not the address: ${name} stays, where clients now reach closed ports`, related: [{ at, note: `${name} is not removed here` }], confidence: 'likely' };
}

function leftServices(start: readonly Step[], stop: readonly Step[]): readonly Left[] {
  const removed = effectsIn(stop, 'ipvs').flatMap(({ effect }) => (effect.does === 'clear' || effect.does === 'restore' ? ['*'] : effect.does === 'delete-service' ? [keyOf(effect.service) ?? '*'] : []));
  if (removed.includes('*')) return [];
  if (removed.length === 0) return wholeTable(start, stop);
  const added = effectsIn(start, 'ipvs').flatMap(({ step, effect }) => (effect.does === 'add-service' ? [{ step, key: keyOf(effect.service) }] : []));
  if (added.some(({ key }) => key === undefined) || !added.some(({ key }) => removed.includes(key!))) return [];
  return added.filter(({ key }) => !removed.includes(key!)).map(({ step, key }) => ({ step, name: `the service ${key}` }));
}

/** Commands that do to the table what their effects say, which is nothing. */
const plain = new Set('functions ifconfig ip route rm touch echo printf sleep logger action success failure echo_success echo_failure [ test [[ : true false exit return sysctl arping iptables grep cut awk cat log_daemon_msg log_end_msg'.split(' '));

/** All services that start adds, where stop takes other things back and touches no service. What hands over to another program, or is not understood, may do it. */
function wholeTable(start: readonly Step[], stop: readonly Step[]): readonly Left[] {
  const undoes = stop.some((step) => takesBack(step, start));
  const unclear = stop.some((step) => !plain.has(step.name ?? '') && !step.effects.some((effect) => effect.kind === 'source'));
  const [first] = effectsIn(start, 'ipvs').filter(({ step, effect }) => effect.does === 'add-service' && step.confidence === 'certain');
  if (!undoes || unclear || !first) return [];
  return first.effect.does === 'add-service' ? [{ step: first.step, name: `the service ${keyOf(first.effect.service) ?? 'that is added here'}`, whole: true }] : [];
}

/** Whether a command of stop takes back what start did: the address, forwarding, the lock. */
function takesBack(step: Step, start: readonly Step[]): boolean {
  return step.effects.some((effect) => (effect.kind === 'address' && effect.does === 'remove') || (effect.kind === 'sysctl' && effect.target === 'kernel' && effectsIn(start, 'sysctl').some(({ effect: set }) => set.key === effect.key && set.value !== effect.value)) || (effect.kind === 'lock' && effect.does === 'remove'));
}

function keyOf(service: ServiceKey): string | undefined {
  if (service.by === 'fwmark') return service.mark === undefined ? undefined : `of mark ${service.mark}${service.family === 6 ? ' (IPv6)' : ''}`;
  return service.vip === undefined || service.port === undefined ? undefined : `${service.protocol} ${service.vip.family === 6 ? `[${service.vip.text}]` : service.vip.text}:${service.port}`;
}
