import type { Ip } from '../base/ip.ts';
import type { Span } from '../base/origin.ts';
import type { Said } from './vrrp.ts';
import type { Forwarding } from './words.ts';

/** What lvs.cf says of a pair of directors that Piranha's pulse runs (Red Hat Enterprise Linux up to 6). What no line says is absent; pulse's defaults stand beside the fields. */
export interface PiranhaConfig {
  /** The first line of the file that says something. */
  readonly at: Span;
  /** pulse takes the file. Else it does not start, and the rest tells only what was meant. */
  readonly whole: boolean;
  /** Whether virtual services (the default) or failover services are run. */
  readonly runs: 'virtual' | 'failover';
  /** `network`; without it NAT. */
  readonly forwarding?: Said<Forwarding>;
  /** Addresses or names of the two directors. pulse knows by them which one it runs on. */
  readonly primary?: Said<string>;
  readonly backup?: Said<string>;
  /** The backup takes part; without it not. */
  readonly backupActive?: Said<boolean>;
  /** Seconds between two heartbeats (2), and without one until the partner counts as dead (5). */
  readonly keepalive?: Said<number>;
  readonly deadtime?: Said<number>;
  /** The floating gateway of NAT's real servers. */
  readonly natRouter?: FloatingAddress;
  readonly natNetmask?: Said<string>;
  readonly services: readonly PiranhaService[];
}

/** An address that pulse gives to whichever director is active: `ifconfig DEVICE ADDRESS netmask … up`. */
export interface FloatingAddress {
  /** Absent: written as a name. */
  readonly ip?: Ip;
  /** `eth0:1`; without an alias it is the device's own address that is set. */
  readonly device: Said<string>;
  readonly at: Span;
}

/** A `virtual` or `failover` block. */
export interface PiranhaService {
  readonly kind: 'virtual' | 'failover';
  readonly name: string;
  /** The line that opens it. */
  readonly at: Span;
  /** Without it, or with 0, nothing is run for it. */
  readonly active?: Said<boolean>;
  /** Absent: no line gives it an address that pulse would take. */
  readonly address?: FloatingAddress;
  /** Some of its lines are refused or left to a template: what it seems to lack may stand in them. */
  readonly open: boolean;
  readonly netmask?: Said<string>;
  /** 0 counts as none. */
  readonly mark?: number;
  /** What nanny sends to a real server, with the file's escapes (`\r\n`), and what must come back. */
  readonly send?: Said<string>;
  readonly expect?: Said<string>;
  /** A program that checks in place of what is sent. */
  readonly program?: Said<string>;
  readonly servers: readonly PiranhaServer[];
}

/** A `server` block. */
export interface PiranhaServer {
  readonly name: string;
  readonly at: Span;
  readonly open: boolean;
  readonly active?: Said<boolean>;
  readonly address?: Said<string>;
}

/** Seconds that pulse takes where no line says them (`lvsconfig.c: lvsParseConfig()`). */
export const pulseDefaults = { keepalive: 2, deadtime: 5 } as const;

/** Whether the pair has a partner that may take over. */
export function hasPartner(config: Pick<PiranhaConfig, 'backup' | 'backupActive'>): boolean {
  return config.backupActive?.value === true && isAddress(config.backup?.value);
}

/** Whether a value of `primary` or `backup` names a host: `0.0.0.0` names none. */
export function isAddress(value: string | undefined): boolean {
  return value !== undefined && !/^0+(?:\.0+){0,3}$/.test(value);
}
