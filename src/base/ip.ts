import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An IP address in canonical text (RFC 5952 for IPv6), so that `===` on `text` compares addresses. Never a host name. */
export interface Ip {
  readonly family: 4 | 6;
  readonly text: string;
}

/** An address with a prefix length: `192.168.14.50/24`. */
export interface Cidr {
  readonly ip: Ip;
  readonly prefix: number;
}

const known = new Map<string, Ip | undefined>();

/** The address that `text` writes, or undefined. `010.0.0.1` is none (libraries disagree whether it is octal), nor is `fe80::1%eth0`. */
export function parseIp(text: string): Ip | undefined {
  if (known.has(text)) return known.get(text);
  const family = isIP(text);
  const ip: Ip | undefined =
    family === 4 ? { family: 4, text } : family === 6 && !text.includes('%') ? { family: 6, text: ipaddr.IPv6.parse(text).toRFC5952String() } : undefined;
  if (known.size > 10_000) known.clear();
  known.set(text, ip);
  return ip;
}

/** `a.b.c.d/n` or `x::y/n`; with `defaultPrefix: 'host'` an address alone is /32 or /128. Also takes a dotted netmask after the slash. */
export function parseCidr(text: string, defaultPrefix?: 'host'): Cidr | undefined {
  const slash = text.indexOf('/');
  const ip = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (!ip) return undefined;
  if (slash < 0) return defaultPrefix ? { ip, prefix: hostPrefix(ip) } : undefined;
  const tail = text.slice(slash + 1);
  const prefix = /^\d{1,3}$/.test(tail) ? Number(tail) : ip.family === 4 ? prefixOfNetmask(tail) : undefined;
  return prefix !== undefined && prefix <= hostPrefix(ip) ? { ip, prefix } : undefined;
}

/** 32 for IPv4, 128 for IPv6. */
export function hostPrefix(ip: Ip): 32 | 128 {
  return ip.family === 4 ? 32 : 128;
}

/** Prefix length of a dotted netmask (also as hexadecimal `0xffffff00`), or undefined when it is not contiguous. */
export function prefixOfNetmask(mask: string): number | undefined {
  const value = /^0x[0-9a-f]{8}$/i.test(mask) ? Number(mask) : isIP(mask) === 4 ? ipv4Value(mask) : undefined;
  if (value === undefined) return undefined;
  const inverted = ~value >>> 0;
  return (inverted & (inverted + 1)) === 0 ? 32 - Math.log2(inverted + 1) : undefined;
}

/** Prefix that net-tools gives an IPv4 address without a netmask: by its class. Undefined for class D and E, and for IPv6. */
export function classPrefix(ip: Ip): 8 | 16 | 24 | undefined {
  if (ip.family === 6) return undefined;
  const first = Number(ip.text.slice(0, ip.text.indexOf('.')));
  return first < 128 ? 8 : first < 192 ? 16 : first < 224 ? 24 : undefined;
}

/** Whether `ip` lies in the network of `net`. Families never mix. */
export function inSubnet(ip: Ip, net: Cidr): boolean {
  if (ip.family !== net.ip.family) return false;
  if (ip.family === 4) {
    if (net.prefix === 0) return true;
    const shift = 32 - net.prefix;
    return ipv4Value(ip.text) >>> shift === ipv4Value(net.ip.text) >>> shift;
  }
  return ipaddr.IPv6.parse(ip.text).match(ipaddr.IPv6.parse(net.ip.text), net.prefix);
}

/** Whether two networks share an address. */
export function overlap(a: Cidr, b: Cidr): boolean {
  return a.prefix <= b.prefix ? inSubnet(b.ip, a) : inSubnet(a.ip, b);
}

/** The network that an address lies in, `192.168.14.0/24`. */
export function networkOf(cidr: Cidr): Cidr {
  if (cidr.ip.family === 4) {
    const mask = cidr.prefix === 0 ? 0 : (-1 << (32 - cidr.prefix)) >>> 0;
    const value = (ipv4Value(cidr.ip.text) & mask) >>> 0;
    return { prefix: cidr.prefix, ip: { family: 4, text: [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.') } };
  }
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${cidr.ip.text}/${cidr.prefix}`);
  return { prefix: cidr.prefix, ip: { family: 6, text: network.toRFC5952String() } };
}

/** 127.0.0.0/8 or ::1. */
export function isLoopback(ip: Ip): boolean {
  return ip.family === 4 ? ip.text.startsWith('127.') : ip.text === '::1';
}

/** `10.0.0.1/24`. */
export function showCidr(cidr: Cidr): string {
  return `${cidr.ip.text}/${cidr.prefix}`;
}

function ipv4Value(text: string): number {
  return text.split('.').reduce((value, part) => value * 256 + Number(part), 0) >>> 0;
}
