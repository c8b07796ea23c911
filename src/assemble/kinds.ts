import type { FileSet } from '../base/file-set.ts';
import type { SourceText } from '../base/text.ts';
import type { FactKind } from '../model/words.ts';
import type { HostDraft, Kind, ParsedFile } from '../parse/draft.ts';
import type { Statement } from '../parse/statement.ts';
import { rebootCommands } from '../parse/cron/commands.ts';
import { readCron } from '../parse/cron/read.ts';
import { applyIfcfg } from '../parse/ifcfg/apply.ts';
import { readIfcfg } from '../parse/ifcfg/read.ts';
import { applyInterfaces, upCommands } from '../parse/interfaces/apply.ts';
import { readInterfaces } from '../parse/interfaces/read.ts';
import { applySaved } from '../parse/iptables/apply.ts';
import { readSaved } from '../parse/iptables/read.ts';
import { applyKeyfiles } from '../parse/keyfile/apply.ts';
import { readKeyfile } from '../parse/keyfile/read.ts';
import { applyModules } from '../parse/modules/apply.ts';
import { readModules } from '../parse/modules/read.ts';
import { applyNetplan } from '../parse/netplan/apply.ts';
import { readNetplan } from '../parse/netplan/read.ts';
import { applyNetworkd } from '../parse/networkd/apply.ts';
import { readNetworkd } from '../parse/networkd/read.ts';
import { applyNft, nftablesConf } from '../parse/nftables/apply.ts';
import { applyFirewalld } from '../parse/firewalld/apply.ts';
import { readFirewalld } from '../parse/firewalld/read.ts';
import { readNft } from '../parse/nftables/read.ts';
import { applyRules } from '../parse/ipvsadm/apply.ts';
import { readRules } from '../parse/ipvsadm/read.ts';
import { applyKeepalived } from '../parse/keepalived/apply.ts';
import { looksLikeKeepalived } from '../parse/keepalived/look.ts';
import { readKeepalived } from '../parse/keepalived/read.ts';
import { applyHeartbeat } from '../parse/heartbeat/apply.ts';
import { readHeartbeat } from '../parse/heartbeat/read.ts';
import { applyLdirectord } from '../parse/ldirectord/apply.ts';
import { readLdirectord } from '../parse/ldirectord/read.ts';
import { applyPiranha } from '../parse/piranha/apply.ts';
import { looksLikePiranha, piranhaFiles } from '../parse/piranha/look.ts';
import { readPiranha } from '../parse/piranha/read.ts';
import { readShellAssigns } from '../parse/shell-assign.ts';
import { applyIpvsadmSettings } from '../parse/ipvsadm-settings/apply.ts';
import { applyKernelConfigs } from '../parse/kernel-config/apply.ts';
import { readKernelConfig } from '../parse/kernel-config/read.ts';
import { applyModprobe } from '../parse/modprobe/apply.ts';
import { readModprobe } from '../parse/modprobe/read.ts';
import { applyRelease } from '../parse/release/apply.ts';
import { readRelease } from '../parse/release/read.ts';
import { applyListen } from '../parse/listen/apply.ts';
import { readListen } from '../parse/listen/read.ts';
import { applySelinux } from '../parse/selinux/apply.ts';
import { readUnit } from '../parse/systemd/read.ts';
import { unitScripts } from '../parse/systemd/units.ts';
import { applySysctl } from '../parse/sysctl/apply.ts';
import { readSysctl } from '../parse/sysctl/read.ts';
import { crontabs } from './crontabs.ts';
import { nftFiles } from './referred.ts';
import { unitGlobs } from './unit-globs.ts';

