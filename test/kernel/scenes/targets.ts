/**
 * The other forms of everything.json on the kernel: whichever it is, the table is the same, and clients are served alike. keepalived runs for real: VRRP between two directors,
 * of which the active one dies.
 */
import { join } from 'node:path';
import { renderedTrees } from '../rendered.ts';
import { rowsRead, valueOf, type Scene, type SceneResult } from '../scene.ts';
import { table, topology } from './everything.ts';
import { clusters, type Cluster } from './rendered.ts';

export const family = 'targets';

const spec = join('fixtures', 'specs', 'everything', 'spec.json');

/** What a host does at boot before its network. */
const early = 'sysctl -q --system >/dev/null; grep -v "^#" /etc/modules-load.d/lvs.conf 2>/dev/null | xargs -r modprobe -a';

/** Two directors of NAT: the VIP outside and the real servers' gateway inside move together. */
const natPair = `
  host client router lvs1 lvs2 web1 web2
  wire beyond client:eth0 router:eth0
  wire outside router:eth1 lvs1:eth0 lvs2:eth0
  wire inside lvs1:eth1 lvs2:eth1 web1:eth0 web2:eth0
  address client eth0 10.9.0.1/24 via 10.9.0.254
  address router eth0 10.9.0.254/24; address router eth1 192.168.1.1/24
  address lvs1 eth0 192.168.1.2/24 via 192.168.1.1; address lvs1 eth1 192.168.14.50/24
  address lvs2 eth0 192.168.1.3/24 via 192.168.1.1; address lvs2 eth1 192.168.14.49/24
  address web1 eth0 192.168.14.51/24
  address web2 eth0 192.168.14.52/24
  router router; serve web1 8080 443; serve web2 80 443
`;

const natTable = `
-A -t 192.168.1.10:80 -s wrr -p 120
-a -t 192.168.1.10:80 -r 192.168.14.51:8080 -m -w 1
-a -t 192.168.1.10:80 -r 192.168.14.52:80 -m -w 1
-A -t 192.168.1.10:443 -s wlc
-a -t 192.168.1.10:443 -r 192.168.14.51:443 -m -w 1
-a -t 192.168.1.10:443 -r 192.168.14.52:443 -m -w 1`.trim().split('\n').sort();

/** Every kind of tunnel, to real servers of one family or both. */
const tunnels = `
  host client router lvs1 four six both
  wire outside client:eth0 router:eth0
  wire one router:eth1 lvs1:eth0
  wire two router:eth2 four:eth0
  wire three router:eth3 six:eth0
  wire last router:eth4 both:eth0
  address client eth0 203.0.113.1/24 2001:db8:ff::1/64 via 203.0.113.254 via 2001:db8:ff::fe
  address router eth0 203.0.113.254/24 2001:db8:ff::fe/64
  address router eth1 10.0.1.254/24 2001:db8:1::fe/64
  address router eth2 10.0.2.254/24 2001:db8:2::fe/64
  address router eth3 10.0.3.254/24 2001:db8:3::fe/64
  address router eth4 10.0.4.254/24 2001:db8:4::fe/64
  address lvs1 eth0 10.0.1.200/24 2001:db8:1::200/64 via 10.0.1.254 via 2001:db8:1::fe
  address four eth0 10.0.2.10/24 2001:db8:2::1/64 via 10.0.2.254 via 2001:db8:2::fe
  address six eth0 2001:db8:3::10/64 10.0.3.1/24 via 2001:db8:3::fe via 10.0.3.254
  address both eth0 10.0.4.10/24 2001:db8:4::10/64 via 10.0.4.254 via 2001:db8:4::fe
  router router; serve four 80; serve six 80; serve both 80
`;

const asks = `
  row 'marked 80' "$(requests client 172.16.1.102 80 4)"
  row 'marked 443' "$(requests client 172.16.1.102 443 4)"
  row 'persistent' "$(requests client 172.16.1.100 80 3)"
  row 'IPv6' "$(requests client 2001:db8:1::100 443 8)"`;

const answers: Readonly<Record<string, string | RegExp>> = {
  'marked 80': /^(web1|web2)=4$/,
  'marked 443': /^(web1|web2)=4$/,
  persistent: /^(web1|far1)=3$/,
  IPv6: /^web1=\d web2=\d$/,
};

