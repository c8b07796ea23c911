import { parseIp } from '../../base/ip.ts';

/** The virtual that a line belongs to. */
export interface Head {
  readonly six: boolean;
  readonly mark: boolean;
  /** A template fills its address: whether it is a mark is not known. */
  readonly place?: boolean;
}

const quoted: ReadonlySet<string> = new Set(['callback', 'logfile', 'request', 'receive', 'login', 'passwd', 'database', 'secret', 'load']);
const yesOrNo: ReadonlySet<string> = new Set(['quiescent', 'readdquiescent', 'autoreload', 'fork', 'cleanstop', 'ops']);
const aboveZero: ReadonlySet<string> = new Set(['checktimeout', 'negotiatetimeout', 'checkinterval', 'checkcount', 'failurecount']);
const services = /^(?:dns|ftp|https?|http_proxy|imaps?|ldaps?|nntp|mysql|none|oracle|pops?|radius|pgsql|sip|smtp|submission|simpletcp)$/;
const statuses: ReadonlySet<string> = new Set(['none', 'all', 'starting', 'stopping', 'running', 'reloading']);
const plain = '';

/**
 * Why `read_config()` refuses what stands behind `NAME =`, as a clause; empty where the value is just none. Undefined: it takes it. `rest` reaches to the end of the line, blanks and CR included: outside a virtual a comment is part of it.
 */
export function refusalOf(name: string, rest: string, head: Head | undefined): string | undefined {
  if (quoted.has(name)) return quotesIn(name, rest, head !== undefined);
  if (yesOrNo.has(name) || name === 'supervised') return rest === 'yes' || rest === 'no' ? undefined : besides(rest, /^(?:yes|no)(?=\s)/);
  if (aboveZero.has(name)) return Number(/\d+/.exec(rest)?.[0] ?? 0) > 0 ? undefined : 'a number above 0 is expected';
  if (/^fallback6?$/.test(name)) return fallbackIn(name, rest, head);
  const [word = ''] = /\w+/.exec(rest) ?? [];
  switch (name) {
    case 'checktype':
      return /\d/.test(rest) || /^(?:connect|negotiate|ping|off|on|external|external-perl)$/.test(/[\w-]+/.exec(rest)?.[0] ?? '') ? undefined : plain;
    case 'service':
      return services.test(word) ? undefined : plain;
    case 'httpmethod':
      return /^(?:get|head)$/i.test(word) ? undefined : plain;
    case 'protocol':
      return protocolIn(word, head);
    case 'checkport': {
      const port = Number(/\d+/.exec(rest)?.[0] ?? 0);
      return port > 0 && port < 65536 ? undefined : 'a number from 1 to 65535 is expected';
    }
    case 'scheduler':
      return /[a-z]/.test(rest) ? undefined : plain;
    case 'persistent':
      return /\d/.test(rest) ? undefined : 'a number is expected';
    case 'emailalertfreq':
      return /^\d/.test(rest) ? undefined : 'a number is expected';
    case 'netmask':
      return netmaskIn(rest, head);
    case 'emailalertstatus':
      return rest.split(/\s*,\s*/).every((one) => one === '' || statuses.has(one)) ? undefined : besides(rest, /^[\w, ]*\w(?=\s)/);
    case 'smtp':
      return /^[0-9A-Za-z._+-]/.test(rest) ? undefined : plain;
    case 'checkcommand':
    case 'fallbackcommand':
    case 'emailalert':
    case 'emailalertfrom':
    case 'maintenancedir':
    case 'schedflags':
      return /\S/.test(rest) ? undefined : 'a value is expected';
    default:
      return undefined;
  }
}

/** `yes`, or any other value that counts only by itself, with something behind it. */
function besides(rest: string, value: RegExp): string | undefined {
  const found = value.exec(rest)?.[0];
  if (found === undefined) return plain;
  const behind = rest.slice(found.length);
  if (/^\r$/.test(behind)) return 'the line ends in CR LF, and the CR is part of the value';
  if (/^\s+$/.test(behind)) return `the blank behind ${found} is part of the value`;
  return /^\s*#/.test(behind) ? `the comment behind ${found} is part of the value` : plain;
}

function quotesIn(name: string, rest: string, inVirtual: boolean): string | undefined {
  const inner = /^"(.*)"/.exec(rest)?.[1];
  if (inner === undefined) return `it is expected between two straight double quotes${inVirtual && /^"[^"]*$/.test(rest) ? ' and without #' : ''}`;
  if (!inVirtual || inner !== '') return name === 'load' && inVirtual && !/\w/.test(inner) ? plain : undefined;
  return 'something is expected between the quotes';
}

function protocolIn(word: string, head: Head | undefined): string | undefined {
  if (!head || head.place) return undefined;
  if (head.mark) return word === 'fwm' ? undefined : 'the protocol of a firewall mark is fwm';
  return word === 'tcp' || word === 'udp' ? undefined : plain;
}

function netmaskIn(rest: string, head: Head | undefined): string | undefined {
  if (head?.six) return /^\d+$/.test(rest) && Number(rest) >= 1 && Number(rest) <= 128 ? undefined : 'a prefix length from 1 to 128 is expected';
  return /^\d+\.\d+\.\d+\.\d+$/.test(rest) ? undefined : 'four numbers with dots are expected, and nothing behind them';
}

/** `parse_fallback()`: the last two words of the line are the server and the method. */
function fallbackIn(name: string, rest: string, head: Head | undefined): string | undefined {
  const six = name === 'fallback6';
  const [, written = '', , method] = /(\S+)(\s+(\S+))?\s*$/.exec(rest) ?? [];
  if (method !== undefined && !/^(?:gate|masq|ipip)$/.test(method)) return head === undefined && /#/.test(rest) ? 'the comment is part of the value' : 'the method is gate, masq or ipip';
  const server = written.replace(/:[A-Za-z0-9_-]+$/, '');
  const address = parseIp(server.replace(/^\[|\]$/g, ''));
  if (address) return address.family === (six ? 6 : 4) ? undefined : `an IPv${six ? 6 : 4} address is expected`;
  // A name is looked up when ldirectord starts.
  return /^[A-Za-z0-9._-]+$/.test(server) && !/^\d+\.\d+\.\d+\.\d+$/.test(server) ? undefined : 'an address or a name is expected';
}
