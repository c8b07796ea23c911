import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sourceText } from '../base/text.ts';
import { planCluster } from '../plan/plan.ts';
import { renderPlan } from '../render/render.ts';
import { readSpec } from '../spec/read.ts';

/** Hosts of one cluster of a fleet: a director and its real servers. */
const clusterSize = 50;

/**
 * A fleet on disk: clusters of one director and 49 real servers, rendered, each host with the 40 files of a usual small server around what makes it a part of the cluster.
 * Every host has its own addresses and its own name. Returns the folder.
 */
export function makeFleet(folder: string, count: number): string {
  for (let first = 0; first < count; first += clusterSize) makeCluster(folder, first / clusterSize, Math.min(clusterSize, count - first));
  return folder;
}

/** The spec of a cluster of `size` hosts by DR; `number` sets it apart from its neighbours by name and network. */
export function clusterSpec(number: number, size: number): string {
  const at = (host: number): string => `10.${number >> 5}.${(number & 31) * 8 + (host >> 8)}.${host & 255}`;
  const names = Array.from({ length: size - 1 }, (_, index) => `c${number}web${index + 1}`);
  return JSON.stringify({
    version: 1,
    name: `cluster-${number}`,
    forwarding: 'dr',
    directors: { [`c${number}lvs1`]: { device: 'eth0', dip: `${at(2000)}/21`, gateway: at(2046) } },
    realServers: Object.fromEntries(names.map((name, index) => [name, { device: 'eth0', rip: `${at(index + 1)}/21`, gateway: at(2046) }])),
    services: [80, 443].map((port) => ({ vip: at(2001), protocol: 'tcp', port, scheduler: 'wlc', destinations: names.map((realServer, index) => ({ realServer, weight: 1 + (index % 3) })) })),
  });
}

function makeCluster(folder: string, number: number, size: number): void {
  const located = readSpec(sourceText('spec', 'spec.json', clusterSpec(number, Math.max(2, size))));
  const planned = 'problems' in located ? undefined : planCluster(located);
  if (!planned || !('plan' in planned)) throw new Error(`the fleet's own spec was refused: ${JSON.stringify('problems' in located ? located.problems : planned)}`);
  const files = renderPlan(planned.plan, { version: '0.0.0' });
  const { directors, realServers } = JSON.parse(clusterSpec(number, Math.max(2, size))) as { directors: Record<string, { dip: string; gateway: string }>; realServers: Record<string, { rip: string; gateway: string }> };
  const hosts = [...Object.entries(directors).map(([name, { dip, gateway }]) => ({ name, address: dip, gateway })), ...Object.entries(realServers).map(([name, { rip, gateway }]) => ({ name, address: rip, gateway }))];
  for (const host of hosts.slice(0, size)) {
    const rendered = files.filter((file) => file.host === host.name);
    for (const { path, text, mode } of rendered) put(join(folder, host.name, path), text, mode);
    for (const [path, text] of surroundings(host).slice(0, 40 - rendered.length)) put(join(folder, host.name, path), text, path.startsWith('etc/init.d/') ? 0o755 : 0o644);
  }
}

function put(path: string, text: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}

