/** Long options of iptables(8), iptables-extensions(8) and arptables(8) of iptables 1.8. */
export const options: readonly string[] = `
 accept-local add-set ahlen ahres ahspi algo and-mark and-tos append bytecode bytes-eq bytes-gt bytes-lt cgroup check checksum-fill chunk-types clamp-mss-to-pmtu clus cluster-hash-seed cluster-local-
 node cluster-local-nodemask cluster-total-nodes clustermac comment connbytes connbytes-dir connbytes-mode connlimit-above connlimit-daddr connlimit-mask connlimit-saddr connlimit-upto contiguous cpu
 ctdir ctevents ctexpire ctmask ctorigdst ctorigdstport ctorigsrc ctorigsrcport ctproto ctrepldst ctrepldstport ctreplsrc ctreplsrcport ctstate ctstatus datestart datestop dccp-option dccp-types del-
 set delete delete-chain destination destination-ip destination-mac destination-port destination-ports dir dport dports dscp dscp-class dst dst-group dst-ip dst-len dst-mac dst-opts dst-pfx dst-range
 dst-type ecn-ip-ect ecn-tcp-cwr ecn-tcp-ece ecn-tcp-remove espspi every exact exist expevents flush fragfirst fragid fraglast fraglen fragment fragmore fragres from gateway genre gid-owner goto
 h-length h-type hash hash-init hashlimit hashlimit-above hashlimit-burst hashlimit-dstmask hashlimit-htable-expire hashlimit-htable-gcinterval hashlimit-htable-max hashlimit-htable-size hashlimit-mask
 hashlimit-mode hashlimit-name hashlimit-rate-interval hashlimit-rate-match hashlimit-src hashlimit-srcmask hashlimit-upto hashmode hbh-len hbh-opts header help helper hex-string hitcount hl-dec hl-eq
 hl-gt hl-inc hl-lt hl-set hmark-dport-mask hmark-dst-prefix hmark-mod hmark-offset hmark-proto-mask hmark-rnd hmark-spi-mask hmark-sport-mask hmark-src-prefix hmark-tuple icase icmp-type icmpv6-type
 in-if in-interface insert invert ipv4 ipv6 ipvs jump kerneltz label led-always-blink led-delay led-trigger-id length limit limit-burst limit-iface-in limit-iface-out line-numbers list list-rules
 local-node log log-ip-options log-level log-macdecode log-prefix log-tcp-options log-tcp-sequence log-uid loose mac-source man mangle-hw-d mangle-hw-s mangle-ip-d mangle-ip-s mangle-mac-d mangle-mac-s
 mangle-target map-mark map-prio map-queue map-set mark mask match match-set mh-type mode modprobe monthdays mss name new new-chain next nfacct-name nflog-group nflog-prefix nflog-range nflog-size
 nflog-threshold nfmask notrack nowildcard numeric object-pinned on-ip on-port opcode or-mark or-tos out-if out-interface packet packets-eq packets-gt packets-lt path persistent physdev-in physdev-is-
 bridged physdev-is-in physdev-is-out physdev-out pkt-type pol policy ports probability proto proto-type protocol queue-balance queue-bypass queue-cpu-fanout queue-num quota random random-fully rateest
 rateest-bps rateest-bps1 rateest-bps2 rateest-delta rateest-eq rateest-ewma rateest-ewmalog rateest-gt rateest-interval rateest-lt rateest-name rateest-pps rateest-pps1 rateest-pps2 rateest1 rateest2
 rcheck rdest realm reap reject-with remove rename-chain replace reqid restore restore-mark restore-skmark return-nomatch rsource rt-0-addrs rt-0-not-strict rt-0-res rt-len rt-segsleft rt-type rttl
 sack-perm save save-mark seconds selctx set set-class set-counters set-dscp set-dscp-class set-mark set-mss set-tos set-xmark skbinfo socket-exists soft source source-ip source-mac source-port source-
 ports spi sport sports src src-group src-ip src-mac src-pfx src-range src-type state strict string strip-options suppl-groups syn table tcp-flags tcp-option timeout timestamp timestamps timestart
 timestop to to-destination to-port to-ports to-source tos total-nodes tproxy-mark trace transparent ttl ttl-dec ttl-eq ttl-gt ttl-inc ttl-lt ttl-set tunnel-dst tunnel-src type u32 uid-owner ulog-
 cprange ulog-nlgroup ulog-prefix ulog-qthreshold update update-counters update-subcounters vaddr validmark vdir verbose version vmethod vport vportctl vproto wait weekdays wscale xor-mark xor-tos zero
 zone zone-orig zone-reply`
  .trim()
  .split(/\s+/);
