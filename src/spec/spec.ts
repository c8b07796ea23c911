import type { Span } from '../base/origin.ts';
import type { Forwarding, Protocol } from '../model/words.ts';
import { show } from './show.ts';

/** A cluster as its owner writes it: version 1 of the spec, after validation and with nothing filled in. Shapes are those of v1.schema.json. */
export interface Spec {
  readonly $schema?: string;
  readonly version: 1;
  readonly name: string;
  /** Default of every destination. */
  readonly forwarding?: Forwarding;
  /** Networks that the clients' addresses (CIP) come from. */
  readonly clients?: readonly string[];
  readonly directors: Readonly<Record<string, DirectorSpec>>;
  readonly realServers: Readonly<Record<string, RealServerSpec>>;
  readonly services: readonly ServiceSpec[];
  readonly syncDaemon?: SyncDaemonSpec;
  /** Seconds. */
  readonly timeouts?: { readonly tcp?: number; readonly tcpFin?: number; readonly udp?: number };
  readonly sysctl?: { readonly director?: Readonly<Record<string, number | string>>; readonly realServer?: Readonly<Record<string, number | string>> };
}

/** One address, or one of each family. */
export type Addresses = string | readonly string[];

export interface DirectorSpec {
  /** Holds the DIP and faces the real servers. */
  readonly device: string;
  /** With prefix length. */
  readonly dip: Addresses;
  /** Holds the VIPs; `device` when left out. */
  readonly vipDevice?: string;
  readonly gateway?: Addresses;
  /** The highest is active first. */
  readonly priority?: number;
}

export interface RealServerSpec {
  readonly device: string;
  /** With prefix length. */
  readonly rip: Addresses;
  readonly gateway?: Addresses;
}

interface AnyService {
  readonly scheduler?: string;
  readonly schedulerFlags?: readonly string[];
  readonly persistence?: { /** seconds */ readonly timeout: number; /** prefix length */ readonly netmask?: number; readonly engine?: 'sip' };
  readonly onePacket?: boolean;
  readonly check?: CheckSpec;
  readonly destinations: readonly DestinationSpec[];
}

export interface AddressServiceSpec extends AnyService {
  /** May carry a prefix length; without, /32 or /128. */
  readonly vip: string;
  readonly protocol: Protocol;
  /** 0: every port, needs persistence. */
  readonly port: number;
}

export interface FwmarkServiceSpec extends AnyService {
  readonly fwmark: number;
  readonly family: 'ipv4' | 'ipv6';
  readonly match: readonly { readonly vip: string; readonly protocol: Protocol; readonly ports: readonly number[] }[];
}

export type ServiceSpec = AddressServiceSpec | FwmarkServiceSpec;

export interface DestinationSpec {
  /** A key of realServers. */
  readonly realServer: string;
  /** NAT only; the service's when left out. */
  readonly port?: number;
  /** 0: quiesced. */
  readonly weight?: number;
  readonly forwarding?: Forwarding;
  readonly upperThreshold?: number;
  readonly lowerThreshold?: number;
  readonly check?: CheckSpec;
  readonly tunnel?: { readonly type: 'ipip' | 'gue' | 'gre'; readonly port?: number; readonly checksum?: 'none' | 'csum' | 'remcsum' };
}

/** A health check. Times in seconds. */
export interface CheckSpec {
  readonly type: 'tcp' | 'http' | 'dns' | 'script' | 'none';
  readonly port?: number;
  readonly path?: string;
  readonly status?: number;
  readonly name?: string;
  readonly command?: string;
  readonly interval?: number;
  readonly timeout?: number;
  readonly retries?: number;
}

export interface SyncDaemonSpec {
  readonly syncId: number;
  readonly device: string;
  readonly group?: string;
  readonly port?: number;
  readonly ttl?: number;
  readonly maxLength?: number;
}

/** Keys of an object from the spec's root: `['services', 0, 'vip']`. */
export type SpecPath = readonly (string | number)[];

/** Something wrong with a spec. Nothing is written while there is one. */
export interface SpecProblem {
  readonly at: Span;
  readonly path: SpecPath;
  /** What was found, what was expected, and the nearest right word: lower case, no full stop. */
  readonly note: string;
}

/** A valid spec with the places of its values. */
export interface LocatedSpec {
  readonly spec: Spec;
  /** File as the user named it. */
  readonly file: string;
  /** The value at a path, or of its nearest ancestor that the spec writes. `key` for the place of the key itself. */
  locate(path: SpecPath, part?: 'value' | 'key'): Span;
}

/** `services[0].vip`, as JSON path without the root; a key that is no plain word stands in quotes, shortened: `realServers["web1.example.com"]`. */
export function showPath(path: SpecPath): string {
  return path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : !/^[\w$][\w$-]{0,79}$/.test(part) ? `${text}[${show(part)}]` : text === '' ? part : `${text}.${part}`), '') || '(the whole spec)';
}
