import { inSubnet, type Ip } from '../base/ip.ts';
import { type Filter, type FilterChain } from './filter.ts';
import type { FilterRule } from './filter-rule.ts';
import type { Family } from './words.ts';

/** A rule that puts a mark on packets, with the kernel's chain from which packets reach it. */
export interface MarkRule {
  readonly chain: FilterChain;
  readonly rule: FilterRule;
  /** Undefined: which mark is not known. */
  readonly mark: number | undefined;
  /** Chains of the kernel's own that lead to it. */
  readonly hooks: readonly string[];
}

/** Every rule of a family that marks packets. */
export function markRules(filter: Filter, family?: Family): readonly MarkRule[] {
  return filter.chains.flatMap((chain) =>
    family !== undefined && chain.family !== family ? [] : chain.rules.flatMap((rule) => (rule.verdict.does === 'mark' ? [{ chain, rule, mark: rule.verdict.mark, hooks: hooksTo(filter, chain) }] : [])),
  );
}

function hooksTo(filter: Filter, chain: FilterChain, seen: ReadonlySet<FilterChain> = new Set([chain])): readonly string[] {
  if (chain.hook) return [chain.hook];
  const callers = filter.chains.filter((other) => other.family === chain.family && other.table === chain.table && !seen.has(other) && other.rules.some(({ verdict }) => (verdict.does === 'jump' || verdict.does === 'goto') && verdict.chain === chain.name));
  return [...new Set(callers.flatMap((caller) => hooksTo(filter, caller, new Set([...seen, caller]))))];
}

/** Whether a mark that is put there is on the packet when IPVS looks at it (`net/netfilter/ipvs/ip_vs_core.c: ip_vs_ops`, behind every chain of PREROUTING and INPUT but nat's of INPUT). */
export function marksInTime({ hooks }: MarkRule): boolean {
  return hooks.some((hook) => hook === 'PREROUTING' || hook === 'INPUT');
}

/** Single addresses whose packets a rule marks. */
export function markedAddresses({ rule }: MarkRule): readonly Ip[] {
  return rule.conditions.flatMap((condition) => (condition.of === 'destination' && !condition.not ? condition.nets.filter((net) => net.prefix === (net.ip.family === 4 ? 32 : 128)).map((net) => net.ip) : []));
}

/** Whether rules of nat take packets for an address to the host itself or elsewhere (REDIRECT, DNAT, TPROXY) before they are routed. A rule that may meet them counts. */
export function takes(filter: Filter, ip: Ip): boolean {
  return filter.chains.some((chain) => chain.family === ip.family && chain.rules.some(({ verdict, conditions }) => verdict.does === 'take' && conditions.every((condition) => condition.of !== 'destination' || condition.nets.some((net) => inSubnet(ip, net)) !== condition.not)));
}
