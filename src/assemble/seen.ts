import type { FileSet } from '../base/file-set.ts';
import type { Host } from '../model/host.ts';
import type { FactKind } from '../model/words.ts';
import type { HostDraft } from '../parse/draft.ts';
import { networkNotes } from '../parse/network.ts';
import { kindOn } from '../model/device.ts';
import type { AnyKind } from './kinds.ts';

/**
 * Kinds of facts of which a host's files say all that there is; what is not in it is unseen, so nothing may be concluded from its absence.
 * - `scripts`: of a whole host always; of a file that was named alone never. `sysctl`: the same, unless the tree holds nothing but the files of a daemon that balances (only keepalived.conf was collected).
 * - `addresses`: a whole host with a NIC whose addresses are written down, and no NIC that asks others for its own, and no manager of addresses that is not read here.
 * - `gateway`: of IPv4: a default route was found; or the NICs are written down as above, and none names one.
 * - `services`: a table was found; or a whole host, and no manager of tables that is not read here.
 * A file that may not be opened takes away what it feeds.
 */
export function seenOf(draft: HostDraft, failed: ReadonlySet<AnyKind | 'scripts'>): ReadonlySet<FactKind> {
  const seen = new Set<FactKind>();
  const { fixed, dynamic } = networkNotes(draft);
  const whole = draft.files.whole;
  if (whole) seen.add('scripts');
  if (whole && !holdsDaemonAlone(draft.files)) seen.add('sysctl');
  const scripted = draft.addresses.some((address) => address.by === 'script' && address.confidence === 'certain' && kindOn(draft, address.device) === 'nic' && !isAlias(address.label));
  const listed = whole && dynamic.size === 0;
  if (whole && otherAddressManager(draft)) elsewhere.add(draft.addresses);
  else if (listed && (fixed.size > 0 || scripted)) seen.add('addresses');
  if (draft.routes.some((route) => route.to === 'default' && route.family === 4 && route.confidence !== 'possible' && route.table === 'main') || (listed && fixed.size > 0)) seen.add('gateway');
  if (draft.services.length > 0 || (whole && !otherTableManager(draft))) seen.add('services');
  for (const kind of failed) for (const fact of kind === 'scripts' ? (['scripts', 'addresses', 'gateway', 'services', 'sysctl'] as const) : kind.feeds) seen.delete(fact);
  return seen;
}

/** Whether all that a tree holds below /etc are the files of keepalived, ldirectord, Piranha or ipvsadm: nobody's /etc is that, so that what else it says is not known. */
function holdsDaemonAlone(files: FileSet): boolean {
  const etc = files.list('etc');
  return etc.length > 0 && etc.every((name) => /^(?:keepalived|ha\.d|ldirectord(?:\.cf)?|ipvsadm\.rules|lvs\.cf)$/.test(name) || (name === 'sysconfig' && files.list('etc/sysconfig').every((own) => /^(?:ha|ipvsadm(?:-config)?|keepalived)$/.test(own))));
}

const elsewhere = new WeakSet<Host['addresses']>();

/** Whether something that is not read here (Pacemaker, ucarp) may put further addresses on a host, so that a spec cannot complete them either. */
export function holdsElsewhere(host: Pick<Host, 'addresses'>): boolean {
  return elsewhere.has(host.addresses);
}

function isAlias(label: string | undefined): boolean {
  return label?.includes(':') ?? false;
}

/** Managers that add VIPs of their own and are not read here: heartbeat's CRM and scripts of its users, Pacemaker (which run ldirectord as well), rgmanager, ucarp, wackamole. */
function otherAddressManager(draft: HostDraft): boolean {
  const { files } = draft;
  return (
    (draft.heartbeat === undefined ? mentions(files, 'etc/ha.d/haresources', /^[^#\s]/m) : !draft.heartbeat.whole) ||
    ['etc/corosync/corosync.conf', 'etc/cluster/cluster.conf', 'etc/default/ucarp', 'etc/sysconfig/carp', 'etc/ucarp/vip-common.conf', 'etc/wackamole.conf'].some((path) => files.read(path).state !== 'absent') ||
    mentions(files, 'etc/network/interfaces', /^\s*ucarp-vip\s/m) ||
    files.read('var/lib/pacemaker/cib/cib.xml').state !== 'absent' ||
    // Something else than ldirectord gives the director its VIPs; haresources says which.
    (draft.heartbeat === undefined && ['etc/ha.d/ldirectord.cf', 'etc/ldirectord.cf', 'etc/ha.d/conf/ldirectord.cf', 'etc/ldirectord/ldirectord.cf'].some((path) => mentions(files, path, /^\s*virtual/m))) ||
    otherTableManager(draft)
  );
}

/** Tables that are not all read: keepalived's where its file goes on in one that is not there, Piranha's where lines of its file are refused or a template's. */
function otherTableManager({ keepalived, piranha }: HostDraft): boolean {
  return keepalived?.whole === false || piranha?.whole === false;
}

function mentions(files: FileSet, path: string, what: RegExp): boolean {
  const read = files.read(path);
  // What is there and cannot be read may say anything.
  return read.state === 'text' ? what.test(read.text) : read.state === 'unreadable';
}
