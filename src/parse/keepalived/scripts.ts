import type { KeepalivedScript } from '../../model/vrrp.ts';
import { standsOpen } from './scan.ts';
import { counts, type Node } from './tree.ts';

const running: ReadonlySet<string> = new Set(
  'script misc_path notify notify_master notify_backup notify_fault notify_stop notify_deleted notify_master_rx_lower_pri notify_up notify_down quorum_up quorum_down startup_script shutdown_script notify_fifo_script vrrp_notify_fifo_script lvs_notify_fifo_script'.split(' '),
);

/** Every command that keepalived runs, wherever it stands. */
export function scriptsIn(nodes: readonly Node[]): readonly KeepalivedScript[] {
  return nodes.flatMap((node): readonly KeepalivedScript[] => {
    if (!counts(node)) return [];
    const { keyword, words, children } = node;
    const value = words[1];
    const own = running.has(keyword) && value && !standsOpen(value.text) ? [{ keyword, command: words.slice(1).map(({ text }) => text).join(' '), at: { ...value.at, endLine: words.at(-1)!.at.endLine, endColumn: words.at(-1)!.at.endColumn } }] : [];
    return [...own, ...scriptsIn(children)];
  });
}
