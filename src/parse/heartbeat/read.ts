import { hostPrefix, parseIp, prefixOfNetmask } from '../../base/ip.ts';
import type { SourceText } from '../../base/text.ts';
import type { HeartbeatAddress, HeartbeatResource } from '../../model/heartbeat.ts';
import { linesOf, spanIn, type Line } from '../lines.ts';
import { hasPlaces } from '../places.ts';
import type { Statement } from '../statement.ts';

/**
 * A line of haresources: the node (`node` of the first line of a group) and the resources on it. `more`: the group goes on in the next line. A line of ha.cf says but one thing here: whether the CRM, which does not look at haresources, has the resources.
 */
export type HeartbeatStatement = Statement &
  (
    | { readonly kind: 'resources'; readonly node?: string; readonly resources: readonly HeartbeatResource[]; readonly more: boolean }
    | { readonly kind: 'crm'; readonly on: boolean }
    | { readonly kind: 'none' }
  );

/** Reads /etc/ha.d/haresources, or ha.cf. Never throws. */
export function readHeartbeat(source: SourceText): readonly HeartbeatStatement[] {
  if (/(?:^|\/)ha\.cf$/.test(source.file)) return linesOf(source).map((line) => readHaCf(source, line));
  let inner = false;
  return linesOf(source).map((line): HeartbeatStatement => {
    const text = line.text.replace(/#.*/s, '');
    const more = /\\[ \t]*$/.test(text);
    const words = [...text.replace(/\\[ \t]*$/, '').matchAll(/\S+/g)];
    if (words.length === 0) {
      inner &&= more;
      return { kind: 'none', at: spanIn(source, line), state: 'ignored' };
    }
    const first = words[0]!;
    const at = spanIn(source, line, first.index, words.at(-1)!.index + words.at(-1)![0].length);
    const begins = !inner;
    inner = more;
    // A template fills such a line; which addresses are on it is not known.
    if (hasPlaces(text)) return { kind: 'none', at, state: 'partly', note: 'a template fills it' };
    const resources = words.slice(begins ? 1 : 0).map((word) => resourceOf(source, line, word[0], word.index));
    const unknown = resources.find(({ name, address }) => /^(?:IPaddr2?|IPv6addr)$/.test(name) && !address);
    return { kind: 'resources', at, ...(begins && { node: first[0] }), resources, more, ...(unknown ? { state: 'partly', note: `'${unknown.args.join('::')}' is no address` } : { state: 'modelled' }) };
  });
}

function readHaCf(source: SourceText, line: Line): HeartbeatStatement {
  const [, name, value = ''] = /^[ \t]*([A-Za-z]\w*)(?:[ \t]+(.*?))?[ \t]*(?:#.*)?$/s.exec(line.text) ?? [];
  const at = spanIn(source, line);
  return name === 'crm' || name === 'pacemaker' ? { kind: 'crm', at, on: !/^(?:no|off|false|n|0)$/i.test(value), state: 'modelled' } : { kind: 'none', at, state: 'ignored' };
}

function resourceOf(source: SourceText, line: Line, text: string, from: number): HeartbeatResource {
  const at = spanIn(source, line, from, from + text.length);
  // IPv6 addresses hold :: themselves; only behind IPv6addr:: do they stand.
  const six = /^IPv6addr::(.*)$/.exec(text);
  const bare = /^\d+\.\d+\.\d+\.\d+(?:\/|$)/.test(text);
  const [name = '', ...args] = six ? ['IPv6addr', six[1]!] : bare ? ['IPaddr', text] : text.split('::');
  if (!/^(?:IPaddr2?|IPv6addr)$/.test(name)) return { name, args, at };
  const begin = text.indexOf(args[0] ?? '', bare ? 0 : name.length);
  const address = args[0] === undefined ? undefined : addressOf(args[0], (start, end) => spanIn(source, line, from + begin + start, from + begin + end));
  return { name, args, at, ...(address && { address }) };
}

/** `ip[/mask][/device][/broadcast]`: what stands behind the mask is told apart by its form, as heartbeat's IPaddr does. */
function addressOf(text: string, spanOf: (from: number, to: number) => HeartbeatResource['at']): HeartbeatAddress | undefined {
  const parts = text.split('/');
  const ip = parseIp(parts[0]!);
  if (!ip) return undefined;
  let address: HeartbeatAddress = { ip };
  let from = parts[0]!.length + 1;
  for (const part of parts.slice(1)) {
    const span = spanOf(from, from + part.length);
    from += part.length + 1;
    if (part === '') continue;
    if (/^\d{1,3}$/.test(part) && Number(part) <= hostPrefix(ip)) address = { ...address, prefix: Number(part) };
    else if (parseIp(part)) {
      const prefix = prefixOfNetmask(part);
      address = prefix !== undefined && /^255\./.test(part) ? { ...address, prefix } : { ...address, broadcast: part };
    } else if (/^[A-Za-z][\w.:-]*$/.test(part)) address = { ...address, device: { value: part, at: span } };
    else return undefined;
  }
  return address;
}
