import type { Confidence } from '../base/fact.ts';
import type { Ip } from '../base/ip.ts';
import type { Span } from '../base/origin.ts';
import type { Check, Managed } from './managed.ts';
import type { Forwarding, Protocol } from './words.ts';

/** A virtual service of a director's IPVS table (kernel: `struct ip_vs_service`). */
export interface Service {
  readonly key: { readonly by: 'address'; readonly protocol: Protocol; readonly vip: Ip; /** 0: every port. */ readonly port: number } | { readonly by: 'fwmark'; readonly mark: number; readonly family: 4 | 6 };
  /** VIPs that it serves: its own address, or those whose packets get its mark. */
  readonly vips: readonly Ip[];
  /** Kernel's name as written, `wlc` when left out. */
  readonly scheduler: string;
  readonly schedulerFlags: readonly string[];
  readonly persistence?: { /** seconds */ readonly timeout: number | undefined; readonly netmask?: string; readonly engine?: string };
  readonly onePacket: boolean;
  /** As written: two entries for one real server are both here, though the kernel takes only the first. */
  readonly destinations: readonly Destination[];
  readonly at: Span;
  readonly confidence: Confidence;
  /** Where the scheduler's name stands; absent: left out, or not known apart from `at`. */
  readonly schedulerAt?: Span;
  readonly persistenceAt?: Span;
  /** Set when a health checker makes the service. */
  readonly managed?: Managed;
}

/** One real server of one service (kernel: `struct ip_vs_dest`). Weight and forwarding belong here. */
export interface Destination {
  readonly rip: Ip;
  readonly port: number;
  readonly portWritten: boolean;
  readonly forwarding: Forwarding;
  readonly forwardingWritten: boolean;
  /** 0: quiesced. Undefined when it could not be known. */
  readonly weight: number | undefined;
  readonly upperThreshold?: number;
  readonly lowerThreshold?: number;
  readonly tunnel?: { readonly type: string; readonly port?: number; readonly checksum?: string };
  readonly at: Span;
  readonly confidence: Confidence;
  /** Where the port, the weight and the forwarding are written, as far as they are known apart from `at`. */
  readonly portAt?: Span;
  readonly weightAt?: Span;
  readonly forwardingAt?: Span;
  /** Health checks, where a health checker makes the service. */
  readonly checks?: readonly Check[];
}

/** A connection synchronisation daemon (`ipvsadm --start-daemon`). */
export interface SyncDaemon {
  readonly role: 'master' | 'backup';
  readonly syncId?: number;
  readonly device?: string;
  readonly at: Span;
}

/** `172.16.1.100:80/tcp`, `fwmark 1`. */
export function showService(service: Pick<Service, 'key'>): string {
  const { key } = service;
  if (key.by === 'fwmark') return `fwmark ${key.mark}`;
  return `${key.vip.family === 6 ? `[${key.vip.text}]` : key.vip.text}:${key.port}/${key.protocol}`;
}
