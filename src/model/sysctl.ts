import type { Confidence, Fact } from '../base/fact.ts';
import type { Span } from '../base/origin.ts';
import type { Host } from './host.ts';

/** One line that sets a kernel parameter at boot. */
export interface Assignment {
  /** Slash form below /proc/sys: `net/ipv4/conf/eth0.57/arp_ignore`. */
  readonly key: string;
  readonly value: string;
  readonly at: Span;
  readonly confidence: Confidence;
  /** `-key = value`: a failure is no error. */
  readonly optional: boolean;
}

/** Kernel defaults of the parameters that LVS hangs on (Documentation/networking/ip-sysctl.rst; measured in a fresh namespace). Keys without a device. */
const defaults: Readonly<Record<string, number>> = {
  'net/ipv4/ip_forward': 0,
  arp_ignore: 0,
  arp_announce: 0,
  rp_filter: 0,
  forwarding: 0,
  accept_local: 0,
  send_redirects: 1,
  accept_redirects: 1,
  'net/ipv4/vs/conntrack': 0,
};

/** The number that a key holds after boot: the last line that sets it. A value that is no number is unseen. */
export function sysctlValue(host: Host, key: string): Fact<number> {
  const lines = host.sysctls.get(key) ?? [];
  const last = lines.at(-1);
  if (last) {
    const value = /^\s*-?\d+\s*$/.test(last.value) ? Number(last.value) : undefined;
    if (value === undefined) return { state: 'unseen' };
    return { state: 'set', value, at: last.at, shadows: lines.slice(0, -1).map((line) => line.at), confidence: last.confidence };
  }
  if (!host.seen.has('sysctl')) return { state: 'unseen' };
  const value = defaults[key] ?? defaults[key.slice(key.lastIndexOf('/') + 1)];
  return value === undefined ? { state: 'unseen' } : { state: 'default', value, at: { host: host.name, default: `kernel default of ${key}` } };
}

/** How the kernel joins conf/all and conf/DEVICE. */
const joins: Readonly<Record<string, 'max' | 'or' | 'and'>> = { arp_ignore: 'max', arp_announce: 'max', rp_filter: 'max', send_redirects: 'or', accept_local: 'or', accept_redirects: 'or' };

/**
 * What is in force on a device: conf/all and conf/DEVICE joined as `include/linux/inetdevice.h` does (IN_DEV_MAXCONF for arp_ignore, arp_announce, rp_filter;
 * IN_DEV_ORCONF for send_redirects and accept_local; conf/all/forwarding writes through to every device). The fact's place is the line that decides.
 */
export function effective(host: Host, parameter: string, device: string): Fact<number> {
  const all = sysctlValue(host, `net/ipv4/conf/all/${parameter}`);
  const own = sysctlValue(host, `net/ipv4/conf/${device}/${parameter}`);
  if (all.state === 'unseen' || own.state === 'unseen') {
    // One side alone may settle a maximum: nothing is lower than what is known.
    const known = all.state === 'unseen' ? own : all;
    return known.state === 'set' && known.value > 0 ? known : { state: 'unseen' };
  }
  const join = joins[parameter] ?? 'max';
  const value = join === 'and' ? Math.min(all.value, own.value) : join === 'or' ? (all.value || own.value ? 1 : 0) : Math.max(all.value, own.value);
  const decides = [all, own].find((fact) => fact.state === 'set' && fact.value === value) ?? [all, own].find((fact) => fact.value === value) ?? all;
  return { ...decides, value };
}

/** The line of a fact, when a line sets it. */
export function lineOf(fact: Fact<unknown>): Span | undefined {
  return fact.state === 'set' ? fact.at : undefined;
}
