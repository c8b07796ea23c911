import { findFiles, type FileRead, type FileSet } from '../base/file-set.ts';
import { compareText } from '../base/origin.ts';
import { kindOn } from '../model/device.ts';
import { isLoopback } from '../base/ip.ts';
import { actionsToJudge } from '../model/timeline.ts';
import type { Effect, Script, Step } from '../model/script.ts';
import { referredScripts } from './referred.ts';

/** Places of scripts that boot runs, by when it does. */
const places = [
  { globs: ['etc/sysconfig/modules/*.modules', 'etc/network/if-pre-up.d/*', 'etc/network/if-up.d/*', 'etc/NetworkManager/dispatcher.d/*', ...['carrier', 'configuring', 'configured', 'degraded', 'routable'].map((state) => `etc/networkd-dispatcher/${state}.d/*`)], when: 0 },
  { globs: ['etc/init.d/*', 'etc/rc.d/init.d/*'], when: 1 },
  { globs: ['etc/init.d/boot.local', 'etc/local.d/*.start', 'etc/rc.local', 'etc/rc.d/rc.local', 'etc/init.d/after.local'], when: 2 },
];

/** All those places. */
export const scriptGlobs: readonly string[] = places.flatMap(({ globs }) => globs);

/** Files of init.d that are no service, or a copy left behind by an editor or a package manager. */
const noService = /(?:^|\/)(?:README.*|functions.*|skeleton|rc|rcS|depend.*|\.depend.*|boot\.local|after\.local|[^/]*(?:~|\.bak|\.orig|\.rpmnew|\.rpmsave|\.dpkg-\w+|\.ucf-\w+|\.swp))$/;

/** Services of distributions: their own scripts speak of addresses and tables, but only from files that are read elsewhere. */
const packaged = new Set(
  `network networking NetworkManager netfs network-manager ipvsadm keepalived ldirectord heartbeat pulse corosync pacemaker iptables ip6tables arptables arptables_jf ebtables firewalld nftables shorewall procps sysctl mountnfs.sh
 openvpn docker libvirtd libvirt-guests xend dhcpd dhcpcd named sshd ssh syslog rsyslog bluetooth avahi-daemon udev hwclock.sh kmod module-init-tools`.split(/\s+/),
);

/** Words without which a script does nothing that LVS hangs on: a text test that spares a distribution's own hundred scripts their evaluation. */
const mentions = /ipvsadm|ip_vs|\bifconfig\b|\bip\b[^\n]{0,40}\b(?:addr|address|a|link|route|r|tunnel|rule)\b|\barp_(?:ignore|announce|filter)|ip_forward|\/proc\/sys\/net|\bsysctl\b|\barptables\b|\btunl\d|\blo:\d|\broute\s+(?:add|del|-)|\barping\b|--set-x?mark\b|\bethtool\b[^\n]*\b(?:lro|large-receive)|\bnmcli\b[^\n]*\bipv?[46]\b/;

/** Whether a text names something that LVS hangs on. */
export function mentionsLvs(text: string): boolean {
  return mentions.test(text);
}

/** What a distribution's own script says only where somebody wrote his cluster into it. */
const written = /\barp_(?:ignore|announce)|ipvsadm[^\n]*\s(?:-[aA]|--add)|\blo:\d|\b(?:dev|ifconfig)\s+(?:lo|tunl\d|dummy\d)\b/;

/** Whether a text names a program that changes the packet filter. */
export function mentionsFilter(text: string): boolean {
  return /\b(?:ip6?tables(?:-restore|-nft|-legacy)?|nft|firewall-cmd|shorewall|ferm|ufw)\b/.test(text);
}

/** Whether something keeps a packet filter whose files are not read here: ufw, shorewall, ferm, Docker. */
export function otherFilter(files: FileSet): boolean {
  const any = [
    'etc/ufw/*.rules', 'etc/shorewall/rules', 'etc/ferm/ferm.conf', 'etc/docker/*', 'etc/sysconfig/SuSEfirewall2',
    'etc/systemd/system/*.service', 'etc/network/if-*.d/iptables*',
  ];
  return findFiles(files, any).some((path) => {
    const read = files.read(path);
    return read.state === 'unreadable' || (read.state === 'text' && (!path.endsWith('.service') || mentionsFilter(read.text)) && !/^\s*$/.test(read.text));
  });
}

function deservesReading(path: string, text: string): boolean {
  return mentionsLvs(text) && (!packaged.has(serviceName(path)) || written.test(text));
}

/** A script found, before it is read. */
export interface FoundScript {
  readonly read: Extract<FileRead, { state: 'text' }>;
  readonly when: number;
}

