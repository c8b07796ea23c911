import type { Ip } from '../../../base/ip.ts';
import type { DeviceEffect, Effect } from '../../../model/script.ts';
import type { Arg } from '../words.ts';
import { abbreviates, deviceOf, ipOf, textOf, type Cursor } from './invocation.ts';

const valued = /^(?:key|ikey|okey|ttl|hoplimit|tos|tclass|dsfield|dev|encaplimit|flowlabel|6rd-prefix|6rd-relay_prefix|6rd-reset|encap|encap-sport|encap-dport|fwmark)$/;
const flags = /^(?:seq|iseq|oseq|csum|icsum|ocsum|no?pmtudisc|pmtudisc|external|allow-localremote|(?:no)?ignore-df|(?:no)?encap-(?:csum|udp6-csum|remcsum))$/;

/** What a tunnel's mode is to the kernel as a type: `ip tunnel add … mode ipip`, for -6 `mode ip6ip6`. */
const types: Readonly<Record<string, string>> = {
  ipip: 'ipip', 'ip/ip': 'ipip', 'any/ip': 'ipip', ipv4: 'ipip', gre: 'gre', 'gre/ip': 'gre', sit: 'sit', 'ipv6/ip': 'sit', isatap: 'sit', vti: 'vti',
  ip6ip6: 'ip6tnl', 'ipv6/ipv6': 'ip6tnl', ipip6: 'ip6tnl', 'ip/ipv6': 'ip6tnl', 'ip4ip6': 'ip6tnl', 'ipv4/ipv6': 'ip6tnl', any: 'ip6tnl', 'any/ipv6': 'ip6tnl', ip6gre: 'ip6gre', 'gre/ipv6': 'ip6gre', vti6: 'vti6',
};

/** `ip tunnel add NAME mode ipip remote A local B`. A link that is made is down until it is set up. */
export function ipTunnel(words: Cursor, family: 4 | 6): readonly Effect[] {
  const verb = textOf(words.next());
  if (verb === undefined || verb === '') return [];
  if (abbreviates(verb, 'delete')) return removed(words);
  if (!abbreviates(verb, 'add')) return [];
  return [ends(words, (mode) => types[mode] ?? (mode === 'any' && family === 6 ? 'ip6tnl' : undefined))];
}

/** `ip link add [link DEV] [dev] NAME … type TYPE …`: `words` behind the verb. */
export function madeLink(words: Cursor): readonly Effect[] {
  let device: Arg | undefined;
  let type: string | undefined;
  let named = false;
  for (let arg = words.value(); arg; arg = words.value()) {
    const word = arg.gone ? '' : (textOf(arg) ?? '');
    if (arg.gone && arg.variables.length === 0) continue;
    if (word === 'type') {
      type = textOf(words.value());
      break;
    }
    if (word === 'dev' || word === 'name') [device, named] = [words.value(), true];
    else if (/^(?:link|txqueuelen|txqlen|qlen|address|broadcast|brd|mtu|index|numtxqueues|numrxqueues|netns|group)$/.test(word)) words.value();
    else if (!named) device ??= arg;
  }
  const found = ends(words, () => undefined);
  return [{ ...found, device: deviceOf(device).device, type }];
}

/** The rest of a line: name, mode, remote and local address. */
function ends(words: Cursor, typeOf: (mode: string) => string | undefined): DeviceEffect {
  let device: Arg | undefined;
  let type: string | undefined;
  let remote: Ip | undefined;
  let local: Ip | undefined;
  for (let arg = words.value(); arg; arg = words.value()) {
    const word = arg.gone ? '' : (textOf(arg) ?? '');
    if (arg.gone && arg.variables.length === 0) continue;
    if (word === 'mode') type = typeOf(textOf(words.value()) ?? '');
    else if (word === 'name') device = words.value();
    else if (word === 'remote') remote = ipOf(words.value());
    else if (word === 'local') local = ipOf(words.value());
    else if (valued.test(word)) words.value();
    else if (!flags.test(word)) device ??= arg;
  }
  return { kind: 'device', device: deviceOf(device).device, type, ...(remote && { remote }), ...(local && { local }) };
}

function removed(words: Cursor): readonly Effect[] {
  const { device } = ends(words, () => undefined);
  return [{ kind: 'link', device, up: false }];
}
