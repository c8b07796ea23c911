import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assembleCluster } from '../src/assemble/cluster.ts';
import { assembleHost } from '../src/assemble/host.ts';
import { diskFiles, memoryFiles } from '../src/base/file-set.ts';
import { parseCidr, parseIp } from '../src/base/ip.ts';
import type { Cluster } from '../src/model/cluster.ts';
import type { Host } from '../src/model/host.ts';
import { floatingAddresses } from '../src/model/floating.ts';
import { defaultGateway } from '../src/model/route.ts';
import { hidesArp } from '../src/model/arp.ts';
import { effective, sysctlValue } from '../src/model/sysctl.ts';
import { cpuTime } from './cpu-time.ts';

type Files = Readonly<Record<string, string>>;
const assembled = (name: string, files: Files, only?: string) => assembleHost(name, memoryFiles(name, new Map(Object.entries(files)), only === undefined ? {} : { only }));
const hostOf = (name: string, files: Files): Host => assembled(name, files).host;
const seen = (host: Host): string => [...host.seen].sort().join(' ');

const scripts = 'etc/sysconfig/network-scripts';
const nic = (address: string, more = ''): string => `DEVICE=eth0\nBOOTPROTO=none\nONBOOT=yes\nIPADDR=${address}\nPREFIX=24\n${more}`;
const real = `#!/bin/bash
# chkconfig: 2345 90 10
VIP=172.16.1.100
case "$1" in
start)
  ifconfig lo:0 $VIP broadcast $VIP netmask 255.255.255.255 up
  ;;
stop)
  ifconfig lo:0 down
  ;;
esac
`;
const director = `#!/bin/bash
VIP=172.16.1.100
case "$1" in
start)
  ifconfig eth0:1 $VIP netmask 255.255.255.255 up
  ipvsadm -A -t $VIP:80 -s wlc
  ipvsadm -a -t $VIP:80 -r 172.16.1.10 -g
  ipvsadm -a -t $VIP:80 -r 172.16.1.20 -g
  ;;
stop)
  ipvsadm -C
  ;;
esac
`;
const arp = 'net.ipv4.conf.all.arp_ignore = 1\nnet.ipv4.conf.all.arp_announce = 2\n';

const lvs1: Files = { [`${scripts}/ifcfg-eth0`]: nic('172.16.1.200', 'GATEWAY=172.16.1.254\n'), 'etc/init.d/ipvs': director };
const web = (address: string): Files => ({ [`${scripts}/ifcfg-eth0`]: nic(address, 'GATEWAY=172.16.1.254\n'), 'etc/init.d/real': real, 'etc/sysctl.d/90-lvs.conf': arp });

test('a real server: roles, facts and all that is seen', () => {
  const { host, log } = assembled('web1', web('172.16.1.10'));
  assert.equal(host.roles, ['real-server']);
  assert.is(seen(host), 'addresses gateway scripts services sysctl');
  assert.equal(host.addresses.map(({ ip, prefix, device, label, by }) => [ip.text, prefix, device, label, by]), [['172.16.1.10', 24, 'eth0', undefined, 'config'], ['172.16.1.100', 32, 'lo', 'lo:0', 'script']]);
  const hidden = hidesArp(host, parseIp('172.16.1.100')!);
  assert.is(hidden.state === 'set' && hidden.value, true);
  assert.equal(log.files.map(({ file }) => file), ['etc/sysctl.d/90-lvs.conf', `${scripts}/ifcfg-eth0`, 'etc/init.d/real']);
  assert.is(log.unread.length, 0);
});

test('a director: its services', () => {
  const host = hostOf('lvs1', lvs1);
  assert.equal(host.roles, ['director']);
  assert.equal(host.services.map((service) => service.destinations.map(({ rip }) => rip.text)), [['172.16.1.10', '172.16.1.20']]);
});

test('pairs: by the RIPs that hosts hold', () => {
  const cluster = assembleCluster([hostOf('lvs1', lvs1), hostOf('web1', web('172.16.1.10')), hostOf('web2', web('172.16.1.20'))]);
  assert.equal(cluster.pairs.map((pair) => [pair.director.name, pair.destination.rip.text, pair.realServer?.name, pair.confidence]), [['lvs1', '172.16.1.10', 'web1', 'certain'], ['lvs1', '172.16.1.20', 'web2', 'certain']]);
  for (const pair of cluster.pairs) assert.ok(cluster.hosts.includes(pair.director) && cluster.hosts.includes(pair.realServer!));
  assert.ok(cluster.hosts.every((host) => host.seen.has('peer')));
});

