/**
 * Variables that a script finds without setting them: from init, systemd or cron, from bash itself, and from the function libraries that init scripts
 * source. What one of them holds is unknown; a name that is not here and that nothing sets is empty.
 */
const brought = new Set(
  `PATH HOME USER LOGNAME SHELL TERM PWD OLDPWD LANG LANGUAGE TZ MAIL DISPLAY HOSTNAME HOSTTYPE MACHTYPE OSTYPE RUNLEVEL PREVLEVEL runlevel previous
  CONSOLE INIT_VERSION UPSTART_JOB INVOCATION_ID JOURNAL_STREAM MAINPID NOTIFY_SOCKET LISTEN_PID LISTEN_FDS SYSTEMD_EXEC_PID SYSTEMCTL_SKIP_REDIRECT
  SYSTEMCTL_IGNORE_DEPENDENCIES SUDO_USER SUDO_UID SUDO_GID SUDO_COMMAND EDITOR PAGER COLUMNS LINES SHLVL PPID BASHPID BASH BASH_VERSION BASH_VERSINFO
  BASH_SOURCE BASH_LINENO BASH_COMMAND BASH_SUBSHELL BASH_ENV BASHOPTS SHELLOPTS FUNCNAME LINENO SECONDS EPOCHSECONDS EPOCHREALTIME RANDOM SRANDOM GROUPS
  DIRSTACK PIPESTATUS OPTERR REPLY MAPFILE COPROC HISTFILE PS1 PS2 PS3 PS4 PROMPT_COMMAND _ DEBIAN_FRONTEND DPKG_MAINTSCRIPT_NAME
  BOOTUP RES_COL MOVE_TO_COL SETCOLOR_SUCCESS SETCOLOR_FAILURE SETCOLOR_WARNING SETCOLOR_NORMAL LOGLEVEL CONSOLETYPE TEXTDOMAIN TEXTDOMAINDIR
  INITLOG_ARGS RC_LANG VERBOSE rc_done rc_failed rc_skipped rc_dead rc_unused rc_unknown rc_done_up rc_failed_up rc_reset rc_save rc_done_down rc_failed_down
  NORMAL BRACKET WARNING_COLOR RC_SVCNAME SVCNAME RC_RUNLEVEL RC_CMD`.split(/\s+/),
);

/** Families of names that belong to a place: ifupdown, NetworkManager's dispatcher, dhclient, keepalived, pacemaker, udev, locale, ssh. */
const families = /^(LC_|SSH_|XDG_|OCF_|HA_|IF_|IP4_|IP6_|DHCP4_|DHCP6_|VPN_|CONNECTION_|NM_|KEEPALIVED_|CRM_|SYSTEMD_|RC_)/;

const places: readonly { readonly path: RegExp; readonly names: ReadonlySet<string> }[] = [
  { path: /(^|\/)etc\/network\/if-[\w-]+\.d\//, names: new Set(['IFACE', 'MODE', 'METHOD', 'ADDRFAM', 'PHASE', 'LOGICAL', 'CLASS', 'IFUPDOWN_EXCLUDE_INTERFACES']) },
  { path: /(^|\/)NetworkManager\/dispatcher\.d\//, names: new Set(['DEVICE_IFACE', 'DEVICE_IP_IFACE', 'CONNECTIVITY_STATE']) },
  { path: /(^|\/)(network-scripts|dhclient|dhcp)/, names: new Set(['DEVICE', 'DEVNAME', 'REALDEVICE', 'interface', 'reason', 'new_ip_address', 'old_ip_address', 'new_routers', 'IN_HOTPLUG']) },
  { path: /(^|\/)etc\/(hotplug|udev)/, names: new Set(['INTERFACE', 'ACTION', 'DEVPATH', 'SUBSYSTEM']) },
];

/** Variables with one value wherever init runs a script: it runs as root. */
export const fixedVariables: ReadonlyMap<string, string> = new Map([
  ['UID', '0'],
  ['EUID', '0'],
  ['IFS', ' \t\n'],
  ['OPTIND', '1'],
]);

/** Whether the environment, bash or a function library may bring the variable to a script that lies at `file`. */
export function environmentBrings(name: string, file: string): boolean {
  return brought.has(name) || families.test(name) || places.some((place) => place.path.test(file) && place.names.has(name));
}

/**
 * Function libraries of distributions: they define functions and the variables above, but never the addresses that a script of its own needs. They are
 * not evaluated, whether they are there or not.
 */
export function isFunctionLibrary(path: string): boolean {
  return /^\/?(etc\/(rc\.d\/)?init\.d\/functions(\.sh)?|etc\/rc\.status|etc\/functions|lib\/lsb\/init-functions|usr\/lib\/lsb\/init-functions|lib\/init\/vars\.sh|etc\/init\.d\/functions\.sh|lib\/rc\/sh\/functions\.sh|lib\/gentoo\/functions\.sh|etc\/rc\.subr)$/.test(path);
}
