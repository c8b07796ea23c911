import { weakest, type Confidence, type Fact } from '../base/fact.ts';
import { nameMatcher } from '../base/file-set.ts';
import type { Span } from '../base/origin.ts';
import type { Host } from './host.ts';

/** One line that sets a kernel parameter at boot. */
export interface Assignment {
  /**
   * Slash form below /proc/sys: `net/ipv4/conf/eth0.57/arp_ignore`. May be a glob of sysctl.d(5), `net/ipv4/conf/eth?/rp_filter`: the queries below expand it.
   * A key with an empty list of assignments is one that globs must leave alone (`-net.ipv4.conf.all.rp_filter` without a value).
   */
  readonly key: string;
  readonly value: string;
  readonly at: Span;
  readonly confidence: Confidence;
  /** `-key = value`: a failure is no error. */
  readonly optional: boolean;
  /** Place in the order in which boot writes, over all keys of a host: ip_forward and conf/DEVICE/forwarding write into each other. Without: in the order of the lists. */
  readonly order?: number;
  /** `config`: a sysctl file, written before the network is configured; `script`: by a script, when devices already hold their addresses; `spec`: as the spec plans it. */
  readonly by?: 'config' | 'script' | 'spec';
  /** Of a script's line: the devices that hold no address yet when it runs (`pre-up` of interfaces(5)). */
  readonly bare?: readonly string[];
  /** Of a script's line: the devices that hold an address when it runs, as far as they are known. */
  readonly held?: readonly string[];
}

/** Kernel defaults of the parameters that LVS hangs on (Documentation/networking/ip-sysctl.rst; measured in a fresh namespace). Keys without a device. */
const defaults: Readonly<Record<string, number>> = {
  'net/ipv4/ip_forward': 0,
  arp_ignore: 0,
  arp_announce: 0,
  arp_filter: 0,
  proxy_arp: 0,
  rp_filter: 0,
  forwarding: 0,
  accept_local: 0,
  route_localnet: 0,
  send_redirects: 1,
  accept_redirects: 1,
  'net/ipv4/ip_nonlocal_bind': 0,
  'net/netfilter/nf_conntrack_tcp_loose': 1,
  'net/ipv4/vs/backup_only': 0,
  'net/ipv4/vs/conn_reuse_mode': 1,
  'net/ipv4/vs/conntrack': 0,
  'net/ipv4/vs/drop_entry': 0,
  'net/ipv4/vs/drop_packet': 0,
  'net/ipv4/vs/expire_nodest_conn': 0,
  'net/ipv4/vs/expire_quiescent_template': 0,
  'net/ipv4/vs/ignore_tunneled': 0,
  'net/ipv4/vs/nat_icmp_send': 0,
  'net/ipv4/vs/pmtu_disc': 1,
  'net/ipv4/vs/secure_tcp': 0,
  'net/ipv4/vs/sloppy_tcp': 0,
  'net/ipv4/vs/snat_reroute': 1,
};

/** The number that the kernel takes from a written value (`kernel/sysctl.c: proc_get_long()`): base 10, 0x or leading 0, up to white space, the rest unread. Undefined: refused. */
export function sysctlNumber(value: string): number | undefined {
  const written = /^[ \t\n\v\f\r]*(-?)(0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)(?:[ \t\n\v\f\r]|$)/i.exec(value);
  if (!written) return undefined;
  const digits = written[2]!;
  const size = /^0[0-7]/.test(digits) ? parseInt(digits, 8) : Number(digits);
  return written[1] && size !== 0 ? -size : size;
}

/** Lines that write a key after boot, in order: by name, else by a glob (explicit names beat globs, whatever their order: sysctl.d(5)). */
export function assignmentsOf(host: Pick<Host, 'sysctls'>, key: string): readonly Assignment[] {
  if (key === 'net/ipv4/ip_forward' || key === allForwarding) return byOrder([...(host.sysctls.get('net/ipv4/ip_forward') ?? []), ...named(host, allForwarding)]);
  return named(host, key);
}

/** `ip_forward` and `conf/all/forwarding` are one variable of the kernel (`net/ipv4/devinet.c: devinet_sysctl_table`). */
const allForwarding = 'net/ipv4/conf/all/forwarding';

function named(host: Pick<Host, 'sysctls'>, key: string): readonly Assignment[] {
  return host.sysctls.get(key) ?? byOrder(globsOf(host.sysctls).flatMap(({ matches, lines }) => (matches(key) ? lines : [])));
}

type Glob = { readonly matches: (key: string) => boolean; readonly lines: readonly Assignment[] };
const globs = new WeakMap<Host['sysctls'], { readonly size: number; readonly found: readonly Glob[] }>();

