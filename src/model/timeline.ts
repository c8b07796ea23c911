import { compareSpans, type Span } from '../base/origin.ts';
import { isLoopback } from '../base/ip.ts';
import { deviceKind } from './device.ts';
import type { Action, Effect, IpvsEffect, Script, ServiceKey, Step } from './script.ts';

/** An effect together with the command that has it and the action that runs the command. */
export interface Done<K extends Effect['kind'] = Effect['kind']> {
  readonly action: Action;
  readonly step: Step;
  readonly effect: Extract<Effect, { readonly kind: K }>;
}

/** What an init system asks of a script at boot, at shutdown, and when a package or an administrator looks after it. */
const serviceActions = new Set(['start', 'stop', 'restart', 'try-restart', 'condrestart', 'reload', 'force-reload', 'status']);

/** Whether an action runs without a person at a terminal: what stands outside the dispatch, and the actions that an init system calls. */
export function isServiceAction(name: string): boolean {
  return name === 'top' || serviceActions.has(name) || compound(name) !== undefined;
}

/** The plain word of an action of one part among several: `start` of `vs_start` and `start-director`, with what stands around it. */
function compound(name: string): { readonly word: string; readonly part: string } | undefined {
  const match = /^(?:([A-Za-z]\w*)[-_])?(start|stop|restart|status)(?:[-_]([A-Za-z]\w*))?$/.exec(name);
  return match && (match[1] !== undefined || match[3] !== undefined) ? { word: match[2]!, part: `${match[1] ?? ''}/${match[3] ?? ''}` } : undefined;
}

/** They say nothing new where a script has start, stop and restart. */
const waysToRestart = new Set(['try-restart', 'condrestart', 'reload', 'force-reload']);

/** The actions that a rule looks through: all but those that only start and stop again. */
export function actionsToJudge(script: Script): readonly Action[] {
  const has = (name: string): boolean => script.actions.some((action) => action.name === name);
  const whole = has('start') && has('stop') && has('restart');
  return script.actions.filter((action) => !action.repeats && !(whole && waysToRestart.has(action.name)));
}

/** Other words that scripts have for start and stop, always both of a pair. */
const otherWords = [['on', 'off'], ['up', 'down'], ['enable', 'disable'], ['begin', 'end'], ['add', 'del'], ['open', 'close']] as const;

/** The action of a name; `undefined` when the script does not tell it apart. `start` and `stop` are found under other words too, where the script knows both of a pair. */
export function actionNamed(script: Script, name: string): Action | undefined {
  const called = (word: string): Action | undefined => script.actions.find((action) => action.name === word);
  const exact = called(name);
  if (exact || (name !== 'start' && name !== 'stop') || called('start') || called('stop')) return exact;
  const pair = otherWords.find(([on, off]) => called(on) && called(off));
  return pair ? called(pair[name === 'start' ? 0 : 1]) : onlyPart(script, name);
}

/** `lvs_start` for `start`, where the script knows one such pair and no more. */
function onlyPart(script: Script, name: string): Action | undefined {
  const named = script.actions.flatMap((action) => (compound(action.name) ? [{ action, ...compound(action.name)! }] : []));
  const starts = named.filter(({ word, part }) => word === 'start' && named.some((other) => other.word === 'stop' && other.part === part));
  return starts.length === 1 ? named.find(({ word, part }) => word === name && part === starts[0]!.part)?.action : undefined;
}

/** What stands outside the dispatch. */
function top(script: Script): Action | undefined {
  return actionNamed(script, 'top');
}

/**
 * What the script does from its first line to its last when it is called with an argument: what stands before the dispatch, the branch, what stands behind it. Without a dispatch it is the whole script
 * for `start`, and nothing for any other word. Undefined: the script has a dispatch, but not this branch.
 */
export function timeline(script: Script, name: string): readonly Step[] | undefined {
  let known = timelines.get(script);
  if (!known) timelines.set(script, (known = new Map()));
  if (!known.has(name)) known.set(name, workOut(script, name));
  return known.get(name);
}

// Every rule asks for the same few.
const timelines = new WeakMap<Script, Map<string, readonly Step[] | undefined>>();

function workOut(script: Script, name: string): readonly Step[] | undefined {
  const steps = top(script)?.steps ?? [];
  const branch = actionNamed(script, name);
  if (!branch) return script.actions.some((action) => action.name !== 'top') ? undefined : name === 'start' ? steps : undefined;
  const own = branch.steps.length > 0 && branch.steps.every((step) => steps.includes(step)) ? [] : branch.steps;
  const end = own.at(-1);
  // A branch that surely exits never comes to what stands behind the dispatch.
  const leaves = end?.confidence === 'certain' && end.effects.some((effect) => effect.kind === 'exit' && effect.what === 'exit');
  const behind = steps.findIndex((step) => step.within === undefined && step.at.file === branch.at.file && compareSpans(step.at, branch.at) > 0);
  return untilExit(behind < 0 ? [...steps, ...own] : [...steps.slice(0, behind), ...own, ...(leaves ? [] : steps.slice(behind))]);
}

