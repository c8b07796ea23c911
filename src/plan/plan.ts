import type { Cidr, Ip } from '../base/ip.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Forwarding, Protocol } from '../model/words.ts';
import type { LocatedSpec, SpecPath, SpecProblem } from '../spec/spec.ts';
import { clusterOf } from './cluster.ts';
import { digestOf } from './digest.ts';
import { planDirector } from './director.ts';
import { hintsOf } from './hints.ts';
import { planRealServer } from './real-server.ts';
import { refuseForTarget } from './refuse-for-target.ts';
import { refuseForNetwork } from './refuse-network.ts';
import { resolveSpec } from './resolve.ts';
import { classic, type Division } from './targets.ts';

/** What every host of a cluster is to be: all decisions taken, nothing left to templates. */
export interface Plan {
  readonly name: string;
  /** Of the spec without what only an editor reads: twelve hexadecimal digits. */
  readonly digest: string;
  readonly hosts: readonly HostPlan[];
  /** Which of the targets does what. */
  readonly division: Division;
  /** The same in the house's model, so that rules can judge a spec alone. Its places are places in the spec. */
  readonly cluster: Cluster;
  /** What the owner has to do on the hosts, a sentence each. */
  readonly hints: readonly string[];
}

export type HostPlan = DirectorPlan | RealServerPlan;

interface AnyHostPlan {
  readonly name: string;
  readonly path: SpecPath;
  /** Devices that must be there before something is changed. */
  readonly devices: readonly Asked<{ readonly device: string }>[];
  /** Devices that must be up: brought up on start where they are not. */
  readonly links: readonly Asked<{ readonly device: string }>[];
  readonly modules: readonly Module[];
  /** In the order in which they are to be written: ip_forward first, because the kernel resets others with it. */
  readonly parameters: readonly Parameter[];
  /** The VIPs that this host holds. */
  readonly vips: readonly HeldVip[];
  /** Its own, at most one of each family. */
  readonly addresses: readonly Asked<{ readonly cidr: Cidr; readonly device: string }>[];
  /** Its next hops, at most one of each family. */
  readonly gateways: readonly NextHop[];
  /** The default routes that belong to LVS: on a director those that only a VIP's network can carry, on a real server of NAT the way back through the director. */
  readonly routes: readonly NextHop[];
}

/** A default route of the next hop's family. */
export type NextHop = Asked<{ readonly via: Ip; readonly device: string }>;

export interface DirectorPlan extends AnyHostPlan {
  readonly role: 'director';
  /** Of several directors, how many stand before it: 0 is active first. */
  readonly rank: number;
  /** VRRP's: 1 to 254. */
  readonly priority: number;
  /** The other directors. */
  readonly peers: readonly Peer[];
  readonly services: readonly PlannedService[];
  readonly syncDaemon: PlannedSync | undefined;
  readonly timeouts: Asked<{ readonly tcp: number; readonly tcpFin: number; readonly udp: number }> | undefined;
  /** Findings on the rendered script that the spec asks for in so many words: told on the spec, not again on the script. */
  readonly ignores: readonly { readonly rule: string; readonly reason: string }[];
}

export interface RealServerPlan extends AnyHostPlan {
  readonly role: 'real-server';
  readonly forwardings: readonly Forwarding[];
  /** What has to be made before a tunnel's packets come out of it. */
  readonly tunnels: readonly PlannedTunnel[];
}

/** Another director: its name, its addresses towards the real servers, and whether it stands before this one. */
export interface Peer {
  readonly name: string;
  readonly addresses: readonly Ip[];
}

/** Connection synchronisation between directors. */
export type PlannedSync = Asked<{ readonly syncId: number; readonly device: string; readonly group: string | undefined; readonly port: number | undefined; readonly ttl: number | undefined; readonly maxLength: number | undefined }>;

/** The receiving end of a tunnel. */
export type PlannedTunnel =
  /** A device that takes packets for the RIP from anywhere. One of GRE has to be told whether they carry a checksum. */
  | Asked<{ readonly kind: 'device'; readonly type: 'gre' | 'ip6gre' | 'ip6tnl'; readonly device: string; readonly local: Ip; readonly checksum: boolean }>
  /** A UDP port of generic UDP encapsulation, whose packets go on to `device`. */
  | Asked<{ readonly kind: 'gue'; readonly port: number; readonly family: 4 | 6; readonly device: string }>;

