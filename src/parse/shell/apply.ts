import { atLeast, strongest, weakest } from '../../base/fact.ts';
import { inSubnet } from '../../base/ip.ts';
import type { Effect, RouteEffect, Script, Step } from '../../model/script.ts';
import type { Assignment } from '../../model/sysctl.ts';
import { kindOfType, kindOn } from '../../model/device.ts';
import { startSteps } from '../../model/timeline.ts';
import { assign } from '../assign.ts';
import type { HostDraft } from '../draft.ts';
import { addDevice, networkNotes, noteLro, noteMtu } from '../network.ts';
import { applyAddress, applyNetmask } from './apply-address.ts';
import { applyIpvs } from './apply-ipvs.ts';

/** Reads the assignments of a sysctl file for `sysctl -p FILE`; undefined: all files, as `--system` does. */
export type ReadSysctl = (file: string | undefined) => readonly Assignment[];

/**
 * Puts on a draft what a script makes of its host when boot runs it: what stands outside the dispatch and the branch `start`, in order; of a script without a
 * dispatch all of it. A way that ends the script in failure is left out. What is only `possible` adds but never takes away. Two ways of one effect count once, at the first place and as sure as the surer.
 */
export function applyScript(script: Script, draft: HostDraft, readSysctl?: ReadSysctl): void {
  draft.scripts.push(script);
  const written: Assignment[] = [];
  for (const step of startSteps(script)) {
    if (step.aside) continue;
    for (const effect of step.effects) applyEffect(effect, { script, step, draft, readSysctl, written });
  }
}

interface Applying {
  readonly script: Script;
  readonly step: Step;
  readonly draft: HostDraft;
  readonly readSysctl: ReadSysctl | undefined;
  /** What the script wrote to sysctl files so far: it holds when one is loaded. */
  readonly written: Assignment[];
}

function applyEffect(effect: Effect, on: Applying): void {
  const { step, draft } = on;
  switch (effect.kind) {
    case 'address':
      return applyAddress(effect, step, on.script.file, draft);
    case 'link':
      if (effect.device === undefined) return;
      addDevice(draft, effect.device, { value: effect.up, at: step.at, confidence: step.confidence });
      // Routes over a device go with it; its IPv4 addresses stay (net/ipv4/fib_frontend.c: fib_inetaddr_event, NETDEV_DOWN).
      if (!effect.up && atLeast(step.confidence, 'likely')) removeAll(draft.routes, (route) => route.device === effect.device);
      return;
    case 'lro':
      if (effect.device === undefined || !atLeast(step.confidence, 'likely')) return;
      if (!draft.devices.has(effect.device)) addDevice(draft, effect.device, undefined);
      return noteLro(draft, effect.device, effect.on ? 'on' : 'off', effect.word, step.confidence);
    case 'mtu':
      if (effect.device === undefined || !atLeast(step.confidence, 'likely')) return;
      if (!draft.devices.has(effect.device)) addDevice(draft, effect.device, undefined);
      return noteMtu(draft, effect.device, effect.mtu === undefined ? undefined : String(effect.mtu), step.at, step.confidence);
    case 'device':
      return applyDevice(effect, step, draft);
    case 'netmask':
      return applyNetmask(effect, step, draft);
    case 'route':
      return applyRoute(effect, step, draft);
    case 'sysctl':
      return applySysctl(effect, on);
    case 'sysctl-load':
      for (const line of on.readSysctl?.(effect.file) ?? []) put(draft, { ...line, confidence: weakest(line.confidence, step.confidence) }, step);
      for (const line of on.written) put(draft, line, step);
      return;
    case 'module':
      if (effect.module === undefined) return;
      if (!effect.load) removeAll(draft.modules, (one) => one.module === effect.module && atLeast(step.confidence, 'likely'));
      else if (!draft.modules.some((one) => one.module === effect.module)) draft.modules.push({ module: effect.module, at: step.at });
      return;
    case 'ipvs':
      return applyIpvs(effect, step, draft);
    default:
      return;
  }
}

/** A device that is made is down, and of the kind that its type says. */
function applyDevice({ device, type, remote, local }: Extract<Effect, { kind: 'device' }>, step: Step, draft: HostDraft): void {
  const kind = type === undefined ? undefined : kindOfType(type);
  if (device === undefined || kind === undefined || kind === 'nic') return;
  const tunnel = kind === 'tunnel' ? { type: type!, ...(remote && { remote }), ...(local && { local }) } : undefined;
  addDevice(draft, device, draft.devices.has(device) ? undefined : { value: false, at: step.at, confidence: step.confidence }, kind, tunnel);
}

