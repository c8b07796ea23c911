import { parseIp, hostPrefix } from '../base/ip.ts';

/** Whether `text` is one address without a prefix length. */
function isIp(text: string): boolean {
  return parseIp(text) !== undefined && !isMapped(text);
}

/** Whether `text` is one address with a prefix length in plain digits; a dotted netmask is none. */
function isIpWithPrefix(text: string): boolean {
  const slash = text.indexOf('/');
  if (slash < 0) return false;
  const ip = parseIp(text.slice(0, slash));
  const length = text.slice(slash + 1);
  return ip !== undefined && !isMapped(text) && /^(0|[1-9]\d{0,2})$/.test(length) && Number(length) <= hostPrefix(ip);
}

/** `::ffff:10.0.0.1` is an IPv4 address in disguise, which no packet carries. */
export function isMapped(text: string): boolean {
  return /^::ffff:\d+\.\d+\.\d+\.\d+/i.test(text);
}

/** The schema's own formats for addresses, by name: one error for one bad address, where `anyOf` of the standard ones gives three. Handed to ajv, and called by the compiled validator. */
export const formats: Readonly<Record<'ip' | 'ip-with-prefix' | 'ip-maybe-prefix', (text: string) => boolean>> = {
  ip: isIp,
  'ip-with-prefix': isIpWithPrefix,
  'ip-maybe-prefix': (text) => isIp(text) || isIpWithPrefix(text),
};
