import { weakest, type Confidence, type Fact } from '../base/fact.ts';
import type { Host } from './host.ts';
import { assignmentsOf, effective, inheritedLine, sysctlNumber, sysctlValue } from './sysctl.ts';
import { devicesOf, holdsAddress, type TunnelEnd } from './tunnel.ts';
import { isUp } from './up.ts';

/** A device whose reverse path filter drops what comes out of the tunnel. */
export interface Filtered {
  readonly device: string;
  /** The rp_filter in force, with the line that decides. */
  readonly fact: Extract<Fact<number>, { readonly state: 'set' }>;
  /** It is 2, and the device holds no address of IPv4. */
  readonly bare: boolean;
  readonly confidence: Confidence;
}

/**
 * The devices of an end, each of which drops what comes out of it (`net/ipv4/fib_frontend.c: __fib_validate_source()`: 1 asks for a way back through the device itself, 2 for any,
 * but is as strict where the device holds no address). None where one of them lets packets in. Where no device is known, the module's own stands for it.
 */
export function filteredOut(host: Host, end: TunnelEnd): readonly Filtered[] | 'unseen' {
  const known = devicesOf(host, end).filter((name) => {
    const up = isUp(host, name);
    return up.state === 'unseen' || up.value;
  });
  const devices = known.length > 0 ? known : [end.wrapping.device];
  const found: Filtered[] = [];
  for (const device of devices) {
    const verdict = filteredOn(host, device, end);
    if (verdict === 'unseen') return 'unseen';
    if (!verdict) return [];
    found.push(verdict);
  }
  return found;
}

function filteredOn(host: Host, device: string, end: TunnelEnd): Filtered | 'unseen' | undefined {
  // The way back to some client leads through the tunnel itself.
  if (host.routes.some((route) => route.device === device && route.family === 4)) return undefined;
  const fact = effective(host, 'rp_filter', device);
  if (fact.state === 'unseen') return 'unseen';
  if (fact.state !== 'set' || fact.value <= 0 || writtenLater(host, device)) return undefined;
  const bare = fact.value > 1;
  const holds = holdsAddress(host, device);
  if (bare && (holds ?? !heldElsewhere(end, device))) return undefined;
  // A 1 that is seen may be beaten by a 2 that is not.
  const whole = bare || host.seen.has('sysctl') || sysctlValue(host, 'net/ipv4/conf/all/rp_filter').state === 'set';
  return { device, fact, bare, confidence: weakest(fact.confidence, whole ? 'certain' : 'likely', bare && holds === undefined ? 'likely' : 'certain') };
}

/** The keys that decide. */
export function filterKeys({ device }: Filtered): readonly string[] {
  return ['net/ipv4/conf/all/rp_filter', `net/ipv4/conf/${device}/rp_filter`];
}

/** The values that would let packets in. */
export function filterPasses({ bare }: Filtered): (value: number) => boolean {
  return (value) => value === 0 || (value > 1 && !bare);
}

function heldElsewhere({ vips }: TunnelEnd, device: string): boolean {
  return vips.length > 0 && vips.every((vip) => vip.device !== device);
}

/** Whether a script writes another conf/default, which a device that is made behind it starts with. */
function writtenLater(host: Host, device: string): boolean {
  const line = inheritedLine(host, device, 'rp_filter');
  return line !== undefined && assignmentsOf(host, 'net/ipv4/conf/default/rp_filter').some((other) => other.by === 'script' && sysctlNumber(other.value) !== sysctlNumber(line.value));
}

/** How the value in force comes about: `1, max(all=1, tunl0=0)`. */
export function showFilter(host: Host, device: string): string {
  const show = (name: string): string => {
    const fact = sysctlValue(host, `net/ipv4/conf/${name}/rp_filter`);
    return `${name}=${fact.state === 'unseen' ? '?' : fact.value}${inheritedLine(host, name, 'rp_filter') ? ' from default' : ''}`;
  };
  const fact = effective(host, 'rp_filter', device);
  return `${fact.state === 'unseen' ? '?' : fact.value} there, max(${show('all')}, ${show(device)})`;
}