/** Nothing runs behind an `exit` that is reached for certain. */
function untilExit(steps: readonly Step[]): readonly Step[] {
  const end = steps.findIndex((step) => step.confidence === 'certain' && !step.aside && step.effects.some((effect) => effect.kind === 'exit' && effect.what === 'exit'));
  return end < 0 ? steps : steps.slice(0, end + 1);
}

/** The script as it runs at boot. */
export function startSteps(script: Script): readonly Step[] {
  return timeline(script, 'start') ?? [];
}

/** The script as it runs at shutdown; empty when it has no such action. */
export function stopSteps(script: Script): readonly Step[] {
  return timeline(script, 'stop') ?? [];
}

/** The command that fills the table in the same round of the loop in which another one clears it. Nothing, where each round waits for somebody at the terminal: a menu is no list of services. */
export function refillOf(action: Action, clear: Step): Step | undefined {
  const { loop } = clear;
  if (!loop || action.steps.some((step) => (sameLoop(step, loop) || (step.at.line === loop.line && step.at.file === loop.file)) && step.effects.some((effect) => effect.kind === 'prompt'))) return undefined;
  return effectsIn(action.steps, 'ipvs').find(({ step, effect }) => effect.does === 'add-service' && sameLoop(step, loop) && !neverBoth(step, clear))?.step;
}

function sameLoop(step: Step, loop: Span): boolean {
  return step.loop?.line === loop.line && step.loop.file === loop.file;
}

/** Whether two commands stand on different ways of one choice, so that a run of the script comes to one of them only. */
export function neverBoth(one: Step, other: Step): boolean {
  return (one.ways ?? []).some(({ choice, way }) => other.ways?.some((its) => its.choice === choice && its.way !== way));
}

/** Effects of one kind in a list of steps, in order. */
export function effectsIn<K extends Effect['kind']>(steps: readonly Step[], kind: K): readonly { readonly step: Step; readonly effect: Extract<Effect, { readonly kind: K }> }[] {
  let byKind = effects.get(steps);
  if (!byKind) {
    effects.set(steps, (byKind = new Map()));
    for (const step of steps) {
      for (const effect of step.effects) {
        const list = byKind.get(effect.kind);
        if (list) list.push({ step, effect });
        else byKind.set(effect.kind, [{ step, effect }]);
      }
    }
  }
  return (byKind.get(kind) ?? []) as unknown as readonly { readonly step: Step; readonly effect: Extract<Effect, { readonly kind: K }> }[];
}

const effects = new WeakMap<readonly Step[], Map<Effect['kind'], { readonly step: Step; readonly effect: Effect }[]>>();

/** Every effect of one kind in all actions, each place once: with the first of the actions that reach it (what stands outside the dispatch, then the branches in order). */
export function effectsOf<K extends Effect['kind']>(script: Script, kind: K, accepts: (done: Done<K>) => boolean = () => true): readonly Done<K>[] {
  const found: Done<K>[] = [];
  const places = new Set<string>();
  for (const action of actionsToJudge(script)) {
    for (const { step, effect } of effectsIn(action.steps, kind)) {
      const done: Done<K> = { action, step, effect };
      if (!accepts(done)) continue;
      const key = placeOf(step.at);
      if (places.has(key)) continue;
      places.add(key);
      found.push(done);
    }
  }
  return found;
}

/** Every command that the script runs in any action, each place once. */
export function everyStep(script: Script, accepts: (step: Step, action: Action) => boolean = () => true): readonly { readonly action: Action; readonly step: Step }[] {
  const found: { readonly action: Action; readonly step: Step }[] = [];
  const taken = new Set<number>();
  for (const one of placedSteps(script)) {
    if (taken.has(one.place) || !accepts(one.step, one.action)) continue;
    taken.add(one.place);
    found.push(one);
  }
  return found;
}

interface PlacedStep {
  readonly action: Action;
  readonly step: Step;
  /** The same number for the same place. */
  readonly place: number;
}

/** Every command of every action, in order. */
function placedSteps(script: Script): readonly PlacedStep[] {
  const known = placed.get(script);
  if (known) return known;
  const numbers = new Map<string, number>();
  const made = actionsToJudge(script).flatMap((action) =>
    action.steps.map((step): PlacedStep => {
      const key = placeOf(step.at);
      const place = numbers.get(key) ?? numbers.size;
      numbers.set(key, place);
      return { action, step, place };
    }),
  );
  placed.set(script, made);
  return made;
}

const placed = new WeakMap<Script, readonly PlacedStep[]>();

