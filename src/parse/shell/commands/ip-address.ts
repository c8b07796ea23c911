import { parseCidr } from '../../../base/ip.ts';
import type { AddressEffect, Effect } from '../../../model/script.ts';
import type { Arg } from '../words.ts';
import { abbreviates, deviceOf, textOf, type Cursor } from './invocation.ts';
import { eachKeyword } from './ip.ts';

const verbs = ['add', 'change', 'chg', 'replace', 'delete', 'show', 'lst', 'list', 'flush', 'save', 'restore', 'showdump', 'help'] as const;
const flagWords = /^(home|nodad|mngtmpaddr|noprefixroute|autojoin|optimistic|permanent|dynamic|secondary|primary|tentative|deprecated|dadfailed|temporary|up)$/;
const valuedWords = /^(peer|remote|anycast|valid_lft|preferred_lft|metric|priority|preference|proto|master|vrf|type)$/;

/** `ip address add|change|replace|del|flush`. An address without a prefix length is a host's: /32 or /128 (`ipaddress.c: ipaddr_modify()`). */
export function ipAddress(words: Cursor): readonly Effect[] {
  const written = textOf(words.next());
  const verb = written === undefined || written === '' ? undefined : verbs.find((name) => abbreviates(written, name));
  if (verb === 'flush') return [flush(words)];
  if (verb !== 'add' && verb !== 'change' && verb !== 'chg' && verb !== 'replace' && verb !== 'delete') return [];
  let address: Arg | undefined;
  let device: Arg | undefined;
  let label: string | undefined;
  let broadcast: string | undefined;
  let scope: string | undefined;
  let noDad: true | undefined;
  eachKeyword(words, (word, arg) => {
    if (word === 'dev') device = words.value();
    else if (abbreviates(word, 'label', 2)) label = textOf(words.value());
    else if (word === 'brd' || abbreviates(word, 'broadcast', 2)) broadcast = textOf(words.value());
    else if (abbreviates(word, 'scope', 2)) scope = textOf(words.value());
    else if (abbreviates(word, 'local', 2)) address = words.value();
    else if (valuedWords.test(word)) words.value();
    else if (word === 'nodad') noDad = true;
    else if (!flagWords.test(word)) address ??= arg;
  });
  const place = deviceOf(device);
  return [{ ...placed(place.device, label, address), does: verb === 'delete' ? 'remove' : 'add', ...(broadcast && broadcast !== '' && { broadcast }), ...(scope && { scope }), ...(noDad ? { noDad } : {}) }];
}

function placed(device: string | undefined, label: string | undefined, address: Arg | undefined): AddressEffect {
  const cidr = parseCidr(textOf(address) ?? '', 'host');
  const slash = address?.partial.indexOf('/') ?? -1;
  // `$VIP/32` with an unknown VIP: the length is known all the same.
  const tail = slash < 0 ? undefined : /^\d{1,3}$/.exec(address!.partial.slice(slash + 1))?.[0];
  return {
    kind: 'address', does: 'add', device, ...(label !== undefined && label !== '' && { label }), ip: cidr?.ip, ...(address && { ipWord: address }),
    prefix: cidr ? cidr.prefix : tail === undefined ? undefined : Number(tail), prefixWritten: slash >= 0, tool: 'ip',
  };
}

function flush(words: Cursor): AddressEffect {
  let device: Arg | undefined;
  let address: Arg | undefined;
  let label: string | undefined;
  eachKeyword(words, (word, arg) => {
    if (word === 'dev') device = words.value();
    else if (word === 'to') address = words.value();
    else if (abbreviates(word, 'label', 2)) label = textOf(words.value());
    else if (abbreviates(word, 'scope', 2) || valuedWords.test(word)) words.value();
    else if (!flagWords.test(word)) device ??= arg;
  });
  return { ...placed(deviceOf(device).device, label, address), does: 'flush' };
}
