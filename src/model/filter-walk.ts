import { weakest, type Confidence } from '../base/fact.ts';
import { inSubnet, type Ip } from '../base/ip.ts';
import type { Span } from '../base/origin.ts';
import { chainOf, type Filter, type FilterChain, type Hook } from './filter.ts';
import type { Condition, FilterRule } from './filter-rule.ts';
import type { Family } from './words.ts';

/** A packet as far as it is known; what is left out may be anything. */
export interface Packet {
  readonly family: Family;
  readonly source?: Ip;
  readonly destination?: Ip;
  /** By the name that `protocolNamed()` gives. */
  readonly protocol: string;
  readonly sourcePort?: number;
  readonly port?: number;
  /** What connection tracking says of it: a client's first packet is NEW; the reply of a real server to a packet that IPVS with conntrack=0 sent on is INVALID. */
  readonly state?: 'NEW' | 'ESTABLISHED' | 'INVALID' | 'UNTRACKED';
  /** The device by which it leaves. */
  readonly out?: string;
  /** Of ICMP: which message it is. */
  readonly icmp?: 'fragmentation-needed';
  /** Of TCP: whether it is the first of its connection (SYN without ACK). */
  readonly syn?: boolean;
}

type Answer = 'yes' | 'no' | 'unknown';

/** Whether a rule meets a packet. */
export function meets({ conditions }: Pick<FilterRule, 'conditions'>, packet: Packet): Answer {
  let answer: Answer = 'yes';
  for (const condition of conditions) {
    const one = holds(condition, packet);
    if (one === 'no') return 'no';
    if (one === 'unknown') answer = 'unknown';
  }
  return answer;
}

function holds(condition: Condition, packet: Packet): Answer {
  if (condition.of === 'unknown') return 'unknown';
  // `ip daddr` in a chain of both versions asks for the version too.
  if ((condition.of === 'source' || condition.of === 'destination') && condition.nets.every((net) => net.ip.family !== packet.family)) return 'no';
  const plain = asked(condition, packet);
  return condition.not && plain !== 'unknown' ? (plain === 'yes' ? 'no' : 'yes') : plain;
}

function asked(condition: Exclude<Condition, { of: 'unknown' }>, packet: Packet): Answer {
  switch (condition.of) {
    case 'source':
    case 'destination': {
      const ip = packet[condition.of];
      if (condition.nets.some((net) => net.prefix === 0)) return 'yes';
      return ip ? yes(condition.nets.some((net) => inSubnet(ip, net))) : 'unknown';
    }
    case 'protocol':
      return yes(condition.protocol === packet.protocol);
    case 'port':
    case 'source-port': {
      const port = condition.of === 'port' ? packet.port : packet.sourcePort;
      return port === undefined ? 'unknown' : yes(condition.ranges.some(([from, to]) => port >= from && port <= to));
    }
    case 'in':
    case 'out':
      if (condition.of === 'out' && packet.out !== undefined) return yes(/[+*]$/.test(condition.device) ? packet.out.startsWith(condition.device.slice(0, -1)) : condition.device === packet.out);
      return condition.device === 'lo' ? 'no' : 'unknown';
    case 'syn':
      return packet.protocol !== 'tcp' ? 'no' : packet.syn === undefined ? 'unknown' : yes(packet.syn);
    case 'icmp':
      return packet.protocol !== 'icmp' ? 'no' : packet.icmp === undefined ? 'unknown' : yes(unreachable.has(condition.type));
    case 'state': {
      const { state } = packet;
      return state === undefined ? 'unknown' : yes(condition.states.includes(state));
    }
  }
}

/** Names and numbers under which a rule means “fragmentation needed”. */
const unreachable = new Set(['any', '3', '3/4', 'destination-unreachable', 'fragmentation-needed']);

function yes(is: boolean): Answer {
  return is ? 'yes' : 'no';
}

/** What becomes of a packet in the chains of a place: `drop` only when it is sure for every such packet. */
export interface Fate {
  readonly fate: 'pass' | 'drop' | 'unknown';
  /** The rule or policy that drops it. */
  readonly at?: Span;
  readonly by?: 'rule' | 'policy';
  readonly confidence: Confidence;
}

/** What becomes of a packet at a place: each chain there may drop it. Rules that were not read are not known of: see `Filter.whole`. */
export function fateAt(filter: Filter, hook: Hook, packet: Packet): Fate {
  // What nat does with a packet is another question: see `takes()`.
  const chains = filter.chains.filter((chain) => chain.family === packet.family && chain.hook === hook && chain.table !== 'nat').sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
  for (const chain of chains) {
    const fate = fateIn(filter, chain, packet, 0);
    if (fate.fate === 'drop' || fate.fate === 'unknown') return { ...fate, fate: fate.fate };
    if (fate.fate === 'return' && chain.policy?.drops) return { fate: 'drop', at: chain.policy.at, by: 'policy', confidence: weakest(chain.policy.confidence, fate.confidence) };
  }
  return { fate: 'pass', confidence: 'certain' };
}

type ChainFate = Omit<Fate, 'fate'> & { readonly fate: 'pass' | 'drop' | 'unknown' | 'return' };

function fateIn(filter: Filter, chain: FilterChain, packet: Packet, depth: number): ChainFate {
  if (depth > 16) return { fate: 'unknown', confidence: 'possible' };
  for (const rule of chain.rules) {
    const answer = meets(rule, packet);
    if (answer === 'no' || rule.verdict.does === 'none' || rule.verdict.does === 'mark' || rule.verdict.does === 'hide' || rule.verdict.does === 'untrack') continue;
    const { verdict } = rule;
    const sure = answer === 'yes' && rule.confidence !== 'possible';
    if (verdict.does === 'drop') {
      // Where it may not meet the packet, the rest of the chain decides.
      if (sure) return { fate: 'drop', at: rule.at, by: 'rule', confidence: rule.confidence };
      continue;
    }
    if (verdict.does === 'jump' || verdict.does === 'goto') {
      const next = chainOf(filter, packet.family, chain.table, verdict.chain);
      if (!next) return { fate: 'unknown', confidence: 'possible' };
      const inner = fateIn(filter, next, packet, depth + 1);
      if (inner.fate === 'return' && verdict.does === 'jump') continue;
      if (inner.fate === 'drop' && !sure) continue;
      if (!sure) return { fate: 'unknown', confidence: 'possible' };
      return inner;
    }
    if (!sure) return { fate: 'unknown', confidence: 'possible' };
    return verdict.does === 'accept' ? { fate: 'pass', confidence: rule.confidence } : verdict.does === 'return' ? { fate: 'return', confidence: rule.confidence } : { fate: 'unknown', confidence: 'possible' };
  }
  return { fate: 'return', confidence: 'certain' };
}
