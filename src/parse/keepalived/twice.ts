import type { HostDraft } from '../draft.ts';
import { fault } from './services.ts';
import { standsOpen } from './scan.ts';
import { counts, type Node } from './tree.ts';

/** Words of which a block takes one line, by what happens to the others: `first` keeps the first and logs “already specified - ignoring”, `last` overwrites without a word. */
const single: ReadonlyMap<string, 'first' | 'last'> = new Map([
  ...'state notify notify_master notify_backup notify_fault notify_stop notify_up notify_down quorum_up quorum_down'.split(' ').map((word) => [word, 'first'] as const),
  ...'interface virtual_router_id priority unicast_src_ip auth_type auth_pass lb_algo lb_kind protocol persistence_timeout weight sorry_server quorum script misc_path connect_port'.split(' ').map((word) => [word, 'last'] as const),
]);

const sameAs: Readonly<Record<string, string>> = { lvs_sched: 'lb_algo', lvs_method: 'lb_kind' };

/** Lines of one block that say different things with the same word. Those under a condition are left alone. */
export function takeTwice(nodes: readonly Node[], draft: HostDraft): void {
  const seen = new Map<string, Node>();
  for (const node of nodes) {
    if (node.children.length > 0) takeTwice(node.children, draft);
    const word = sameAs[node.keyword] ?? node.keyword;
    const kept = single.get(word);
    if (kept === undefined || !counts(node) || node.statement.block === 'values' || node.statement.block === 'top' || node.statement.condition !== undefined || valueOf(node) === '') continue;
    const before = seen.get(word);
    seen.set(word, node);
    if (!before || valueOf(before) === valueOf(node) || standsOpen(valueOf(node))) continue;
    const lost = kept === 'first' ? node : before;
    const other = kept === 'first' ? before : node;
    if (kept === 'first') seen.set(word, before);
    fault(draft, 'keyword-twice', { text: `${lost.keyword} ${valueOf(lost)}`, at: lost.statement.at }, `keepalived takes ${valueOf(other)}, the ${kept}`, { other: other.statement.at });
  }
}

function valueOf({ words }: Node): string {
  return words.slice(1).map(({ text }) => text).join(' ');
}
