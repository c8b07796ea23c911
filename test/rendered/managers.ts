/** The network managers themselves, each run for real in namespaces of its own, with nothing but the files in question: what addresses and routes they bring up, and what they complain of. */
import { spawnSync } from 'node:child_process';

export type Manager = 'interfaces' | 'netplan' | 'networkd' | 'networkmanager';

/** The folder below /etc that a manager reads, and the program that has to be there. */
export const managers: Readonly<Record<Manager, { readonly folder: string; readonly program: string }>> = {
  interfaces: { folder: 'network/interfaces.d', program: '/sbin/ifup' },
  netplan: { folder: 'netplan', program: '/usr/sbin/netplan' },
  networkd: { folder: 'systemd/network', program: '/usr/lib/systemd/systemd-networkd' },
  networkmanager: { folder: 'NetworkManager/system-connections', program: '/usr/sbin/NetworkManager' },
};

export interface Brought {
  /** `172.16.1.10/24 eth0`, sorted; without those that the kernel gives by itself. */
  readonly addresses: readonly string[];
  /** Next hops of default routes, sorted. */
  readonly gateways: readonly string[];
  /** Lines of complaint. */
  readonly said: readonly string[];
}

// A /sys that may not be written tells systemd that no udev is to be waited for (shared/udev-util.c, udev_available()).
const inNamespaces = `
ip link set lo up
mount -t sysfs -o ro sysfs /sys
mount -t tmpfs tmpfs /run
n=0
for device in $DEVICES; do
  n=$((n + 1))
  ip link add "$device" type veth peer name "peer$n"
  ip link set "peer$n" up
done
networkd() {
  mkdir -p /etc/systemd/network /run/systemd
  mount --bind "$1" /etc/systemd/network
  install -d -o systemd-network -g systemd-network /run/systemd/netif /run/systemd/netif/links /run/systemd/netif/leases /run/systemd/netif/lldp
  SYSTEMD_LOG_LEVEL=notice SYSTEMD_LOG_TARGET=console timeout 6 /usr/lib/systemd/systemd-networkd &
  settle
}
# Waits until nothing changes for a second, six seconds at most.
settle() {
  last=
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
    sleep 0.5
    now=$(ip -o address; ip route; ip -6 route)
    [ "$now" = "$last" ] && [ "$calm" = yes ] && break
    [ "$now" = "$last" ] && calm=yes || calm=no
    last=$now
  done
}
`;

const starting: Readonly<Record<Manager, string>> = {
  interfaces: `
mkdir /run/state
printf 'auto lo\\niface lo inet loopback\\nsource %s/*\\n' "$FILES" >/run/interfaces
ifup -a --no-scripts --state-dir /run/state -i /run/interfaces`,
  netplan: `
mkdir -p /run/root/etc/netplan
cp "$FILES"/* /run/root/etc/netplan
chmod 600 /run/root/etc/netplan/*
netplan generate --root-dir /run/root
chmod -R a+rX /run/root
networkd /run/root/run/systemd/network`,
  networkd: `
networkd "$FILES"`,
  networkmanager: `
for folder in /var/lib/NetworkManager /etc/NetworkManager; do mkdir -p $folder; mount -t tmpfs tmpfs $folder; done
mkdir /etc/NetworkManager/system-connections
cp "$FILES"/* /etc/NetworkManager/system-connections
chown 0:0 /etc/NetworkManager/system-connections/*
chmod 600 /etc/NetworkManager/system-connections/*
printf '[main]\\nplugins=keyfile\\nno-auto-default=*\\ndns=none\\n[keyfile]\\nunmanaged-devices=interface-name:peer*\\n' >/etc/NetworkManager/NetworkManager.conf
mkdir /run/dbus
# Nothing else is to be started by the bus.
mount -t tmpfs tmpfs /usr/share/dbus-1/system-services
dbus-daemon --system --nofork --nopidfile 2>/dev/null &
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -S /run/dbus/system_bus_socket ] && break; sleep 0.2; done
NetworkManager --no-daemon --log-level=WARN >/run/nm.log 2>&1 &
for _ in 1 2 3; do timeout 8 nm-online -s -q -t 5 && break; sleep 0.5; done
settle
grep -v -e dispatcher -e hostname -e polkit -e 'secret agent' -e rfkill -e firmware /run/nm.log >&2`,
};

/** Runs a manager with the files of a folder. `devices`: the cards and tunnels that are to be there. */
export const bringUp = (manager: Manager, folder: string, devices: readonly string[]): Brought => {
  const script = `exec 3>&1 1>&2\n${inNamespaces}${starting[manager]}\nip -j address >&3\necho >&3\nip -j route >&3\necho >&3\nip -6 -j route >&3\nkill $(jobs -p) 2>/dev/null\n`;
  const { status, stdout, stderr } = spawnSync('unshare', ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'bash', '-c', script], {
    encoding: 'utf8', timeout: 40_000, killSignal: 'SIGKILL', env: { ...process.env, FILES: folder, DEVICES: devices.filter((device) => device !== 'lo').join(' ') },
  });
  const [links, ...routes] = stdout.trim().split(/\n+/).map((line) => JSON.parse(line || '[]') as readonly Record<string, unknown>[]);
  if (!links) throw new Error(`${manager} did not run (${status}): ${stderr.trim()}`);
  return {
    addresses: (links as unknown as readonly { readonly ifname: string; readonly addr_info: readonly { readonly local: string; readonly prefixlen: number; readonly scope: string }[] }[])
      .flatMap(({ ifname, addr_info }) => addr_info.filter(({ local, scope }) => scope !== 'link' && !/^127\.|^::1$/.test(local)).map(({ local, prefixlen }) => `${local}/${prefixlen} ${ifname}`))
      .sort(),
    gateways: routes.flat().filter(({ dst, gateway }) => dst === 'default' && gateway !== undefined).map(({ gateway }) => String(gateway)).sort(),
    said: stderr.split('\n').filter((line) => line.trim() !== '' && !/Terminated$|^Waiting for DAD\.\.\. Done$/.test(line)),
  };
};
