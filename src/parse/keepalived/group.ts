import { parseIp, type Ip } from '../../base/ip.ts';
import type { Service } from '../../model/service.ts';
import type { Protocol } from '../../model/words.ts';
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