test('pairs: a host that is not there stays unknown', () => {
  const cluster = assembleCluster([hostOf('lvs1', lvs1), hostOf('web1', web('172.16.1.10'))]);
  assert.equal(cluster.pairs.map((pair) => pair.realServer?.name), ['web1', undefined]);
});

test('pairs: a NAT real server gets its role from the director', () => {
  const nat = hostOf('lvs1', { ...lvs1, 'etc/init.d/ipvs': director.replaceAll('-g\n', '-m\n') });
  const cluster = assembleCluster([nat, hostOf('web1', { [`${scripts}/ifcfg-eth0`]: nic('172.16.1.10', 'GATEWAY=172.16.1.200\n') })]);
  assert.equal(cluster.hosts.map((host) => host.roles), [['director'], ['real-server']]);
});

test('pairs: real servers without known addresses are paired by their VIP where as many are left', () => {
  const bare: Files = { 'etc/init.d/real': real, 'etc/sysctl.conf': arp };
  const both = assembleCluster([hostOf('lvs1', lvs1), hostOf('web1', bare), hostOf('web2', bare)]);
  assert.equal(both.pairs.map((pair) => [pair.realServer?.name, pair.confidence]), [['web1', 'likely'], ['web2', 'likely']]);
  const one = assembleCluster([hostOf('lvs1', lvs1), hostOf('web1', bare)]);
  assert.equal(one.pairs.map((pair) => pair.realServer?.name), [undefined, undefined]);
});

const planned = (): Cluster => {
  const at = { host: 'spec', file: 'lvs-gen.json', line: 3, column: 1, endLine: 3, endColumn: 2 };
  const base = { root: '.', devices: new Map(), sysctls: new Map(), syncDaemons: [], modules: [], scripts: [], services: [], routes: [] };
  const held = (cidr: string, device: string) => ({ ...parseCidr(cidr)!, device, prefixWritten: true, at, confidence: 'certain' as const, by: 'spec' as const });
  const all = new Set(['addresses', 'gateway', 'sysctl', 'services', 'scripts', 'peer'] as const);
  const server = (name: string, cidr: string): Host => ({
    ...base, name, roles: ['real-server'], seen: all, addresses: [held(cidr, 'eth0'), held('172.16.1.100/32', 'lo')],
    routes: [{ to: 'default', family: 4, via: parseIp('172.16.1.254')!, table: 'main', at, confidence: 'certain' }],
  });
  const lvs: Host = { ...base, name: 'lvs1', roles: ['director'], seen: all, addresses: [held('172.16.1.200/24', 'eth0'), held('172.16.1.100/32', 'eth0')], services: hostOf('lvs1', lvs1).services };
  return { hosts: [lvs, server('web1', '172.16.1.10/24'), server('web2', '172.16.1.20/24')], pairs: [], clients: [parseCidr('10.9.0.0/16')!] };
};

test('spec: completes what files leave unseen, adds hosts, but never the VIP that the scripts should hold', () => {
  const cluster = assembleCluster([hostOf('web1', { 'etc/sysctl.conf': arp })], planned());
  const web1 = cluster.hosts[0]!;
  assert.equal(web1.addresses.map(({ ip, by }) => [ip.text, by]), [['172.16.1.10', 'spec']]);
  assert.is(seen(web1), 'addresses gateway peer scripts services sysctl');
  const gateway = defaultGateway(web1);
  assert.is(gateway.state === 'set' && gateway.value?.via?.text, '172.16.1.254');
  assert.equal(cluster.hosts.map((host) => host.name), ['web1', 'lvs1', 'web2']);
  assert.equal(cluster.pairs.map((pair) => pair.realServer?.name), ['web1', 'web2']);
  assert.equal(cluster.clients.length, 1);
});

