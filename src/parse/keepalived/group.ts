import { parseIp, type Ip } from '../../base/ip.ts';
import type { Service } from '../../model/service.ts';
import type { Protocol } from '../../model/words.ts';
import { standsOpen, type ScanWord } from './scan.ts';
import { numberIn, type Node } from './tree.ts';

interface GroupEntry {
  readonly key: Service['key'];
  readonly vips: readonly Ip[];
}

/** Larger ranges stand for their first address. */
const maxRange = 256;

/** Entries of a virtual_server_group: addresses with ports, ranges (`10.0.0.1-5 80`), networks, marks. What is none is left out, as keepalived does. */
export function groupEntries(group: Node, protocol: Protocol, family: 4 | 6): readonly GroupEntry[] {
  return group.children.flatMap(({ words }): readonly GroupEntry[] => {
    if (words[0]!.text === 'fwmark') {
      const mark = numberIn(words[1], 1, 4294967295);
      return mark === undefined ? [] : [{ key: { by: 'fwmark' as const, mark, family: words[2]?.text === 'inet6' ? (6 as const) : words[2]?.text === 'inet' ? (4 as const) : family }, vips: [] }];
    }
    const port = words[1] === undefined ? 0 : numberIn(words[1], 0, 65535);
    if (port === undefined) return [];
    return addressesIn(words[0]!.text).map((vip) => ({ key: { by: 'address' as const, protocol, vip, port }, vips: [vip] }));
  });
}

/** The word of an entry for which keepalived passes over it, and why. */
export function entryFault(words: readonly ScanWord[]): { readonly word: ScanWord; readonly note: string } | undefined {
  const [first, second] = words;
  if (!first || words.some(({ text }) => standsOpen(text) || text.startsWith('@'))) return undefined;
  if (first.text === 'fwmark') return numberIn(second, 0, 4294967295) === undefined ? { word: second ?? first, note: second ? 'it is no mark, and keepalived passes over the entry' : 'no mark follows it, and keepalived passes over the entry' } : undefined;
  if (addressesIn(first.text).length === 0) return { word: first, note: 'it is neither an address nor a range of addresses, and keepalived passes over the entry' };
  return second && numberIn(second, 1, 65535) === undefined ? { word: second, note: 'keepalived takes 1 to 65535 for a port, and passes over the entry' } : undefined;
}

function addressesIn(text: string): readonly Ip[] {
  const whole = parseIp(text);
  if (whole) return [whole];
  const range = /^(\d+\.\d+\.\d+\.)(\d+)-(?:\1)?(\d+)$/.exec(text);
  if (range) {
    const from = Number(range[2]);
    const to = Number(range[3]);
    if (to < from || to > 255 || to - from >= maxRange) return [];
    return Array.from({ length: to - from + 1 }, (_, index) => parseIp(`${range[1]}${from + index}`)).filter((ip) => ip !== undefined);
  }
  const first = parseIp(/^[^/-]+/.exec(text)?.[0] ?? '');
  return first ? [first] : [];
}
