import { classPrefix, hostPrefix, parseCidr, parseIp, prefixOfNetmask } from '../../../base/ip.ts';
import type { AddressEffect, Effect } from '../../../model/script.ts';
import { isKnown } from '../value.ts';
import type { Arg } from '../words.ts';
import { mtuOf } from './ip-link.ts';
import { cursor, deviceOf, textOf, type Cursor, type Invocation } from './invocation.ts';

const flags = /^-?(arp|promisc|allmulti|multicast|trailers|dynamic)$/;
const valued = new Set(['metric', 'txqueuelen', 'mem_start', 'io_addr', 'irq', 'media', 'keepalive', 'outfill', 'tunnel', 'pointopoint', 'dstaddr']);
const families = new Set(['inet', 'inet6', 'ax25', 'ddp', 'ipx', 'netrom', 'unix']);

interface Setting {
  /** Word with the address; gone when its variable is empty. */
  address?: Arg;
  netmask?: Arg;
  broadcast?: Arg;
  up?: boolean;
  readonly extra: Effect[];
  failed: boolean;
}

/**
 * ifconfig of net-tools: an address without a netmask takes its class's (`ifconfig.c`, INET_sprint of `lib/inet.c`); `eth0:1 … down` removes the alias and
 * its address; an address on a device brings the device up, on an alias it does not (`net/ipv4/devinet.c: devinet_ioctl()`).
 */
export function ifconfig(call: Invocation): readonly Effect[] {
  const words = cursor(call.words.slice(1));
  let first = words.next();
  while (first && /^-(a|s|v)$/.test(first.partial)) first = words.next();
  if (!first || !words.peekValue()) return [];
  const place = deviceOf(first);
  const setting = readSetting(words, place);
  const effects: Effect[] = [];
  if (setting.address) effects.push(addressOf(setting, place));
  else if (setting.netmask) effects.push({ kind: 'netmask', device: place.device, ...(place.label !== undefined && { label: place.label }), prefix: prefixOfNetmask(textOf(setting.netmask) ?? '') });
  effects.push(...setting.extra);
  if (setting.failed) return effects;
  if (setting.up === false) effects.push(place.alias ? removal(place) : { kind: 'link', device: place.device, up: false });
  else if (!place.alias && (setting.up || setting.address)) effects.push({ kind: 'link', device: place.device, up: true });
  return effects;
}

type Placed = ReturnType<typeof deviceOf>;

function removal(place: Placed): AddressEffect {
  return { kind: 'address', does: 'remove', device: place.device, ...(place.label !== undefined && { label: place.label }), ip: undefined, prefix: undefined, prefixWritten: false, tool: 'ifconfig' };
}

function readSetting(words: Cursor, place: Placed): Setting {
  const setting: Setting = { extra: [], failed: false };
  for (let word = words.value(); word; word = words.value()) {
    const text = textOf(word);
    if (word.gone) {
      // `ifconfig lo:0 $VIP …` with nothing in VIP: the place of the address stays empty.
      if (!setting.address && word.variables.length > 0) setting.address = word;
    } else if (text === 'up') setting.up = true;
    else if (text === 'down') setting.up = false;
    else if (text !== undefined && (flags.test(text) || families.has(text) || text === '-broadcast' || text === '-pointopoint')) continue;
    else if (text === 'netmask') setting.netmask = words.value() ?? word;
    else if (text === 'broadcast') {
      const value = words.peekValue();
      if (value && (value.gone || !isKnown(value.partial) || parseIp(value.partial))) setting.broadcast = words.value()!;
    } else if (text === 'hw') {
      words.next();
      words.next();
    } else if (text === 'mtu') {
      const size = words.value();
      if (size) setting.extra.push(mtuOf(place.device, size));
    } else if (text !== undefined && valued.has(text)) words.value();
    else if (text === 'add' || text === 'del') setting.extra.push(...extraAddress(text, words.value(), place));
    else if (text !== undefined && !parseCidr(text, 'host')) {
      // A name or a misspelt keyword: a host that is not found ends the command.
      setting.failed = true;
      break;
    } else if (!setting.address) setting.address = word;
  }
  return setting;
}

function addressOf(setting: Setting, place: Placed): AddressEffect {
  const { address, netmask, broadcast } = setting as Setting & { address: Arg };
  const text = textOf(address);
  const cidr = text?.includes('/') ? parseCidr(text) : undefined;
  const ip = cidr?.ip ?? (text === undefined ? undefined : parseIp(text));
  if (ip?.text === '0.0.0.0') return { kind: 'address', does: 'flush', device: place.device, ...(place.label !== undefined && { label: place.label }), ip: undefined, prefix: undefined, prefixWritten: false, tool: 'ifconfig' };
  const mask = textOf(netmask);
  const prefix = netmask ? (mask === undefined ? undefined : prefixOfNetmask(mask)) : (cidr?.prefix ?? (ip && (ip.family === 6 ? hostPrefix(ip) : classPrefix(ip))));
  const cast = textOf(broadcast);
  return {
    kind: 'address', does: 'add', device: place.device, ...(place.label !== undefined && { label: place.label }), ip, ipWord: address, prefix,
    prefixWritten: netmask !== undefined || address.partial.includes('/'), ...(cast !== undefined && cast !== '' && { broadcast: cast }), tool: 'ifconfig',
  };
}

/** `ifconfig eth0 add ADDRESS/PREFIX`, `del`. */
function extraAddress(verb: 'add' | 'del', word: Arg | undefined, place: Placed): readonly Effect[] {
  if (!word) return [];
  const cidr = parseCidr(textOf(word) ?? '', 'host');
  const written = word.partial.includes('/');
  const prefix = cidr && (written || cidr.ip.family === 6 ? cidr.prefix : classPrefix(cidr.ip));
  return [{ kind: 'address', does: verb === 'add' ? 'add' : 'remove', device: place.device, ip: cidr?.ip, ipWord: word, prefix, prefixWritten: written, tool: 'ifconfig' }];
}