const isTable = ({ rows }: SceneResult, table: readonly string[]): readonly string[] => {
  const found = rows.filter(({ key }) => key === 'table').map(({ value }) => value).sort();
  return JSON.stringify(found) === JSON.stringify(table) ? [] : [`the table is not the one that the init scripts make:\n${found.filter((line) => !table.includes(line)).map((line) => `+ ${line}`).join('\n')}\n${table.filter((line) => !found.includes(line)).map((line) => `- ${line}`).join('\n')}`];
};

const sameTable = (result: SceneResult): readonly string[] => isTable(result, table);

const showTable = `while read -r line; do row table "$line"; done < <(net lvs1 ipvsadm -S -n)`;

/** The rules file, as the services of RHEL and Debian restore it, with the VIP from the network configuration: the table and the distribution are those of the init script. */
const restoredScene = ({ name, topology, vip, count, answers }: Cluster): Scene => {
  const tree = join('fixtures', 'specs', name, 'spec.json');
  const script = renderedTrees(tree).get('lvs1/etc/init.d/ipvs')!;
  return {
    name: `targets/ipvsadm-${name}`,
    files: new Map([...renderedTrees(tree, '--target', 'ipvsadm', '--target', 'interfaces', '--target', 'sysv'), ['lvs1/etc/init.d/by-script', script]]),
    script: `${topology}
      for each in web1 web2; do on $each bash -c '${early}; /etc/init.d/real start' || die "no $each"; done
      on lvs1 bash -c '${early}'
      # ifupdown is no part of the guest: what its file says.
      while read -r word one _; do
        case $word in
          iface) device=$one ;;
          address) on lvs1 ip addr replace "$one" dev "${'${device%:*}'}" label "$device" ;;
        esac
      done < <(on lvs1 bash -c 'cat /etc/network/interfaces.d/*')
      on lvs1 bash -c 'ipvsadm -C; ipvsadm-restore </etc/sysconfig/ipvsadm'
      row 'as RHEL restores it' "$(net lvs1 ipvsadm -S -n | one_line)"
      row 'requests' "$(requests client ${vip} 80 ${count})"
      on lvs1 bash -c 'ipvsadm -C; grep -v "^#" /etc/ipvsadm.rules | ipvsadm -R'
      row 'as Debian restores it' "$(net lvs1 ipvsadm -S -n | one_line)"
      row 'requests' "$(requests client ${vip} 80 ${count})"
      on lvs1 bash -c 'ipvsadm -C; for device in $(ip -o addr show to ${vip} | cut -d" " -f2); do ip addr del $(ip -o -4 addr show dev $device to ${vip} | tr -s " " | cut -d" " -f4) dev $device; done'
      on lvs1 /etc/init.d/by-script start
      row 'by the script' "$(net lvs1 ipvsadm -S -n | one_line)"
      row 'requests' "$(requests client ${vip} 80 ${count})"`,
    expect: (result) => [
      ...rowsRead({ 'as RHEL restores it': valueOf(result, 'by the script') ?? 'nothing', 'as Debian restores it': valueOf(result, 'by the script') ?? 'nothing', 'by the script': /^-A -t .*;-a -t / })(result),
      ...result.rows.filter(({ key, value }) => key === 'requests' && value !== answers).map(({ value }) => `requests: "${value}", expected "${answers}"`),
    ],
  };
};

