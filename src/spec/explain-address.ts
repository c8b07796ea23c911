import { isIP } from 'node:net';
import { isLoopback, networkOf, parseIp, prefixOfNetmask, showCidr, type Cidr, type Ip } from '../base/ip.ts';
import { isMapped } from './formats.ts';

/** Why a text is not the address that a format asks for, as the tail of a message (`; octet "010" …`); empty where nothing more can be said. `format` is one of formats.ts. */
export function explainAddress(text: string, format: string): string {
  const why = reason(text.slice(0, 200), format);
  return why === undefined ? '' : `; ${why}`;
}

function reason(text: string, format: string): string | undefined {
  if (/^\s|\s$/.test(text)) return 'a space stands at its end or start';
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const length = slash < 0 ? undefined : text.slice(slash + 1);
  const octet = /^\d+(?:\.\d+){3}$/.test(address) ? address.split('.').find((part) => /^0\d/.test(part)) : undefined;
  if (octet !== undefined) return `"${octet}" has a leading zero, which some programs read as octal`;
  if (isMapped(address)) return 'an IPv4 address is written without ::ffff:';
  if (address.includes('%')) return 'a zone (%device) cannot be given here';
  if (/^\d+\.\d+\.\d+\.\d+:\d+$/.test(address) || /^\[.*\](?::\d+)?$/.test(address)) return 'a port has its own key, and an IPv6 address stands without brackets';
  if (isIP(address) === 0) {
    const big = /^\d+(?:\.\d+){3}$/.test(address) ? address.split('.').find((part) => Number(part) > 255) : undefined;
    if (big !== undefined) return `"${big}" is more than 255`;
    if (/^\d+(?:\.\d+)*$/.test(address)) return 'an IPv4 address has four numbers';
    return /^[A-Za-z][A-Za-z0-9.-]*$/.test(address) && !/^[a-f]+$/i.test(address) ? 'names are not looked up' : undefined;
  }
  if (format === 'ip') return length === undefined ? undefined : `write "${address}"`;
  if (length === undefined) return 'its prefix length is missing';
  const netmask = prefixOfNetmask(length);
  if (netmask !== undefined) return `write "${address}/${netmask}"`;
  if (/^\d+$/.test(length) && Number(length) > (isIP(address) === 4 ? 32 : 128)) return `a prefix length goes up to ${isIP(address) === 4 ? 32 : 128}`;
  return /^0\d/.test(length) ? 'its prefix length has a leading zero' : undefined;
}

/** What makes an address impossible for a single host that serves or answers: `a loopback address`. Undefined for a plain unicast address. */
export function notUnicast(ip: Ip): string | undefined {
  if (ip.text === '0.0.0.0' || ip.text === '::') return 'the unspecified address';
  if (isLoopback(ip)) return 'a loopback address, which no packet on a wire carries';
  if (ip.text === '255.255.255.255') return 'the broadcast address';
  if (isMulticast(ip)) return 'a multicast address';
  return undefined;
}

/** 224.0.0.0/4 or ff00::/8. */
export function isMulticast(ip: Ip): boolean {
  const first = ip.family === 4 ? Number(ip.text.split('.')[0]) : -1;
  return ip.family === 4 ? first >= 224 && first <= 239 : /^ff/i.test(ip.text) && ip.text.indexOf(':') === 4;
}

/** fe80::/10. */
export function isLinkLocal6(ip: Ip): boolean {
  return ip.family === 6 && /^fe[89ab][0-9a-f]:/i.test(ip.text);
}

/** What an address is in its own subnet, when that is no host's address: its network's, or its broadcast address. /31, /32, /127 and /128 have neither. */
export function notHostPart(cidr: Cidr): string | undefined {
  const bits = cidr.ip.family === 4 ? 32 : 128;
  if (cidr.prefix >= bits - 1 || cidr.prefix === 0) return undefined;
  if (networkOf(cidr).ip.text === cidr.ip.text) return `the address of the network ${showCidr(networkOf(cidr))} itself`;
  return broadcastOf(cidr)?.text === cidr.ip.text ? `the broadcast address of ${showCidr(networkOf(cidr))}` : undefined;
}

/** The broadcast address of an IPv4 subnet; undefined where there is none. */
export function broadcastOf(cidr: Cidr): Ip | undefined {
  if (cidr.ip.family === 6 || cidr.prefix >= 31) return undefined;
  const octets = networkOf(cidr).ip.text.split('.').map(Number);
  const text = octets.map((octet, index) => octet | (0xff >> Math.max(0, Math.min(8, cidr.prefix - 8 * index)))).join('.');
  return parseIp(text);
}