function globsOf(sysctls: Host['sysctls']): readonly Glob[] {
  const known = globs.get(sysctls);
  if (known?.size === sysctls.size) return known.found;
  const found = [...sysctls].filter(([key]) => /[*?[]/.test(key)).map(([key, lines]) => ({ matches: keyMatcher(key), lines }));
  globs.set(sysctls, { size: sysctls.size, found });
  return found;
}

function keyMatcher(pattern: string): (key: string) => boolean {
  const parts = pattern.split('/').map(partMatcher);
  return (key) => {
    const names = key.split('/');
    return names.length === parts.length && parts.every((matches, index) => matches(names[index]!));
  };
}

/** One part of a glob as glob(3) takes it: `*`, `?` and sets, `[12]`, `[!0-9]`, `[^0-9]`; a bracket that nothing closes stands for itself. */
function partMatcher(pattern: string): (name: string) => boolean {
  if (!/\[[!^]?.[^\]]*\]/.test(pattern)) return nameMatcher(pattern);
  const source = pattern.replace(/\[([!^]?)(.[^\]]*)\]|\*+|\?|[\\^$.+()|{}[\]]/g, (found, not: string | undefined, members: string | undefined) =>
    members !== undefined ? `[${not ? '^' : ''}${members.replace(/[\\\]^[]/g, '\\$&')}]` : found === '?' ? '.' : found.startsWith('*') ? '.*' : `\\${found}`);
  try {
    const whole = new RegExp(`^${source}$`, 's');
    return (name) => whole.test(name);
  } catch {
    // A range that runs backwards ([z-a]) matches nothing.
    return () => false;
  }
}

function byOrder(lines: readonly Assignment[]): readonly Assignment[] {
  return lines.length < 2 ? lines : [...lines].sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
}

/**
 * The number that a key holds after boot: the last line that sets it. Besides, the kernel writes conf/DEVICE from conf/default while the device has no address
 * and no line of its own, conf/DEVICE/forwarding from ip_forward, and conf/all/accept_redirects when forwarding changes. A value that is no number is unseen.
 */
export function sysctlValue(host: Host, key: string): Fact<number> {
  const device = /^net\/(ipv[46])\/conf\/([^/]+)\/([^/]+)$/.exec(key);
  if (key === 'net/ipv4/ip_forward' || device?.[3] === 'forwarding') return forwarding(host, key, device?.[1] === 'ipv6' ? 6 : 4);
  if (key === 'net/ipv4/conf/all/accept_redirects') return played(host, key, [...eventsOf(host, key, 'own'), ...eventsOf(host, allForwarding, 'all')], (on) => (on ? 0 : 1));
  const lines = assignmentsOf(host, key);
  const last = lines.at(-1);
  if (last) {
    const value = sysctlNumber(last.value);
    if (value === undefined) return { state: 'unseen' };
    return { state: 'set', value, at: last.at, shadows: lines.slice(0, -1).map((line) => line.at), confidence: last.confidence };
  }
  const inherited = device?.[1] === 'ipv4' ? inheritedLine(host, device[2]!, device[3]!) : undefined;
  const value = inherited && sysctlNumber(inherited.value);
  if (inherited && value !== undefined) return { state: 'set', value, at: inherited.at, shadows: [], confidence: weakest(inherited.confidence, 'likely') };
  return unwritten(host, key);
}

function unwritten(host: Host, key: string): Fact<number> {
  if (!host.seen.has('sysctl')) return { state: 'unseen' };
  const value = defaults[key] ?? defaults[key.slice(key.lastIndexOf('/') + 1)];
  return value === undefined ? { state: 'unseen' } : { state: 'default', value, at: { host: host.name, default: `kernel default of ${key}` } };
}

/**
 * The line of conf/default that a device without lines of its own takes its value from (`net/ipv4/devinet.c: devinet_copy_dflt_conf()`: a write reaches every device
 * whose value was not written and that has never held an address). So lines of sysctl files, which are read before the network is configured, do reach a NIC; those of scripts reach only
 * devices that are `bare`: a command of a network file that runs before the device's addresses are added.
 * Where all addresses are known, those that hold none yet are known too: a device that never gets one takes what is written at any time.
 * lo is left out: it has its address from the first moment.
 */
export function inheritedLine(host: Pick<Host, 'sysctls' | 'seen'>, device: string, parameter: string): Assignment | undefined {
  if (device === 'all' || device === 'default' || device === 'lo' || assignmentsOf(host, `net/ipv4/conf/${device}/${parameter}`).length > 0) return undefined;
  return assignmentsOf(host, `net/ipv4/conf/default/${parameter}`).filter((line) => line.by !== 'script' || line.bare?.includes(device) || (host.seen.has('addresses') && line.held?.includes(device) === false)).at(-1);
}

type Event = { readonly line: Assignment; readonly from: 'all' | 'own' };

function eventsOf(host: Host, key: string, from: Event['from']): readonly Event[] {
  return assignmentsOf(host, key).map((line) => ({ line, from }));
}

/** A device's forwarding: the last of its own lines and of those of conf/all, which write through (`inet_forward_change()` where the value changes; IPv6 always: `addrconf_forward_change()`). */
function forwarding(host: Host, key: string, family: 4 | 6): Fact<number> {
  const all = family === 4 ? allForwarding : 'net/ipv6/conf/all/forwarding';
  const own = key === 'net/ipv4/ip_forward' || key === all ? [] : eventsOf(host, key, 'own');
  return played(host, key, [...eventsOf(host, all, 'all'), ...own], (on) => on, family === 6);
}

