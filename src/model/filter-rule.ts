import type { Confidence } from '../base/fact.ts';
import { parseCidr, type Cidr } from '../base/ip.ts';
import type { Span } from '../base/origin.ts';
import type { Word } from './script.ts';

/** What a rule of netfilter asks of a packet. `unknown`: something that is not followed here (a limit, a set, an address that could not be known). */
export type Condition =
  | { readonly of: 'source' | 'destination'; readonly nets: readonly Cidr[]; readonly not: boolean }
  | { readonly of: 'protocol'; readonly protocol: string; readonly not: boolean }
  | { readonly of: 'source-port' | 'port'; /** From, to. */ readonly ranges: readonly (readonly [number, number])[]; readonly not: boolean }
  | { readonly of: 'in' | 'out'; readonly device: string; readonly not: boolean }
  | { readonly of: 'state'; readonly states: readonly string[]; readonly not: boolean }
  /** The first packet of a TCP connection: SYN without ACK. */
  | { readonly of: 'syn'; readonly not: boolean }
  /** The type of a message of ICMP, as written: `echo-request`, `3/4`. */
  | { readonly of: 'icmp'; readonly type: string; readonly not: boolean }
  | { readonly of: 'unknown'; readonly what: string };

/** What becomes of a packet that a rule meets. `take`: it is sent elsewhere (REDIRECT, DNAT, TPROXY); `hide`: its source is replaced (MASQUERADE, SNAT); `untrack`: it goes on and connection tracking passes it over (NOTRACK); `none`: it goes on (LOG, CT). */
export type Verdict =
  | { readonly does: 'accept' | 'drop' | 'return' | 'take' | 'hide' | 'untrack' | 'none' | 'unknown' }
  | { readonly does: 'mark'; /** Undefined: not known, or bits added to what is there. */ readonly mark: number | undefined }
  | { readonly does: 'jump' | 'goto'; readonly chain: string };

/** A rule of a chain. */
export interface FilterRule {
  readonly conditions: readonly Condition[];
  readonly verdict: Verdict;
  readonly at: Span;
  readonly confidence: Confidence;
  /** The rule's words without command and chain, as `-D` names it. */
  readonly spec: string;
  /** Where a script adds it. */
  readonly script?: string;
}

const netOptions: Readonly<Record<string, 'source' | 'destination'>> = { '-s': 'source', '--source': 'source', '--src': 'source', '-d': 'destination', '--destination': 'destination', '--dst': 'destination' };
const deviceOptions: Readonly<Record<string, 'in' | 'out'>> = { '-i': 'in', '--in-interface': 'in', '-o': 'out', '--out-interface': 'out' };
const portOptions: Readonly<Record<string, 'source-port' | 'port'>> = {
  '--sport': 'source-port', '--source-port': 'source-port', '--sports': 'source-port', '--source-ports': 'source-port', '--dport': 'port', '--destination-port': 'port', '--dports': 'port', '--destination-ports': 'port',
};
/** Matches that ask for nothing until an option of theirs does. */
const mute = /^(?:tcp|udp|sctp|udplite|dccp|multiport|state|conntrack|comment|mark|connmark|addrtype|iprange|mac|pkttype|owner|icmp|icmp6|icmpv6|tos|dscp|ttl|hl|length|set|string|time|tcpmss|realm|physdev|helper)$/;
const targetOptions = /^--(?:to|to-ports?|to-destination|to-source|reject-with|log-(?:prefix|level)|ulog-[\w-]+|nflog-[\w-]+|on-port|on-ip|tproxy-mark|set-mss|ttl-(?:set|inc|dec)|zone|helper|queue-(?:num|balance)|nfmask|ctmask|set-(?:tos|dscp|dscp-class|class)|comment|modprobe|set-counters)$/;
const targetFlags = /^--(?:log-(?:tcp-sequence|tcp-options|ip-options|uid|macdecode)|clamp-mss-to-pmtu|persistent|random|random-fully|save-mark|queue-bypass)$/;