/** Something with the place in the spec that asks for it. */
export type Asked<T> = T & { readonly path: SpecPath };

export type Module = Asked<{ readonly module: string; readonly why: string }>;

/** A kernel parameter. */
export type Parameter = Asked<{
  /** Slash form below /proc/sys: `net/ipv4/conf/eth0.57/arp_ignore`. */
  readonly key: string;
  readonly value: string;
  readonly why: string;
  /** Whether the service does not work without it; the others are the owner's wish, or a precaution. */
  readonly needed: boolean;
}>;

/** A VIP on a device of one host. */
export type HeldVip = Asked<{
  readonly ip: Ip;
  readonly prefix: number;
  readonly prefixWritten: boolean;
  /** Dotted; empty with IPv6. */
  readonly netmask: string;
  readonly broadcast: string;
  readonly device: string;
  /** `eth0:lvs1`, at most 15 characters; IPv6 has no labels: the device. */
  readonly label: string;
}>;

/** How a service is told from others: its address, or the firewall mark that packets of its matches get. */
export type PlannedKey =
  | { readonly by: 'address'; readonly protocol: Protocol; readonly vip: Ip; /** 0: every port. */ readonly port: number }
  | { readonly by: 'fwmark'; readonly mark: number; readonly family: 4 | 6; readonly matches: readonly Asked<{ readonly vip: Ip; readonly protocol: Protocol; readonly ports: readonly number[] }>[] };

export type PlannedService = Asked<{
  readonly key: PlannedKey;
  readonly family: 4 | 6;
  readonly scheduler: string;
  readonly schedulerFlags: readonly string[];
  readonly persistence: { /** seconds */ readonly timeout: number; /** Dotted, or a prefix length with IPv6: as ipvsadm takes it. */ readonly netmask: string | undefined; readonly engine: string | undefined } | undefined;
  readonly onePacket: boolean;
  readonly destinations: readonly PlannedDestination[];
}>;

export type PlannedDestination = Asked<{
  readonly realServer: string;
  readonly rip: Ip;
  readonly port: number;
  readonly portWritten: boolean;
  readonly forwarding: Forwarding;
  readonly forwardingWritten: boolean;
  readonly weight: number;
  readonly upperThreshold: number | undefined;
  readonly lowerThreshold: number | undefined;
  readonly check: PlannedCheck;
  /** Undefined: IP in IP, the kernel's own. */
  readonly tunnel: { readonly type: 'gue' | 'gre' | 'ipip'; readonly port: number | undefined; readonly checksum: 'none' | 'csum' | 'remcsum' | undefined } | undefined;
}>;

/** How a real server is found to work. Times in seconds. */
export type PlannedCheck = Asked<{
  readonly type: 'tcp' | 'http' | 'dns' | 'script' | 'none';
  /** Undefined where there is nothing to connect to. */
  readonly port: number | undefined;
  readonly urlPath: string;
  readonly status: number | undefined;
  /** The root when undefined. */
  readonly name: string | undefined;
  readonly command: string;
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
}>;

/** Plans a cluster; what cannot be rendered yet, or not as the spec has it, is refused by the name of its field. */
export function planCluster(located: LocatedSpec, division: Division = classic): { readonly plan: Plan } | { readonly refused: readonly SpecProblem[] } {
  const refused: SpecProblem[] = [];
  const refuse: Refuse = (path, note, part) => {
    // One field may stand in the way of several hosts.
    if (!refused.some((problem) => problem.note === note && problem.path.join('\0') === path.join('\0'))) refused.push({ at: located.locate(path, part), path, note });
  };
  const resolved = resolveSpec(located.spec, refuse);
  const hosts: HostPlan[] = [...resolved.directors.map((director) => planDirector(resolved, director, division, refuse)), ...resolved.realServers.map((realServer) => planRealServer(resolved, realServer, refuse))];
  refuseForTarget(resolved, hosts, division, refuse);
  refuseForNetwork(hosts, division, refuse);
  if (refused.length > 0) return { refused };
  const { name } = located.spec;
  return { plan: { name, digest: digestOf(located.spec), hosts, division, cluster: clusterOf(located, hosts), hints: hintsOf(hosts, division) } };
}

/** Takes down why a place of the spec cannot be rendered. */
export type Refuse = (path: SpecPath, note: string, part?: 'key') => void;
