import type { FilterChain } from './filter.ts';
import type { Confidence } from '../base/fact.ts';
import type { Cidr, Ip } from '../base/ip.ts';
import type { Span } from '../base/origin.ts';
import type { SourceText } from '../base/text.ts';
import type { Forwarding, Protocol } from './words.ts';

/**
 * A shell script as a set of timelines: for each action the commands that it would run, in order, with functions entered, loops over known lists unrolled
 * and variables filled in. What cannot be known stays unknown; nothing is ever executed.
 */
export interface Script {
  readonly source: SourceText;
  /** Below the host's root; also in `source.file`. */
  readonly file: string;
  readonly mode?: number;
  /** The `#!` line, when it is the first line. */
  readonly shebang?: { readonly at: Span; readonly interpreter: string };
  /** Comments that an init system reads. */
  readonly header: InitHeader;
  /** Whether the file is meant as a service: it lies in init.d, or it dispatches on `$1` with a start or stop. */
  readonly service: boolean;
  /** `top`: what runs whatever the argument is (before and after the dispatch). Then one an argument of the dispatch, in order; `*` is the default branch. A script without dispatch has only `top`. */
  readonly actions: readonly Action[];
  /** Assignments at top level, in order, also those in files that it sources. */
  readonly assignments: readonly Assigned[];
  /** Functions that the script defines. */
  readonly functions: ReadonlyMap<string, Span>;
  readonly syntaxErrors: readonly { readonly at: Span; readonly note: string }[];
  /** The carriage return of every line that ends in CRLF; the script was read as if they were not there. */
  readonly crlf?: readonly Span[];
}

export interface InitHeader {
  /** `# chkconfig: 2345 90 10` */
  readonly chkconfig?: { readonly at: Span; readonly levels: string; readonly start: number; readonly stop: number };
  readonly description?: Span;
  /** `### BEGIN INIT INFO` … `### END INIT INFO`: keys in lower case (`provides`, `required-start`) with their values. */
  readonly lsb?: { readonly at: Span; readonly fields: ReadonlyMap<string, string> };
}

export interface Action {
  readonly name: string;
  /** The pattern of the branch (`start)`), or the first line of the script for `top`. */
  readonly at: Span;
  readonly steps: readonly Step[];
  /** Runs only what start and stop run, as `restart) stop; start` does. */
  readonly repeats?: boolean;
  /** Exit statuses with which the whole script may end for this argument (for `top`: for any), also where it only runs to its end; undefined among them: one that is not known. */
  readonly exits?: readonly (number | undefined)[];
}

export interface Assigned {
  readonly name: string;
  readonly value: Value;
  readonly at: Span;
}

/** A string as far as it can be known. `text` undefined: unknown. A known empty value comes from an empty assignment or from a variable that nothing sets (`unset`). */
export interface Value {
  readonly text: string | undefined;
  /** Variables that nothing sets before this place and that the environment of an init script does not bring. */
  readonly unset?: readonly string[];
}

/** One word of a command line. */
export interface Word extends Value {
  readonly raw: string;
  /** Whether every expansion in it stands in double quotes, so that an empty value stays a word. */
  readonly quoted: boolean;
  /** Names of the variables that it expands. */
  readonly variables: readonly string[];
  readonly at: Span;
}

export interface Redirect {
  /** `>`, `>>`, `<`, `2>`, `&>`, `<<` … as written. */
  readonly operator: string;
  readonly target?: Word;
  readonly at: Span;
}

/** One command that an action runs. */
export interface Step {
  /** The simple command from its first word to its last redirect. */
  readonly at: Span;
  /** Known command name without its folder (`ipvsadm` for /sbin/ipvsadm); undefined when it is unknown. `sudo`, `command`, `exec`, `env X=y` in front are passed over and listed in `wrappers`. */
  readonly name: string | undefined;
  readonly wrappers: readonly string[];
  /** All words after the wrappers, the name first. An unquoted word that expands to nothing is still listed, with text ''. */
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
  readonly effects: readonly Effect[];
  readonly confidence: Confidence;
  /** Runs as a condition of if, while, && or ||, so that its failure is looked at. */
  readonly tested: boolean;
  /** Its exit status is discarded on purpose (`|| true`) or its output goes to /dev/null. */
  readonly silenced: boolean;
  /** Innermost function, when it was entered. */
  readonly within?: string;
  /** Place of the loop that runs it more than once. */
  readonly loop?: Span;
  /** Stands on a way that ends the script while another way goes on (a roll-back before `exit 1`): what it does is not what the script leaves behind. */
  readonly aside?: boolean;
  /** Which way of each choice around it (if and else, branches of a case) it stands on, inside out. A choice is known by its identity. */
  readonly ways?: readonly { readonly choice: object; readonly way: number }[];
}