/** A kind of file with its place in the assembly of a host. */
export interface HostKind<S extends Statement> extends Kind<S> {
  /** Kinds of facts that are not whole when a file of this kind may not be opened. */
  readonly feeds: readonly FactKind[];
  /** Further files of the tree that are of this kind because something at boot loads them. */
  referred?(tree: FileSet): readonly string[];
  /** Whether a file that was named alone, wherever it lies, is of this kind. */
  recognises(path: string, text: string): boolean;
  /** Shell commands that such files hold, as scripts at their places. */
  commands?(files: readonly ParsedFile<S>[], tree: FileSet): readonly SourceText[];
}

/** A kind behind a door that does not show its statements' type. */
export interface AnyKind {
  readonly name: string;
  readonly globs: readonly string[];
  readonly feeds: readonly FactKind[];
  accepts(source: SourceText): boolean;
  referred(tree: FileSet): readonly string[];
  recognises(path: string, text: string): boolean;
  /** Reads the files, puts their facts on the draft, and gives the statements for the log with the commands that they hold. */
  load(sources: readonly Loaded[], draft: HostDraft): { readonly statements: readonly (readonly Statement[])[]; readonly commands: readonly SourceText[] };
}

export interface Loaded {
  readonly source: SourceText;
  readonly mode?: number;
}

function anyKind<S extends Statement>(kind: HostKind<S>): AnyKind {
  return {
    name: kind.name,
    globs: kind.globs,
    feeds: kind.feeds,
    accepts: (source) => kind.accepts?.(source) ?? true,
    referred: (tree) => kind.referred?.(tree) ?? [],
    recognises: (path, text) => kind.recognises(path, text),
    load(sources, draft) {
      const files = sources.map((loaded): ParsedFile<S> => ({ ...loaded, statements: kind.read(loaded.source) }));
      kind.apply(files, draft);
      return { statements: files.map((file) => file.statements), commands: kind.commands?.(files, draft.files) ?? [] };
    },
  };
}

/** Whether a file's name tells that nobody means it to be read: a leftover of an editor or a package manager, one that is switched off, a sample. */
function isLeftOver(file: string): boolean {
  return /(?:~|\.(?:bak|backup|old|orig|dis|disabled?|off|inactive|save|swp|sample|example|dist|tmpl|tpl|template|j2|erb|md|rst|rpm\w+|dpkg-\w+|ucf-\w+|\d+))$|(?:^|\/)README[^/]*$/i.test(file);
}

