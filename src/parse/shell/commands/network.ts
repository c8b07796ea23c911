import { classPrefix, parseCidr, parseIp, type Cidr } from '../../../base/ip.ts';

/** A destination as ip(8) reads it: `default`, an address, a network, also shortened (`10.1/16`). Undefined when it is none. */
export function ipDestination(text: string): 'default' | Cidr | undefined {
  if (/^(default|any|all)$/.test(text) || text === '0/0' || text === '0.0.0.0/0' || text === '::/0') return 'default';
  const short = /^(\d{1,3}(?:\.\d{1,3}){0,2})\/(\d{1,2})$/.exec(text);
  if (short) {
    const parts = short[1]!.split('.');
    return parseCidr(`${[...parts, ...Array<string>(4 - parts.length).fill('0')].join('.')}/${short[2]}`);
  }
  return parseCidr(text, 'host');
}

/** The network that net-tools takes an IPv4 address without a netmask for: a host when its host part by class is not zero. */
export function classNetwork(text: string): Cidr | undefined {
  const ip = parseIp(text);
  if (!ip) return undefined;
  const prefix = classPrefix(ip);
  if (prefix === undefined) return { ip, prefix: ip.family === 4 ? 32 : 128 };
  const host = ip.text.split('.').slice(prefix / 8);
  return host.every((part) => part === '0') ? { ip, prefix } : { ip, prefix: 32 };
}