/** Targets behind which a packet goes on through the chain. */
const passing = new Set(['LOG', 'NFLOG', 'ULOG', 'CT', 'TCPMSS', 'TTL', 'HL', 'TOS', 'DSCP', 'CLASSIFY', 'CHECKSUM', 'TRACE', 'SET', 'AUDIT', 'ECN', 'TEE', 'IDLETIMER', 'CONNSECMARK', 'SECMARK', 'RATEEST']);
const verdicts: Readonly<Record<string, Exclude<Verdict['does'], 'mark' | 'jump' | 'goto'>>> = {
  ACCEPT: 'accept', DROP: 'drop', REJECT: 'drop', RETURN: 'return', NOTRACK: 'untrack', REDIRECT: 'take', DNAT: 'take', TPROXY: 'take', NETMAP: 'take', MASQUERADE: 'hide', SNAT: 'hide', QUEUE: 'unknown', NFQUEUE: 'unknown', TARPIT: 'drop',
};

/** What the words of an iptables rule behind its command and chain say. Never throws; what is not understood becomes a condition that may or may not hold. */
export function parseRule(words: readonly Word[]): Pick<FilterRule, 'conditions' | 'verdict' | 'spec'> {
  const conditions: Condition[] = [];
  let target: { readonly name: string | undefined; readonly does: 'jump' | 'goto' } | undefined;
  let mark: { readonly value: number | undefined } | undefined;
  let untracks = false;
  let not = false;
  for (let at = 0; at < words.length; at++) {
    const { text } = words[at]!;
    if (text === '!') {
      not = true;
      continue;
    }
    const [name, value, taken] = optionAt(words, at);
    const negated = not || (taken === 1 && words[at + 1]?.text === '!');
    const given = taken === 1 && words[at + 1]?.text === '!' ? words[at + 2]?.text : value;
    const skip = (): void => void (at += given === value ? taken : 2);
    not = false;
    if (name === undefined) conditions.push({ of: 'unknown', what: 'a word that is not known' });
    else if (netOptions[name]) {
      skip();
      const nets = given?.split(',').map((each) => parseCidr(each, 'host'));
      conditions.push(nets?.every((net) => net !== undefined) ? { of: netOptions[name], nets: nets as Cidr[], not: negated } : { of: 'unknown', what: name });
    } else if (deviceOptions[name]) {
      skip();
      conditions.push(given === undefined ? { of: 'unknown', what: name } : { of: deviceOptions[name], device: given, not: negated });
    } else if (portOptions[name]) {
      skip();
      const ranges = given?.split(',').map(rangeOf);
      conditions.push(ranges?.every((range) => range !== undefined) ? { of: portOptions[name], ranges: ranges as [number, number][], not: negated } : { of: 'unknown', what: name });
    } else if (name === '-p' || name === '--protocol' || name === '--proto') {
      skip();
      const protocol = given?.toLowerCase();
      if (protocol === undefined) conditions.push({ of: 'unknown', what: name });
      else if (protocol !== 'all' && protocol !== '0') conditions.push({ of: 'protocol', protocol: protocolNamed(protocol), not: negated });
    } else if (name === '--state' || name === '--ctstate') {
      skip();
      conditions.push(given === undefined ? { of: 'unknown', what: name } : { of: 'state', states: given.toUpperCase().split(','), not: negated });
    } else if (name === '-m' || name === '--match') {
      skip();
      if (given === undefined || !mute.test(given)) conditions.push({ of: 'unknown', what: `-m ${given ?? '?'}` });
    } else if (name === '-j' || name === '--jump' || name === '-g' || name === '--goto') {
      skip();
      target = { name: given, does: name === '-j' || name === '--jump' ? 'jump' : 'goto' };
    } else if (name === '--set-mark' || name === '--set-xmark') {
      skip();
      // A mask of its own only spares bits that nothing else sets.
      mark = { value: numberOf(given?.split('/')[0]) };
    } else if (/^--(?:or|and|xor)-mark$/.test(name)) {
      skip();
      mark = { value: undefined };
    } else if (name === '--syn') conditions.push({ of: 'protocol', protocol: 'tcp', not: false }, { of: 'syn', not: negated });
    else if (name === '--tcp-flags') {
      // As iptables-save(8) writes --syn.
      if (words[at + 1]?.text === '!') at++;
      const [mask, set] = [words[++at]?.text, words[++at]?.text];
      conditions.push(set === 'SYN' && mask?.split(',').sort().join() === 'ACK,FIN,RST,SYN' ? { of: 'syn', not: negated } : { of: 'unknown', what: name });
    } else if (name === '--icmp-type') {
      skip();
      conditions.push(given === undefined ? { of: 'unknown', what: name } : { of: 'icmp', type: given.toLowerCase(), not: negated });
    } else if (name === '--notrack') untracks = true;
    else if (targetOptions.test(name)) skip();
    else if (targetFlags.test(name) || name === '-c' || /^-[46vnwx]+$/.test(name)) {
      if (name === '-c') at += 2;
    } else if (name === '-t' || name === '--table') skip();
    else if (name.startsWith('--table=') || /^-t./.test(name)) continue;
    else {
      conditions.push({ of: 'unknown', what: name });
      while (words[at + 1] && !words[at + 1]!.text?.startsWith('-') && words[at + 1]!.text !== '!') at++;
    }
  }
  return { conditions, verdict: untracks ? { does: 'untrack' } : verdictOf(target, mark), spec: words.map(({ text }) => text ?? '?').join(' ') };
}

