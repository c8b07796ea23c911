import { compareText } from '../base/origin.ts';
import type { Spec } from '../spec/spec.ts';
import type { Parameter, Refuse } from './plan.ts';

/** The kernel parameters of a host: those that its role needs and those that the spec adds. A wish against a need is refused. */
export function joinParameters(needs: readonly Parameter[], spec: Spec, role: 'director' | 'realServer', refuse: Refuse): readonly Parameter[] {
  const parameters = new Map<string, Parameter>();
  for (const need of needs) if (!parameters.has(need.key)) parameters.set(need.key, need);
  for (const [written, wish] of Object.entries(spec.sysctl?.[role] ?? {}).sort(([a], [b]) => compareText(a, b))) {
    const path = ['sysctl', role, written];
    const key = slashForm(written);
    const value = String(wish).trim().replace(/\s+/g, ' ');
    if (!/^[a-z][^\s=#;*?[\]]*$/.test(key) || /(^|\/)\.{0,2}(\/|$)/.test(key)) refuse(path, `found ${JSON.stringify(written)}, expected the name of a kernel parameter`, 'key');
    if (!/^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(value) || /[\r\n]/.test(String(wish))) refuse(path, `found ${JSON.stringify(wish)}, expected plain words`);
    if (key === 'net/ipv4/conf/all/forwarding') {
      refuse(path, 'found conf.all.forwarding, expected net.ipv4.ip_forward: to the kernel they are one, and that name says so', 'key');
      continue;
    }
    const need = parameters.get(key);
    if (need && need.needed && need.value !== value) refuse(path, `found ${value}, expected ${need.value} or nothing: ${need.why}`);
    else parameters.set(key, need?.value === value ? need : { key, value, path, why: `the spec's own wish for every ${role === 'director' ? 'director' : 'real server'}`, needed: false });
  }
  return [...parameters.values()].sort((a, b) => rank(a) - rank(b));
}

function rank({ key }: Parameter): number {
  return key === forwardingKey[4] ? 0 : key === forwardingKey[6] ? 1 : 2;
}

/** What makes a host forward packets of a family. Written first: the kernel resets other parameters with it. */
export const forwardingKey = { 4: 'net/ipv4/ip_forward', 6: 'net/ipv6/conf/all/forwarding' } as const;

/** A name as a path below /proc/sys. sysctl.d(5): the first separator says which of `.` and `/` separates; the other one then belongs to a name, as in `net.ipv4.conf.eth0/57.rp_filter`. */
export function slashForm(written: string): string {
  const first = /[./]/.exec(written)?.[0];
  return first === '/' ? written : written.replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.'));
}

/** The inverse: as sysctl.d(5) and sysctl(8) write a name. */
export function dottedForm(key: string): string {
  return key.replace(/[./]/g, (separator) => (separator === '/' ? '.' : '/'));
}

/** The parameter of one device. */
export function onDevice(device: string, parameter: string): string {
  return `net/ipv4/conf/${device}/${parameter}`;
}

/** Names without doubles, sorted. */
export function distinct(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort(compareText);
}