/** What a command does to the host, in the model's words. Values that could not be known are undefined. */
export type Effect =
  | AddressEffect
  /** `ifconfig lo:0 netmask 255.255.255.255`: another netmask for an address that is there. */
  | { readonly kind: 'netmask'; readonly device: string | undefined; readonly label?: string; readonly prefix: number | undefined }
  | { readonly kind: 'link'; readonly device: string | undefined; readonly up: boolean }
  /** Large receive offload: whether a NIC may merge packets that it received. */
  | { readonly kind: 'lro'; readonly device: string | undefined; readonly on: boolean; readonly word: Span }
  | { readonly kind: 'mtu'; readonly device: string | undefined; readonly mtu: number | undefined }
  | DeviceEffect
  | RouteEffect
  | PolicyRuleEffect
  | { readonly kind: 'sysctl'; /** Slash form below /proc/sys: `net/ipv4/conf/all/arp_ignore`. */ readonly key: string | undefined; readonly value: string | undefined; /** `file`: written to a sysctl file (sed, echo >>), not to the kernel. */ readonly target: 'kernel' | 'file' }
  | { readonly kind: 'sysctl-load'; /** `sysctl -p FILE`; undefined: all of them (`--system`). */ readonly file: string | undefined }
  | IpvsEffect
  | FirewallEffect
  | { readonly kind: 'module'; readonly module: string | undefined; readonly load: boolean }
  | { readonly kind: 'prompt'; readonly variables: readonly string[] }
  | { readonly kind: 'lock'; readonly path: string | undefined; readonly does: 'create' | 'remove' | 'test' }
  | { readonly kind: 'arp-announce'; readonly device: string | undefined; readonly ip: Ip | undefined }
  | { readonly kind: 'service'; readonly service: string | undefined; readonly does: string }
  | { readonly kind: 'source'; readonly path: string | undefined; /** Whether the file was there to be read. */ readonly found: boolean }
  | { readonly kind: 'exit'; readonly code: number | undefined; readonly what: 'exit' | 'return' };

export interface AddressEffect {
  readonly kind: 'address';
  readonly does: 'add' | 'remove' | 'flush';
  /** `lo` for `lo:0`. */
  readonly device: string | undefined;
  /** `lo:0`, when the command names an alias or a label. */
  readonly label?: string;
  /** Undefined: not known (see `ipWord`), or not named (`ifconfig lo:0 down`). */
  readonly ip: Ip | undefined;
  /** The word that holds the address, when there is one. */
  readonly ipWord?: Word;
  /** Prefix length in force: as written, else the tool's default (class mask of ifconfig, host prefix of ip). */
  readonly prefix: number | undefined;
  readonly prefixWritten: boolean;
  readonly broadcast?: string;
  readonly scope?: string;
  /** `nodad` of ip(8). */
  readonly noDad?: true;
  readonly tool: 'ifconfig' | 'ip' | 'ifup';
}

/** `ip link add`, `ip tunnel add`: a device that is made, and is down until it is set up. */
export interface DeviceEffect {
  readonly kind: 'device';
  readonly device: string | undefined;
  /** The kernel's name of its type: dummy, ipip, gre, vlan …; undefined: not known. */
  readonly type: string | undefined;
  readonly remote?: Ip;
  readonly local?: Ip;
}

