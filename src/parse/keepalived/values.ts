import { parseIp } from '../../base/ip.ts';
import type { HostDraft } from '../draft.ts';
import { withoutValue } from './absent.ts';
import type { KeepalivedStatement } from './read.ts';
import { fault } from './services.ts';
import { standsOpen, type ScanWord } from './scan.ts';

/** Numbers that a word takes, both ends included. `decimals`: `0.5` is one. */
interface Range {
  readonly low: number;
  readonly high: number;
  readonly decimals?: true;
}

const unsigned = 4_294_967_295;
const signed = 2_147_483_647;
const some = { low: 0.000001, high: unsigned / 1000, decimals: true } as const;
const none = { low: 0, high: unsigned / 1000, decimals: true } as const;
const count = { low: 0, high: unsigned } as const;

/** Ranges by block, as `keepalived -t` of 2.2.7 tells them (“number '0' outside range [1, 255]”); those that lb_algo, lb_kind, weight and the like have are judged with their services. */
const ranges: Readonly<Record<string, Readonly<Record<string, Range>>>> = {
  vrrp_instance: {
    virtual_router_id: { low: 1, high: 255 }, priority: { low: 1, high: 255 }, advert_int: { low: 0.01, high: 255, decimals: true }, version: { low: 2, high: 3 }, preempt_delay: { low: 0, high: 1000, decimals: true }, debug: { low: 0, high: 4 },
    garp_master_delay: count, garp_master_refresh: count, garp_master_repeat: { low: 1, high: unsigned }, garp_master_refresh_repeat: { low: 1, high: unsigned }, garp_lower_prio_delay: count, garp_lower_prio_repeat: count, down_timer_adverts: { low: 1, high: 100 },
  },
  vrrp_script: { rise: { low: 1, high: signed }, fall: { low: 1, high: signed } },
  virtual_server: { retry: { low: 1, high: unsigned }, connect_timeout: some, delay_loop: { ...some, high: 1e15 }, delay_before_retry: none, warmup: none, quorum: { low: 1, high: unsigned }, hysteresis: count, weight: { low: 1, high: signed } },
  real_server: { retry: { low: 1, high: unsigned }, connect_timeout: some, delay_loop: { ...some, high: 1e15 }, delay_before_retry: none, warmup: none, weight: { low: 0, high: signed }, uthreshold: count, lthreshold: count },
  checker: { connect_port: { low: 1, high: 65535 }, bind_port: { low: 1, high: 65535 }, connect_timeout: some, delay_loop: { ...some, high: 1e15 }, delay_before_retry: none, warmup: none, retry: count, fwmark: count, misc_timeout: count },
};

const authTypes: ReadonlySet<string> = new Set(['PASS', 'AH']);

/** Values that keepalived refuses wherever they stand: numbers that are none or out of their range, words without a value. */
export function takeValues(statements: readonly KeepalivedStatement[], draft: HostDraft): void {
  for (const { kind, words, block, dead, state } of statements) {
    const [keyword, value] = words;
    if (kind !== 'line' || !keyword || dead || state === 'wrong' || state === 'unread' || state === 'partly') continue;
    if (!value) {
      const outcome = withoutValue(keyword.text, block);
      if (outcome !== undefined) fault(draft, 'value-refused', keyword, `nothing follows it, and keepalived ${outcome}`);
    } else if (block === 'url' && keyword.text === 'status_code') {
      const odd = words.slice(1).find(({ text }) => !standsOpen(text) && !isStatus(text));
      if (odd) fault(draft, 'value-refused', odd, 'it is no status of HTTP (100 to 599), and keepalived passes over it');
    } else if (!standsOpen(value.text)) takeValue(keyword.text, value, block, draft);
  }
}

