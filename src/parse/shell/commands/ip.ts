import type { Effect } from '../../../model/script.ts';
import { knownText } from '../value.ts';
import type { Arg } from '../words.ts';
import { abbreviates, cursor, plainArg, textOf, type Cursor, type Invocation } from './invocation.ts';
import { ipAddress } from './ip-address.ts';
import { ipLink } from './ip-link.ts';
import { ipRoute } from './ip-route.ts';
import { ipRule } from './ip-rule.ts';
import { ipTunnel } from './ip-tunnel.ts';

const objects = ['address', 'addrlabel', 'maddress', 'route', 'rule', 'neighbor', 'neighbour', 'ntable', 'ntbl', 'link', 'l2tp', 'fou', 'ila', 'macsec', 'tunnel', 'tunl', 'tuntap', 'tap', 'token', 'tcpmetrics', 'monitor', 'xfrm', 'mroute', 'mrule', 'netns', 'netconf', 'vrf', 'sr', 'nexthop', 'help', 'stats'] as const;

/** ip(8): options, then an object that may be abbreviated. The first in iproute2's own order wins (`ip.c: cmds[]`). */
export function ip(call: Invocation): readonly Effect[] {
  return understandIp(call.words.slice(1), call, 0);
}

function understandIp(given: readonly Arg[], call: Invocation, depth: number): readonly Effect[] {
  const words = cursor(given);
  let family: 4 | 6 = 4;
  for (let word = words.peek(); word && word.partial.startsWith('-'); word = words.peek()) {
    words.next();
    const option = word.partial.replace(/^--?/, '');
    if (option === '6') family = 6;
    if (/^(?:f|fa|fam|fami|famil|family)$/.test(option)) family = textOf(words.next()) === 'inet6' ? 6 : 4;
    else if (/^(l|loops|n|netns|rcvbuf|rc)$/.test(option)) words.next();
    else if (/^(b|ba|bat|batc|batch)$/.test(option)) return depth > 0 ? [] : batch(words.next(), call);
  }
  const object = textOf(words.next());
  if (object === undefined || object === '') return [];
  switch (objects.find((name) => abbreviates(object, name))) {
    case 'address':
      return ipAddress(words);
    case 'link':
      return ipLink(words);
    case 'route':
      return ipRoute(words);
    case 'rule':
      return ipRule(words, family);
    case 'tunnel':
    case 'tunl':
      return ipTunnel(words, family);
    default:
      return [];
  }
}

/** `ip -batch FILE`: one command a line. */
function batch(file: Arg | undefined, call: Invocation): readonly Effect[] {
  const name = textOf(file);
  const text = name === undefined ? undefined : name === '-' ? knownText(call.input()) : call.read(name);
  if (!file || text === undefined) return [];
  return text.split('\n').slice(0, 2_000).flatMap((line) => {
    const words = line.replace(/#.*/, '').trim().split(/\s+/).filter(Boolean);
    return words.length === 0 ? [] : understandIp(words.map((word) => plainArg(word, file.at)), call, 1);
  });
}

/** Reads `keyword value` pairs up to the end. `take` says whether it knows the word. */
export function eachKeyword(words: Cursor, take: (word: string, arg: Arg) => void): void {
  for (let arg = words.value(); arg; arg = words.value()) {
    if (arg.gone && arg.variables.length === 0) continue;
    take(arg.gone ? '' : (textOf(arg) ?? ''), arg);
  }
}
