/**
 * What the kernel does, measured again: the facts that the model and the rules stand on. A row that reads otherwise means that the
 * lab is broken, or that this kernel differs; both must be known before any rule is believed.
 */
import { rowsRead, type Scene } from '../scene.ts';

/** In every trial somebody answered, and each of the three at least once. */
const allThreeWin = /^dir=\d+ web1=\d+ web2=\d+$/;

const arp: readonly Scene[] = [
  {
    name: 'model/arp-leak',
    script: `
      dr_cluster; director_serves -g; real_servers_hold lo
      row 'one broadcast' "$(who_has router eth1 $VIP)"
      jitter lan
      row 'router resolves, 40 times' "$(owners router $VIP 40)"
      quiet_real_servers
      row 'quiet, one broadcast' "$(who_has router eth1 $VIP)"
      row 'quiet, router resolves, 20 times' "$(owners router $VIP 20)"`,
    expect: rowsRead({
      'one broadcast': 'dir=1 web1=1 web2=1',
      'router resolves, 40 times': allThreeWin,
      'quiet, one broadcast': 'dir=1',
      'quiet, router resolves, 20 times': 'dir=20',
    }),
  },
  {
    name: 'model/arp-ignore-where',
    script: `
      dr_cluster; director_serves -g; real_servers_hold lo
      try() { on_real_servers net.ipv4.conf.{all,lo,eth0,default}.arp_ignore=0 "\${@:2}"; row "$1" "$(who_has near eth0 $VIP)"; }
      c=net.ipv4.conf
      try nothing
      try 'lo=1' $c.lo.arp_ignore=1
      try 'all=1' $c.all.arp_ignore=1
      try 'eth0=1' $c.eth0.arp_ignore=1
      try 'default=1' $c.default.arp_ignore=1
      for value in 2 3 8; do try "all=$value" $c.all.arp_ignore=$value; done
      try 'all=1 eth0=0' $c.all.arp_ignore=1 $c.eth0.arp_ignore=0
      for each in web1 web2; do net $each ip addr del $VIP/32 dev lo; net $each ip link add dummy0 up type dummy; done
      real_servers_hold dummy0
      try 'all=1, VIP on dummy0' $c.all.arp_ignore=1
      try 'dummy0=1, VIP on dummy0' $c.dummy0.arp_ignore=1
      for each in web1 web2; do net $each ip link del dummy0; done
      real_servers_hold eth0
      try 'all=1, VIP on eth0' $c.all.arp_ignore=1`,
    expect: rowsRead({
      nothing: 'dir=1 web1=1 web2=1',
      'lo=1': 'dir=1 web1=1 web2=1',
      'all=1': 'dir=1',
      'eth0=1': 'dir=1',
      'default=1': 'dir=1 web1=1 web2=1',
      'all=2': 'dir=1',
      'all=3': 'dir=1 web1=1 web2=1',
      'all=8': 'dir=1',
      'all=1 eth0=0': 'dir=1',
      'all=1, VIP on dummy0': 'dir=1',
      'dummy0=1, VIP on dummy0': 'dir=1 web1=1 web2=1',
      'all=1, VIP on eth0': 'dir=1 web1=1 web2=1',
    }),
  },
  {
    name: 'model/arp-announce',
    script: `
      dr_cluster; director_serves -g; real_servers_hold lo
      on_real_servers net.ipv4.conf.all.arp_ignore=1
      owners_after() {
        forget near web1 web2; local i said=
        for i in 1 2 3; do
          forget web1 web2; requests near $VIP 80 1 >/dev/null; said+=" $(owner near $VIP)"
        done
        row "$1" "\${said# }"
      }
      for value in 0 1 2; do on_real_servers net.ipv4.conf.all.arp_announce=$value; owners_after "all=$value"; done
      on_real_servers net.ipv4.conf.all.arp_announce=0 net.ipv4.conf.lo.arp_announce=2; owners_after 'lo=2'
      on_real_servers net.ipv4.conf.eth0.arp_announce=2; owners_after 'eth0=2'`,
    expect: rowsRead({ 'all=0': /^(web[12] ?){3}$/, 'all=1': /^(web[12] ?){3}$/, 'all=2': 'dir dir dir', 'lo=2': /^(web[12] ?){3}$/, 'eth0=2': 'dir dir dir' }),
  },
];

