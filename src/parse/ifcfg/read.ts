import { hostPrefix, parseCidr, parseIp, prefixOfNetmask, type Cidr, type Ip } from '../../base/ip.ts';
import type { SourceText } from '../../base/text.ts';
import { linesOf, lookAlike, spanIn, trimmed, type Line } from '../lines.ts';
import { metricOf, routeMtu } from '../network.ts';
import { readShellAssigns, type ShellAssign } from '../shell-assign.ts';
import type { Statement } from '../statement.ts';
import { isPlainName, modelledNames } from './names.ts';

/** One statement of an ifcfg-, route-, rule- or routes file, or of /etc/sysconfig/network. */
export type IfcfgStatement =
  | ShellAssign
  | (Statement & { readonly kind: 'route'; readonly to: 'default' | Cidr; readonly via?: Ip; readonly device?: string; readonly table?: string; readonly mtu?: number; readonly metric?: number });

/** Reads a file of RHEL's /etc/sysconfig/network-scripts or SUSE's /etc/sysconfig/network, by its name. */
export function readIfcfg(source: SourceText): readonly IfcfgStatement[] {
  const name = source.file.slice(source.file.lastIndexOf('/') + 1);
  if (/^rule6?-/.test(name)) return linesOf(source).map((line) => readRule(source, line));
  const suse = /^(?:routes|ifroute-.*)$/.test(name);
  if (suse || (/^route6?-/.test(name) && !/^\s*ADDRESS\d+=/m.test(source.text))) return linesOf(source).map((line) => readRoute(source, line, suse, name.startsWith('route6-')));
  // A variable of the owner's own that the file itself uses is no misspelt setting.
  const used = new Set([...source.text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((match) => match[1]!));
  return readShellAssigns(source).map((statement) => judge(statement, used));
}

/** The state of an assignment: whether it is known, and whether its value is one. */
function judge(statement: ShellAssign, used: ReadonlySet<string>): ShellAssign {
  if (statement.kind !== 'assign' || statement.state === 'wrong') return statement;
  const { name, value } = statement;
  if (!modelledNames.test(name)) return isPlainName(name) || used.has(name) ? { ...statement, state: 'ignored' } : { ...statement, state: 'unread', note: `${name} is no setting that is known here` };
  if (value === undefined || value === '') return statement;
  const odd = lookAlike(value);
  const wrong = (what: string): ShellAssign => ({ ...statement, state: 'wrong', note: `'${value}' is no ${what}${odd ? ` (it holds ${odd}, which only looks like an ASCII character)` : ''}` });
  const { text } = trimmed(value);
  if (/^IPADDR/.test(name) && !parseCidr(text, 'host')) return wrong('address');
  if (/^(?:ADDRESS|BROADCAST)/.test(name) && !parseIp(text) && !/^[+-]$/.test(text)) return wrong('address');
  if (/^GATEWAY\d*$/.test(name) && !parseIp(text)) return wrong('address');
  if (/^NETMASK/.test(name) && prefixOfNetmask(text) === undefined) return wrong('netmask');
  if (/^PREFIX/.test(name) && !(/^\d{1,3}$/.test(text) && Number(text) <= (name.startsWith('PREFIXLEN') ? 128 : 32))) return wrong('prefix length');
  if (name === 'IPV6ADDR' && parseCidr(text, 'host')?.ip.family !== 6) return wrong('IPv6 address');
  if (name === 'IPV6ADDR_SECONDARIES' && text.split(/\s+/).some((item) => parseCidr(item, 'host')?.ip.family !== 6)) return wrong('list of IPv6 addresses');
  if (name === 'IPV6_DEFAULTGW' && !parseIp(text.replace(/%.*$/, ''))) return wrong('IPv6 address');
  return statement;
}

function readRule(source: SourceText, line: Line): IfcfgStatement {
  const body = trimmed(line.text);
  const at = spanIn(source, line, body.from, body.to);
  if (body.text === '' || body.text.startsWith('#')) return { kind: 'none', at, state: 'ignored' };
  return { kind: 'none', at, state: 'partly', note: 'policy rules are not followed' };
}

/** A line of route-DEVICE (arguments of `ip route add`) or of SUSE's routes (DESTINATION GATEWAY NETMASK DEVICE). */
function readRoute(source: SourceText, line: Line, suse: boolean, six: boolean): IfcfgStatement {
  const body = trimmed(line.text.replace(/(^|[ \t])#.*$/, '$1'));
  const at = spanIn(source, line, body.from, body.to);
  const words = body.text === '' ? [] : body.text.split(/[ \t]+/);
  if (words.length === 0) return { kind: 'none', at: spanIn(source, line), state: 'ignored' };
  const route = suse ? suseRoute(words) : ipRoute(words, six);
  return typeof route === 'string' ? { kind: 'none', at, state: 'wrong', note: route } : { kind: 'route', at, ...route };
}

type RouteParts = Omit<Extract<IfcfgStatement, { kind: 'route' }>, 'at' | 'kind'>;

/** Destination and arguments of `ip route add`. A string: why it is none. */
export function ipRoute(words: readonly string[], six = false): RouteParts | string {
  let rest = words;
  if (/^(?:unicast|local|to)$/.test(rest[0] ?? '')) rest = rest.slice(1);
  if (/^(?:blackhole|unreachable|prohibit|throw|broadcast|multicast|nat)$/.test(rest[0] ?? '')) return `a route of type ${rest[0]} is not modelled`;
  const target = rest[0] === 'default' || rest[0] === '0/0' || rest[0] === '::/0' ? 'default' : parseCidr(rest[0] ?? '', 'host');
  if (!target) return `'${rest[0]}' is no network`;
  const to = target !== 'default' && target.prefix === 0 ? 'default' : target;
  const named = (word: string): string | undefined => {
    const index = rest.indexOf(word, 1);
    return index < 0 ? undefined : rest[index + 1];
  };
  const gateway = named('via') === 'inet6' || named('via') === 'inet' ? rest[rest.indexOf('via') + 2] : named('via');
  const via = gateway === undefined ? undefined : parseIp(gateway);
  if (gateway !== undefined && !via) return `'${gateway}' is no gateway`;
  const device = named('dev');
  const table = named('table');
  const size = (word: string): string | undefined => (named(word) === 'lock' ? rest[rest.indexOf(word, 1) + 2] : named(word));
  const metric = metricOf(named('metric'));
  const mtu = routeMtu(size('mtu'), size('advmss'), via?.family ?? (target === 'default' ? (six ? 6 : 4) : target.ip.family));
  if (to === 'default' && six && !via && !device) return 'a default route needs a gateway or a device';
  return { to, ...(via ? { via } : {}), ...(device ? { device } : {}), ...(table ? { table } : {}), ...(mtu !== undefined ? { mtu } : {}), ...(metric !== undefined ? { metric } : {}), state: named('nexthop') ? 'partly' : 'modelled', ...(named('nexthop') ? { note: 'of several next hops none is taken' } : {}) };
}

function suseRoute(words: readonly string[]): RouteParts | string {
  const [destination, gateway = '-', netmask = '-', device = '-', ...options] = words;
  const mask = netmask === '-' ? undefined : prefixOfNetmask(netmask);
  if (netmask !== '-' && mask === undefined) return `'${netmask}' is no netmask`;
  const target = destination === 'default' ? 'default' : parseCidr(destination!, 'host');
  if (!target) return `'${destination}' is no network`;
  const via = gateway === '-' ? undefined : parseIp(gateway);
  if (gateway !== '-' && !via) return `'${gateway}' is no gateway`;
  const cidr = target === 'default' ? target : { ip: target.ip, prefix: mask ?? (destination!.includes('/') ? target.prefix : hostPrefix(target.ip)) };
  const table = options[options.indexOf('table') + 1];
  return { to: cidr !== 'default' && cidr.prefix === 0 ? 'default' : cidr, ...(via ? { via } : {}), ...(device !== '-' ? { device } : {}), ...(options.includes('table') && table ? { table } : {}), state: 'modelled' };
}
