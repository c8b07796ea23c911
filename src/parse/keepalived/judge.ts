import { nearest } from '../../base/text.ts';
import { lookAlike } from '../lines.ts';
import type { StatementState } from '../statement.ts';
import { blocks, forked, homesOf } from './keywords.ts';
import type { WordFault } from './read.ts';
import type { ScanWord } from './scan.ts';
import { lastWithout, removed } from './versions.ts';

/** What keepalived makes of a line: how well it is understood, the block that it opens, and what is wrong with its keyword. */
export interface WordVerdict {
  readonly state: StatementState;
  readonly note?: string;
  readonly opens?: string;
  readonly fault?: WordFault;
  readonly lastWithout?: string;
}

/** Words whose lines become facts; of the others only the spelling matters here. */
const modelled = new Set(
  `virtual_server virtual_server_group real_server global_defs vrrp_instance vrrp_sync_group group authentication auth_type auth_pass virtual_ipaddress virtual_ipaddress_excluded unicast_peer unicast_src_ip state interface
  virtual_router_id priority version nopreempt accept no_accept strict_mode vrrp_strict use_vmac use_ipvlan router_id vrrp_version lb_algo lvs_sched lb_kind lvs_method persistence_timeout persistence_granularity persistence_engine
  protocol ip_family weight uthreshold lthreshold ops flag-1 flag-2 flag-3 sh-port sh-fallback mh-port mh-fallback hashed ha_suspend quorum hysteresis inhibit_on_failure alpha sorry_server sorry_server_lvs_method
  sorry_server_inhibit lvs_sync_daemon lvs_sync_daemon_interface connect_port HTTP_GET SSL_GET TCP_CHECK SMTP_CHECK DNS_CHECK UDP_CHECK PING_CHECK MISC_CHECK BFD_CHECK FILE_CHECK`.split(/\s+/),
);

/** Judges the first word of a line in a block. `fork`: the file is written for a fork of keepalived whose words are not all known. */
export function judgeWord(words: readonly ScanWord[], block: string, fork: boolean, dead: boolean): WordVerdict {
  const word = words[0]!.text;
  const table = blocks.get(block)!;
  if (table.values) return { state: dead ? 'ignored' : 'modelled' };
  if (table.words.has(word)) {
    const opens = table.words.get(word);
    const without = lastWithout.get(word);
    return { state: dead ? 'ignored' : modelled.has(word) ? 'modelled' : 'ignored', ...(opens === undefined ? {} : { opens }), ...(without === undefined ? {} : { lastWithout: without }) };
  }
  if (word.includes('{{')) return { state: 'partly', note: 'a place that a template fills' };
  if (word.startsWith('$') || word.includes('${')) return { state: 'partly', note: `${word} is defined in no file that was read` };
  if (fork || forked.has(word)) return { state: 'partly', note: `${word} is a word of a fork of keepalived`, opens: 'values' };
  // Within what is lost already nothing more can go wrong.
  if (dead) return { state: 'ignored', opens: 'values' };
  const gone = removed.get(word);
  if (gone !== undefined) return { state: 'wrong', note: `${word} is a word of older versions, which is dropped`, opens: 'values', fault: { kind: 'removed-keyword', belongs: [gone.block], ...(gone.now === undefined ? {} : { nearest: gone.now }), ...(gone.since === undefined ? {} : { since: gone.since }) } };
  const homes = homesOf(word);
  if (homes.length > 0) {
    const opens = blocks.get(homes[0]!)!.words.get(word) ?? 'values';
    return { state: 'wrong', note: `${word} is no word of ${nameOf(block)}`, opens, fault: { kind: 'misplaced-keyword', belongs: homes } };
  }
  const odd = lookAlike(word);
  const near = odd || !/^[\w-]+$/.test(word) ? nearest(word.replace(/[^\x21-\x7e]/g, ''), table.words.keys()) : nearest(word, table.words.keys());
  const opens = (near !== undefined ? table.words.get(near) : undefined) ?? 'values';
  const note = odd ? `${word} holds ${odd}, which only looks like an ASCII character` : `${word} is no word of keepalived`;
  return { state: 'wrong', note, opens, fault: { kind: 'unknown-keyword', ...(near === undefined ? {} : { nearest: near }) } };
}

/** A block as a note names it. */
export function nameOf(block: string): string {
  return block === 'top' ? 'the outermost level' : block;
}
