import type { Confidence } from '../base/fact.ts';
import { inSubnet, parseCidr, type Cidr, type Ip } from '../base/ip.ts';
import type { Span } from '../base/origin.ts';
import type { Host } from './host.ts';
import type { FirewallEffect } from './script.ts';
import { effectsIn, startSteps } from './timeline.ts';

/** A rule of arptables(8) in a chain that ARP passes on its way in or out (`INPUT`, `OUTPUT`; `IN`, `OUT` with arptables_jf). */
export interface ArpRule {
  readonly way: 'in' | 'out';
  /** The protocol address of the sender; a reply for a VIP has the VIP here. Undefined: not asked for. */
  readonly source?: Cidr;
  /** The protocol address that is asked for; in a reply the one who asked. */
  readonly target?: Cidr;
  readonly verdict: 'drop' | 'mangle' | 'accept';
  /** What the sender's address becomes. */
  readonly mangledTo?: Ip;
  readonly at: Span;
  readonly confidence: Confidence;
}

/** ARP rules of the host, saved ones first, then those of its scripts in the order in which start adds them; undefined when one of them cannot be followed. Arguments in the manner of both arptables and arptables_jf (`-s`, `-d`, `-j`, `--mangle-ip-s`). */
export function arpRules(host: Host): readonly ArpRule[] | undefined {
  const rules: ArpRule[] = [];
  const saved = (host.filterLines ?? []).map(({ effect, at }) => ({ effect, at, confidence: 'certain' as const, saved: true }));
  const scripted = host.scripts.flatMap((script) => effectsIn(startSteps(script), 'firewall').flatMap(({ step, effect }) => (step.aside ? [] : [{ effect, at: step.at, confidence: step.confidence, saved: false }])));
  for (const { effect, at, confidence, saved: whole } of [...saved, ...scripted]) {
    if (effect.tool !== 'arptables' || effect.does === 'remove' || effect.does === 'flush' || effect.does === 'delete-chain' || (whole && effect.does === 'policy' && effect.words.at(-1)?.text === 'ACCEPT')) continue;
    const rule = effect.does === 'add' ? ruleOf(effect, at, confidence) : undefined;
    if (!rule) return undefined;
    rules.push(rule);
  }
  return rules;
}

const ways: Readonly<Record<string, ArpRule['way']>> = { IN: 'in', INPUT: 'in', OUT: 'out', OUTPUT: 'out' };
const verdicts: Readonly<Record<string, ArpRule['verdict']>> = { DROP: 'drop', ACCEPT: 'accept', mangle: 'mangle' };

function ruleOf(effect: FirewallEffect, at: Span, confidence: Confidence): ArpRule | undefined {
  const texts = effect.words.map((word) => word.text);
  const way = ways[effect.chain ?? ''];
  if (!way || texts.includes(undefined) || texts.includes('!')) return undefined;
  const given = new Map<string, string>();
  for (let index = 0; index < texts.length; index += 2) {
    const name = names[texts[index]!];
    if (name === undefined) return undefined;
    // `-I INPUT 1`: the place is no matter of what the rule does.
    if (name === 'chain' && /^\d+$/.test(texts[index + 2] ?? '')) index++;
    given.set(name, texts[name === 'chain' ? texts.indexOf(effect.chain) : index + 1] ?? '');
  }
  const verdict = verdicts[given.get('verdict') ?? ''];
  const [source, target, to] = ['source', 'target', 'to'].map((name) => (given.has(name) ? (parseCidr(given.get(name)!, 'host') ?? null) : undefined));
  if (!verdict || source === null || target === null || to === null) return undefined;
  return { way, verdict, at, confidence, ...(source && { source }), ...(target && { target }), ...(to && { mangledTo: to.ip }) };
}

const names: Readonly<Record<string, string>> = {
  '-A': 'chain', '-I': 'chain', '--append': 'chain', '--insert': 'chain', '-t': 'table', '--table': 'table',
  '-s': 'source', '--source-ip': 'source', '--src-ip': 'source', '-d': 'target', '--destination-ip': 'target', '--dst-ip': 'target',
  '-j': 'verdict', '--jump': 'verdict', '--mangle-ip-s': 'to',
};

/** Whether ARP that the host sends with an address as its sender leaves without it: dropped, or with another sender. */
export function hidesSender(rules: readonly ArpRule[], ip: Ip): boolean {
  return rules.some((rule) => rule.way === 'out' && rule.verdict !== 'accept' && rule.target === undefined && (rule.source === undefined || inSubnet(ip, rule.source)) && !(rule.verdict === 'mangle' && (rule.mangledTo === undefined || rule.mangledTo.text === ip.text)));
}

/** Whether requests for an address are dropped before the host sees them, so that it never answers. */
export function dropsRequests(rules: readonly ArpRule[], ip: Ip): boolean {
  return rules.some((rule) => rule.way === 'in' && rule.verdict === 'drop' && rule.source === undefined && (rule.target === undefined || inSubnet(ip, rule.target)));
}