/** Kinds of files that say what a host is before its scripts run, in the order in which boot applies them. Only these places are opened. */
export const kinds: readonly AnyKind[] = [
  anyKind({
    name: 'iptables',
    globs: ['etc/sysconfig/iptables', 'etc/sysconfig/ip6tables', 'etc/iptables/rules.v4', 'etc/iptables/rules.v6', 'etc/iptables/iptables.rules', 'etc/iptables/ip6tables.rules', 'etc/sysconfig/arptables', 'etc/arptables.conf'],
    feeds: [],
    read: readSaved,
    apply: applySaved,
    recognises: (path, text) => /(?:^|\/)(?:sysconfig\/(?:ip6?tables|arptables)|rules\.v[46]|ip6?tables\.rules|arptables\.conf)$/.test(path) || (!text.startsWith('#!') && /^\*(?:filter|nat|mangle|raw)[ \t]*\r?$/m.test(text) && /^COMMIT[ \t]*\r?$/m.test(text)),
  }),
  anyKind({
    name: 'release',
    globs: ['etc/os-release', 'usr/lib/os-release', 'etc/redhat-release', 'etc/centos-release', 'etc/debian_version'],
    feeds: [],
    read: readRelease,
    apply: applyRelease,
    recognises: (path) => /(?:^|\/)(?:os-release|redhat-release|centos-release|debian_version)$/.test(path),
  }),
  anyKind({
    name: 'modules',
    globs: ['etc/modules', 'etc/modules-load.d/*', ...['run', 'usr/local/lib', 'usr/lib', 'lib'].map((folder) => `${folder}/modules-load.d/*.conf`)],
    feeds: [],
    accepts: ({ file }) => !isLeftOver(file),
    read: readModules,
    apply: applyModules,
    recognises: (path) => /(?:^|\/)(?:modules-load\.d\/[^/]+|etc\/modules)$/.test(path),
  }),
  anyKind({
    name: 'modprobe',
    globs: ['etc', 'run', 'usr/local/lib', 'usr/lib', 'lib'].map((folder) => `${folder}/modprobe.d/*`),
    feeds: [],
    // Leftovers of editors and package managers are nobody's intention.
    accepts: ({ file }) => !isLeftOver(file),
    read: readModprobe,
    apply: applyModprobe,
    recognises: (path) => /(?:^|\/)modprobe\.d\/[^/]+$/.test(path),
  }),
  anyKind({
    name: 'kernel-config',
    globs: ['boot/config-*'],
    feeds: [],
    accepts: ({ file, text }) => !/(?:~|\.(?:bak|old|rpm\w+|dpkg-\w+))$/.test(file) && /^CONFIG_\w+=/m.test(text),
    read: readKernelConfig,
    apply: applyKernelConfigs,
    recognises: (path, text) => /(?:^|\/)config-\d[^/]*$/.test(path) && /^CONFIG_\w+=/m.test(text),
  }),
  anyKind({
    name: 'nftables',
    globs: nftablesConf,
    referred: nftFiles,
    feeds: [],
    read: readNft,
    apply: applyNft,
    recognises: (path, text) => /\.nft$|(?:^|\/)nftables[^/]*\.(?:conf|rules)$/.test(path) || /^#!\S*\bnft\b/.test(text) || (!text.startsWith('#!') && /^[ \t]*table[ \t]+(?:(?:ip6?|inet|arp|bridge|netdev)[ \t]+)?[\w-]+[ \t]*\{/m.test(text)),
  }),
  anyKind({
    name: 'firewalld',
    globs: ['etc/firewalld/firewalld.conf', 'etc/firewalld/*.xml', 'etc/firewalld/*/*.xml', 'usr/lib/firewalld/zones/*.xml', 'usr/lib/firewalld/services/*.xml'],
    feeds: [],
    read: readFirewalld,
    apply: applyFirewalld,
    recognises: (path) => /(?:^|\/)firewalld\/(?:firewalld\.conf|[^/]+\.xml|[^/]+\/[^/]+\.xml)$/.test(path),
  }),
  anyKind({
    name: 'sysctl',
    globs: ['etc/sysctl.conf', 'etc/sysctl.d/*', 'run/sysctl.d/*.conf', 'usr/local/lib/sysctl.d/*.conf', 'usr/lib/sysctl.d/*.conf', 'lib/sysctl.d/*.conf'],
    feeds: ['sysctl'],
    accepts: ({ file }) => !isLeftOver(file),
    read: readSysctl,
    apply: applySysctl,
    recognises: (path, text) => /(?:^|\/)sysctl(?:\.conf|\.d\/[^/]*)$/.test(path) || (/\.conf$/.test(path) && /^[ \t]*-?net[./][\w./*-]+[ \t]*=/m.test(text)),
  }),
  anyKind({
    name: 'ifcfg',
    globs: [
      'etc/sysconfig/network', 'etc/sysconfig/network-scripts/ifcfg-*', 'etc/sysconfig/network-scripts/route-*', 'etc/sysconfig/network-scripts/route6-*', 'etc/sysconfig/network-scripts/rule-*', 'etc/sysconfig/network-scripts/rule6-*',
      'etc/sysconfig/network/ifcfg-*', 'etc/sysconfig/network/ifroute-*', 'etc/sysconfig/network/routes',
    ],
    feeds: ['addresses', 'gateway'],
    accepts: ({ file }) => !/(?:~|\.bak|\.orig|\.rpmnew|\.rpmorig|\.rpmsave|\/ifcfg-template)$/.test(file),
    read: readIfcfg,
    apply: applyIfcfg,
    recognises: (path) => /(?:^|\/)(?:ifcfg|route6?|rule6?|ifroute)-[^/]+$|(?:^|\/)sysconfig\/network(?:\/routes)?$/.test(path),
  }),
  anyKind({
    name: 'interfaces',
    globs: ['etc/network/interfaces', 'etc/network/interfaces.d/*'],
    feeds: ['addresses', 'gateway'],
    read: readInterfaces,
    apply: applyInterfaces,
    commands: upCommands,
    recognises: (path, text) => /(?:^|\/)interfaces(?:\.d\/[^/]+)?$/.test(path) || (!text.startsWith('#!') && /^[ \t]*iface[ \t]+\S+[ \t]+inet6?[ \t]+\S+/m.test(text)),
  }),
  anyKind({
    name: 'networkd',
    globs: ['etc', 'run', 'usr/local/lib', 'usr/lib', 'lib'].flatMap((folder) => ['*.network', '*.netdev', '*.network.d/*.conf'].map((name) => `${folder}/systemd/network/${name}`)),
    feeds: ['addresses', 'gateway'],
    read: readNetworkd,
    apply: applyNetworkd,
    recognises: (path) => /\.(?:network|netdev)$/.test(path),
  }),
  anyKind({
    name: 'netplan',
    globs: ['run/netplan/*.yaml', 'etc/netplan/*.yaml', 'usr/lib/netplan/*.yaml', 'lib/netplan/*.yaml'],
    feeds: ['addresses', 'gateway'],
    read: readNetplan,
    apply: applyNetplan,
    recognises: (path, text) => /\.ya?ml$/.test(path) && /^network:[ \t]*(?:#.*)?\r?$/m.test(text),
  }),
  anyKind({
    name: 'keyfile',
    globs: ['etc/NetworkManager/system-connections/*', 'usr/lib/NetworkManager/system-connections/*'],
    feeds: ['addresses', 'gateway'],
    accepts: ({ file, text }) => !/(?:~|\.bak|\.rpm\w+)$/.test(file) && /^[ \t]*\[connection\]/m.test(text),
    read: readKeyfile,
    apply: applyKeyfiles,
    recognises: (path, text) => /\.nmconnection$/.test(path) || (/^[ \t]*\[connection\]/m.test(text) && /^[ \t]*\[ipv[46]\]/m.test(text)),
  }),
  anyKind({
    name: 'piranha',
    globs: piranhaFiles,
    feeds: ['services', 'addresses'],
    read: readPiranha,
    apply: applyPiranha,
    recognises: (path, text) => /(?:^|\/)lvs[^/]*\.cf(?:\.[^/]*)?$/.test(path) || looksLikePiranha(text),
  }),
  anyKind({
    name: 'keepalived',
    globs: ['etc/keepalived/keepalived.conf', 'etc/keepalived/*.conf', 'etc/keepalived/*/*.conf', 'etc/keepalived/*/*/*.conf'],
    feeds: ['services', 'addresses'],
    accepts: ({ file, text }) => file === 'etc/keepalived/keepalived.conf' || looksLikeKeepalived(text),
    read: readKeepalived,
    apply: applyKeepalived,
    recognises: (path, text) => /(?:^|\/)keepalived[^/]*\.(?:conf|cfg)(?:\.[^/]*)?$/.test(path) || looksLikeKeepalived(text),
  }),
  anyKind({
    name: 'heartbeat',
    globs: ['etc/ha.d/ha.cf', 'etc/ha.d/haresources'],
    feeds: ['addresses'],
    read: readHeartbeat,
    apply: applyHeartbeat,
    recognises: (path) => /(?:^|\/)haresources$|(?:^|\/)ha\.d\/ha\.cf$/.test(path),
  }),
  anyKind({
    name: 'ldirectord',
    globs: ['etc/ha.d/ldirectord.cf', 'etc/ha.d/conf/ldirectord.cf', 'etc/ldirectord.cf', 'etc/ldirectord/ldirectord.cf'],
    feeds: ['services'],
    read: readLdirectord,
    apply: applyLdirectord,
    recognises: (path, text) => /ldirectord[^/]*\.(?:cf|conf)(?:\.[^/]*)?$/.test(path) || (/^virtual6?[ \t]*=/m.test(text) && /^[ \t]+real6?[ \t]*=/m.test(text)),
  }),
  anyKind({
    name: 'ipvsadm',
    globs: ['etc/sysconfig/ipvsadm', 'etc/ipvsadm.rules', 'etc/ipvsadm.conf', 'etc/sysconfig/ipvsadm.rules', 'var/lib/ipvsadm/rules-save'],
    feeds: ['services'],
    read: readRules,
    apply: applyRules,
    recognises: (path, text) => (/(?:^|\/)ipvsadm(?:\.(?:rules|conf|save))?$/.test(path) && !/(?:^|\/)default\/ipvsadm$/.test(path)) || (!text.startsWith('#!') && /^(?:-A|--add-service|-a|--add-server)[ \t]+-{1,2}[tufs6]/m.test(text) && !/^[ \t]*(?:if|for|case|ipvsadm)\b/m.test(text)),
  }),
  anyKind({
    name: 'ipvsadm-settings',
    globs: ['etc/default/ipvsadm', 'etc/sysconfig/ipvsadm-config'],
    feeds: [],
    read: readShellAssigns,
    apply: applyIpvsadmSettings,
    recognises: (path) => /(?:^|\/)(?:default\/ipvsadm|ipvsadm-config)$/.test(path),
  }),
  anyKind({
    name: 'selinux',
    globs: ['etc/selinux/config'],
    feeds: [],
    read: readShellAssigns,
    apply: applySelinux,
    recognises: (path) => /(?:^|\/)selinux\/config$/.test(path),
  }),
  anyKind({
    name: 'listen',
    globs: [
      'etc/nginx/nginx.conf', 'etc/nginx/conf.d/*.conf', 'etc/nginx/sites-enabled/*', 'etc/httpd/conf/httpd.conf', 'etc/httpd/conf.d/*.conf', 'etc/apache2/ports.conf', 'etc/apache2/apache2.conf', 'etc/apache2/sites-enabled/*',
      'etc/my.cnf', 'etc/my.cnf.d/*.cnf', 'etc/mysql/my.cnf', 'etc/mysql/conf.d/*.cnf', 'etc/mysql/mysql.conf.d/*.cnf', 'etc/mysql/mariadb.conf.d/*.cnf',
    ],
    feeds: [],
    accepts: ({ text }) => /\blisten\b|bind[-_]address|\bserver\s*\{/i.test(text),
    read: readListen,
    apply: applyListen,
    recognises: (path) => /(?:^|\/)etc\/(?:nginx|httpd|apache2|mysql)\//.test(path),
  }),
  anyKind({
    name: 'systemd',
    globs: unitGlobs,
    feeds: ['addresses', 'sysctl', 'services'],
    accepts: ({ text }) => /^\s*ExecStart(?:Pre|Post)?\s*=/m.test(text),
    read: readUnit,
    apply: () => undefined,
    commands: unitScripts,
    recognises: (path, text) => /\.service$/.test(path) && /^\[Service\]/m.test(text),
  }),
  anyKind({
    name: 'cron',
    globs: crontabs,
    feeds: [],
    accepts: ({ file, text }) => !isLeftOver(file) && /^[ \t]*@reboot[ \t]/im.test(text),
    read: readCron,
    apply: () => undefined,
    commands: rebootCommands,
    recognises: (path, text) => /(?:^|\/)(?:crontab|cron\.d\/[^/]+|spool\/cron\/.+)$/.test(path) && !text.startsWith('#!'),
  }),
];
