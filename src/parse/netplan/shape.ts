import { parseCidr, parseIp } from '../../base/ip.ts';
import type { YamlStatement } from '../yaml.ts';
import { groups } from './groups.ts';

type Said = Extract<YamlStatement, { kind: 'entry' | 'open' }>;

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const lists = words('addresses routes routing-policy interfaces link-local optional-addresses');
const maps = words('match nameservers parameters dhcp4-overrides dhcp6-overrides access-points auth openvswitch');
const flags = words('accept-ra critical dhcp4 dhcp6 optional ignore-carrier emit-lldp wakeonlan ipv6-privacy hairpin generic-receive-offload large-receive-offload receive-checksum-offload transmit-checksum-offload tcp-segmentation-offload tcp6-segmentation-offload generic-segmentation-offload');
const numbers = words('mtu ipv6-mtu id ttl');
const routeKeys = words('to via from on-link scope type table metric mtu congestion-window advertised-receive-window advertised-mss');
const routeNumbers = words('metric mtu table congestion-window advertised-receive-window advertised-mss');

/** What `netplan generate` refuses of each statement, by its place in the list: maps, lists, numbers and yes or no where others are wanted (`parse.c` of netplan 0.106). One of them lets it write nothing. */
export function shapeFaults(statements: readonly YamlStatement[]): ReadonlyMap<YamlStatement, string> {
  const faults = new Map<YamlStatement, string>();
  const said = statements.filter((one): one is Said => one.kind !== 'none');
  const followed = new Set(statements.filter((_, at) => statements[at + 1]?.state !== 'unread'));
  for (const [at, one] of said.entries()) {
    const next = said[at + 1];
    // What stands below comes next; a line that is not followed may hold it.
    const has = next !== undefined && next.path.length > one.path.length && one.path.every((part, index) => next.path[index] === part);
    const fault = faultOf(one, has, next);
    if (fault !== undefined && followed.has(one)) faults.set(one, fault);
  }
  for (const [route, keys] of routesOf(said)) if (/^(?:default|0\.0\.0\.0\/0|::\/0)$/.test(keys.get('to')?.value ?? '') && !keys.has('via') && !keys.has('scope') && !keys.has('type')) faults.set(keys.get('to')!, `route ${route} has no via`);
  return faults;
}

function routesOf(said: readonly Said[]): ReadonlyMap<string, Map<string, Said>> {
  const routes = new Map<string, Map<string, Said>>();
  for (const one of said) {
    if (one.path[3] !== 'routes' || one.path.length < 6) continue;
    const id = `${Number(one.path[4]) + 1} of ${one.path[2]}`;
    routes.set(id, (routes.get(id) ?? new Map<string, Said>()).set(one.path[5]!, one));
  }
  return routes;
}

function faultOf(one: Said, has: boolean, next: Said | undefined): string | undefined {
  const { kind, path, value } = one;
  const [top, group, , setting, , inner] = path;
  const last = path.at(-1)!;
  if (top !== 'network') return undefined;
  const empty = kind === 'open' && !has && one.valueAt.column === one.valueAt.endColumn && one.valueAt.line === one.valueAt.endLine;
  const wants = (shape: 'map' | 'list'): string | undefined => {
    if (kind === 'entry' || empty) return `${last} wants a ${shape}`;
    const child = next && next.path.length > path.length ? next.path[path.length] : undefined;
    return child !== undefined && shape === 'list' && !/^\d+$/.test(child) ? `${last} wants a list` : child === '0' && shape === 'map' ? `${last} wants a map` : undefined;
  };
  if (path.length === 1) return wants('map');
  if (group === 'version') return value === '2' ? undefined : 'only version 2 is known to netplan';
  if (group === 'renderer') return path.length > 2 || /^(?:networkd|NetworkManager|sriov)$/.test(value) ? undefined : `'${value}' is no renderer`;
  if (!groups.includes(group!)) return undefined;
  if (path.length < 4) return wants('map');
  if (path.length === 4) {
    if (setting === 'renderer') return /^(?:networkd|NetworkManager|sriov)$/.test(value) ? undefined : `'${value}' is no renderer`;
    if (lists.has(setting!)) return wants('list');
    if (maps.has(setting!)) return wants('map');
    if (flags.has(setting!) && !(kind === 'entry' && /^(?:true|on|yes|y|false|off|no|n)$/i.test(value))) return `${setting} wants yes or no`;
    if (numbers.has(setting!) && !/^\d+$/.test(value)) return `${setting} wants a number`;
    if (/^gateway[46]$/.test(setting!) && value === '') return `${setting} wants an address`;
    if (group === 'tunnels' && /^(?:local|remote)$/.test(setting!) && !parseIp(value)) return `'${value}' is no address`;
    if (kind === 'open' && has && setting !== 'peer' && setting !== 'keys' && setting !== 'key' && setting !== 'peers') return `${setting} wants a value`;
    return undefined;
  }
  if (setting === 'addresses') {
    if (empty && path.length === 5) return 'an item is empty';
    if (path.length === 6 && (!last.includes('/') || !parseCidr(last))) return `'${last}' is no address with a prefix length`;
    if (path.length === 7 && last === 'lifetime' && !/^(?:0|forever)$/.test(value)) return `'${value}' is no lifetime`;
    if (path.length === 7 && last !== 'lifetime' && last !== 'label') return `${last} is no option of an address`;
    return path.length === 6 && empty ? `${last} wants a map` : undefined;
  }
  if (setting === 'routes') {
    if (path.length === 5) return wants('map');
    if (!routeKeys.has(inner!)) return `${inner} is no key of a route`;
    return routeNumbers.has(inner!) && kind === 'entry' && !/^\d+$/.test(value) ? `${inner} wants a number` : undefined;
  }
  if (setting === 'nameservers' && path.length === 5) return /^(?:search|addresses)$/.test(last) ? wants('list') : `${last} is no key of nameservers`;
  if (setting === 'match' && path.length === 5) return /^(?:name|driver|macaddress)$/.test(last) ? undefined : `${last} is no key of match`;
  return undefined;
}
