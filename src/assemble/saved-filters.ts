import type { HostDraft } from '../parse/draft.ts';

/** Who loads which saved rules at boot: names of the service, by the file. */
const loaders: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^etc\/sysconfig\/iptables$/, ['iptables']],
  [/^etc\/sysconfig\/ip6tables$/, ['ip6tables']],
  [/^etc\/iptables\/rules\.v[46]$/, ['netfilter-persistent', 'iptables-persistent']],
  [/^etc\/iptables\/iptables\.rules$/, ['iptables']],
  [/^etc\/iptables\/ip6tables\.rules$/, ['ip6tables']],
  [/^etc\/(?:sysconfig\/)?nftables\.conf$/, ['nftables']],
  [/^etc\/(?:sysconfig\/arptables|arptables\.conf)$/, ['arptables', 'arptables_jf']],
];

/** Services that nearly every machine starts: where a link of one is seen, the links are a machine's own and not a hand-made part of them. */
const usual = /^(?:sshd?|crond?|r?syslog(?:d|-ng)?|NetworkManager|networking|network|chronyd?|ntpd?|firewalld|auditd|irqbalance|postfix|systemd-(?:networkd|resolved|timesyncd)|dbus|udev|local)$/;

/**
 * Leaves out saved rules that nothing loads: the tree shows what boot starts, and the service is not among it. A script may load them all the same, and who keeps rules in a file that nothing loads may
 * load them by hand: the filter of such a host is not known.
 */
export function leaveOutSaved(draft: HostDraft): void {
  const { filterLines = [], nftChains = [] } = draft;
  if (filterLines.length + nftChains.length === 0) return;
  const started = linkedServices(draft);
  if (![...started].some((name) => usual.test(name))) return;
  const isLoaded = (file: string | undefined): boolean => {
    const services = file === undefined ? undefined : loaders.find(([place]) => place.test(file))?.[1];
    return services === undefined || services.some((name) => started.has(name));
  };
  const lines = filterLines.filter(({ at }) => isLoaded(at.file));
  const chains = nftChains.filter(({ rules, policy }) => isLoaded((rules[0] ?? policy)?.at.file));
  if (lines.length + chains.length === filterLines.length + nftChains.length) return;
  draft.filterLines = lines;
  draft.nftChains = chains;
  // firewalld makes the filter anew, whatever stood there.
  if (!started.has('firewalld')) draft.filterUnread = true;
}

/** Services that a link starts: `S08iptables` of a runlevel, `iptables.service` of a target, `iptables` of OpenRC's runlevels. */
function linkedServices({ files }: HostDraft): ReadonlySet<string> {
  const runlevels = ['etc/rc.d', 'etc', 'etc/init.d'].flatMap((folder) => ['S', '2', '3', '4', '5'].map((level) => `${folder}/rc${level}.d`));
  const targets = files.list('etc/systemd/system').filter((name) => /\.(?:wants|requires)$/.test(name));
  return new Set([
    ...runlevels.flatMap((folder) => files.list(folder).flatMap((name) => /^S\d\d(.+)$/.exec(name)?.[1] ?? [])),
    ...targets.flatMap((folder) => files.list(`etc/systemd/system/${folder}`).flatMap((name) => /^(.+)\.service$/.exec(name)?.[1] ?? [])),
    ...['boot', 'default'].flatMap((level) => files.list(`etc/runlevels/${level}`)),
  ]);
}
