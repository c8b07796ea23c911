import { parseCidr, type Cidr } from '../../base/ip.ts';
import { protocolNamed, type Condition, type Verdict } from '../../model/filter-rule.ts';
import { portNamed } from '../ports.ts';
import { valuesAt, type Names, type Token } from './words.ts';

/** What a rule asks and does, one a verdict: `meta mark set 1 accept` has two. */
export interface NftRule {
  readonly parts: readonly { readonly conditions: readonly Condition[]; readonly verdict: Verdict }[];
  /** Words that are not followed; they become conditions that may or may not hold. */
  readonly unknown: readonly string[];
}

const simple: Readonly<Record<string, Verdict['does'] & ('accept' | 'drop' | 'return' | 'take' | 'hide' | 'unknown')>> = {
  accept: 'accept', drop: 'drop', reject: 'drop', return: 'return', redirect: 'take', dnat: 'take', tproxy: 'take', masquerade: 'hide', snat: 'hide', queue: 'unknown',
};
/** Reads one rule of a chain. */
export function nftRule(tokens: readonly Token[], names: Names): NftRule {
  const conditions: Condition[] = [];
  const parts: { conditions: readonly Condition[]; verdict: Verdict }[] = [];
  const unknown: string[] = [];
  const end = (verdict: Verdict): void => void parts.push({ conditions: [...conditions], verdict });
  const doubt = (what: string): void => {
    unknown.push(what);
    conditions.push({ of: 'unknown', what });
  };
  let at = 0;
  /** The values behind an expression of `words` words. */
  const given = (words: number): { readonly values: readonly string[] | undefined; readonly not: boolean } => {
    at += words;
    const sign = tokens[at]?.text;
    if (sign === '!=' || sign === '==') at++;
    // Behind an expression a map of verdicts may stand; it is met as a word of its own.
    if (tokens[at]?.text === 'vmap') return { values: undefined, not: false };
    const { values, next } = valuesAt(tokens, at, names);
    at = next;
    return { values, not: sign === '!=' };
  };
  while (at < tokens.length && at < 2_000) {
    const word = tokens[at]!.text;
    const [second, third] = [tokens[at + 1]?.text, tokens[at + 2]?.text];
    if (simple[word]) {
      end({ does: simple[word] });
      // What stands behind it (`with tcp reset`, `to 10.0.0.1:80`) asks for nothing.
      return { parts, unknown };
    }
    if ((word === 'jump' || word === 'goto') && second !== undefined) {
      end({ does: word, chain: second });
      return { parts, unknown };
    }
    if ((word === 'meta' && second === 'mark' && third === 'set') || (word === 'mark' && second === 'set')) {
      at += word === 'meta' ? 3 : 2;
      const { values, next } = valuesAt(tokens, at, names);
      at = next;
      const mark = values?.length === 1 && /^(?:0x[\da-f]{1,8}|\d{1,10})$/i.test(values[0]!) ? Number(values[0]) : undefined;
      end({ does: 'mark', mark });
      // `meta mark set mark or 1`, `set ct mark`
      if (mark === undefined) while (tokens[at] && !simple[tokens[at]!.text]) at++;
    } else if (word === 'ct' && second === 'mark' && third === 'set') {
      at += 3;
      while (tokens[at] && !simple[tokens[at]!.text]) at++;
    } else if ((word === 'ip' || word === 'ip6') && (second === 'saddr' || second === 'daddr')) {
      const { values, not } = given(2);
      const nets = values?.map((value) => parseCidr(value, 'host'));
      if (nets && nets.length > 0 && nets.every((net) => net !== undefined)) conditions.push({ of: second === 'saddr' ? 'source' : 'destination', nets: nets as Cidr[], not });
      else doubt(`${word} ${second}`);
    } else if ((word === 'tcp' || word === 'udp' || word === 'sctp' || word === 'th') && (second === 'dport' || second === 'sport')) {
      if (word !== 'th') conditions.push({ of: 'protocol', protocol: word, not: false });
      const { values, not } = given(second === undefined ? 1 : 2);
      const ranges = values?.map(rangeOf);
      if (ranges && ranges.length > 0 && ranges.every((range) => range !== undefined)) conditions.push({ of: second === 'dport' ? 'port' : 'source-port', ranges: ranges as [number, number][], not });
      else doubt(`${word} ${second}`);
    } else if (word === 'icmp' && second === 'type') {
      const { values, not } = given(2);
      conditions.push({ of: 'protocol', protocol: 'icmp', not: false });
      if (values?.length === 1) conditions.push({ of: 'icmp', type: values[0]!, not });
      else doubt('icmp type');
    } else if (word === 'tcp' && second === 'flags' && flagsAt(tokens, at + 2)) {
      const { sign, next } = flagsAt(tokens, at + 2)!;
      conditions.push({ of: 'protocol', protocol: 'tcp', not: false }, { of: 'syn', not: sign === '!=' });
      at = next;
    } else if ((word === 'ip' && second === 'protocol') || (word === 'ip6' && second === 'nexthdr') || (word === 'meta' && second === 'l4proto')) {
      const { values, not } = given(2);
      if (values?.length === 1) conditions.push({ of: 'protocol', protocol: protocolNamed(values[0]!), not });
      else doubt(`${word} ${second}`);
    } else if (/^[io]if(?:name)?$/.test(word) || (word === 'meta' && /^[io]if(?:name)?$/.test(second ?? ''))) {
      const side = (word === 'meta' ? second! : word).startsWith('i') ? 'in' : 'out';
      const { values, not } = given(word === 'meta' ? 2 : 1);
      if (values?.length === 1) conditions.push({ of: side, device: values[0]!, not });
      else doubt(word);
    } else if (word === 'ct' && second === 'state' && third === 'vmap') {
      const { values } = given(3);
      const pairs = values && pairsOf(values);
      if (!pairs) {
        doubt('ct state vmap');
        end({ does: 'unknown' });
      }
      else for (const [state, does] of pairs) parts.push({ conditions: [...conditions, { of: 'state', states: [state.toUpperCase()], not: false }], verdict: does.startsWith('jump ') || does.startsWith('goto ') ? { does: does.slice(0, 4) as 'jump' | 'goto', chain: does.slice(5) } : { does: simple[does] ?? 'unknown' } });
    } else if (word === 'ct' && second === 'state') {
      const { values, not } = given(2);
      if (values && values.every((value) => /^[a-z]+$/.test(value))) conditions.push({ of: 'state', states: values.map((value) => value.toUpperCase()), not });
      else doubt('ct state');
    } else if (word === 'counter') at += second === 'packets' && tokens[at + 3]?.text === 'bytes' ? 5 : 1;
    else if (word === 'comment') at += 2;
    else if (word === 'notrack') {
      at++;
      end({ does: 'untrack' });
    } else if (word === 'continue') at++;
    else if (word === 'log') {
      at++;
      while (/^(?:prefix|level|flags|group|snaplen|queue-threshold)$/.test(tokens[at]?.text ?? '')) at += tokens[at]!.text === 'flags' && /^(?:tcp|ip)$/.test(tokens[at + 1]?.text ?? '') ? 3 : 2;
    } else {
      doubt(word);
      // A map of verdicts may let packets in.
      if (word === 'vmap') end({ does: 'unknown' });
      if (second === '{') at = valuesAt(tokens, at + 1, names).next;
      else at++;
    }
  }
  return { parts, unknown };
}