function applySysctl(effect: Extract<Effect, { kind: 'sysctl' }>, { step, draft, written }: Applying): void {
  if (effect.key === undefined) return;
  // A value that is not known is no number, so that the key counts as unseen from here on.
  const line: Assignment = { key: effect.key, value: effect.value ?? '', at: step.at, confidence: step.confidence, optional: false, by: 'script' };
  if (effect.target === 'kernel') put(draft, line, step);
  else written.push(line);
}

function put(draft: HostDraft, line: Assignment, { at }: Step): void {
  const { order: _, ...rest } = line;
  const bare = networkNotes(draft).bare.get(`${at.file}:${at.line}`);
  const held = line.key.startsWith('net/ipv4/conf/default/') ? [...new Set(draft.addresses.flatMap(({ ip, device }) => (ip.family === 4 ? [device] : [])))] : undefined;
  assign(draft, { ...rest, by: 'script', ...(bare?.length ? { bare } : {}), ...(held && { held }) });
}

function applyRoute(effect: RouteEffect, step: Step, draft: HostDraft): void {
  const { to, via, device } = effect;
  if (to === undefined) return;
  const table = effect.table ?? 'main';
  const family = to === 'default' ? (via?.family ?? 4) : to.ip.family;
  const same = (route: HostDraft['routes'][number]) => route.table === table && route.family === family && sameTarget(route.to, to) && (via === undefined || route.via?.text === via.text) && (device === undefined || route.device === undefined || route.device === device);
  if (effect.does === 'remove') {
    if (atLeast(step.confidence, 'likely')) removeAll(draft.routes, same);
    return;
  }
  const at = draft.routes.findIndex((route) => same(route) && route.device === device && route.via?.text === via?.text);
  if (at >= 0) {
    const held = draft.routes[at]!;
    draft.routes[at] = { ...held, confidence: strongest(held.confidence, step.confidence) };
    return;
  }
  const route = { to, family, table, at: step.at, confidence: step.confidence, ...(via && { via }), ...(effect.type && { type: effect.type }), ...(via && !effect.onLink && { needsLink: true as const }), ...(device !== undefined && { device }), ...(effect.metric !== undefined && { metric: effect.metric }) };
  const other = draft.routes.findIndex((held) => held.table === table && held.family === family && sameTarget(held.to, to) && (held.metric ?? 0) === (effect.metric ?? 0) && atLeast(held.confidence, 'likely'));
  if (isStillDown(draft, device)) return;
  const lost = effect.besideAnother === 'refused' || effect.besideAnother === 'behind' || (effect.besideAnother === 'replaces' && refusedFor(draft, effect));
  // A manager's route may have a metric, beside which the new one is taken: so it is kept, but the one that was there goes before it.
  if (other >= 0 && lost) draft.routes.splice(other, 0, { ...route, confidence: 'possible' });
  else {
    if (effect.besideAnother === 'replaces' && atLeast(step.confidence, 'likely')) removeAll(draft.routes, (held) => held.table === table && held.family === family && sameTarget(held.to, to) && (held.metric ?? 0) === (effect.metric ?? 0));
    // route(8) puts it in front of the one that is there.
    if (other >= 0 && effect.besideAnother === 'in-front' && to !== 'default') draft.routes.splice(other, 0, route);
    else draft.routes.push(route);
  }
}

/** Whether a route leads through a dummy or a tunnel that nothing has set up yet: the kernel answers that the network is down. */
function isStillDown(draft: HostDraft, device: string | undefined): boolean {
  if (device === undefined || !draft.files.whole) return false;
  const kind = kindOn(draft, device);
  const up = draft.devices.get(device)?.up;
  return (kind === 'dummy' || kind === 'tunnel') && (up === undefined || (up.state === 'set' && !up.value && up.confidence === 'certain'));
}

/** Whether the kernel surely refuses a route, whose gateway no link faces, so that the one that it is to replace stays. */
function refusedFor(draft: HostDraft, { via, device, onLink }: RouteEffect): boolean {
  const { fixed, dynamic } = networkNotes(draft);
  if (!via || onLink || via.family !== 4 || fixed.size === 0 || dynamic.size > 0) return false;
  return !draft.addresses.some((address) => address.prefix !== undefined && (device === undefined || address.device === device) && inSubnet(via, { ip: address.ip, prefix: address.prefix })) && !draft.routes.some((route) => route.to !== 'default' && inSubnet(via, route.to));
}

function sameTarget(a: RouteEffect['to'], b: RouteEffect['to']): boolean {
  if (a === 'default' || b === 'default' || !a || !b) return a === b;
  return a.ip.text === b.ip.text && a.prefix === b.prefix;
}

/** Takes out what a test picks. */
export function removeAll<T>(list: T[], test: (one: T) => boolean): void {
  for (let at = list.length - 1; at >= 0; at--) if (test(list[at]!)) list.splice(at, 1);
}
