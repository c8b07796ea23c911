/**
 * What the guest is made of: Debian's cloud kernel and the user land that the init scripts, the probes and the proofs run.
 * The guest's cache is keyed by a digest of this page, so a change here builds a new one.
 */
import { createHash } from 'node:crypto';

/** Package names, as apt-get takes them; the whole closure of dependencies comes along. */
export const guestPackages: readonly string[] = [
  'linux-image-cloud-amd64',
  'bash',
  'coreutils',
  'findutils',
  'grep',
  'sed',
  'gawk',
  'diffutils',
  'hostname',
  'procps',
  'util-linux',
  'mount',
  'perl-base',
  'debianutils',
  'kmod',
  'iproute2',
  'net-tools',
  'ipvsadm',
  'keepalived',
  'iptables',
  'nftables',
  'arptables',
  'iputils-arping',
  'iputils-ping',
  'tcpdump',
  'netbase',
];

/** Packages of the closure that nothing in the guest runs: fetched with the rest, never unpacked. */
export const notUnpacked: readonly string[] = [
  'perl',
  'perl-modules-5.36',
  'perl-modules-5.40',
  'udev',
  'dpkg',
  'tar',
  'cpio',
  'adduser',
  'passwd',
  'debconf',
  'usrmerge',
  'initramfs-tools',
  'initramfs-tools-core',
  'initramfs-tools-bin',
  'klibc-utils',
  'libklibc',
  'gcc-12-base',
  'gcc-14-base',
  'logsave',
  'linux-image-cloud-amd64',
  'linux-base',
];

/** What is kept below /lib/modules/RELEASE/kernel (a folder, or a module without its compression suffix); the rest would only fill memory. */
export const keptModules: readonly string[] = [
  'net/netfilter',
  'net/ipv4',
  'net/ipv6',
  'net/bridge',
  'net/sched',
  'net/core',
  'net/802',
  'net/8021q',
  'net/llc',
  'net/sctp',
  'net/psample',
  'lib',
  'crypto',
  'arch/x86/crypto',
  'fs/overlayfs',
  'drivers/net/veth.ko',
  'drivers/net/dummy.ko',
  'drivers/net/bonding',
  'drivers/net/vxlan',
  'drivers/net/macvlan.ko',
];

/** What `/usr/bin/NAME` stands for where Debian would ask update-alternatives, which does not run here. */
export const alternatives: Readonly<Record<string, string>> = {
  'usr/bin/awk': 'gawk',
  'usr/bin/which': 'which.debianutils',
  'usr/bin/sh': 'bash',
  'usr/sbin/iptables': 'xtables-nft-multi',
  'usr/sbin/iptables-save': 'xtables-nft-multi',
  'usr/sbin/iptables-restore': 'xtables-nft-multi',
  'usr/sbin/ip6tables': 'xtables-nft-multi',
  'usr/sbin/ip6tables-save': 'xtables-nft-multi',
  'usr/sbin/ip6tables-restore': 'xtables-nft-multi',
  'usr/sbin/arptables': 'xtables-nft-multi',
  'usr/sbin/arptables-save': 'xtables-nft-multi',
  'usr/sbin/arptables-restore': 'xtables-nft-multi',
};

/** Bump when the way the guest is built changes while its packages stay. */
const layout = 1;

/** Twelve hexadecimal digits that name the guest's folder in the cache. */
export const guestKey = (): string =>
  createHash('sha256')
    .update(JSON.stringify([layout, guestPackages, notUnpacked, keptModules, alternatives]))
    .digest('hex')
    .slice(0, 12);