/** `& (fin | syn | rst | ack) == syn`, `!= syn`: the first packet of a connection, or any but that. */
function flagsAt(tokens: readonly Token[], from: number): { readonly sign: string; readonly next: number } | undefined {
  let at = from;
  if (tokens[at]?.text === '&') {
    const mask: string[] = [];
    while (tokens[++at] && !/^[=!]=$/.test(tokens[at]!.text) && mask.length < 12) mask.push(tokens[at]!.text);
    if (mask.join(' ').match(/[a-z]+/g)?.sort().join() !== 'ack,fin,rst,syn') return undefined;
  }
  const sign = tokens[at]?.text;
  return (sign === '!=' || (sign === '==' && at > from)) && tokens[at + 1]?.text === 'syn' ? { sign, next: at + 2 } : undefined;
}

/** `established : accept` as three words or fewer. */
function pairsOf(values: readonly string[]): readonly (readonly [string, string])[] | undefined {
  const text = values.join(' ').replace(/\s*:\s*/g, ':');
  const pairs = text.split(/ (?=[a-z]+:)/).map((pair) => pair.split(':'));
  return pairs.every((pair) => pair.length === 2) ? (pairs as [string, string][]) : undefined;
}

function rangeOf(text: string): readonly [number, number] | undefined {
  const [, from, to] = /^(\w+)(?:-(\w+))?$/.exec(text) ?? [];
  const low = from === undefined ? undefined : portNamed(from);
  const high = to === undefined ? low : portNamed(to);
  return low === undefined || high === undefined ? undefined : [low, high];
}