/** What stands on a server beside its LVS part, some of it of kinds that lvs-gen reads. */
function surroundings({ name, address, gateway }: { readonly name: string; readonly address: string; readonly gateway: string }): readonly (readonly [string, string])[] {
  const daemons = ['cron', 'ssh', 'rsyslog', 'ntp', 'smartd'];
  return [
    ['etc/hostname', `${name}\n`],
    ['etc/network/interfaces', `auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet static\n    address ${address}\n    gateway ${gateway}\n`],
    ['etc/hosts', `127.0.0.1 localhost\n${address.replace(/\/.*/, '')} ${name}\n`],
    ['etc/sysctl.conf', '# Uncomment the next line to enable packet forwarding for IPv4\n#net.ipv4.ip_forward=1\nkernel.sysrq=438\n'],
    ['etc/sysctl.d/10-console-messages.conf', 'kernel.printk = 4 4 1 7\n'],
    ['etc/sysctl.d/10-kernel-hardening.conf', 'kernel.kptr_restrict = 1\nfs.protected_hardlinks = 1\n'],
    ['etc/sysctl.d/10-map-count.conf', 'vm.max_map_count = 1048576\n'],
    ['etc/modules', '# /etc/modules: kernel modules to load at boot time.\n'],
    ['etc/modules-load.d/sensors.conf', 'coretemp\n'],
    ['etc/modprobe.d/blacklist.conf', 'blacklist pcspkr\nblacklist floppy\n'],
    ['etc/default/grub', 'GRUB_DEFAULT=0\nGRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX="console=ttyS0"\n'],
    ...daemons.map((daemon) => [`etc/init.d/${daemon}`, daemonScript(daemon)] as const),
    ...daemons.map((daemon) => [`etc/default/${daemon}`, `# options of ${daemon}\nEXTRA_OPTS=""\n`] as const),
    ...daemons.map((daemon) => [`etc/logrotate.d/${daemon}`, `/var/log/${daemon}.log {\n  weekly\n  rotate 4\n  compress\n  missingok\n}\n`] as const),
    ...daemons.slice(0, 3).map((daemon) => [`etc/cron.d/${daemon}`, `17 * * * * root test -x /usr/sbin/${daemon} && /usr/sbin/${daemon} --hourly\n`] as const),
    ['etc/ssh/sshd_config', `Port 22\nPermitRootLogin no\nListenAddress ${address.replace(/\/.*/, '')}\n${'# a line of comment as the package brings it\n'.repeat(60)}`],
    ['etc/passwd', Array.from({ length: 30 }, (_, id) => `user${id}:x:${1000 + id}:${1000 + id}::/home/user${id}:/bin/bash\n`).join('')],
    ['etc/fstab', 'UUID=0b5c6a5e-0000-4000-8000-000000000000 / ext4 errors=remount-ro 0 1\n'],
    ['etc/resolv.conf', 'nameserver 10.0.0.53\n'],
    ['etc/nsswitch.conf', 'hosts: files dns\n'],
    ['etc/timezone', 'Etc/UTC\n'],
    ['etc/adduser.conf', 'DSHELL=/bin/bash\n'],
    ['etc/login.defs', 'UMASK 022\n'],
    ['etc/services', Array.from({ length: 200 }, (_, port) => `service${port} ${port + 1}/tcp\n`).join('')],
  ];
}

/** A script as a package of the distribution brings it: read, and found to have nothing to do with LVS. */
function daemonScript(name: string): string {
  return `#!/bin/sh
### BEGIN INIT INFO
# Provides:          ${name}
# Required-Start:    $remote_fs $syslog
# Required-Stop:     $remote_fs $syslog
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: ${name}
### END INIT INFO
PATH=/bin:/usr/bin:/sbin:/usr/sbin
DAEMON=/usr/sbin/${name}
PIDFILE=/run/${name}.pid
[ -x "$DAEMON" ] || exit 0
. /lib/lsb/init-functions
[ -r /etc/default/${name} ] && . /etc/default/${name}

case "$1" in
start)
  log_daemon_msg "Starting ${name}"
  start-stop-daemon --start --quiet --pidfile "$PIDFILE" --exec "$DAEMON" -- $EXTRA_OPTS
  log_end_msg $?
  ;;
stop)
  log_daemon_msg "Stopping ${name}"
  start-stop-daemon --stop --quiet --retry 30 --pidfile "$PIDFILE"
  log_end_msg $?
  ;;
restart | force-reload)
  "$0" stop
  sleep 1
  "$0" start
  ;;
status)
  status_of_proc -p "$PIDFILE" "$DAEMON" "${name}" && exit 0 || exit $?
  ;;
*)
  echo "usage: $0 {start|stop|restart|force-reload|status}" >&2
  exit 2
  ;;
esac
exit 0
`;
}
