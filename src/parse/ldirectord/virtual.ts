import type { LdirectordVirtual } from '../../model/ldirectord.ts';
import type { Check } from '../../model/managed.ts';
import type { Service } from '../../model/service.ts';
import { portNamed } from '../ports.ts';
import type { LdirectordStatement } from './read.ts';

/** A directive. */
export type SetLine = Extract<LdirectordStatement, { kind: 'set' }>;

/** The line of a directive that counts: the last of some names. */
export function last(lines: readonly SetLine[], ...names: readonly string[]): SetLine | undefined {
  return lines.filter((line) => names.includes(line.name)).at(-1);
}

/** How a virtual is checked, and what of it is nobody's business. */
export function virtualOf(head: SetLine, { key, destinations }: Service, own: readonly SetLine[], globals: readonly SetLine[], forks: boolean): LdirectordVirtual {
  const { name } = checkOf(own, head, key);
  const connects = !negotiating.has(name);
  const names = connects ? ['checktimeout', 'negotiatetimeout'] : ['negotiatetimeout', 'checktimeout'];
  const timeout = [own, globals].flatMap((lines) => names.map((one) => last(lines, one))).find((line) => line !== undefined);
  const interval = (forks ? last(own, 'checkinterval') : undefined) ?? last(globals, 'checkinterval');
  return {
    key, at: head.at, servers: destinations.length,
    ...(interval ? { interval: { value: numberOf(interval), at: interval.at } } : {}),
    ...(timeout && !['none', 'on', 'off'].includes(name) ? { timeout: { value: numberOf(timeout), at: timeout.at, name: timeout.name } } : {}),
    secrets: secretsOf(own),
  };
}

const negotiating = new Set(['negotiate', 'none']);

/** The word of a value that counts: the first. */
function wordOf(line: SetLine): string {
  return /[\w-]+/.exec(line.value)?.[0] ?? line.value;
}

function numberOf(line: SetLine): number {
  return Number(/\d+/.exec(line.value)?.[0] ?? 0);
}

function secretsOf(own: readonly SetLine[]): LdirectordVirtual['secrets'] {
  const anonymous = last(own, 'service')?.value === 'ftp' && /^"?(?:anonymous|ftp)?"?$/i.test(last(own, 'login')?.value ?? '');
  return own.flatMap((line) => {
    const value = /^"(.+)"$/.exec(line.value)?.[1];
    if (value === undefined || !(line.name === 'secret' || (line.name === 'passwd' && !anonymous))) return [];
    // What stands for a value in a template or a manual is none.
    return /^\s*(?:<.*>|\{\{.*\}\}|\$\{?\w+\}?|%\w+%|x{3,}|\*+)\s*$/i.test(value) ? [] : [{ at: line.valueAt, name: line.name }];
  });
}

/** What ldirectord asks where no service is named, by port (`ldirectord: ld_port_to_service()`): of every other port, and of a mark, none. */
const asked: ReadonlySet<number> = new Set([21, 25, 53, 80, 110, 119, 143, 389, 443, 587, 636, 993, 995, 1521, 1812, 3128, 3306, 5060, 5432]);

/** The check of a virtual. A line that ldirectord refuses counts: something else than nothing was meant by it. */
export function checkOf(own: readonly SetLine[], head: SetLine, key: Service['key']): Check {
  const type = last(own, 'checktype');
  const service = last(own, 'service');
  const port = last(own, 'checkport');
  const name = type ? (/\d/.test(type.value) ? 'combined' : wordOf(type)) : 'negotiate';
  const none = name === 'negotiate' && (service ? wordOf(service) === 'none' : key.by === 'fwmark' || !asked.has(key.port));
  return { name: none ? 'none' : name, at: (none ? service : type)?.at ?? head.at, ...(port && portNamed(port.value) !== undefined ? { port: portNamed(port.value)!, portAt: port.valueAt } : {}) };
}
