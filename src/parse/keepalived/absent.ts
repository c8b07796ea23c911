import type { HostDraft } from '../draft.ts';
import { standsOpen } from './scan.ts';
import { fault } from './services.ts';
import { lineOf, type Node } from './tree.ts';

/**
 * Words whose value keepalived takes without a look whether there is one (`lib/parser.c: strvec_slot(), null_strvec()`): where nothing follows, the process that reads the file exits with KEEPALIVED_EXIT_CONFIG, and the
 * parent ends with it (“exited with permanent error CONFIG. Terminating”). As 2.2.7 does with each word alone on its line.
 */
const ending: ReadonlySet<string> = new Set(
  `advert_int auth_pass auth_type bind_if bind_port bindto connect_ip connect_port connect_timeout debug delay delay_before_retry delay_loop digest down_timer_adverts fall fork_delay fwmark garp_lower_prio_delay
  garp_lower_prio_repeat garp_master_delay garp_master_refresh garp_master_refresh_repeat garp_master_repeat hoplimit hysteresis idle_tx interface interval ip_family lb_algo lb_kind lthreshold lvs_method lvs_sched
  lvs_sync_daemon_interface max_hops max_reply_length mcast_dst_ip mcast_src_ip min_reply_length min_rx min_tx misc_timeout multiplier nb_get_retry notify notify_backup notify_down notify_fault notify_master
  notify_master_rx_lower_pri notify_stop notify_up path persistence_engine persistence_granularity preempt_delay priority process protocol quorum quorum_down quorum_max quorum_up real_server retry rise smtp_connect_timeout
  smtp_server sorry_server source_ip state terminate_delay timeout ttl uthreshold unicast_src_ip unicast_ttl version virtual_router_id virtual_server virtual_server_group vrf vrrp_script vrrp_garp_interval vrrp_gna_interval
  vrrp_garp_lower_prio_delay vrrp_garp_lower_prio_repeat vrrp_garp_master_delay vrrp_garp_master_refresh vrrp_garp_master_refresh_repeat vrrp_garp_master_repeat vrrp_mcast_group4 vrrp_mcast_group6 vrrp_startup_delay
  vrrp_track_file vrrp_track_process vrrp_version warmup weight`.split(/\s+/),
);

/** Blocks in which a word has a parser of its own, which drops the line. */
const lenient: ReadonlySet<string> = new Set(['track_file weight', 'vrrp_track_process weight', 'FILE_CHECK weight']);

/** Words whose line keepalived drops where nothing follows. */
const dropped: ReadonlySet<string> = new Set('router_id notification_email_from default_interface lvs_sync_daemon lvs_timeouts script_user misc_path virtualhost helo_name vrrp_instance vrrp_sync_group track_group'.split(' '));

/** What keepalived makes of a word with nothing behind it; undefined: it takes it so. */
export function withoutValue(word: string, block: string): string | undefined {
  if (block === 'values') return undefined;
  if (ending.has(word) && !lenient.has(`${block} ${word}`)) return 'ends there: it does not run with this file';
  return dropped.has(word) ? 'drops the line' : undefined;
}

/** Lines that an instance cannot do without: keepalived drops it (“Unknown interface!”, “the virtual router id must be set”). */
export function takeAbsent(node: Node, draft: HostDraft): void {
  for (const keyword of ['interface', 'virtual_router_id']) {
    if (!isMeant(node.children, keyword)) fault(draft, 'setting-absent', { text: keyword, at: lineOf(node) }, 'keepalived drops the instance', { block: node.words[1]?.text ?? 'vrrp_instance' });
  }
}

const needed: Readonly<Record<string, string>> = { HTTP_GET: 'url', SSL_GET: 'url', MISC_CHECK: 'misc_path', BFD_CHECK: 'name', FILE_CHECK: 'track_file' };

/** Checks that lack the line which says what to check: keepalived leaves them out (“HTTP/SSL_GET checker has no urls specified - ignoring”, “No script path has been specified for MISC_CHECKER - skipping”). */
export function takeIncomplete(server: Node, draft: HostDraft): void {
  for (const check of server.children) {
    const word = needed[check.keyword];
    if (word === undefined || check.statement.fault || check.statement.dead) continue;
    const lacking = !isMeant(check.children, word) ? word : word === 'url' && check.children.some((child) => child.keyword === 'url') && check.children.every((child) => child.keyword !== 'url' || !isMeant(child.children, 'path')) ? 'path' : undefined;
    if (lacking !== undefined) fault(draft, 'check-incomplete', { text: lacking, at: lineOf(check) }, 'keepalived leaves the check out', { block: lacking === 'path' ? `the url of ${check.keyword}` : check.keyword });
  }
}

/** Whether a line of a keyword is there, or was meant to be: one that is misspelt, refused or only half known is told of itself. */
function isMeant(lines: readonly Node[], keyword: string): boolean {
  return lines.some((line) => line.keyword === keyword || line.statement.fault?.nearest === keyword || standsOpen(line.keyword) || line.statement.state === 'partly' || line.statement.state === 'unread');
}
