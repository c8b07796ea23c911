/** Where a reader of ours means to differ from the program of its format. */
import type { Difference } from './programs.ts';

/** `what` and `source` must both match. */
const differences: readonly { readonly format: RegExp; readonly side: Difference['side']; readonly what: RegExp; readonly source?: RegExp; readonly why: string }[] = [
  { format: /^ifupdown$/, side: 'reader', what: /^wrong: '.*' is no |has no value/, why: 'ifupdown leaves values to ip, which refuses them' },
  { format: /^ifupdown$/, side: 'reader', what: /^unread: .* is no option that is known here/, why: 'ifupdown hands every option to its scripts; one that is none of the known is told' },
  { format: /^sysctl$/, side: 'program', what: /Invalid argument/, source: /^-?net[./]netfilter[./]/, why: 'connection tracking counts for all namespaces, and may not be written in one' },
  { format: /tables$/, side: 'reader', what: /is no chain that is built in|is no policy|no chain '.*' is made|is no target/, why: 'with --test nothing reaches the kernel, which is what knows chains and policies' },
  { format: /^arptables$/, side: 'program', what: /failed|does not exist/, source: /^(?::|-A )(?:IN|OUT|FORWARD)\b|^$/, why: "Red Hat's arptables_jf has chains IN, OUT and FORWARD" },
  { format: /^arptables$/, side: 'program', what: /failed|Bad argument/, source: /^:|^COMMIT/, why: 'the older arptables-restore takes files without *filter, and knows no COMMIT' },
  { format: /^netplan$/, side: 'program', what: /unknown key 'dummy-devices'/, why: 'netplan knows dummy-devices since 1.0' },
  { format: /^netplan$/, side: 'program', what: /family mismatch|address '' is missing/, why: 'values that do not go together are not judged, nor items without anything' },
  { format: /^networkd$/, side: 'program', what: /incompatible|section without|Failed to parse|nvalid/, why: 'values of keys that give no address, route or name, and pairs that do not go together, are not judged' },
  { format: /^netplan$/, side: 'program', what: /ovs-vsctl|missing 'table' property|unknown key/, why: 'what only bonds, radios, tunnels of other kinds and Open vSwitch have is not judged' },
  { format: /^systemd$/, side: 'program', what: /./, source: /^(?!(?:exec|type|remainafterexit|wantedby|requiredby|\[))/i, why: 'of a unit only what starts it and what it starts is judged' },
  { format: /^networkd$/, side: 'program', what: /Unknown key/, source: /^addresses=/, why: 'a key that is unlike any that matters is passed over' },
  { format: /^nft$/, side: 'program', what: /Interface does not exist|not supported|Could not resolve|cannot set chain policy twice/, why: 'devices and names are looked up on the host, and the kernel adds up chains that are written twice' },
  { format: /^systemd$/, side: 'reader', what: /^wrong: stands in no section/, why: 'of several lines in no section, systemd names the first' },
];

/** Why a difference is meant; undefined: it is a defect. */
export const intended = (format: string, { side, what, source }: Difference): string | undefined =>
  differences.find((one) => one.format.test(format) && one.side === side && one.what.test(what) && (one.source?.test(source) ?? true))?.why;