export interface RouteEffect {
  readonly kind: 'route';
  readonly does: 'add' | 'remove';
  /** `default`, a network, or undefined when unknown. */
  readonly to: 'default' | Cidr | undefined;
  readonly via?: Ip;
  readonly device?: string;
  readonly table?: string;
  /** `local`: packets are delivered here; `none`: they are dropped (blackhole, unreachable, prohibit, throw). */
  readonly type?: 'local' | 'none';
  /** `onlink` of ip(8): the gateway need not be on a link. */
  readonly onLink?: true;
  readonly metric?: number;
  readonly tool: 'route' | 'ip';
  /** What becomes of it where a route to the same target is there already: `ip route add` is refused, `replace` takes its place, `append` stands behind it; route(8) puts the new one in front. */
  readonly besideAnother: 'refused' | 'replaces' | 'behind' | 'in-front';
}

/** `ip rule`: which packets look a route up in which table. */
export interface PolicyRuleEffect {
  readonly kind: 'policy-rule';
  readonly does: 'add' | 'remove' | 'flush';
  readonly family: 4 | 6;
  /** Asked for with `fwmark`; undefined: any mark. */
  readonly mark?: number | 'unknown';
  readonly mask?: number;
  /** As written; undefined: unknown, or none. */
  readonly table?: string;
  /** It asks for something beside the mark (a source, a device). */
  readonly narrowed?: true;
}

/** The service that an ipvsadm command names. */
export type ServiceKey =
  | { readonly by: 'address'; readonly protocol: Protocol; readonly vip: Ip | undefined; readonly port: number | undefined; readonly word: Word | undefined }
  | { readonly by: 'fwmark'; readonly mark: number | undefined; readonly family: 4 | 6; readonly word: Word | undefined };

export type IpvsEffect =
  | {
      readonly kind: 'ipvs';
      readonly does: 'add-service' | 'edit-service' | 'delete-service';
      readonly service: ServiceKey;
      readonly scheduler?: string;
      readonly schedulerFlags?: readonly string[];
      /** Seconds; 360 for a bare -p. */
      readonly persistence?: { readonly timeout: number | undefined; readonly netmask?: string; readonly engine?: string };
      readonly onePacket?: boolean;
    }
  | {
      readonly kind: 'ipvs';
      readonly does: 'add-destination' | 'edit-destination' | 'delete-destination';
      readonly service: ServiceKey;
      readonly rip: Ip | undefined;
      readonly ripWord?: Word;
      /** Undefined: not written (the service's), or unknown. */
      readonly port: number | undefined;
      readonly portWritten: boolean;
      readonly forwarding: Forwarding;
      readonly forwardingWritten: boolean;
      readonly weight: number | undefined;
      readonly weightWritten: boolean;
      readonly upperThreshold?: number;
      readonly lowerThreshold?: number;
      readonly tunnel?: { readonly type: string; readonly port?: number; readonly checksum?: string };
    }
  | { readonly kind: 'ipvs'; readonly does: 'clear' | 'list' | 'zero' | 'save' | 'restore' }
  | { readonly kind: 'ipvs'; readonly does: 'set-timeouts'; readonly timeouts: readonly (number | undefined)[] }
  | { readonly kind: 'ipvs'; readonly does: 'start-daemon' | 'stop-daemon'; readonly role: 'master' | 'backup' | undefined; readonly syncId?: number; readonly device?: string }
  | { readonly kind: 'ipvs'; /** ipvsadm would refuse this line; `note` says why. */ readonly does: 'invalid'; readonly note: string; readonly word?: Word; /** What it would do if the variables of its address were filled in. */ readonly meant?: { readonly does: 'add-service' | 'delete-service'; readonly service: ServiceKey } };

export interface FirewallEffect {
  readonly kind: 'firewall';
  readonly tool: 'iptables' | 'ip6tables' | 'nft' | 'arptables' | 'ebtables' | 'service';
  readonly does: 'flush' | 'delete-chain' | 'add' | 'remove' | 'policy' | 'restore' | 'other';
  readonly table: string;
  /** Undefined: all chains, or unknown. */
  readonly chain?: string;
  /** Of a command that loads rules from elsewhere: the tables that it names, whose rules follow as effects of their own; `unread`: what it loads is not known. */
  readonly loaded?: readonly string[] | 'unread';
  /** Of nft: the chains that it adds or adds rules to, in order. Absent: what it does is not known. */
  readonly chains?: readonly FilterChain[];
  readonly words: readonly Word[];
}