function takeValue(keyword: string, value: ScanWord, block: string, draft: HostDraft): void {
  const checks = /_CHECK$|^HTTP_GET$|^host$/.test(block);
  const range = (ranges[block] ?? (checks ? ranges['checker'] : undefined))?.[keyword];
  if (range && !within(value.text, range)) fault(draft, 'value-refused', value, `keepalived takes ${range.low === 0.000001 ? 'more than 0' : `${range.low} to ${range.high === unsigned || range.high === signed || range.high > 1e6 ? 'any number' : range.high}`} for ${keyword}`);
  if (block === 'vrrp_instance' && keyword === 'interface' && value.text.length > 15) fault(draft, 'value-refused', value, 'no device has a name of more than 15 characters, and keepalived drops the line');
  if (block === 'vrrp_instance' && (keyword === 'unicast_src_ip' || keyword === 'mcast_src_ip') && !parseIp(value.text)) fault(draft, 'value-refused', value, 'it is no address, and keepalived drops the line');
  if (checks && (keyword === 'connect_ip' || keyword === 'bindto') && !parseIp(value.text)) fault(draft, 'value-refused', value, 'it is no address, and keepalived drops the line');
  if (block === 'virtual_server' && keyword === 'persistence_granularity' && !isGranularity(value.text)) fault(draft, 'value-refused', value, 'it is neither a netmask nor a prefix length, and keepalived drops the line');
  if (block === 'authentication' && keyword === 'auth_type' && !authTypes.has(value.text)) fault(draft, 'value-refused', value, 'keepalived knows PASS and AH, and drops the line');
}

/** A status of HTTP, or a range of them (`check_http.c: status_code_handler()`). */
function isStatus(text: string): boolean {
  const [low, high = low] = text.split('-');
  return /^\d{3}(?:-\d{3})?$/.test(text) && Number(low) >= 100 && Number(high) <= 599;
}

function isGranularity(text: string): boolean {
  return /^\d{1,3}$/.test(text) ? Number(text) <= 128 : parseIp(text) !== undefined;
}

/** Words of an address line, `10.0.0.1/24 dev eth0 label eth0:1`, that keepalived takes otherwise than they look (`lib/vrrp_ipaddress.c: parse_ipaddress()`). */
export function takeAddressLine(words: readonly ScanWord[], draft: HostDraft): void {
  const mask = /\/(\d+\.\d+\.\d+\.\d+)$/.exec(words[0]!.text);
  if (mask) fault(draft, 'value-refused', words[0]!, 'keepalived wants a prefix length behind the slash, and takes it as /32');
  const end = words.at(-1)!;
  if (/^(?:dev|label|scope|brd|broadcast)$/.test(end.text)) fault(draft, 'value-refused', end, 'nothing follows it, and keepalived drops the address');
  for (let index = 1; index < words.length; index++) {
    const word = words[index]!;
    const follow = addressWords.get(word.text);
    if (follow !== undefined) {
      index += follow;
      continue;
    }
    // What stands behind an unknown word belongs to it.
    const outcome = word.text === 'netmask' ? 'keepalived takes a prefix length behind a slash only, and the address is a /32' : looksLikeDevice(word.text) ? 'without dev before it keepalived passes over it' : 'keepalived knows no such word behind an address, and passes over it';
    fault(draft, 'value-refused', word, outcome);
    return;
  }
}

/** Words that may stand behind an address, with the number of words that follow each. */
const addressWords: ReadonlyMap<string, number> = new Map([...'dev scope broadcast brd label peer preferred_lft track_group'.split(' ').map((word) => [word, 1] as const), ...'home -nodad mngtmpaddr noprefixroute autojoin no_track use_vmac'.split(' ').map((word) => [word, 0] as const)]);

function looksLikeDevice(text: string): boolean {
  return /^(?:eth|ens|enp|eno|em|bond|br|lo|wlan|team)\d+[\w.:]*$/.test(text);
}

/** Whether a text is a number as `strtol()` or `strtod()` reads one, within its range. */
function within(text: string, { low, high, decimals }: Range): boolean {
  if (!(decimals ? /^\+?(?:\d+\.?\d*|\.\d+)$/ : /^\+?\d+$/).test(text)) return false;
  const value = Number(text.replace('+', ''));
  return value >= low && value <= high;
}
