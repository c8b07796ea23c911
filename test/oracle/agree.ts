/** Whether a daemon and lint mean the same by a file. */
import type { Answer, Daemon, Said } from './ask.ts';

/** What lint says of the file. */
export interface Ours {
  readonly findings: readonly { readonly rule: string; readonly line: number; /** With those of its related places. */ readonly lines: readonly number[]; readonly main: boolean }[];
  readonly unread: readonly number[];
}

/** One thing on which they differ. */
export interface Quarrel {
  readonly side: 'daemon' | 'lint';
  /** What the daemon said, or which rule of ours spoke, that the other is silent about. */
  readonly what: string;
  /** The line that it is about, as written. */
  readonly source: string;
  readonly text: string;
}

/** Messages of keepalived 2.2.7, with the rules one of which must say the same. An empty list: it is about the machine, not the file, or only advice. */
const spoken: readonly (readonly [RegExp, readonly string[]])[] = [
  [/doesn't exist|Non-existent interface|NOTICE|default user|script user|SECURITY VIOLATION|[Ss]cript .*not |[Uu]nsafe|Unable to access|Please use global|lvs_sync_daemon_interface against/, []],
  [/deprecat|no longer|obsolete|please (?:use|update)/i, []],
  [/^Unknown keyword '[}]'|Unexpected '\{'|Extra '\}'|missing '\}'s|[Mm]issing '\{'|Missing \{|missing \{/, ['keepalived/unbalanced-brace', 'keepalived/unknown-keyword', 'keepalived/keyword-wrong-block', 'keepalived/removed-keyword']],
  [/^Unknown keyword/, ['keepalived/unknown-keyword', 'keepalived/keyword-wrong-block', 'keepalived/removed-keyword', 'keepalived/unbalanced-brace']],
  [/unknown \[.*\] routing method/, ['keepalived/lb-kind-invalid']],
  [/no forwarding method set/, ['keepalived/lb-kind-missing', 'keepalived/lb-kind-invalid', 'keepalived/unknown-keyword', 'keepalived/brief-nat-portless']],
  [/no protocol set|Unknown protocol/, ['keepalived/protocol-missing', 'keepalived/value-garbage', 'keepalived/unknown-keyword']],
  [/has no real servers/, ['keepalived/real-servers-absent', 'keepalived/value-garbage', 'keepalived/unknown-keyword']],
  [/Invalid lvs_scheduler|no scheduler set/, ['service/scheduler-unknown']],
  [/persistence_timeout invalid/, ['keepalived/persistence-zero', 'keepalived/value-garbage']],
  [/Invalid virtual server group IP|Address range end|fwmark .* must be in/, ['keepalived/value-garbage']],
  [/Unknown interface!|virtual router id must be set/, ['vrrp/instance-incomplete', 'keepalived/value-garbage', 'keepalived/unknown-keyword', 'keepalived/keyword-wrong-block', 'keepalived/unbalanced-brace']],
  [/parsed invalid IP|Invalid (?:virtual|real|sorry) server|Invalid virtual server group|invalid number|outside range|is invalid$|nvalid value/, ['keepalived/value-garbage', 'keepalived/unknown-keyword', 'keepalived/keyword-twice']],
  [/ports don't match/, ['service/port-mapped-without-nat', 'service/fallback-port-mapped', 'keepalived/sorry-server-real', 'keepalived/lb-kind-invalid', 'keepalived/value-garbage']],
  [/no urls specified|url has no path|No script path|No name has been specified for BFD|no track_file specified/, ['keepalived/check-incomplete', 'keepalived/unknown-keyword', 'keepalived/keyword-wrong-block', 'keepalived/value-garbage']],
  [/exceeds total weight|hysteresis .* quorum/, ['keepalived/quorum-too-high', 'service/weights-all-zero', 'keepalived/value-garbage', 'keepalived/unknown-keyword']],
  [/is duplicated - removing/, ['service/destination-twice', 'service/service-twice']],
  [/zero port only valid for persistent/, ['service/port-zero-without-persistence', 'keepalived/persistence-zero', 'keepalived/brief-nat-portless', 'keepalived/value-garbage', 'keepalived/unknown-keyword']],
  [/nopreempt (?:is incompatible|will not work)/, ['vrrp/nopreempt-on-master']],
  [/both use VRID/, ['vrrp/router-id-twice']],
  [/protocol specified for fwmark/, ['fwmark/protocol']],
  [/already (?:been )?specified/, ['keepalived/keyword-twice']],
];

const structural = ['keepalived/unbalanced-brace'];

/** Rules that claim that keepalived itself complains. */
const claims = ['keepalived/unknown-keyword', 'keepalived/keyword-wrong-block', 'keepalived/removed-keyword', 'keepalived/unbalanced-brace', 'keepalived/lb-kind-invalid', 'keepalived/lb-kind-missing', 'keepalived/protocol-missing', 'keepalived/real-servers-absent', 'keepalived/persistence-zero', 'keepalived/value-garbage'];

/** Where they differ on a keepalived.conf. After a lost brace or block every line below means something else to each of them, so that only who sees that first is compared. */
export const judgeKeepalived = (answer: Answer, ours: Ours, text: string): readonly Quarrel[] => {
  // Which lines count hangs on the name of the machine.
  if (/^\s*@\S/m.test(text)) return [];
  const lines = text.split('\n');
  const source = (line: number | undefined): string => (line === undefined ? '' : (lines[line - 1] ?? '').trim());
  const found = new Set(ours.findings.map(({ rule }) => rule));
  const told = new Set([...ours.findings.flatMap((one) => one.lines), ...ours.unread]);
  const hard = answer.said.filter((said) => (rulesFor(said) ?? ['?']).length > 0);
  const broken = hard.some(({ text: one }) => /'\{' - ignoring|'\}'|missing/.test(one)) || structural.some((rule) => found.has(rule));
  if (answer.exit === 124) return [{ side: 'daemon', what: 'hangs', source: '', text: 'the daemon hangs' }];
  if (broken) {
    if (hard.length > 0 && !claims.some((rule) => found.has(rule)) && ours.unread.length === 0) return [quarrel(hard[0]!, source(hard[0]!.line))];
    if (hard.length === 0) return ours.findings.filter(({ rule }) => structural.includes(rule)).map(({ rule, line }) => ({ side: 'lint', what: rule, source: source(line), text: `we say ${rule} at line ${line} (${source(line)}); keepalived is silent` }));
    return [];
  }
  const theirs = hard.filter((said) => {
    const rules = rulesFor(said);
    if (said.line !== undefined && told.has(said.line)) return false;
    return !rules || !rules.some((rule) => found.has(rule));
  });
  const mine = ours.findings.filter(({ rule, line, main }) => claims.includes(rule) && main && !hard.some((said) => said.line === line || (rulesFor(said)?.includes(rule) ?? false)));
  return [...theirs.map((said) => quarrel(said, source(said.line))), ...mine.map(({ rule, line }): Quarrel => ({ side: 'lint', what: rule, source: source(line), text: `we say ${rule} at line ${line} (${source(line)}); keepalived is silent` }))];
};

const rulesFor = ({ text }: Said): readonly string[] | undefined => spoken.find(([pattern]) => pattern.test(text))?.[1];

const quarrel = ({ line, text }: Said, source: string): Quarrel => ({ side: 'daemon', what: text, source, text: `the daemon says: ${line === undefined ? '' : `line ${line} (${source}): `}${text}; we are silent` });

/** Where they differ on an ldirectord.cf: whether it refuses the file at all, and at which line first. */
export const judgeLdirectord = (answer: Answer, ours: Ours, text: string): readonly Quarrel[] => {
  const lines = text.split('\n');
  const refused = answer.said.find(({ text: one, line }) => line !== undefined || answer.exit === 2 || /^Error/.test(one));
  const mine = ours.findings.filter(({ rule }) => refusing.includes(rule)).sort((a, b) => a.line - b.line);
  if (refused && answer.exit !== 3) {
    const line = refused.line;
    if (mine.length > 0 || ours.unread.length > 0) return [];
    const source = line === undefined ? '' : (lines[line - 1] ?? '').trim();
    return [{ side: 'daemon', what: refused.text, source, text: `ldirectord refuses: ${line === undefined ? '' : `line ${line} (${source}): `}${refused.text}; we are silent` }];
  }
  return mine.map(({ rule, line }) => ({ side: 'lint', what: rule, source: (lines[line - 1] ?? '').trim(), text: `we say ${rule} at line ${line} (${(lines[line - 1] ?? '').trim()}); ldirectord takes the file` }));
};

/** Rules that claim that ldirectord refuses the file. */
const refusing = ['ldirectord/directive-refused', 'ldirectord/indent', 'ldirectord/virtual-bad-address', 'service/scheduler-unknown'];

/** Differences that are meant, with the reason; `what` and `source` must both match. */
const differences: readonly { readonly daemon: Daemon; readonly side: Quarrel['side']; readonly what: RegExp; readonly source?: RegExp; readonly why: string }[] = [
  { daemon: 'keepalived', side: 'daemon', what: /cannot track route|no preference specified|only \d+ virtual router|No VIP specified|ignoring .*(?:track|weight)|Ignoring track_interface|empty notification_email|incompatible with AH|no virtual router\(s\)/, why: 'advice: the line counts, and traffic does not depend on it' },
  { daemon: 'keepalived', side: 'daemon', what: /unknown state/, why: 'a state that is none means BACKUP, and the priorities decide' },
  { daemon: 'keepalived', side: 'daemon', what: /State MASTER must match being address owner/, why: 'the priority of the address owner decides' },
  { daemon: 'keepalived', side: 'daemon', what: /No script set for vrrp_script/, why: 'a check that tells nothing is left away' },
  { daemon: 'keepalived', side: 'daemon', what: /Config files missing/, why: 'included files are not copied along' },
  { daemon: 'keepalived', side: 'daemon', what: /local_address_group|laddr_group|[Uu]nknown keyword/, source: /addr.*group/, why: 'a word of a fork: its files are not judged' },
  { daemon: 'keepalived', side: 'daemon', what: /has port specified - clearing/, why: 'the port of a real server under a mark is passed over, as ipvsadm has it' },
  { daemon: 'keepalived', side: 'daemon', what: /Invalid rule to address|Invalid tunnel option|Unknown configuration entry/, why: 'values of rules, and words behind a value, are not judged' },
  { daemon: 'keepalived', side: 'daemon', what: /./, source: /\$|\{\{/, why: 'what stands there is filled in elsewhere' },
  { daemon: 'keepalived', side: 'daemon', what: /garp_interval|gna_interval|outside range/, source: /g(?:arp|na)_interval\s+0\b/, why: '0 is what holds without the line' },
  { daemon: 'keepalived', side: 'daemon', what: /no scheduler set/, why: 'wlc is what the kernel takes by itself, too' },
  { daemon: 'keepalived', side: 'daemon', what: /Missing '\{' at beginning/, why: 'keepalived says so, and reads the block as if it were opened' },
  { daemon: 'keepalived', side: 'daemon', what: /cannot have IPv4, IPv6 and fwmark/, why: 'a group of both families is not judged' },
  { daemon: 'keepalived', side: 'daemon', what: /requires either an interface or default interface/, why: 'eth0 is the default, and this machine has none' },
  { daemon: 'keepalived', side: 'daemon', what: /is missing a parameter/, source: /^digest/, why: 'a page without a digest is still asked for' },
  { daemon: 'keepalived', side: 'daemon', what: /no forwarding method set/, why: 'a real server on another port can be meant for NAT only, which is what keepalived takes' },
  { daemon: 'keepalived', side: 'daemon', what: /Invalid static rule|parsed invalid IP/, source: /^(?:from|to)\s|\.\//, why: 'values of rules, and words behind a value, are not judged' },
  { daemon: 'ldirectord', side: 'daemon', what: /duplicate virtual server/, why: 'service/service-twice tells of it, as of every table' },
  { daemon: 'keepalived', side: 'daemon', what: /no password given/, why: 'without a password it leaves authentication out, which matters where the other host has one: vrrp/auth-differs' },
  { daemon: 'ldirectord', side: 'daemon', what: /Use of uninitialized value \$ip_port/, why: 'this machine resolves no names' },
  { daemon: 'keepalived', side: 'daemon', what: /only applies to sh scheduler/, why: 'an option of another scheduler has no effect' },
  { daemon: 'keepalived', side: 'daemon', what: /iptables not supported, using nftables/, why: 'this keepalived is built without iptables' },
  { daemon: 'keepalived', side: 'daemon', what: /no matching virtual router found in group/, why: 'keepalived/name-undefined tells each name' },
  { daemon: 'ldirectord', side: 'lint', what: /virtual-bad-address/, source: /^(?:real\s*=.*::|virtual\s*=\s*\d+(?:\.\d+){3}$)/, why: 'ldirectord takes it without a word, but for something else: a firewall mark, or a port for the address' },
  { daemon: 'ldirectord', side: 'daemon', what: /setlogsock/, why: 'the machine has no system log' },
];

/** Why a difference is meant; undefined: it is a defect. */
export const differenceIn = (daemon: Daemon, { side, what, source }: Quarrel): string | undefined =>
  differences.find((one) => one.daemon === daemon && one.side === side && one.what.test(what) && (one.source?.test(source) ?? true))?.why;
