import type { Span } from '../../base/origin.ts';
import { parseCidr, parseIp, prefixOfNetmask } from '../../base/ip.ts';
import { spanAt, type SourceText } from '../../base/text.ts';
import { linesOf, lookAlike, trimmed } from '../lines.ts';
import type { Statement } from '../statement.ts';

/** One statement of interfaces(5) of ifupdown. Options belong to the iface statement before them. */
export type InterfacesStatement = Statement &
  (
    | { readonly kind: 'auto'; readonly names: readonly string[]; /** The kernel's event brings it up, not `ifup -a`. */ readonly hotplug?: true }
    | { readonly kind: 'iface'; readonly name: string; readonly family: 4 | 6 | undefined; readonly method: string }
    | { readonly kind: 'option'; readonly name: string; readonly value: string }
    /** `commandAt`: the shell command, for `up`, `post-up` and `pre-up`. */
    | { readonly kind: 'command'; readonly name: string; readonly commandAt: { readonly from: number; readonly to: number } }
    | { readonly kind: 'source'; readonly path: string; readonly folder: boolean }
    | { readonly kind: 'none' }
  );

const plainOptions = /^(?:network|hwaddress|pointopoint|dstaddr|media|preferred-lifetime|accept_ra|accept-ra|autoconf|privext|dad-attempts|dad-interval|hostname|leasetime|leasehours|vendor|client|client-id|request_prefix|ll-attempts|ll-interval|provider|endpoint|local|ttl|tos|mode|dns-\S+|resolv-\S+|bridge[-_]\S+|bond[-_]\S+|vlan[-_]\S+|wpa-\S+|wireless-\S+|wireless_\S+|ethernet-\S+|link-\S+|offload-\S+|hardware-\S+|ethtool-\S+|ovs_\S+|vrrp\S*|alias|requires|slaves|script|map|stub|down|post-down|pre-down|unmanaged|openvpn|wireguard-\S+|mstpctl-\S+|tunnel-\S+|ucarp-\S+|xx-\S+|x-\S+)$/;