const protocols: Readonly<Record<string, string>> = {
  '6': 'tcp', '17': 'udp', '132': 'sctp', '112': 'vrrp', '1': 'icmp', '58': 'icmpv6', 'ipv6-icmp': 'icmpv6', '4': 'ipencap', ipv4: 'ipencap', 'ip-encap': 'ipencap', '41': 'ipv6', '47': 'gre', '94': 'ipip',
};

/** One name for a protocol, by its number or another name in /etc/protocols. IP in IP is `ipencap`; `ipip` is protocol 94, another one. */
export function protocolNamed(text: string): string {
  const name = text.toLowerCase().replace(/^0+(?=\d)/, '');
  return Object.hasOwn(protocols, name) ? protocols[name]! : name;
}

/** Name and value of an option: `--dport 80`, `--dport=80`, `-p tcp`, `-ptcp`; how many further words the value takes. */
function optionAt(words: readonly Word[], at: number): readonly [name: string | undefined, value: string | undefined, taken: 0 | 1] {
  const text = words[at]?.text;
  const [, long, behind] = /^(--[\w-]+)=(.*)$/s.exec(text ?? '') ?? [];
  if (long !== undefined) return [long, behind, 0];
  const [, short, rest] = /^(-[sdiopmjg])([^-].*)$/s.exec(text ?? '') ?? [];
  if (short !== undefined) return [short, rest, 0];
  return [text, words[at + 1]?.text, 1];
}

function verdictOf(target: { readonly name: string | undefined; readonly does: 'jump' | 'goto' } | undefined, mark: { readonly value: number | undefined } | undefined): Verdict {
  if (!target) return { does: 'none' };
  const { name } = target;
  if (name === undefined) return { does: 'unknown' };
  if (name === 'MARK') return { does: 'mark', mark: mark?.value };
  if (name === 'CONNMARK') return mark ? { does: 'none' } : { does: 'mark', mark: undefined };
  if (passing.has(name)) return { does: 'none' };
  return Object.hasOwn(verdicts, name) ? { does: verdicts[name]! } : { does: target.does, chain: name };
}

function rangeOf(text: string): readonly [number, number] | undefined {
  const [, from, colon, to] = /^(\d{0,5})([:-]?)(\d{0,5})$/.exec(text) ?? [];
  if (from === undefined || (from === '' && to === '')) return undefined;
  return [Number(from), colon === '' ? Number(from) : to === '' ? 65_535 : Number(to)];
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^(?:0x[\da-f]{1,8}|\d{1,10})$/i.test(text) ? Number(text) : undefined;
}
