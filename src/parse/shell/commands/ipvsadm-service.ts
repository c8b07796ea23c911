import { parseIp, type Ip } from '../../../base/ip.ts';
import type { ServiceKey } from '../../../model/script.ts';
import { anyText, isKnown, unknownText } from '../value.ts';
import type { Arg } from '../words.ts';
import { textOf } from './invocation.ts';
import type { IpvsOption, IpvsWords } from './ipvsadm-options.ts';

/** Ports that /etc/services names and scripts use. */
const ports: Readonly<Record<string, number>> = {
  ftp: 21, 'ftp-data': 20, ssh: 22, telnet: 23, smtp: 25, domain: 53, http: 80, www: 80, 'www-http': 80, pop3: 110, ntp: 123, imap: 143, imap2: 143, snmp: 161, ldap: 389, https: 443, smtps: 465,
  submission: 587, ldaps: 636, imaps: 993, pop3s: 995, mysql: 3306, 'ms-sql-s': 1433, postgresql: 5432, sip: 5060, squid: 3128, webcache: 8080, 'http-alt': 8080, rtsp: 554, syslog: 514, radius: 1812, nfs: 2049,
};

/** What stands for `ADDRESS[:PORT]`. `wrong`: ipvsadm refuses it. */
export interface Endpoint {
  readonly ip: Ip | undefined;
  readonly port: number | undefined;
  readonly portWritten: boolean;
  readonly wrong?: string;
}

/** `10.0.0.1:80`, `[2001:db8::1]:80`, `10.0.0.1:http`; parts that are not known are undefined. A name may resolve: it is unknown, not wrong. */
export function endpoint(arg: Arg | undefined): Endpoint {
  const text = arg?.partial ?? '';
  if (arg?.many) return { ip: undefined, port: undefined, portWritten: false };
  const bracket = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
  const bare = !bracket && parseIp(text);
  const colon = text.lastIndexOf(':');
  const [address, port] = bracket ? [bracket[1]!, bracket[2]] : bare || colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
  const none = { ip: undefined, port: undefined, portWritten: port !== undefined };
  if (address === '') return { ...none, wrong: 'the address is empty' };
  const ip = isKnown(address) ? parseIp(address) : undefined;
  // Unknown text may bring its own port: `$VIP` may be 10.0.0.1:80.
  if (port === undefined) return { ip, port: isKnown(address) ? 0 : undefined, portWritten: !isKnown(address), ...(isKnown(address) && !ip && !named(address) && { wrong: `${address} is no address` }) };
  if (isKnown(address) && !ip && !named(address)) return { ...none, wrong: `${address} is no address` };
  const number = !isKnown(port) ? undefined : /^\d{1,5}$/.test(port) ? Number(port) : Object.hasOwn(ports, port) ? ports[port] : undefined;
  if (isKnown(port) && (port === '' || /^\d+$/.test(port) ? number === undefined || number > 65_535 : /[^\w-]/.test(port))) return { ip, port: undefined, portWritten: true, wrong: port === '' ? 'the port is empty' : `${port} is no port` };
  return { ip, port: number, portWritten: true };
}

/** Whether a text may be the name of a host. */
function named(text: string): boolean {
  return /^[A-Za-z0-9_]([\w.-]*[A-Za-z][\w.-]*)$/.test(text) || /^[A-Za-z]$/.test(text);
}

/** The service that the options name; `wrong` when ipvsadm refuses it, undefined when there is none. */
export function serviceOf(given: IpvsWords): { readonly key: ServiceKey; readonly wrong?: string; readonly word: Arg | undefined; readonly again?: IpvsOption } | undefined {
  const [first, again] = given.options.filter((option) => /^([tuf]|sctp-service)$/.test(option.name));
  if (!first) return undefined;
  const word = first.value;
  const twice = again && { again };
  if (first.name === 'f') {
    const text = textOf(word);
    const mark = text !== undefined && /^(\d{1,10}|0x[0-9a-f]{1,8})$/i.test(text) ? Number(text) : undefined;
    const wrong = text !== undefined && !mark ? 'illegal firewall mark' : undefined;
    return { key: { by: 'fwmark', mark, family: given.options.some((option) => option.name === '6') ? 6 : 4, word }, word, ...(wrong && { wrong }), ...twice };
  }
  const end = endpoint(word);
  const protocol = first.name === 't' ? 'tcp' : first.name === 'u' ? 'udp' : 'sctp';
  return { key: { by: 'address', protocol, vip: end.ip, port: end.port, word }, word, ...(end.wrong && { wrong: `illegal virtual server address: ${end.wrong}` }), ...twice };
}

/** A whole number within bounds; `wrong` for known text that is none. */
export function boundedNumber(arg: Arg | undefined, low: number, high: number): { readonly value: number | undefined; readonly wrong: boolean } {
  const text = textOf(arg);
  if (text === undefined) return { value: undefined, wrong: false };
  const value = /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  return value === undefined || value < low || value > high ? { value: undefined, wrong: true } : { value, wrong: false };
}

/** Text with its unknown parts left out, for a note. */
export function shownText(arg: Arg): string {
  return arg.partial.replaceAll(unknownText, '…').replaceAll(anyText, '*');
}
