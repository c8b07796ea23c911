import { chainOf, type Filter, type FilterChain, type Hook } from './filter.ts';
import type { FilterRule, Verdict } from './filter-rule.ts';
import { meets, type Packet } from './filter-walk.ts';

/** Rules that end a packet's way through a table. */
const ends = new Set<Verdict['does']>(['accept', 'drop', 'take', 'hide', 'unknown']);

/**
 * The first rule that does one thing to a packet in the chains of some tables at a place (`hide` in nat, `untrack` in raw). Undefined: none does; `unknown`: one may, or may be passed by.
 * nft's chains are of a table by their priority (`net/netfilter/core.c: nf_hook_entries_grow()`).
 */
export function firstDoing(filter: Filter, hook: Hook, tables: (chain: FilterChain) => boolean, packet: Packet, does: Verdict['does']): FilterRule | 'unknown' | undefined {
  const chains = filter.chains.filter((chain) => chain.family === packet.family && chain.hook === hook && tables(chain)).sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0));
  for (const chain of chains) {
    const found = walk(filter, chain, packet, does, 0);
    if (typeof found === 'object' || found === 'unknown') return found;
  }
  return undefined;
}

/** `end`: nothing behind is asked; `on`: the packet comes out at the chain's end. */
function walk(filter: Filter, chain: FilterChain, packet: Packet, does: Verdict['does'], depth: number): FilterRule | 'unknown' | 'end' | 'on' {
  if (depth > 16) return 'unknown';
  for (const rule of chain.rules) {
    const { verdict } = rule;
    const jumps = verdict.does === 'jump' || verdict.does === 'goto';
    if (verdict.does !== does && verdict.does !== 'return' && !jumps && !ends.has(verdict.does)) continue;
    const answer = meets(rule, packet);
    if (answer === 'no') continue;
    const sure = answer === 'yes' && rule.confidence !== 'possible';
    if (jumps) {
      const next = chainOf(filter, packet.family, chain.table, verdict.chain);
      const inner = next ? walk(filter, next, packet, does, depth + 1) : 'unknown';
      if (inner === 'on' && verdict.does === 'jump') continue;
      return sure ? (inner === 'on' ? 'on' : inner) : 'unknown';
    }
    if (!sure) return 'unknown';
    return verdict.does === does ? rule : verdict.does === 'return' ? 'on' : 'end';
  }
  return 'on';
}