test('spec: what the files say stays, right or wrong', () => {
  const cluster = assembleCluster([hostOf('web1', web('172.16.9.9'))], planned());
  assert.equal(cluster.hosts[0]!.addresses.map(({ ip }) => ip.text), ['172.16.9.9', '172.16.1.100']);
  assert.equal(cluster.pairs.map((pair) => pair.realServer?.name), [undefined, 'web2']);
});

test('seen: DHCP leaves addresses and the gateway unseen', () => {
  const host = hostOf('web1', { [`${scripts}/ifcfg-eth0`]: 'DEVICE=eth0\nBOOTPROTO=dhcp\n', 'etc/init.d/real': real });
  assert.is(seen(host), 'scripts services sysctl');
  assert.equal(host.roles, ['real-server']);
});

test('seen: without network files only the scripts speak', () => {
  assert.is(seen(hostOf('web1', { 'etc/init.d/real': real })), 'scripts services sysctl');
});

test('seen: a written NIC without a gateway has none', () => {
  const host = hostOf('web1', { [`${scripts}/ifcfg-eth0`]: nic('172.16.1.10') });
  const gateway = defaultGateway(host);
  assert.is(gateway.state, 'default');
  assert.is(gateway.state === 'default' && gateway.value, undefined);
});

test('seen: a manager of VIPs that is not read leaves addresses unseen, whatever the spec completes', () => {
  const files = { ...lvs1, 'etc/ha.d/haresources': 'lvs1 IPaddr::10.0.0.1/24/eth0 ldirectord\n' };
  assert.is(hostOf('lvs1', files).seen.has('addresses'), true);
  assert.equal(floatingAddresses(hostOf('lvs1', files)).map(({ ip, by }) => `${ip.text} ${by}`), ['10.0.0.1 heartbeat']);
  files['etc/ha.d/haresources'] = 'lvs1 IPaddr::10.0.0.1/24/eth0 ldirectord our-addresses\n';
  assert.is(hostOf('lvs1', files).seen.has('addresses'), false);
  assert.is(assembleCluster([hostOf('lvs1', files)], planned()).hosts[0]!.seen.has('addresses'), false);
  assert.is(hostOf('lvs1', { 'etc/sysconfig/ha/lvs.cf': 'virtual web {\n{{ servers }}\n}\n' }).seen.has('services'), false);
  assert.is(hostOf('lvs1', { 'etc/sysconfig/ha/lvs.cf': 'virtual web {\n}\n' }).seen.has('services'), true);
});

test('a file that was named alone says only what it says', () => {
  const sysctl = assembled('x', { '90-lvs.conf': arp }, '90-lvs.conf').host;
  assert.is(seen(sysctl), '');
  assert.is(effective(sysctl, 'arp_ignore', 'eth0').state, 'set');
  const script = assembled('real.sh', { 'real.sh': real }, 'real.sh').host;
  assert.equal([script.scripts.length, script.roles, seen(script)], [1, ['real-server'], '']);
  const alias = assembled('web1', { 'web1/ifcfg-lo:0': 'DEVICE=lo:0\nIPADDR=172.16.1.100\nNETMASK=255.255.255.255\n' }, 'web1/ifcfg-lo:0').host;
  assert.equal([alias.addresses.map(({ label }) => label), alias.roles, seen(alias)], [['lo:0'], ['real-server'], '']);
  const table = assembled('ipvs', { ipvs: director }, 'ipvs').host;
  assert.equal([table.roles, seen(table)], [['director'], 'services']);
});

test('order: a script writes after the sysctl files, scripts by their links, rc.local last', () => {
  const write = (value: number): string => `#!/bin/sh\ncase "$1" in start) echo ${value} > /proc/sys/net/ipv4/conf/all/arp_ignore;; esac\n`;
  const host = hostOf('web1', {
    'etc/sysctl.conf': 'net.ipv4.conf.all.arp_ignore = 8\n',
    'etc/init.d/a-late': write(2), 'etc/init.d/z-early': write(3),
    'etc/rc3.d/S99a-late': write(2), 'etc/rc3.d/S10z-early': write(3),
    'etc/rc.local': '#!/bin/sh\nsysctl -w net.ipv4.conf.all.arp_ignore=1\n',
  });
  assert.equal(host.scripts.map(({ file }) => file), ['etc/init.d/z-early', 'etc/init.d/a-late', 'etc/rc.local']);
  const fact = sysctlValue(host, 'net/ipv4/conf/all/arp_ignore');
  assert.equal(fact.state === 'set' && [fact.value, fact.at.file, fact.shadows.map(({ file }) => file)], [1, 'etc/rc.local', ['etc/sysctl.conf', 'etc/init.d/z-early', 'etc/init.d/a-late']]);
});