export const scenes = (): readonly Scene[] => [
  {
    name: 'targets/keepalived',
    files: renderedTrees(spec, '--target', 'keepalived'),
    timeoutSeconds: 300,
    script: `${topology}
      for each in web1 web2 far1; do on $each bash -c '${early}; /etc/init.d/real start' || die "no $each"; done
      for each in lvs1 lvs2; do
        on $each bash -c '${early}; nft -f /etc/nftables/lvs-marks.nft && keepalived -t -f /etc/keepalived/keepalived.conf && keepalived -f /etc/keepalived/keepalived.conf' </dev/null >$LAB/$each/said 2>&1
        row "$each: keepalived" "$? $(one_line <$LAB/$each/said)"
      done
      sleep 12
      ${showTable}
      row 'same table on both' "$(diff <(net lvs1 ipvsadm -S -n) <(net lvs2 ipvsadm -S -n) | one_line)"
      row thresholds "$(net lvs1 ipvsadm -L -n --thresholds | awk '$1 == "->" && $2 == "172.16.1.10:80" { print $3, $4 }')"
      row timeouts "$(net lvs1 ipvsadm -L --timeout)"
      row daemons "$(cat <(net lvs1 ipvsadm -L --daemon) <(net lvs2 ipvsadm -L --daemon) | one_line)"
      row 'VIPs' "$(net lvs1 ip -o addr show eth0 | grep -c -e '172.16.1.10[012]/' -e 1::100) $(net lvs2 ip -o addr show eth0 | grep -c -e '172.16.1.10[012]/' -e 1::100)"
      ${asks}
      net lvs1 ip link set eth0 down
      sleep 5
      row 'VIPs after' "$(net lvs2 ip -o addr show eth0 | grep -c -e '172.16.1.10[012]/' -e 1::100)"
      row 'after it: persistent' "$(requests client 172.16.1.100 80 3)"
      row 'after it: marked' "$(requests client 172.16.1.102 80 4)"
      row 'after it: IPv6' "$(requests client 2001:db8:1::100 443 8)"
      pkill keepalived; sleep 2; true`,
    expect: (result) => [
      ...rowsRead({
        ...answers,
        'lvs1: keepalived': /^0\s*$/,
        'lvs2: keepalived': /^0\s*$/,
        'same table on both': '',
        thresholds: '2000 1500',
        timeouts: 'Timeout (tcp tcpfin udp): 900 120 300',
        daemons: /^master sync daemon .*;backup sync daemon /,
        VIPs: '4 0',
        'VIPs after': '4',
        'after it: IPv6': /^web1=\d web2=\d$/,
      })(result),
      ...sameTable(result),
      ...([['persistent', 'after it: persistent'], ['marked 80', 'after it: marked']] as const).flatMap(([one, other]) => (valueOf(result, one) === valueOf(result, other) ? [] : [`${one}: "${valueOf(result, one)}", but ${other}: "${valueOf(result, other)}"`])),
    ],
  },
  {
    name: 'targets/systemd',
    files: renderedTrees(spec, '--target', 'systemd'),
    script: `${topology}
      # What the units run, in their order.
      for each in web1 web2 far1; do remember $each; on $each bash -c '${early}; /usr/local/sbin/lvs-real-server start' || die "no $each"; done
      for each in lvs1 lvs2; do remember $each; on $each bash -c '${early}; /usr/local/sbin/lvs-director start' || die "no $each"; done
      ${showTable}
      ${asks}
      for each in lvs2 lvs1; do row "$each: stop" "$(on $each /usr/local/sbin/lvs-director stop >/dev/null; on $each /usr/local/sbin/lvs-director status >/dev/null; echo $?)"; done`,
    expect: (result) => [...rowsRead({ ...answers, 'lvs1: stop': '3', 'lvs2: stop': '3' })(result), ...sameTable(result)],
  },
  {
    name: 'targets/nat-keepalived',
    files: renderedTrees(join('fixtures', 'specs', 'nat-ha', 'spec.json'), '--target', 'keepalived'),
    timeoutSeconds: 300,
    script: `${natPair}
      for each in web1 web2; do on $each bash -c '/etc/init.d/real start' || die "no $each"; done
      for each in lvs1 lvs2; do
        on $each bash -c '${early}; keepalived -t -f /etc/keepalived/keepalived.conf && keepalived -f /etc/keepalived/keepalived.conf' </dev/null >$LAB/$each/said 2>&1
        row "$each: keepalived" "$? $(one_line <$LAB/$each/said)"
      done
      sleep 12
      ${showTable}
      held() { row "$1" "$(net $2 ip -o -4 addr show | grep -c -e '192.168.1.10/' -e '192.168.14.254/')"; }
      held 'lvs1 holds' lvs1; held 'lvs2 holds' lvs2
      row 'persistent' "$(requests client 192.168.1.10 80 3)"
      row 'balanced' "$(requests client 192.168.1.10 443 6)"
      # Only the outer side dies: the inner address has to follow.
      net lvs1 ip link set eth0 down
      sleep 5
      held 'after it: lvs1 holds' lvs1; held 'after it: lvs2 holds' lvs2
      row 'after it: persistent' "$(requests client 192.168.1.10 80 3)"
      row 'after it: balanced' "$(requests client 192.168.1.10 443 6)"
      pkill keepalived; sleep 2; true`,
    expect: (result) => [
      ...rowsRead({
        'lvs1: keepalived': /^0\s*$/,
        'lvs2: keepalived': /^0\s*$/,
        'lvs1 holds': '2',
        'lvs2 holds': '0',
        persistent: /^web[12]=3$/,
        balanced: 'web1=3 web2=3',
        'after it: lvs1 holds': '0',
        'after it: lvs2 holds': '2',
        'after it: balanced': 'web1=3 web2=3',
      })(result),
      ...isTable(result, natTable),
      ...(valueOf(result, 'persistent') === valueOf(result, 'after it: persistent') ? [] : [`persistent: "${valueOf(result, 'persistent')}", but after it: "${valueOf(result, 'after it: persistent')}"`]),
    ],
  },
  {
    name: 'targets/nat-hand-over',
    files: renderedTrees(join('fixtures', 'specs', 'nat-ha', 'spec.json')),
    timeoutSeconds: 300,
    script: `${natPair}
      for each in web1 web2 lvs1 lvs2; do remember $each; row "$each: start" "$(codes $each start status)"; done
      ${showTable}
      row 'persistent' "$(requests client 192.168.1.10 80 3)"
      row 'balanced' "$(requests client 192.168.1.10 443 6)"
      row 'hand over' "$(codes lvs1 backup status) $(codes lvs2 start status)"
      row 'after it: persistent' "$(requests client 192.168.1.10 80 3)"
      row 'after it: balanced' "$(requests client 192.168.1.10 443 6)"
      for each in lvs2 lvs1 web2 web1; do row "$each: stop" "$(codes $each stop status)"; row "$each: left" "$(changes $each | one_line)"; done`,
    expect: (result) => [
      ...rowsRead({
        ...Object.fromEntries(['lvs1', 'lvs2', 'web1', 'web2'].flatMap((host) => [[`${host}: start`, '0 0'], [`${host}: stop`, '0 3'], [`${host}: left`, '']])),
        persistent: /^web[12]=3$/,
        balanced: 'web1=3 web2=3',
        'hand over': '0 0 0 0',
        'after it: balanced': 'web1=3 web2=3',
      })(result),
      ...isTable(result, natTable),
      ...(valueOf(result, 'persistent') === valueOf(result, 'after it: persistent') ? [] : [`persistent: "${valueOf(result, 'persistent')}", but after it: "${valueOf(result, 'after it: persistent')}"`]),
    ],
  },
  {
    name: 'targets/tunnels',
    files: renderedTrees(join('fixtures', 'specs', 'tunnels', 'spec.json')),
    timeoutSeconds: 300,
    script: `${tunnels}
      # Modules bring devices of their own along, which stay.
      modprobe -a ipip sit ip6_tunnel ip_gre ip6_gre fou fou6
      for each in four six both lvs1; do remember $each; row "$each: start" "$(codes $each start start status)"; done
      row 'IP in IP' "$(requests client 10.0.1.100 80 4)"
      row 'GRE' "$(requests client 10.0.1.101 80 4)"
      row '4 in 6' "$(requests client 10.0.1.102 80 4)"
      row '6 in 4, 6 in 6' "$(requests client 2001:db8:1::100 80 4)"
      row 'GRE and GUE over IPv6' "$(requests client 2001:db8:1::101 80 4)"
      for each in lvs1 both six four; do row "$each: stop" "$(codes $each stop status)"; row "$each: left" "$(changes $each | one_line)"; done`,
    expect: rowsRead({
      ...Object.fromEntries(['four', 'six', 'both', 'lvs1'].flatMap((host) => [[`${host}: start`, '0 0 0'], [`${host}: stop`, '0 3'], [`${host}: left`, '']])),
      'IP in IP': 'both=2 four=2',
      GRE: 'both=2 four=2',
      '4 in 6': 'six=4',
      '6 in 4, 6 in 6': 'both=2 four=2',
      'GRE and GUE over IPv6': 'both=2 six=2',
    }),
  },
  ...clusters.map(restoredScene),
];
