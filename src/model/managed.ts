import type { Ip } from '../base/ip.ts';
import type { Span } from '../base/origin.ts';
import type { Forwarding } from './words.ts';

/** What the configuration of a health checker (keepalived, ldirectord, Piranha’s lvsd) says of a service beyond the kernel's table. */
export interface Managed {
  readonly by: 'keepalived' | 'ldirectord' | 'piranha';
  /** Whether a line names the protocol; else the checker takes its own default. */
  readonly protocolWritten: boolean;
  /** Where the service's protocol, forwarding, scheduler and persistence are written; absent: left out. */
  readonly protocolAt?: Span;
  readonly forwardingAt?: Span;
  /** A virtual_server_group that the service is one entry of: its destinations stand in every entry. */
  readonly group?: string;
  /** The server that answers when no other does. */
  readonly sorry?: { readonly rip: Ip; readonly port: number; readonly portWritten: boolean; readonly forwarding: Forwarding; readonly at: Span };
  /** Checks follow the VRRP state, so that a backup checks nothing. */
  readonly suspended?: boolean;
  /** A failed server stays in the table with weight 0. */
  readonly quiescent?: boolean;
  /** The value that says so; absent: left out. */
  readonly quiescentAt?: Span;
  readonly quorum?: { readonly value: number; readonly at: Span };
}

/** One health check of a destination. */
export interface Check {
  /** As its program names it: `TCP_CHECK`, `negotiate`, `off`. */
  readonly name: string;
  /** The port that it asks, where it is not the destination's. */
  readonly port?: number;
  readonly portAt?: Span;
  readonly at: Span;
}