test('order: sysctl -p in a script reads the file again', () => {
  const host = hostOf('web1', { 'etc/sysctl.conf': 'net.ipv4.conf.all.arp_ignore = 0\n', 'etc/init.d/real': '#!/bin/sh\ncase "$1" in start) echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore; sysctl -p;; esac\n' });
  const fact = sysctlValue(host, 'net/ipv4/conf/all/arp_ignore');
  assert.equal(fact.state === 'set' && [fact.value, fact.at.file], [0, 'etc/sysctl.conf']);
});

test('up lines of interfaces count, at their places, and are no script', () => {
  const host = hostOf('web1', { 'etc/network/interfaces': 'auto eth0\niface eth0 inet static\n  address 172.16.1.10/24\n  up ip addr add 172.16.1.100/32 dev lo\n  up sysctl -w net.ipv4.conf.$IFACE.arp_ignore=1\n' });
  const vip = host.addresses.find(({ device }) => device === 'lo');
  assert.equal(vip && [vip.ip.text, vip.prefix, vip.at.file, vip.at.line], ['172.16.1.100', 32, 'etc/network/interfaces', 4]);
  assert.is(effective(host, 'arp_ignore', 'eth0').state === 'set', true);
  assert.is(host.scripts.length, 0);
  assert.equal(host.roles, ['real-server']);
});

test("a distribution's own scripts are left out, and so are hosts without LVS", () => {
  const host = hostOf('plain', {
    'etc/init.d/network': '#!/bin/bash\n. /etc/init.d/functions\ncase "$1" in start) ip addr add $IPADDR dev $DEVICE; sysctl -e -p /etc/sysctl.conf; ip route add default via $GW;; esac\n',
    'etc/init.d/sshd': '#!/bin/bash\ncase "$1" in start) /usr/sbin/sshd;; esac\n',
    'etc/init.d/iptables': '#!/bin/bash\ncase "$1" in start) iptables-restore < /etc/sysconfig/iptables; sysctl -w net.ipv4.ip_forward=1;; esac\n',
    [`${scripts}/ifcfg-eth0`]: nic('10.0.0.5'),
  });
  assert.equal([host.scripts.length, host.roles], [0, []]);
});

test('a router that holds an address on lo for its routing daemon is no real server', () => {
  const host = hostOf('r1', { [`${scripts}/ifcfg-lo:0`]: 'DEVICE=lo:0\nIPADDR=10.255.0.1\nNETMASK=255.255.255.255\n', [`${scripts}/ifcfg-eth0`]: nic('10.0.0.5'), 'etc/frr/frr.conf': 'router bgp 65000\n' });
  assert.equal(host.roles, []);
});

test('a real server whose script asks for the VIP is one all the same', () => {
  const host = hostOf('web1', { 'etc/init.d/real': '#!/bin/bash\nread -p "VIP: " VIP\ncase "$1" in\nstart)\necho 1 > /proc/sys/net/ipv4/conf/all/arp_ignore\nifconfig lo:1 $VIP netmask 255.255.255.255 up\n;;\nesac\n' });
  assert.equal([host.roles, host.scripts.length], [['real-server'], 1]);
});

test('files that cannot be read are named, and take away what they feed', () => {
  const files = memoryFiles('web1', new Map(Object.entries(web('172.16.1.10'))));
  const denied = { ...files, read: (path: string) => (path === 'etc/sysctl.d/90-lvs.conf' ? { state: 'unreadable' as const, path, why: 'denied' as const, note: 'cannot be read (EACCES)' } : files.read(path)) };
  const { host, log } = assembleHost('web1', denied);
  assert.is(host.seen.has('sysctl'), false);
  assert.is(host.seen.has('addresses'), true);
  assert.equal(log.unreadable.map(({ path }) => path), ['etc/sysctl.d/90-lvs.conf']);
});

