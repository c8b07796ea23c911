import { findFiles, type FileSet } from '../base/file-set.ts';
import type { HostDraft } from '../parse/draft.ts';
import { bootOf } from '../parse/boot.ts';

const runlevels = ['etc/rc.d', 'etc', 'etc/init.d'].flatMap((folder) => ['2', '3', '4', '5'].map((level) => `${folder}/rc${level}.d`));

/** Notes on a draft which services boot is told of, where it shows links at all: `S90real` and `K10real` of the runlevels a server comes up in, `real` of OpenRC's default, `real.service` of a target. */
export function noteBootLinks(draft: HostDraft): void {
  const { files } = draft;
  const links = runlevels.flatMap((folder) => files.list(folder).flatMap((name) => /^[SK]\d\d(.+)$/.exec(name)?.[1] ?? []));
  const started = new Set([...links, ...files.list('etc/runlevels/default')]);
  if (started.size > 0) {
    for (const path of findFiles(files, ['etc/systemd/system/*.wants/*.service', 'etc/systemd/system/*.service'])) started.add(path.slice(path.lastIndexOf('/') + 1).replace(/\.service$/, ''));
    for (const name of calledAtBoot(files)) started.add(name);
    bootOf(draft).started = started;
  }
  if (hasResources(files)) bootOf(draft).resources = true;
  if (findFiles(files, networkScripts).some((path) => files.read(path).state !== 'absent')) bootOf(draft).networkScripts = true;
}

/** What the package network-scripts (initscripts before RHEL 8) puts there. */
const networkScripts = ['etc/sysconfig/network-scripts/ifup*', 'etc/sysconfig/network-scripts/network-functions*', 'etc/rc.d/init.d/network', 'etc/init.d/network', 'usr/sbin/ifup'];

const callers = ['etc/rc.local', 'etc/rc.d/rc.local', 'etc/init.d/boot.local', 'etc/init.d/after.local', 'etc/local.d/*.start', 'etc/network/if-pre-up.d/*', 'etc/network/if-up.d/*', 'etc/NetworkManager/dispatcher.d/*', 'etc/network/interfaces', 'etc/crontab', 'etc/cron.d/*', 'var/spool/cron/*', 'var/spool/cron/crontabs/*', 'etc/inittab'];

/** Services that a script of boot, a cron table or inittab names in a line. */
function calledAtBoot(files: FileSet): readonly string[] {
  return findFiles(files, callers).flatMap((path) => {
    const read = files.read(path);
    return read.state === 'text' ? [...read.text.matchAll(/^[^#\n]*?(?:init\.d\/|(?:service|invoke-rc\.d|rc-service)[ \t]+)([\w.-]+)/gm)].map((found) => found[1]!) : [];
  });
}

function hasResources(files: FileSet): boolean {
  return ['etc/ha.d/haresources', 'var/lib/heartbeat/crm/cib.xml', 'var/lib/pacemaker/cib/cib.xml', 'etc/cluster/cluster.conf'].some((path) => files.read(path).state !== 'absent');
}
