import type { Confidence, Fact } from '../base/fact.ts';
import type { Cidr, Ip } from '../base/ip.ts';
import type { Span } from '../base/origin.ts';
import type { BootFacts } from './boot.ts';
import type { ConfigFault } from './config-fault.ts';
import type { FilterChain, FilterLine } from './filter.ts';
import type { HeartbeatConfig } from './heartbeat.ts';
import type { LdirectordConfig } from './ldirectord.ts';
import type { PiranhaConfig } from './piranha.ts';
import type { Script } from './script.ts';
import type { Service, SyncDaemon } from './service.ts';
import type { Assignment } from './sysctl.ts';
import type { KeepalivedConfig, Said, VrrpInstance } from './vrrp.ts';
import type { FactKind, Role } from './words.ts';

/** What one host is after boot, as far as its files say. Plain data; the questions that rules ask stand beside it in device.ts, route.ts, sysctl.ts, service.ts. */
export interface Host {
  readonly name: string;
  /** How the user names its root: `out/web1`. */
  readonly root: string;
  readonly roles: readonly Role[];
  readonly devices: ReadonlyMap<string, Device>;
  /** Every address that it holds, loopback's own included where a file says so. */
  readonly addresses: readonly Address[];
  readonly routes: readonly Route[];
  /** By key in slash form below /proc/sys, each in the order in which boot applies them. */
  readonly sysctls: ReadonlyMap<string, readonly Assignment[]>;
  readonly services: readonly Service[];
  readonly syncDaemons: readonly SyncDaemon[];
  readonly modules: readonly { readonly module: string; readonly at: Span }[];
  readonly scripts: readonly Script[];
  /** VRRP instances of keepalived. */
  readonly vrrp?: readonly VrrpInstance[];
  /** keepalived's configuration as a whole, where there is one. */
  readonly keepalived?: KeepalivedConfig;
  /** What Piranha's lvs.cf says, where there is one. */
  readonly piranha?: PiranhaConfig;
  /** The resources that heartbeat moves, where haresources has some. */
  readonly heartbeat?: HeartbeatConfig;
  /** What each ldirectord.cf says of its checks. */
  readonly ldirectord?: readonly LdirectordConfig[];
  /** Lines that their programs refuse or take for something else. */
  readonly faults?: readonly ConfigFault[];
  /** Saved rules of the packet filter that boot loads, in order. */
  readonly filterLines?: readonly FilterLine[];
  /** Chains that boot loads with nft(8). */
  readonly nftChains?: readonly FilterChain[];
  /** nft(8) loads a table of the family arp, bridge or netdev: it may filter ARP. */
  readonly filtersArp?: true;
  /** Something that is not read may hold rules of the packet filter: another firewall's files, a script that speaks of iptables but not of LVS. */
  readonly filterUnread?: true;
  /** Kernels, module options and the ipvsadm service, where files speak of them. */
  readonly boot?: BootFacts;
  /** Where daemons that a VIP may be for listen, as far as their files are read. */
  readonly listeners?: readonly Listener[];
  /** Kinds of facts of which the files say all that there is. A kind that is not in it is unseen, whatever single facts were found. */
  readonly seen: ReadonlySet<FactKind>;
}

/** A TCP port on which a daemon waits. `ip` undefined: on every address of the host. */
export interface Listener {
  readonly program: string;
  readonly ip: Ip | undefined;
  readonly port: number | undefined;
  /** Whether the address and the port are what the file says; else a name or a variable stands there. */
  readonly known: boolean;
  readonly at: Span;
}

/** `nic`: hears requests from the wire. The others never receive ARP requests of their own. */
export type DeviceKind = 'nic' | 'loopback' | 'dummy' | 'tunnel';

export interface Device {
  readonly name: string;
  readonly kind: DeviceKind;
  readonly up: Fact<boolean>;
  /** A manager of networks that configures it, and may take away addresses which it was not told of. */
  readonly manager?: DeviceManager;
  /** Of a device that its configuration makes a tunnel: what it carries. */
  readonly tunnel?: TunnelSettings;
  /** The largest packet that it sends, in bytes, where a line says so. */
  readonly mtu?: { readonly value: number; readonly at: Span; readonly confidence: Confidence };
  /** Whether it may merge packets that it received (large receive offload), where a line says so. */
  readonly lro?: { readonly value: boolean; readonly at: Span; readonly confidence: Confidence };
}

/** `keeps`: it leaves addresses that are not its own alone. */
export interface DeviceManager {
  readonly name: 'systemd-networkd' | 'netplan' | 'NetworkManager';
  readonly at: Span;
  readonly keeps: boolean;
}

/** A tunnel device as its configuration makes it. */
export interface TunnelSettings {
  /** The kernel's name of its type (`ip link … type`): ipip, sit, gre, ip6tnl, ip6gre, vti, vti6, gretap, wireguard. */
  readonly type: string;
  /** Only packets from, and to, these outer addresses come out of it. */
  readonly remote?: Ip;
  readonly local?: Ip;
}

/** An address that a host holds. */
export interface Address {
  readonly ip: Ip;
  /** Prefix length in force: as written, else the tool's default. Undefined when it could not be known. */
  readonly prefix: number | undefined;
  readonly prefixWritten: boolean;
  readonly device: string;
  /** `lo:0` */
  readonly label?: string;
  readonly broadcast?: string;
  /** Where a line of its own says the broadcast address, and the network, as written. */
  readonly broadcastAt?: Span;
  readonly network?: Said<string>;
  readonly scope?: string;
  /** Of IPv6: the address is used without asking whether another host has it (duplicate address detection). */
  readonly noDad?: true;
  readonly at: Span;
  readonly confidence: Confidence;
  /** `config`: there from boot by a network configuration; `script`: by the start action of a script; `spec`: as the spec plans it. */
  readonly by: 'config' | 'script' | 'spec';
  /** File of the script that adds it. */
  readonly script?: string;
}

export interface Route {
  readonly to: 'default' | Cidr;
  readonly family: 4 | 6;
  readonly via?: Ip;
  readonly device?: string;
  /** `main` when none is named. */
  readonly table: string;
  /** `local`: packets are delivered here; `none`: they are dropped (blackhole, unreachable, prohibit, throw). */
  readonly type?: 'local' | 'none';
  /** A command without `onlink` made it: the kernel refuses it where the host has no link to `via`. */
  readonly needsLink?: true;
  /** Of routes to one target the lowest is taken; 0 when none is written. */
  readonly metric?: number;
  /** The largest packet that it lets peers send or that goes out by it, in bytes: its `mtu`, or its `advmss` with headers, the smaller. */
  readonly mtu?: number;
  readonly at: Span;
  readonly confidence: Confidence;
}
