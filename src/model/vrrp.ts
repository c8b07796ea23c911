import type { Ip } from '../base/ip.ts';
import type { Span } from '../base/origin.ts';

/** A value with the place that says it. */
export interface Said<T> {
  readonly value: T;
  readonly at: Span;
}

/** A VRRP instance of keepalived: addresses that move to whichever host wins the election. What a condition (`@name`) makes uncertain is left out, as if nothing said it, and `conditional` is set. */
export interface VrrpInstance {
  readonly name: string;
  /** The line that opens it. */
  readonly at: Span;
  /** Initial state as written: MASTER or BACKUP. */
  readonly state?: Said<string>;
  readonly device?: Said<string>;
  readonly virtualRouterId?: Said<number>;
  readonly priority?: Said<number>;
  /** advert_int, in seconds. */
  readonly interval?: Said<number>;
  /** VRRP version of the instance, where a line says so: its own, or the global one. */
  readonly version?: Said<number>;
  readonly vips: readonly VrrpAddress[];
  readonly auth?: { readonly type?: Said<string>; readonly pass?: Said<string>; readonly at: Span };
  readonly unicastSource?: Said<Ip>;
  readonly unicastPeers: readonly Said<Ip>[];
  readonly nopreempt?: Span;
  /** `accept` set or refused (`no_accept`). */
  readonly accept?: Said<boolean>;
  /** Strict mode in force for it: its own `strict_mode`, else the global `vrrp_strict`. */
  readonly strict?: Said<boolean>;
  /** Its own network device with a virtual MAC address. */
  readonly vmac: boolean;
  /** Some of its lines hold only on hosts of a certain name. */
  readonly conditional: boolean;
}

/** An address of an instance. */
export interface VrrpAddress {
  readonly ip: Ip;
  readonly prefix: number | undefined;
  readonly device?: string;
  readonly label?: Said<string>;
  /** The broadcast address that a line names (`brd`), where it is an address. */
  readonly broadcast?: Said<Ip>;
  readonly at: Span;
  /** Listed as `virtual_ipaddress_excluded`: held, but not sent in advertisements. */
  readonly excluded: boolean;
}

/** What keepalived's own files say of a host as a whole. */
export interface KeepalivedConfig {
  /** The main file's beginning. */
  readonly at: Span;
  /** All files that it includes were there to be read. */
  readonly whole: boolean;
  readonly routerId?: Said<string>;
  readonly strict?: Span;
  /** Commands that it runs: checks, notifications. */
  readonly scripts: readonly KeepalivedScript[];
  /** `enable_script_security` is set. */
  readonly scriptSecurity: boolean;
  /** Instances that change state together, by name: one list a vrrp_sync_group. */
  readonly syncGroups: readonly (readonly string[])[];
}

/** A command of keepalived's files. */
export interface KeepalivedScript {
  /** `script`, `notify_master`, `misc_path` … */
  readonly keyword: string;
  /** Without the quotes of the file. */
  readonly command: string;
  readonly at: Span;
}