/** Scripts of the places that boot runs them from, each once, and what could not be read of them. */
export function findScripts(files: FileSet): { readonly scripts: readonly FoundScript[]; readonly unreadable: readonly Exclude<FileRead, { state: 'text' } | { state: 'absent' }>[]; /** Whether a script that is not read changes the packet filter. */ readonly filtering: boolean } {
  const found = new Map<string, FoundScript>();
  const unreadable: Exclude<FileRead, { state: 'text' } | { state: 'absent' }>[] = [];
  let filtering = false;
  for (const { globs, when } of places) {
    for (const path of findFiles(files, globs)) {
      if (when === 1 && noService.test(path)) continue;
      const read = files.read(path);
      if (read.state === 'unreadable') unreadable.push(read);
      else if (read.state === 'text' && read.real !== 'dev/null' && !found.has(read.real)) {
        if (deservesReading(path, read.text)) found.set(read.real, { read, when });
        else filtering ||= !packaged.has(serviceName(path)) && mentionsFilter(read.text);
      }
    }
  }
  for (const path of referredScripts(files)) {
    const read = files.read(path);
    if (read.state === 'text' && !found.has(read.real) && deservesReading(path, read.text)) found.set(read.real, { read, when: 2 });
  }
  return { scripts: [...found.values()], unreadable, filtering };
}

/** Number with which boot starts a service: of its S link in the runlevels that a server comes up in, else of its chkconfig line. */
export function bootOrder(files: FileSet): (script: Script) => number {
  const numbers = new Map<string, number>();
  for (const folder of ['etc/rc.d/rc3.d', 'etc/rc3.d', 'etc/rc.d/rc5.d', 'etc/rc5.d', 'etc/rc2.d', 'etc/init.d/rc3.d']) {
    for (const name of files.list(folder)) {
      const link = /^S(\d{2})(.+)$/.exec(name);
      if (link && !numbers.has(link[2]!)) numbers.set(link[2]!, Number(link[1]));
    }
  }
  return (script) => numbers.get(serviceName(script.file)) ?? script.header.chkconfig?.start ?? 99;
}

function serviceName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

/** Scripts in the order in which boot runs them: by place, by number, by name. */
export function inBootOrder<T extends { readonly script: Script; readonly when: number }>(scripts: readonly T[], files: FileSet): readonly T[] {
  const number = bootOrder(files);
  return [...scripts].sort((a, b) => a.when - b.when || number(a.script) - number(b.script) || compareText(a.script.file, b.script.file));
}

/** Whether a script does something that an LVS host hangs on. A distribution's own script counts only where it writes a table or a VIP of its own. */
export function concernsLvs(script: Script): boolean {
  const own = !packaged.has(serviceName(script.file));
  // An open quote swallows the rest of a script, effects and all; what it is about is told by its words.
  if (own && script.syntaxErrors.length > 0 && mentionsLvs(script.source.text)) return true;
  return actionsToJudge(script).some((action) => action.steps.some((step) => (own && mergesFrames(step)) || step.effects.some((effect) => concerns(effect, step, own))));
}

/** `ethtool -K eth0 lro on|off` */
function mergesFrames({ name, words }: Step): boolean {
  return name === 'ethtool' && words.some(({ text }) => /^(?:lro|large-receive-offload)$/.test(text ?? ''));
}

function concerns(effect: Effect, step: Step, own: boolean): boolean {
  switch (effect.kind) {
    case 'ipvs':
      return effect.does.endsWith('-service') || effect.does.endsWith('-destination') || (own && effect.does !== 'list');
    case 'address': {
      if (effect.does !== 'add') return false;
      if (effect.ip && isLoopback(effect.ip)) return own && effect.label?.includes(':') === true;
      const away = effect.device !== undefined && kindOn({ devices: new Map() }, effect.device) !== 'nic';
      // `ip addr add $ADDRESS dev $DEVICE` of a general script says nothing of this host.
      return away ? own || effect.ip !== undefined : own && (effect.ip !== undefined || effect.label !== undefined || (effect.device !== undefined && step.words.some((word) => /vip/i.test(word.raw))));
    }
    case 'sysctl':
      return effect.key !== undefined && (/\/arp_(?:ignore|announce)$|^net\/ipv4\/vs\//.test(effect.key) || (own && /^net\/ipv4\/conf\/[^/]+\/arp|^net\/ipv4\/ip_(?:forward|nonlocal_bind)$|\/(?:rp_filter|forwarding|send_redirects)$/.test(effect.key)));
    case 'link':
      return own && effect.up && /^(?:tunl|dummy)\d/.test(effect.device ?? '');
    case 'firewall':
      return own && effect.does === 'add' && (effect.tool === 'arptables' || effect.words.some(({ text }) => /^--set-x?mark$/.test(text ?? '')));
    case 'mtu':
      return own && effect.device !== undefined;
    case 'route':
      return own && effect.does === 'add' && effect.to !== undefined;
    case 'module':
      return own && effect.load && /^(?:ip_vs|ipip$)/.test(effect.module ?? '');
    case 'arp-announce':
      return own && effect.ip !== undefined;
    default:
      return false;
  }
}
