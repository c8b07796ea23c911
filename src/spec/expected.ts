import { nearest } from '../base/text.ts';
import { choice, show, showWithType } from './show.ts';
import { resolved, type SchemaNode } from './schema.ts';

/** What a piece of the schema asks for, in words: `a whole number from 1 to 65535`. */
export function expected(node: SchemaNode): string {
  if (node.errorMessage !== undefined) return node.errorMessage.replace(/^Expected /, '').replace(/\.$/, '');
  if (node.enum) return choice(node.enum.map((word) => `"${word}"`));
  if (node.const !== undefined) return String(node.const);
  switch (node.type) {
    case 'integer':
      return node.minimum === undefined ? 'a whole number' : `a whole number from ${node.minimum} to ${node.maximum}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return node.title === undefined ? 'an array' : `an array (${node.title})`;
    case 'object':
      return node.title === undefined ? 'an object' : `an object (${node.title})`;
    default:
      return 'a string';
  }
}

/** Note for a value of the wrong kind. */
export function wrongType(value: unknown, node: SchemaNode): string {
  const hint = node.type === 'integer' && typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? `; write ${Number(value)} without quotes`
    : node.type === 'boolean' && (value === 'true' || value === 'false') ? `; write ${value} without quotes`
    : node.type === 'array' && (typeof value === 'string' || typeof value === 'number') ? '; put it in brackets'
    : '';
  return `found ${showWithType(value)}, expected ${expected(node)}${hint}`;
}

/** Note for a word that is none of those allowed. */
export function wrongWord(value: unknown, words: readonly string[]): string {
  const near = typeof value === 'string' ? nearestWord(value, words) : undefined;
  return `found ${show(value)}, expected ${choice(words.map((word) => `"${word}"`))}${near === undefined ? '' : `; did you mean "${near}"?`}`;
}

/** Note for a key that the schema has not. */
export function wrongKey(key: string, node: SchemaNode): string {
  const where = node.title === undefined ? '' : ` in a ${node.title === 'lvs-gen spec' ? 'spec' : node.title}`;
  const near = nearestKey(key, node);
  const keys = Object.keys(node.properties ?? {});
  return `found the unknown key ${show(key)}${where}, expected ${near === undefined ? `one of ${keys.join(', ')}` : `"${near}"`}`;
}

/** The key that an unknown one most likely means. */
export function nearestKey(key: string, node: SchemaNode): string | undefined {
  return nearestWord(key, Object.keys(node.properties ?? {}));
}

/** What a missing key would hold, in brackets; empty where that is an object or array of its own. */
export function missingKeys(keys: readonly string[], node: SchemaNode): string {
  const [only] = keys;
  const property = keys.length === 1 ? node.properties?.[only!] : undefined;
  const what = typeof property === 'object' ? `: ${expected(resolved(property))}` : '';
  return `found no ${choice(keys.map((key) => `"${key}"`), 'and no')}${node.title === undefined || node.title === 'lvs-gen spec' ? '' : ` in this ${node.title}`}, expected ${keys.length === 1 ? 'it' : 'them'}${what}`;
}

/** Words of other tools and of the house's own glossary, in lower case, and what they are called here. */
const otherWords: Readonly<Record<string, readonly string[]>> = {
  masq: ['nat'], masquerade: ['nat'], masquerading: ['nat'], '-m': ['nat'],
  gate: ['dr'], route: ['dr'], direct: ['dr'], 'direct-routing': ['dr'], gatewaying: ['dr'], dsr: ['dr'], '-g': ['dr'],
  ipip: ['ipip', 'tun'], tunnel: ['tunnel', 'tun'], tunneling: ['tunnel', 'tun'], '-i': ['tun'],
  loadbalancers: ['directors'], balancers: ['directors'], lbs: ['directors'], director: ['director', 'directors'],
  backends: ['realServers', 'destinations'], nodes: ['realServers', 'destinations'], servers: ['realServers', 'destinations'], upstreams: ['realServers', 'destinations'],
  members: ['destinations'], targets: ['destinations'], reals: ['destinations', 'realServers'], realserver: ['realServer', 'realServers', 'destinations'], realservers: ['realServers', 'destinations'],
  virtualservers: ['services'], virtual_servers: ['services'], listeners: ['services'], virtuals: ['services'],
  backend: ['realServer'], node: ['realServer'], server: ['realServer'], host: ['realServer'], target: ['realServer'],
  virtualip: ['vip'], virtual_ip: ['vip'], address: ['vip', 'rip', 'dip'], ip: ['vip', 'rip', 'dip'],
  mode: ['forwarding'], lvstype: ['forwarding'], lb_kind: ['forwarding'], lvs_method: ['forwarding'], method: ['forwarding'],
  algorithm: ['scheduler'], lb_algo: ['scheduler'], lvs_sched: ['scheduler'], algo: ['scheduler'],
  interface: ['device'], iface: ['device'], nic: ['device'], dev: ['device'],
  persistent: ['persistence'], persistence_timeout: ['persistence'], persistent_timeout: ['persistence'], sticky: ['persistence'],
  gw: ['gateway'], mark: ['fwmark'], ops: ['onePacket'], pe: ['engine'], virtual_router_id: ['syncId'], proto: ['protocol'],
};

function nearestWord(word: string, words: readonly string[]): string | undefined {
  const lower = word.slice(0, 100).toLowerCase();
  const known = Object.hasOwn(otherWords, lower) ? otherWords[lower]!.find((other) => words.includes(other)) : undefined;
  return known ?? nearest(word.slice(0, 100), words);
}