function played(host: Host, key: string, events: readonly Event[], written: (all: number) => number, always = false): Fact<number> {
  let all: number | undefined = 0;
  let last: (Event & { readonly value: number | undefined }) | undefined;
  const lost: Assignment[] = [];
  for (const { line, from } of [...events].sort((a, b) => (a.line.order ?? 0) - (b.line.order ?? 0))) {
    const number = sysctlNumber(line.value);
    // Writing the value that conf/all has already changes no device: one that was set apart since then stays apart.
    if (from === 'all' && number === all && !always && last?.from === 'own') continue;
    if (last) lost.push(last.line);
    if (from === 'all') all = number;
    last = { line, from, value: number === undefined || from === 'own' ? number : written(number) };
  }
  if (!last) return unwritten(host, key);
  if (last.value === undefined) return { state: 'unseen' };
  return { state: 'set', value: last.value, at: last.line.at, shadows: lost.map((line) => line.at), confidence: last.line.confidence };
}

/** How the kernel joins conf/all and conf/DEVICE (`include/linux/inetdevice.h`, IN_DEV_*). Others: the device's own alone. */
const joins: Readonly<Record<string, 'max' | 'or' | 'and'>> = {
  arp_ignore: 'max', arp_announce: 'max', arp_accept: 'max', arp_notify: 'max', rp_filter: 'max',
  send_redirects: 'or', accept_local: 'or', proxy_arp: 'or', arp_filter: 'or', route_localnet: 'or', log_martians: 'or', shared_media: 'or', secure_redirects: 'or', promote_secondaries: 'or',
  accept_source_route: 'and', mc_forwarding: 'and', bootp_relay: 'and',
};

/**
 * What is in force on a device of IPv4: conf/all and conf/DEVICE joined as the kernel does: IN_DEV_MAXCONF for arp_ignore, arp_announce, rp_filter; IN_DEV_ORCONF for send_redirects
 * and accept_local; accept_redirects by AND where the device forwards, else by OR; forwarding the device's own, which conf/all writes through to. The fact's place is the line that decides.
 */
export function effective(host: Host, parameter: string, device: string): Fact<number> {
  const own = sysctlValue(host, `net/ipv4/conf/${device}/${parameter}`);
  const join = parameter === 'accept_redirects' ? redirectsJoin(host, device) : (joins[parameter] ?? 'own');
  if (join === undefined) return { state: 'unseen' };
  if (join === 'own') return own;
  const all = sysctlValue(host, `net/ipv4/conf/all/${parameter}`);
  if (all.state === 'unseen' || own.state === 'unseen') {
    // One side alone may settle it: nothing lowers a maximum, nothing raises a minimum.
    const known = all.state === 'unseen' ? own : all;
    return known.state === 'set' && (join === 'and' ? known.value === 0 : known.value > 0) ? known : { state: 'unseen' };
  }
  const value = join === 'and' ? (all.value && own.value ? 1 : 0) : join === 'or' ? (all.value || own.value ? 1 : 0) : Math.max(all.value, own.value);
  const decides = [all, own].find((fact) => fact.state === 'set' && same(fact.value, value, join)) ?? [all, own].find((fact) => same(fact.value, value, join)) ?? all;
  return { ...decides, value };
}

function same(part: number, value: number, join: 'max' | 'or' | 'and'): boolean {
  return join === 'max' ? part === value : (part !== 0) === (value !== 0);
}

/** IN_DEV_RX_REDIRECTS. */
function redirectsJoin(host: Host, device: string): 'and' | 'or' | undefined {
  const forwards = sysctlValue(host, `net/ipv4/conf/${device}/forwarding`);
  return forwards.state === 'unseen' ? undefined : forwards.value ? 'and' : 'or';
}

/**
 * Whether a host forwards packets that come in on one device and leave by another. IPv4 looks at the device that they come in on alone (`net/ipv4/route.c: ip_route_input_slow()`:
 * IN_DEV_FORWARD), IPv6 at conf/all alone (`net/ipv6/ip6_output.c: ip6_forward()`); the way out does not matter.
 */
export function forwards(host: Host, from: string, _to?: string, family: 4 | 6 = 4): Fact<boolean> {
  const fact = sysctlValue(host, family === 4 ? `net/ipv4/conf/${from}/forwarding` : 'net/ipv6/conf/all/forwarding');
  return fact.state === 'unseen' ? fact : { ...fact, value: fact.value !== 0 };
}

/** The assignment that stands at a place. */
export function sysctlLine(host: Pick<Host, 'sysctls'>, at: Span): Assignment | undefined {
  for (const lines of host.sysctls.values()) for (const line of lines) if (line.at === at) return line;
  return undefined;
}

/** The line of a fact, when a line sets it. */
export function lineOf(fact: Fact<unknown>): Span | undefined {
  return fact.state === 'set' ? fact.at : undefined;
}