const directRouting: readonly Scene[] = [
  {
    name: 'model/dr',
    script: `
      dr_cluster; director_serves -g; quiet_real_servers
      row 'VIP on no real server' "$(requests client $VIP 80 3)"
      real_servers_hold lo
      row 'routed client' "$(requests client $VIP 80 6)"
      row 'client on the LAN' "$(requests near $VIP 80 6)"
      net dir sysctl -qw net.ipv4.ip_forward=1
      row 'ip_forward=1' "$(requests client $VIP 80 8)"
      net web1 ip addr del $VIP/32 dev lo
      row 'VIP on web2 alone' "$(requests client $VIP 80 6)"`,
    expect: rowsRead({
      'VIP on no real server': 'fail=3',
      'routed client': 'web1=3 web2=3',
      'client on the LAN': 'web1=3 web2=3',
      'ip_forward=1': 'web1=4 web2=4',
      'VIP on web2 alone': 'fail=3 web2=3',
    }),
  },
  {
    name: 'model/dr-weights',
    script: `
      dr_cluster; director_serves -g wrr; quiet_real_servers; real_servers_hold lo
      net dir ipvsadm -e -t $VIP:80 -r $RIP2 -g -w 3
      row 'wrr 1:3' "$(requests client $VIP 80 8)"
      net dir ipvsadm -e -t $VIP:80 -r $RIP2 -g -w 0
      row 'web2 quiesced' "$(requests client $VIP 80 4)"`,
    expect: rowsRead({ 'wrr 1:3': 'web1=2 web2=6', 'web2 quiesced': 'web1=4' }),
  },
  {
    name: 'model/dr-gateway-is-dip',
    script: `
      dr_cluster; director_serves -g; quiet_real_servers; real_servers_hold lo
      for each in web1 web2; do net $each ip route replace default via $DIP; done
      row 'ip_forward=0' "$(requests client $VIP 80 4)"
      row 'client on the LAN' "$(requests near $VIP 80 6)"
      net dir sysctl -qw net.ipv4.ip_forward=1
      row 'ip_forward=1' "$(requests client $VIP 80 4)"
      net dir sysctl -qw net.ipv4.conf.eth0.accept_local=1
      row 'ip_forward=1, accept_local=1' "$(requests client $VIP 80 4)"`,
    expect: rowsRead({ 'ip_forward=0': 'fail=4', 'client on the LAN': 'web1=3 web2=3', 'ip_forward=1': 'fail=4', 'ip_forward=1, accept_local=1': 'web1=2 web2=2' }),
  },
  {
    name: 'model/dr-vip-wide-on-lo',
    script: `
      dr_cluster; director_serves -g; quiet_real_servers; real_servers_hold lo $VIP/24
      row 'client in the VIP subnet' "$(requests near $VIP 80 3)"
      row 'routed client' "$(requests client $VIP 80 6)"`,
    expect: rowsRead({ 'client in the VIP subnet': 'fail=3', 'routed client': 'web1=3 web2=3' }),
  },
  {
    name: 'model/dr-port-is-dropped',
    script: `
      dr_cluster; quiet_real_servers; real_servers_hold lo
      net dir ip addr add $VIP/32 dev eth0
      net dir ipvsadm -A -t $VIP:80 -s rr
      net dir ipvsadm -a -t $VIP:80 -r $RIP1:8080 -g
      row 'ipvsadm exits' $?
      row 'saved' "$(net dir ipvsadm -S -n | tail -n 1)"
      row 'requests' "$(requests client $VIP 80 4)"`,
    expect: rowsRead({ 'ipvsadm exits': '0', saved: '-a -t 172.16.1.100:80 -r 172.16.1.10:80 -g -w 1', requests: 'web1=4' }),
  },
];

export const scenes: readonly Scene[] = [...arp, ...directRouting];
