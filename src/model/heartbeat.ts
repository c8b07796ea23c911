import type { Ip } from '../base/ip.ts';
import type { Span } from '../base/origin.ts';
import type { Said } from './vrrp.ts';

/** What /etc/ha.d/haresources says of the resources that heartbeat moves between directors (heartbeat 1 to 3 without its CRM). */
export interface HeartbeatConfig {
  /** The first line that says something. */
  readonly at: Span;
  /** Every resource is known, so that heartbeat holds no address beyond those that are named. */
  readonly whole: boolean;
  readonly groups: readonly ResourceGroup[];
}

/** One logical line: resources that move together, and the node that has them by preference. */
export interface ResourceGroup {
  readonly node: string;
  readonly at: Span;
  readonly resources: readonly HeartbeatResource[];
}

/** A resource: a script of resource.d or init.d with what stands behind its `::`. */
export interface HeartbeatResource {
  /** `IPaddr` also where an address stands by itself. */
  readonly name: string;
  readonly args: readonly string[];
  readonly at: Span;
  /** Of an address that heartbeat sets: a VIP. */
  readonly address?: HeartbeatAddress;
}

/** `192.168.1.100/24/eth0/192.168.1.255`; what is left out heartbeat takes from the route to the address. */
export interface HeartbeatAddress {
  readonly ip: Ip;
  readonly prefix?: number;
  /** `eth0`, or an alias of it. */
  readonly device?: Said<string>;
  readonly broadcast?: string;
}

/** The resources of a configuration in order, each with its group. */
export function resourcesOf(config: HeartbeatConfig | undefined): readonly { readonly group: ResourceGroup; readonly resource: HeartbeatResource }[] {
  return (config?.groups ?? []).flatMap((group) => group.resources.map((resource) => ({ group, resource })));
}
