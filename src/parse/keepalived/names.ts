import type { HostDraft } from '../draft.ts';
import { standsOpen } from './scan.ts';
import { fault } from './services.ts';
import { lineOf, type Node } from './tree.ts';

/** Lists of names within an instance or a sync group, with the blocks that define such names. */
const lists: Readonly<Record<string, readonly string[]>> = {
  track_script: ['vrrp_script'],
  track_process: ['vrrp_track_process'],
  track_file: ['vrrp_track_file', 'track_file'],
  track_bfd: ['bfd_instance'],
  group: ['vrrp_instance'],
};

/**
 * Names that an instance tracks or a sync group holds, and that no block defines: keepalived leaves them out (“track script chk not found, ignoring...”, “Virtual router VI_2 specified in sync group G doesn't exist - ignoring”).
 * What is tracked is looked up at once, so its block must stand above (`vrrp_track.c: alloc_track_script()`); the instances of a group, when all is read.
 */
export function takeUndefinedNames(roots: readonly Node[], draft: HostDraft): void {
  for (const [at, owner] of roots.entries()) {
    if (owner.keyword !== 'vrrp_instance' && owner.keyword !== 'vrrp_sync_group') continue;
    for (const list of owner.children) {
      const definers = lists[list.keyword];
      if (definers === undefined || list.statement.fault || list.statement.dead || (list.keyword === 'group') !== (owner.keyword === 'vrrp_sync_group')) continue;
      const defined = namesOf(roots, definers);
      if (!defined) continue;
      for (const { statement, words } of [...list.children, ...(list.keyword === 'group' ? list.words.slice(1).map((word) => ({ statement: list.statement, words: [word] })) : [])]) {
        const name = words[0]!;
        if (statement.dead || statement.condition !== undefined || standsOpen(name.text)) continue;
        const places = defined.get(name.text);
        const outcome = list.keyword === 'group' ? 'keepalived leaves it out of the group' : 'keepalived does not watch it';
        if (!places) fault(draft, 'name-undefined', name, outcome, { block: definers[0]! });
        else if (list.keyword !== 'group' && places.every((place) => place > at)) fault(draft, 'name-undefined', name, outcome, { block: definers[0]!, other: lineOf(roots[places[0]!]!) });
      }
    }
  }
}

/** Names that blocks define, with the places of the blocks among all; those of misspelt blocks too: they are told as that. Undefined: one of them is open. */
function namesOf(roots: readonly Node[], definers: readonly string[]): ReadonlyMap<string, readonly number[]> | undefined {
  const names = new Map<string, number[]>();
  for (const [at, { keyword, statement, words }] of roots.entries()) {
    if (standsOpen(keyword) || statement.state === 'partly') return undefined;
    const name = words[1]?.text;
    if (name === undefined || !(definers.includes(keyword) || definers.includes(statement.fault?.nearest ?? ''))) continue;
    if (standsOpen(name)) return undefined;
    names.set(name, [...(names.get(name) ?? []), at]);
  }
  return names;
}