test('folders that may not be listed are named, and what they feed is unseen', () => {
  const files = memoryFiles('web1', new Map(Object.entries(web('172.16.1.10'))));
  const denied = (folder: string) => assembleHost('web1', { ...files, list: (asked) => (asked === folder ? [] : files.list(asked)), unlistable: () => [folder] });
  const { host, log } = denied('etc/sysctl.d');
  assert.equal([host.seen.has('sysctl'), host.seen.has('addresses')], [false, true]);
  assert.equal(log.unreadable.map(({ path, why, note }) => `${path} ${why} ${note}`), ['etc/sysctl.d denied may not be listed: what is in it is unknown']);
  assert.is(denied('etc/init.d').host.seen.has('scripts'), false);
  assert.equal(denied('etc/ssl').log.unreadable, [], 'no place of ours');
});

test('a folder on disk that may not be listed is told apart from an empty one', () => {
  const root = mkdtempSync(join(tmpdir(), 'lvs-gen-list-'));
  try {
    mkdirSync(join(root, 'etc/sysctl.d'), { recursive: true });
    const files = diskFiles(root);
    files.list('etc/sysctl.d');
    assert.equal(files.unlistable?.(), []);
    chmodSync(join(root, 'etc/sysctl.d'), 0);
    files.list('etc/sysctl.d');
    // Root lists everything.
    assert.equal(files.unlistable?.(), process.getuid?.() === 0 ? [] : ['etc/sysctl.d']);
  } finally {
    chmodSync(join(root, 'etc/sysctl.d'), 0o755);
    rmSync(root, { recursive: true, force: true });
  }
});

test('@reboot lines of cron count as boot runs them: inline commands and scripts of the tree, each once', () => {
  const host = hostOf('lvs1', {
    'etc/cron.d/lvs': 'PATH=/sbin:/usr/sbin\n@reboot root ipvsadm -A -t 172.16.1.100:80 -s wlc && ipvsadm -a -t 172.16.1.100:80 -r 172.16.1.11:80 -g\n@reboot root echo 1 > /proc/sys/net/ipv4/ip_forward\n17 * * * * root ip addr add 10.9.9.9/32 dev eth0\n',
    'var/spool/cron/root': '@reboot ip addr add 172.16.1.100/32 dev eth0\n@reboot /usr/local/sbin/more.sh start\n',
    'usr/local/sbin/more.sh': '#!/bin/sh\nipvsadm -A -t 172.16.1.100:443 -s rr\nipvsadm -a -t 172.16.1.100:443 -r 172.16.1.11 -g\n',
    'etc/cron.d/old.bak': '@reboot root ip addr add 10.8.8.8/32 dev eth0\n',
  });
  assert.equal(host.services.map(({ key, destinations, at }) => `${key.by === 'address' ? key.port : ''} ${destinations.length} ${at.file}:${at.line}`), ['80 1 etc/cron.d/lvs:2', '443 1 usr/local/sbin/more.sh:2']);
  assert.equal(host.addresses.map(({ ip, at }) => `${ip.text} ${at.file}:${at.line}:${at.column}`), ['172.16.1.100 var/spool/cron/root:1:9']);
  assert.is(host.sysctls.get('net/ipv4/ip_forward')?.at(-1)?.at.line, 3);
  assert.equal(host.scripts.map(({ file }) => file), ['usr/local/sbin/more.sh'], 'a table of cron is no script that anybody calls');
});

test('1000 hosts are assembled in a straight line of cost', () => {
  const time = (count: number): number => {
    const start = cpuTime();
    const hosts = Array.from({ length: count }, (_, index) => hostOf(`web${index}`, { ...web(`10.${index >> 8}.${index & 255}.10`), 'etc/sysctl.conf': arp, 'etc/init.d/sshd': '#!/bin/sh\n', 'etc/hostname': 'x\n', 'etc/network/interfaces': '', 'etc/rc.local': '#!/bin/sh\nexit 0\n' }));
    assembleCluster([hostOf('lvs1', lvs1), ...hosts]);
    return (cpuTime() - start) / count;
  };
  time(50);
  const [few, many] = [time(100), time(1000)];
  assert.ok(many < few * 3 + 0.5, `per host: ${few.toFixed(2)} ms at 100, ${many.toFixed(2)} ms at 1000`);
});

test.run();
