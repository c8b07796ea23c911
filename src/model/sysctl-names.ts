/** The dotted form of a key, as sysctl files have it; a dot in a device's name becomes a slash (sysctl.d(5)). */
export function dottedKey(key: string): string {
  return key.replace(/[./]/g, (char) => (char === '/' ? '.' : '/'));
}

/** Parameters of a device (`net/ipv4/devinet.c: devinet_sysctl`, 6.1), below net/ipv4/conf/DEVICE. */
export const deviceParameters: readonly string[] = `accept_local accept_redirects accept_source_route arp_accept arp_announce arp_evict_nocarrier arp_filter arp_ignore arp_notify bc_forwarding bootp_relay disable_policy disable_xfrm
 drop_gratuitous_arp drop_unicast_in_l2_multicast force_igmp_version forwarding igmpv2_unsolicited_report_interval igmpv3_unsolicited_report_interval ignore_routes_with_linkdown log_martians mc_forwarding medium_id
 promote_secondaries proxy_arp proxy_arp_pvlan route_localnet rp_filter secure_redirects send_redirects shared_media src_valid_mark tag`.split(/\s+/);

/** Parameters of IPVS (`net/netfilter/ipvs/ip_vs_ctl.c: vs_vars`, and those of lblc and lblcr), below net/ipv4/vs, of any release. */
export const ipvsParameters: readonly string[] = `am_droprate amemthresh backup_only cache_bypass conn_lfactor conn_reuse_mode conntrack debug_level drop_entry drop_packet est_cpulist est_nice expire_nodest_conn expire_quiescent_template
 ignore_tunneled lblc_expiration lblcr_expiration nat_icmp_send pmtu_disc run_estimation schedule_icmp secure_tcp sloppy_sctp sloppy_tcp snat_reroute svc_lfactor sync_persist_mode sync_ports sync_qlen_max sync_refresh_period
 sync_retries sync_sock_size sync_threshold sync_version`.split(/\s+/);

/** Whether a key, in slash form, is one that LVS hangs on: forwarding, ARP, reverse path filters, redirects, IPVS itself. */
export function lvsHangsOn(key: string): boolean {
  return /^net\/ipv4\/(?:ip_forward$|ip_nonlocal_bind$|vs\/|conf\/[^/]+\/(?:arp_\w+|rp_filter|forwarding|send_redirects|accept_local)$)|^net\/ipv6\/conf\/[^/]+\/forwarding$/.test(key);
}
