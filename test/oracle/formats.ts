/** The programs that read the other formats, and how each is asked about one file. */
import { spawnSync } from 'node:child_process';
import { readInterfaces } from '../../src/parse/interfaces/read.ts';
import { readSaved } from '../../src/parse/iptables/read.ts';
import { readNetplan } from '../../src/parse/netplan/read.ts';
import { readNetworkd } from '../../src/parse/networkd/read.ts';
import { readNft } from '../../src/parse/nftables/read.ts';
import type { Statement } from '../../src/parse/statement.ts';
import { readSysctl } from '../../src/parse/sysctl/read.ts';
import { readUnit } from '../../src/parse/systemd/read.ts';
import type { SourceText } from '../../src/base/text.ts';

/** A format that a program can be asked about. */
export interface Format {
  readonly name: string;
  /** What has to be there, and its Debian package. */
  readonly program: string;
  readonly package: string;
  /** Which files of the corpus. */
  readonly files: RegExp;
  /** A folder of files that the package brings, and which of them. */
  readonly samples?: string;
  readonly sample?: RegExp;
  /** Whether one fault lets the program take nothing of the file; else it passes over the line. */
  readonly whole: boolean;
  readonly read: (source: SourceText) => readonly Statement[];
  /** Shell commands that ask about the file `$1` (`$2`: a folder of its own) in a network namespace of its own. Their exit is the program's. */
  readonly ask: string;
  /** The complaints that it prints: groups `line`, or `key` for the lines that begin with one, and `text`. */
  readonly complaint: RegExp;
  /** What it prints when it refuses the file, where its exit does not tell. */
  readonly refusedBy?: RegExp;
  /** Complaints that hang on the machine: they bear out a reader that speaks of the line, and demand nothing of one that does not. */
  readonly machine?: RegExp;
}

// Programs that would write need a /run of their own.
export const formats: readonly Format[] = [
  {
    name: 'netplan', program: '/usr/libexec/netplan/generate', package: 'netplan.io', files: /\/netplan\/[^/]+\.yaml$/, samples: '/usr/share/doc/netplan/examples', sample: /\.yaml$/, whole: true, read: readNetplan,
    ask: 'mkdir -p "$2/etc/netplan" && cp "$1" "$2/etc/netplan/10-asked.yaml" && chmod 600 "$2/etc/netplan/10-asked.yaml" && /usr/libexec/netplan/generate --root-dir "$2"',
    complaint: /^\S*?\.yaml:(?<line>\d+):\d+: (?<text>.*)$/,
  },
  {
    name: 'nft', program: '/usr/sbin/nft', package: 'nftables', files: /\/nftables(?:\.d\/[^/]+)?\.conf$|\.nft$/, samples: '/usr/share/doc/nftables/examples', sample: /\.nft$/, whole: true, read: readNft,
    ask: 'cd "$(dirname "$1")" && nft -c -f "$1"',
    complaint: /:(?<line>\d+):\d+-\d+: Error: (?<text>.*)$/,
  },
  ...(['iptables', 'ip6tables', 'arptables'] as const).map((tool): Format => ({
    name: tool, program: `/usr/sbin/${tool}-restore`, package: tool === 'arptables' ? 'arptables' : 'iptables', whole: true, read: readSaved,
    files: { iptables: /\/sysconfig\/iptables$|\/rules\.v4$|\/iptables\.rules$/, ip6tables: /\/sysconfig\/ip6tables$|\/rules\.v6$|\/ip6tables\.rules$/, arptables: /\/sysconfig\/arptables$|\/arptables\.conf$/ }[tool],
    ask: tool === 'arptables' ? 'arptables-restore <"$1"' : `${tool}-restore --test "$1"`,
    complaint: /(?:Error occurred at )?line:? (?<line>\d+)\b(?<text>.*)$/,
  })),
  {
    name: 'sysctl', program: '/usr/sbin/sysctl', package: 'procps', files: /\/sysctl\.conf$|\/sysctl\.d\/[^/]+\.conf$/, whole: false, read: readSysctl,
    // Written for real, and nowhere but in a network namespace: what is not the namespace's own may only be read.
    ask: 'mount --bind /proc/sys /proc/sys && mount -o remount,ro,bind /proc/sys && mount --bind /proc/sys/net /proc/sys/net && mount -o remount,rw,bind /proc/sys/net && sysctl -p "$1"',
    complaint: /\((?<line>\d+)\): (?<text>invalid syntax.*)|setting key "(?<key>[^"]*)": (?<text2>.*)|cannot stat \/proc\/sys\/(?<stat>.*): (?<text3>.*)|(?<text4>Path is not under) \/proc\/sys\/: \/proc\/sys\/(?<under>.*)$/,
    machine: /No such file|Not a directory|Path is not under|Permission denied|Read-only/,
  },
  {
    name: 'ifupdown', program: '/usr/sbin/ifup', package: 'ifupdown', files: /\/network\/interfaces(?:\.d\/[^/]+)?$/, whole: true, read: readInterfaces,
    ask: 'mkdir "$2/state" && ifquery --state-dir "$2/state" --list -i "$1"',
    refusedBy: /couldn't read interfaces|^\S*\/interfaces\S*:\d+: |^\S+:\d+: /m,
    complaint: /^\S*?:(?<line>\d+): (?<text>.*)$/,
  },
  {
    name: 'systemd', program: '/usr/bin/systemd-analyze', package: 'systemd', files: /\/systemd\/system\/[^/@]+\.service$/, samples: '/usr/lib/systemd/system', sample: /\/[^/@]+\.service$/, whole: false, read: readUnit,
    ask: 'cp "$1" "$2/asked.service" && systemd-analyze verify --man=no --recursive-errors=no "$2/asked.service"',
    complaint: /^\S*?\.service:(?<line>\d+): (?<text>.*)$/,
  },
  {
    name: 'networkd', program: '/usr/lib/systemd/systemd-networkd', package: 'systemd', files: /\/systemd\/network\/[^/]+\.(?:network|netdev)$/, samples: '/usr/lib/systemd/network', sample: /\.(?:network|netdev)$/, whole: false, read: readNetworkd,
    ask: `ip link set lo up && mount -t sysfs -o ro sysfs /sys && mount -t tmpfs tmpfs /run && mkdir -p /etc/systemd/network /run/systemd/network &&
mount -t tmpfs tmpfs /etc/systemd/network && cp "$1" "/etc/systemd/network/10-asked.\${1##*.}" && chmod -R a+rX /etc/systemd/network &&
install -d -o systemd-network -g systemd-network /run/systemd/netif /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp &&
{ SYSTEMD_LOG_LEVEL=info SYSTEMD_LOG_TARGET=console timeout 8 /usr/lib/systemd/systemd-networkd >"$2/log" 2>&1 & } &&
for _ in $(seq 400); do grep -q 'Enumeration completed' "$2/log" && break; sleep 0.02; done; kill $!; cat "$2/log"; true`,
    complaint: /^\S*?\/10-asked\.\w+:(?<line>\d+): (?<text>.*)$/,
  },
];

/** Those whose program is not on this machine. */
export const absent = (): readonly Format[] => formats.filter(({ program }) => spawnSync('test', ['-x', program]).status !== 0);