interface Logical {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Reads /etc/network/interfaces and the files that it sources. Lines that end in a backslash go on; a comment is a line of its own. */
export function readInterfaces(source: SourceText): readonly InterfacesStatement[] {
  const statements: InterfacesStatement[] = [];
  let within: 'iface' | 'mapping' | undefined;
  for (const line of logicalLines(source)) {
    const words = line.text.split(/[ \t\r\n\\]+/).filter((word) => word !== '');
    const at = spanAt(source, line.from, line.to);
    const none = (state: Statement['state'], note?: string): void => void statements.push({ kind: 'none', at, state, ...(note ? { note } : {}) });
    const [word, ...rest] = words;
    if (word === undefined || word.startsWith('#')) {
      none('ignored');
    } else if (word === 'auto' || word.startsWith('allow-')) {
      within = undefined;
      if (rest.length === 0) none('ignored');
      else if (word === 'auto' || word === 'allow-auto' || word === 'allow-hotplug') statements.push({ kind: 'auto', names: rest, at, state: 'modelled', ...(word === 'allow-hotplug' ? { hotplug: true } : {}) });
      else none('ignored');
    } else if (word === 'iface') {
      within = 'iface';
      statements.push(readIface(rest, at));
    } else if (word === 'source' || word === 'source-directory' || word === 'source-dir') {
      within = undefined;
      const path = (rest[0] ?? '').replace(/^\/+/, '');
      if (path === '') none('wrong', `${word} names no file`);
      else statements.push({ kind: 'source', path, folder: word !== 'source', at, state: 'modelled' });
    } else if (word === 'mapping' || word === 'no-auto-down' || word === 'no-scripts' || word === 'template' || word === 'rename') {
      within = word === 'mapping' ? 'mapping' : undefined;
      none('ignored');
    } else if (within === 'mapping') {
      none('ignored');
    } else if (within === undefined) {
      none('wrong', `'${word}' stands in no iface stanza`);
    } else {
      statements.push(readOption(source, line, word, rest, at));
    }
  }
  return statements;
}

function readIface(words: readonly string[], at: Span): InterfacesStatement {
  const [name, family, method] = words;
  if (name === undefined) return { kind: 'none', at, state: 'wrong', note: 'iface names no interface' };
  // ifupdown2 and ifupdown-ng take a stanza without family and method.
  if (family === undefined || family === 'inherits') return { kind: 'iface', name, family: undefined, method: 'static', at, state: 'modelled' };
  if (family !== 'inet' && family !== 'inet6') return { kind: 'iface', name, family: undefined, method: 'other', at, state: /^(?:can|ipx|link)$/.test(family) ? 'ignored' : 'wrong', ...(/^(?:can|ipx|link)$/.test(family) ? {} : { note: `'${family}' is no address family` }) };
  if (method === undefined) return { kind: 'none', at, state: 'wrong', note: 'iface names no method' };
  return { kind: 'iface', name, family: family === 'inet' ? 4 : 6, method, at, state: 'modelled' };
}

function readOption(source: SourceText, line: Logical, name: string, words: readonly string[], at: Span): InterfacesStatement {
  const value = words.join(' ');
  const none = (state: Statement['state'], note?: string): InterfacesStatement => ({ kind: 'none', at, state, ...(note ? { note } : {}) });
  if (name === 'up' || name === 'post-up' || name === 'pre-up') {
    if (words.length === 0) return none('wrong', `${name} has no command`);
    const from = line.from + name.length + /^[ \t\\\r\n]*/.exec(source.text.slice(line.from + name.length, line.to))![0].length;
    return { kind: 'command', name, commandAt: { from, to: line.to }, at, state: 'modelled' };
  }
  if (value === '') return plainOptions.test(name) ? none('ignored') : none('wrong', `${name} has no value`);
  const odd = lookAlike(value);
  const wrong = (what: string): InterfacesStatement => none('wrong', `'${value}' is no ${what}${odd ? ` (it holds ${odd}, which only looks like an ASCII character)` : ''}`);
  const option: InterfacesStatement = { kind: 'option', name, value, at, state: 'modelled' };
  switch (name) {
    case 'address':
      return parseCidr(value, 'host') ? option : wrong('address');
    case 'gateway':
      return parseIp(words[0]!) ? option : wrong('address');
    case 'netmask':
      return /^\d{1,3}$/.test(value) || prefixOfNetmask(value) !== undefined ? option : wrong('netmask');
    case 'broadcast':
    case 'scope':
    case 'mtu':
    case 'offload-lro':
    case 'metric':
    case 'mode':
    case 'endpoint':
    case 'local':
    case 'dad-attempts':
      return option;
    default:
      return plainOptions.test(name) ? none('ignored') : none('unread', `${name} is no option that is known here`);
  }
}

/** Lines with those that a backslash at the end continues, without the blanks around them. */
function logicalLines(source: SourceText): readonly Logical[] {
  const lines = linesOf(source);
  const result: Logical[] = [];
  for (let index = 0; index < lines.length; index++) {
    const first = lines[index]!;
    let last = first;
    while (last.text.endsWith('\\') && !/^[ \t]*#/.test(first.text) && index + 1 < lines.length) last = lines[++index]!;
    const start = source.lineStarts[first.number - 1]! + /^[ \t]*/.exec(first.text)![0].length;
    const end = Math.max(start, source.lineStarts[last.number - 1]! + trimmed(last.text).to);
    result.push({ from: start, to: end, text: source.text.slice(start, end) });
  }
  return result;
}

/**
 * The `pre-up`, `up` and `post-up` commands of a file as a shell script in which every command stands where it stands in the file, so that its places are true: all else is blanked,
 * and each stanza's own line sets IFACE.
 */
export function commandsOf(source: SourceText, statements: readonly InterfacesStatement[], wanted: (iface: string) => boolean): SourceText | undefined {
  const text = source.text.replace(/[^\n]/g, ' ').split('');
  const put = (from: number, piece: string): void => {
    for (let index = 0; index < piece.length; index++) text[from + index] = piece[index]!;
  };
  let iface = '';
  let any = false;
  for (const statement of statements) {
    if (statement.kind === 'iface') {
      iface = statement.name;
      const from = source.lineStarts[statement.at.line - 1]! + statement.at.column - 1;
      if (/^[A-Za-z0-9_.:-]+$/.test(iface)) put(from, `IFACE=${iface}`);
    } else if (statement.kind === 'command' && wanted(iface)) {
      put(statement.commandAt.from, source.text.slice(statement.commandAt.from, statement.commandAt.to));
      any = true;
    }
  }
  return any ? { ...source, text: text.join('') } : undefined;
}
