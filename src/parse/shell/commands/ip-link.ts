import type { Effect } from '../../../model/script.ts';
import type { Arg } from '../words.ts';
import { abbreviates, deviceOf, textOf, type Cursor } from './invocation.ts';
import { eachKeyword } from './ip.ts';
import { madeLink } from './ip-tunnel.ts';

const valuedWords = /^(address|broadcast|brd|mtu|txqueuelen|txqlen|qlen|name|index|master|netns|alias|type|arp|multicast|allmulticast|promisc|dynamic|trailers|group|xdp|mode|state|numtxqueues|numrxqueues|gso_max_size|link|addrgenmode|protodown|altname|property)$/;

/** The size that a word gives a device. */
export function mtuOf(device: string | undefined, word: Arg): Effect {
  const text = textOf(word);
  return { kind: 'mtu', device, mtu: text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined };
}

/** `ip link set [dev] DEVICE up|down|mtu SIZE`, `ip link del DEVICE`. `ip link add`: see ip-tunnel.ts. */
export function ipLink(words: Cursor): readonly Effect[] {
  const verb = textOf(words.next());
  const sets = verb !== undefined && abbreviates(verb, 'set');
  if (verb !== undefined && verb !== '' && abbreviates(verb, 'add')) return madeLink(words);
  const deletes = verb !== undefined && abbreviates(verb, 'delete');
  if (!sets && !deletes) return [];
  let device: Arg | undefined;
  let mtu: Arg | undefined;
  let up: boolean | undefined = deletes ? false : undefined;
  eachKeyword(words, (word, arg) => {
    if (word === 'dev') device = words.value();
    else if (word === 'up') up = true;
    else if (word === 'down') up = false;
    else if (word === 'mtu') mtu = words.value();
    else if (valuedWords.test(word)) words.value();
    else if (word !== 'nomaster') device ??= arg;
  });
  const name = deviceOf(device).device;
  return [...(mtu ? [mtuOf(name, mtu)] : []), ...(up === undefined ? [] : [{ kind: 'link' as const, device: name, up }])];
}
