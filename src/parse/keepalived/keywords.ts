/**
 * keepalived's words by block (keepalived.conf(5), the parsers of 2.2.7 and 2.3.4): which lines a block takes, and which of them open a block of their own.
 */

/** What a block holds: lines that begin with one of `words`, or, when `values` is set, lines of its own form (addresses, names, routes). */
export interface Block {
  readonly words: ReadonlyMap<string, string | undefined>;
  readonly values: boolean;
}

/** Words that open no block, and words that open the block named behind the colon. */
function block(plain: string, ...opening: readonly string[]): Block {
  const words = new Map<string, string | undefined>();
  for (const word of plain.split(/\s+/)) if (word !== '') words.set(word, undefined);
  for (const text of opening) {
    for (const entry of text.split(/\s+/)) {
      const colon = entry.indexOf(':');
      words.set(entry.slice(0, colon), entry.slice(colon + 1));
    }
  }
  return { words, values: false };
}

const common = 'connect_ip connect_port bindto bind_port bind_if connect_timeout fwmark retry delay_before_retry warmup delay_loop alpha log_all_failures';
const checkers = 'HTTP_GET:HTTP_GET SSL_GET:HTTP_GET TCP_CHECK:TCP_CHECK SMTP_CHECK:SMTP_CHECK DNS_CHECK:DNS_CHECK UDP_CHECK:UDP_CHECK PING_CHECK:PING_CHECK MISC_CHECK:MISC_CHECK BFD_CHECK:BFD_CHECK FILE_CHECK:FILE_CHECK';
const notifies = 'notify_backup notify_master notify_fault notify_stop notify smtp_alert notify_priority_changes';
const tracks = 'track_interface:values track_script:values track_file:values track_process:values track_bfd:values';

/** Checkers of a real server. */
export const checkerNames: ReadonlySet<string> = new Set(checkers.split(' ').map((entry) => entry.slice(0, entry.indexOf(':'))));

