/**
 * Words that came after a release of keepalived, with the last release that lacks them: of 2.3 by comparing the parsers of 2.2.7 and 2.3.3, of 2.2.8, 2.2.3 and 2.1.0 by their release notes, of those before by the ChangeLog's
 * own words. Words whose release no source tells are taken to be as old as keepalived.
 */
export const lastWithout: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '1.2.9': 'unicast_src_ip vrrp_mcast_group4 vrrp_mcast_group6 garp_master_refresh',
    '1.2.12': 'connect_ip bind_port',
    '1.2.13': 'garp_master_refresh_repeat garp_master_repeat',
    '1.2.19': 'vrrp_iptables ip_family lvs_sync_daemon',
    '1.2.22': 'lvs_flush',
    '1.2.23': 'default_interface use_pid_dir',
    '1.2.24': 'enable_script_security namespace_with_ipsets no_accept',
    '1.3.1': 'init_fail',
    '1.3.4': 'higher_prio_send_advert',
    '1.3.6': 'bind_if',
    '1.4.2': 'enable_sni',
    '1.4.5': 'no_checker_emails sync_group_tracking_weight vrrp_track_file track_file',
    '2.0.5': 'notify_master_rx_lower_pri',
    '2.0.6': 'regex',
    '2.0.8': 'umask',
    '2.0.10': 'track_process vrrp_track_process',
    '2.0.11': 'vrrp_min_garp',
    '2.0.12': 'linkbeat_interfaces',
    '2.0.13': 'vrrp_startup_delay',
    '2.0.14': 'lvs_flush_onstop lvs_flush_on_stop',
    '2.0.15': 'log_unknown_vrids quorum_max',
    '2.0.16': 'vrrp_cpu_affinity checker_cpu_affinity bfd_cpu_affinity use_ipvlan http_protocol fast_recovery',
    '2.0.19': 'mh-port mh-fallback',
    '2.0.20': 'max_auto_priority',
    '2.2.2': 'down_timer_adverts interface_up_down_delays',
    '2.2.7': `no_virtual_ipaddress v3_checksum_as_v2 dbus_no_interface_name iproute_etc_dir iproute_usr_dir json_version json_dump_file state_dump_file stats_dump_file multihop owner_ignore_adverts vrrp_owner_ignore_adverts
      snmp_rs_stats_update_interval snmp_vs_stats_update_interval timer_expired_backup thread_timer_expired tls_compliant use_symlink_paths`,
  }).flatMap(([version, words]) => words.split(/\s+/).map((word) => [word, version] as const)),
);

/** Words that older versions took: the block that took them, what they are called since, and the release that dropped them, where a source tells it. */
export const removed: ReadonlyMap<string, { readonly block: string; readonly now?: string; readonly since?: string }> = new Map([
  // ChangeLog of 1.2.20: "ipvs: Remove nat_mask configuration parameter."
  ['nat_mask', { block: 'virtual_server', since: '1.2.20' }],
  // ChangeLog of 1.1.8: "Use router_id instead of lvs_id".
  ['lvs_id', { block: 'global_defs', now: 'router_id' }],
  ['vrrp_unicast_bind', { block: 'vrrp_instance', now: 'unicast_src_ip' }],
  ['vrrp_unicast_peer', { block: 'vrrp_instance', now: 'unicast_peer' }],
]);