/** Whether a command belongs to stop alone: start does not run it too, as it does a function that both call. */
export function onlyOnStop(script: Script, step: Step): boolean {
  const place = placeOf(step.at);
  return !startSteps(script).some((other) => placeOf(other.at) === place);
}

const places = new WeakMap<Span, string>();

/** A place as a key. */
export function placeOf(at: Span): string {
  const known = places.get(at);
  if (known !== undefined) return known;
  const place = `${at.host}:${at.file}:${at.line}:${at.column}`;
  places.set(at, place);
  return place;
}

/** When an action runs, as a reader knows it: `on start`; what stands outside the dispatch runs whatever the script is asked to do. */
export function nameOfAction(action: Action, script: Script): string {
  if (action.name !== 'top') return `on ${action.name}`;
  return script.actions.length === 1 ? 'when it runs' : 'whatever it is asked to do';
}

/** Whether an address is put where nothing on the wire asks for it, as a real server holds a VIP: on lo (its own addresses apart), on a dummy, on a tunnel. */
export function holdsQuietly(effect: Extract<Effect, { readonly kind: 'address' }>): boolean {
  if (effect.does !== 'add' || effect.device === undefined || deviceKind(effect.device) === 'nic') return false;
  return !(effect.ip && isLoopback(effect.ip));
}

/** Parameter of an ARP setting: `all` and `arp_ignore` of net/ipv4/conf/all/arp_ignore. */
export function arpSetting(key: string | undefined): { readonly device: string; readonly parameter: 'arp_ignore' | 'arp_announce' } | undefined {
  const match = key === undefined ? undefined : /^net\/ipv4\/conf\/([^/]+)\/(arp_ignore|arp_announce)$/.exec(key);
  return match ? { device: match[1]!, parameter: match[2] as 'arp_ignore' | 'arp_announce' } : undefined;
}

/** The service that a command adds (or deletes), also where the variables of its address are still to be filled in. */
export function serviceMeant(effect: IpvsEffect, does: 'add-service' | 'delete-service'): ServiceKey | undefined {
  if (effect.does === 'invalid') return effect.meant?.does === does ? effect.meant.service : undefined;
  return effect.does === does ? effect.service : undefined;
}

/** Whether the script works on an IPVS table. */
export function directs(script: Script): boolean {
  // What only empties the table, once and by hand (`kubeadm reset; ipvsadm --clear`), sets up nothing.
  const idle = new Set<IpvsEffect['does']>(script.service ? ['list', 'save', 'zero'] : ['list', 'save', 'zero', 'clear']);
  return actionsToJudge(script).some((action) => effectsIn(action.steps, 'ipvs').some(({ effect }) => !idle.has(effect.does)));
}

/** Whether the script makes its host a real server of DR or TUN: it holds an address quietly or hides one from ARP. */
export function answersForVip(script: Script): boolean {
  return actionsToJudge(script).some((action) =>
    action.steps.some((step) =>
      step.effects.some(
        (effect) =>
          (effect.kind === 'address' && holdsQuietly(effect)) || (effect.kind === 'sysctl' && arpSetting(effect.key) !== undefined) || (effect.kind === 'firewall' && effect.tool === 'arptables' && effect.does === 'add'),
      ),
    ),
  );
}

/** Whether a script keeps ipvsadm in a variable and calls it, if only with words that ipvsadm refuses; or has a line for it in a function or branch that is never reached. */
function namesIpvsadm(script: Script): boolean {
  const kept = script.assignments.some(({ value }) => /(?:^|\/)ipvsadm$/.test(value.text ?? '')) && script.actions.some(({ steps }) => steps.some(({ name }) => name === 'ipvsadm'));
  return kept || /^[ \t]*(?:sudo[ \t]+)?(?:\/(?:usr\/)?sbin\/)?ipvsadm[ \t]+-[AEDaed][ \t]+-[tuf][ \t]/m.test(script.source.text);
}

/** Whether a script is about LVS at all: what a general firewall or network script does is its own business. */
export function concernsCluster(script: Script): boolean {
  const known = concerned.get(script);
  if (known !== undefined) return known;
  const concerns = directs(script) || answersForVip(script) || namesIpvsadm(script);
  concerned.set(script, concerns);
  return concerns;
}

// Most rules ask it first.
const concerned = new WeakMap<Script, boolean>();

/** Whether the place is in the script itself, not in a file that it sources. */
export function inScript(script: Script, at: Span): boolean {
  return at.file === script.file && at.host === script.source.host;
}

/** The script's name as a service: its file name without the number of a runlevel link and without `.sh`. */
export function serviceName(script: Script): string {
  return script.file.slice(script.file.lastIndexOf('/') + 1).replace(/^[SK]\d\d(?=.)/, '');
}

/** Whether the script lies where an init system finds it. */
export function liesInInit(script: Script): boolean {
  return /(?:^|\/)(?:etc\/)?(?:rc\.d\/)?init\.d\/[^/]+$/.test(script.file);
}
