import type { Filter, Hook } from './filter.ts';
import { firstDoing } from './filter-meet.ts';
import { fateAt, type Fate, type Packet } from './filter-walk.ts';
import type { Host } from './host.ts';
import { sysctlValue } from './sysctl.ts';
import type { Forwarding } from './words.ts';

/** Whether connection tracking passes a packet over (NOTRACK in raw). Undefined: it may. */
export function untracked(filter: Filter, hook: Hook & ('PREROUTING' | 'OUTPUT'), packet: Packet): boolean | undefined {
  const found = firstDoing(filter, hook, (chain) => (chain.priority ?? 0) < -200, packet, 'untrack');
  return found === 'unknown' ? undefined : found !== undefined;
}

/**
 * State that a director's connection tracking gives to what a client sends behind the first packet of a TCP connection (measured: scene model/connection-tracking). IPVS takes a packet out of tracking
 * where net.ipv4.vs.conntrack is 0 (`include/net/ip_vs.h: ip_vs_notrack()`), so that none is ever known; where it is 1, the director of DR and TUN sees one half of the connection. Undefined: not known.
 */
export function laterState(host: Host, forwarding: Forwarding): Packet['state'] {
  const conntrack = sysctlValue(host, 'net/ipv4/vs/conntrack');
  if (conntrack.state === 'unseen') return undefined;
  if (conntrack.value !== 0) return forwarding === 'nat' ? 'ESTABLISHED' : 'INVALID';
  const loose = sysctlValue(host, 'net/netfilter/nf_conntrack_tcp_loose');
  return loose.state === 'unseen' ? undefined : loose.value === 0 ? 'INVALID' : 'NEW';
}

/** What becomes of a packet that comes in for the host. */
export function fateComingIn(filter: Filter, packet: Packet): Fate {
  const before = fateAt(filter, 'PREROUTING', packet);
  return before.fate === 'pass' ? fateAt(filter, 'INPUT', packet) : before;
}
