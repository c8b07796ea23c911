/** The field's own words, each with the values that it may take. */

/** How a director hands a request to a destination. ipvsadm -m -g -i; keepalived NAT DR TUN; ldirectord masq gate ipip. */
export type Forwarding = 'nat' | 'dr' | 'tun';

/** Transport protocols that IPVS balances. */
export type Protocol = 'tcp' | 'udp' | 'sctp';

/** Address family, as in `AF_INET`. */
export type Family = 4 | 6;

/** What a host is for. Roles are found, never configured. */
export type Role = 'director' | 'real-server';

/** Schedulers of the kernel (`net/netfilter/ipvs/ip_vs_*.c`); `twos` came with 5.11 and is not in every build. */
export const schedulers = ['rr', 'wrr', 'lc', 'wlc', 'lblc', 'lblcr', 'dh', 'sh', 'sed', 'nq', 'fo', 'ovf', 'mh', 'twos'] as const;
export type Scheduler = (typeof schedulers)[number];

/**
 * What may be known of a host. A rule names the kinds that it needs; where one is unseen the rule is reported as skipped.
 * `peer`: the host at the other end (a director's real server, or the reverse).
 */
export const factKinds = ['addresses', 'gateway', 'sysctl', 'services', 'scripts', 'peer'] as const;
export type FactKind = (typeof factKinds)[number];