export const blocks: ReadonlyMap<string, Block> = new Map<string, Block>([
  [
    'top',
    block(
      'linkbeat_use_polling net_namespace net_namespace_ipvs namespace_with_ipsets use_pid_dir instance child_wait_time include includer includem includew includeb includea include_check',
      'global_defs:global_defs static_ipaddress:values static_routes:values static_rules:values track_group:track_group linkbeat_interfaces:values interface_up_down_delays:values garp_group:garp_group',
      'vrrp_sync_group:vrrp_sync_group vrrp_instance:vrrp_instance vrrp_script:vrrp_script vrrp_track_process:vrrp_track_process track_file:track_file vrrp_track_file:track_file',
      'virtual_server_group:values virtual_server:virtual_server SSL:SSL bfd_instance:bfd_instance',
    ),
  ],
  [
    'global_defs',
    block(
      `process_names process_name vrrp_process_name checker_process_name lvs_process_name bfd_process_name router_id notification_email_from smtp_server smtp_helo_name smtp_connect_timeout smtp_alert startup_script
      startup_script_timeout shutdown_script shutdown_script_timeout max_auto_priority min_auto_priority_delay smtp_alert_vrrp smtp_alert_checker checker_log_all_failures dynamic_interfaces no_email_faults default_interface
      disable_local_igmp lvs_timeouts lvs_flush lvs_flush_on_stop lvs_flush_onstop lvs_sync_daemon vrrp_mcast_group4 vrrp_mcast_group6 vrrp_garp_master_delay vrrp_garp_master_repeat vrrp_garp_master_refresh
      vrrp_garp_master_refresh_repeat vrrp_garp_lower_prio_delay vrrp_garp_lower_prio_repeat vrrp_down_timer_adverts vrrp_garp_interval vrrp_gna_interval vrrp_min_garp vrrp_garp_extra_if vrrp_vmac_garp_intvl
      vrrp_lower_prio_no_advert vrrp_higher_prio_send_advert vrrp_version vrrp_iptables vrrp_ipsets nftables nftables_priority nftables_ifindex nftables_ipvs nftables_ipvs_priority nftables_ipvs_start_fwmark nftables_counters
      vrrp_check_unicast_src vrrp_skip_check_adv_addr vrrp_strict vrrp_priority vrrp_no_swap vrrp_rt_priority vrrp_cpu_affinity vrrp_rlimit_rttime vrrp_rlimit_rtime notify_fifo notify_fifo_script vrrp_notify_fifo
      vrrp_notify_fifo_script vrrp_notify_priority_changes fifo_write_vrrp_states_on_reload lvs_notify_fifo lvs_notify_fifo_script checker_priority checker_no_swap checker_rt_priority checker_cpu_affinity checker_rlimit_rttime
      checker_rlimit_rtime bfd_priority bfd_no_swap bfd_rt_priority bfd_cpu_affinity bfd_rlimit_rttime bfd_rlimit_rtime snmp_socket enable_traps enable_snmp_vrrp enable_snmp_keepalived enable_snmp_rfc enable_snmp_rfcv2
      enable_snmp_rfcv3 enable_snmp_checker enable_dbus dbus_service_name dbus_no_interface_name script_user enable_script_security vrrp_netlink_cmd_rcv_bufs vrrp_netlink_cmd_rcv_bufs_force vrrp_netlink_monitor_rcv_bufs
      vrrp_netlink_monitor_rcv_bufs_force process_monitor_rcv_bufs process_monitor_rcv_bufs_force lvs_netlink_cmd_rcv_bufs lvs_netlink_cmd_rcv_bufs_force lvs_netlink_monitor_rcv_bufs lvs_netlink_monitor_rcv_bufs_force
      rs_init_notifies no_checker_emails vrrp_rx_bufs_policy vrrp_rx_bufs_multiplier vrrp_startup_delay log_unknown_vrids vmac_prefix vmac_addr_prefix umask random_seed reload_check_config reload_time_file reload_repeat
      reload_file include_check config_save_dir tmp_config_directory data_use_instance state_dump_file stats_dump_file json_version json_dump_file vrrp_owner_ignore_adverts snmp_rs_stats_update_interval snmp_vs_stats_update_interval iproute_etc_dir iproute_usr_dir use_symlink_paths`,
      'notification_email:values',
    ),
  ],
  ['track_group', block('', 'group:values')],
  ['garp_group', block('garp_interval gna_interval interface', 'interfaces:values')],
  ['vrrp_sync_group', block(`${notifies} global_tracking sync_group_tracking_weight`, `group:values ${tracks}`)],
  [
    'vrrp_instance',
    block(
      `use_vmac use_vmac_addr vmac_xmit_base use_ipvlan unicast_fault_no_peer check_unicast_src old_unicast_checksum native_ipv6 state interface vrf dont_track_primary mcast_src_ip unicast_src_ip mcast_dst_ip track_src_ip
      virtual_router_id unicast_ttl version priority advert_int promote_secondaries linkbeat_use_polling accept no_accept skip_check_adv_addr strict_mode preempt nopreempt preempt_delay debug ${notifies} notify_deleted notify_master_rx_lower_pri
      lvs_sync_daemon_interface garp_master_delay garp_master_refresh garp_master_repeat garp_master_refresh_repeat garp_lower_prio_delay garp_lower_prio_repeat down_timer_adverts garp_extra_if vmac_garp_intvl
      lower_prio_no_advert higher_prio_send_advert kernel_rx_buf_size no_virtual_ipaddress v3_checksum_as_v2 timer_expired_backup thread_timer_expired owner_ignore_adverts`,
      `virtual_ipaddress:values virtual_ipaddress_excluded:values virtual_routes:values virtual_rules:values unicast_peer:values authentication:authentication ${tracks}`,
    ),
  ],
  ['authentication', block('auth_type auth_pass')],
  ['vrrp_script', block('script interval timeout weight rise fall user init_fail')],
  ['vrrp_track_process', block('process param_match weight quorum quorum_max delay terminate_delay fork_delay full_command')],
  ['track_file', block('file weight init_file')],
  ['bfd_instance', block('source_ip neighbor_ip neighbour_ip min_rx min_tx idle_tx multiplier passive ttl hoplimit max_hops multihop weight vrrp checker')],
  ['SSL', block('password ca certificate key')],
  [
    'virtual_server',
    block(
      `ip_family retry delay_before_retry warmup connect_timeout delay_loop inhibit_on_failure lb_algo lvs_sched hashed ops flag-1 flag-2 flag-3 sh-port sh-fallback mh-port mh-fallback lb_kind lvs_method persistence_engine
      persistence_timeout persistence_granularity protocol ha_suspend smtp_alert virtualhost snmp_name alpha omega quorum_up quorum_down quorum hysteresis weight sorry_server sorry_server_inhibit sorry_server_lvs_method`,
      'real_server:real_server',
    ),
  ],
  ['real_server', block('weight lvs_method uthreshold lthreshold inhibit_on_failure notify_up notify_down alpha retry delay_before_retry warmup connect_timeout delay_loop smtp_alert virtualhost snmp_name', checkers)],
  ['HTTP_GET', block(`${common} nb_get_retry virtualhost http_protocol enable_sni fast_recovery tls_compliant`, 'url:url')],
  ['url', block('path digest status_code virtualhost regex regex_no_match regex_options regex_min_offset regex_max_offset regex_stack tls_compliant')],
  ['TCP_CHECK', block(common)],
  ['SMTP_CHECK', block(`${common} helo_name`, 'host:host')],
  ['host', block(common)],
  ['DNS_CHECK', block(`${common} type name`)],
  ['UDP_CHECK', block(`${common} payload require_reply min_reply_length max_reply_length`)],
  ['PING_CHECK', block(common)],
  ['MISC_CHECK', block('retry delay_before_retry warmup delay_loop alpha log_all_failures misc_path misc_timeout misc_dynamic user')],
  ['BFD_CHECK', block('name alpha')],
  ['FILE_CHECK', block('track_file weight')],
  ['values', { words: new Map(), values: true }],
]);

/** Words of keepalived's forks for FULLNAT and DPVS, which the original does not know; a file with one of them is written for the fork. */
export const forked: ReadonlySet<string> = new Set(
  `local_address_group laddr_group_name daddr_group_name deny_address_group allow_address_group match syn_proxy est_timeout establish_timeout conn_timeout bps limit_proportion vip_bind_dev hash_target max_conn oif iif
  laddr_group_name_v6 quic expire_quiescent_conn proxy_protocol src-range dst-range lips blklst_addr_group_name whtlst_addr_group_name dest_check tunnel_entry tunnel ipset tcp_check_opt ospf_route`.split(/\s+/),
);

/** Blocks that take a word, other than the one it was found in. */
export function homesOf(word: string): readonly string[] {
  return [...blocks].filter(([name, { words }]) => name !== 'top' && words.has(word)).map(([name]) => name).concat(blocks.get('top')!.words.has(word) ? ['top'] : []);
}
