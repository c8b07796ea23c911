/** What the kernel does, measured again: address translation and tunnels. See model.ts. */
import { rowsRead, type Scene } from '../scene.ts';

const translation: readonly Scene[] = [
  {
    name: 'model/nat-gateway',
    script: `
      nat_cluster; director_serves -m; net dir sysctl -qw net.ipv4.ip_forward=1
      row 'gateway = DIP' "$(requests client $VIP 80 6)"
      net web2 ip route del default
      row 'web2 has none' "$(requests client $VIP 80 8)"
      net web1 ip route del default
      row 'none' "$(requests client $VIP 80 4)"
      for each in web1 web2; do net $each ip route add default via 192.168.14.254; done
      row 'gateway = another router' "$(requests client $VIP 80 4)"`,
    expect: rowsRead({ 'gateway = DIP': 'web1=3 web2=3', 'web2 has none': 'fail=4 web1=4', none: 'fail=4', 'gateway = another router': 'fail=4' }),
  },
  {
    name: 'model/nat-rip-elsewhere',
    script: `
      VIP=192.168.1.10 DIP=192.168.14.50 RIP1=10.5.0.11 RIP2=192.168.14.52
      host client far dir web1 web2
      wire outside client:eth0 dir:eth0 far:eth2
      wire inside dir:eth1 web2:eth0 far:eth0
      wire beyond far:eth1 web1:eth0
      address client eth0 192.168.1.1/24
      address dir eth0 $VIP/24
      address dir eth1 $DIP/24 via 192.168.14.1
      address far eth0 192.168.14.1/24
      address far eth1 10.5.0.1/24
      address far eth2
      address web1 eth0 $RIP1/24 via 10.5.0.1
      address web2 eth0 $RIP2/24 via $DIP
      router far; serve web1; serve web2
      director_serves -m; net dir sysctl -qw net.ipv4.ip_forward=1
      row 'nothing leads back' "$(requests client $VIP 80 6)"
      net far ip route add default via $DIP
      row 'its router leads back through the DIP' "$(requests client $VIP 80 6)"
      net far ip addr add 192.168.1.253/24 dev eth2
      row 'its router leads straight to the client' "$(requests client $VIP 80 6)"`,
    expect: rowsRead({
      'nothing leads back': 'fail=3 web2=3',
      'its router leads back through the DIP': 'web1=3 web2=3',
      'its router leads straight to the client': 'fail=3 web2=3',
    }),
  },
  {
    name: 'model/nat-client-inside',
    script: `
      nat_cluster; director_serves -m; net dir sysctl -qw net.ipv4.ip_forward=1
      # The client inside: 'other' with an inner address, and a route to the VIP through the DIP.
      address other eth1 192.168.14.1/24
      net other ip route add $VIP via $DIP
      row 'client inside' "$(requests --from 192.168.14.1 other $VIP 80 4)"
      row 'client outside' "$(requests client $VIP 80 4)"
      net dir iptables -t nat -A POSTROUTING -m ipvs --vaddr $VIP -j MASQUERADE
      row 'MASQUERADE, conntrack=0' "$(requests --from 192.168.14.1 other $VIP 80 4)"
      net dir sysctl -qw net.ipv4.vs.conntrack=1
      row 'MASQUERADE, conntrack=1' "$(requests --from 192.168.14.1 other $VIP 80 6)"`,
    expect: rowsRead({ 'client inside': 'fail=4', 'client outside': 'web1=2 web2=2', 'MASQUERADE, conntrack=0': 'fail=4', 'MASQUERADE, conntrack=1': 'web1=3 web2=3' }),
  },
  {
    name: 'model/nat-forwarding',
    script: `
      nat_cluster; director_serves -m
      row 'ip_forward=0' "$(requests client $VIP 80 4)"
      net dir sysctl -qw net.ipv4.ip_forward=1
      row 'ip_forward=1' "$(requests client $VIP 80 4)"
      net dir sysctl -qw net.ipv4.ip_forward=0
      net dir sysctl -qw net.ipv4.conf.eth1.forwarding=1
      row 'eth1.forwarding=1 alone' "$(requests client $VIP 80 4)"`,
    expect: rowsRead({ 'ip_forward=0': 'fail=4', 'ip_forward=1': 'web1=2 web2=2', 'eth1.forwarding=1 alone': 'web1=2 web2=2' }),
  },
];

const tunnels: readonly Scene[] = [
  {
    name: 'model/tun',
    script: `
      dr_cluster; director_serves -i; quiet_real_servers; real_servers_hold tunl0
      for each in web1 web2; do net $each ip link set tunl0 up; done
      try() { on_real_servers net.ipv4.conf.{all,tunl0,eth0}.rp_filter=0 "\${@:2}"; row "$1" "$(requests client $VIP 80 4)"; }
      c=net.ipv4.conf
      try 'reference'
      try 'tunl0=1' $c.tunl0.rp_filter=1
      try 'all=1' $c.all.rp_filter=1
      try 'tunl0=2' $c.tunl0.rp_filter=2
      try 'all=1 tunl0=2' $c.all.rp_filter=1 $c.tunl0.rp_filter=2
      try 'eth0=1' $c.eth0.rp_filter=1
      for each in web1 web2; do net $each ip link set tunl0 down; done
      try 'tunl0 down'
      for each in web1 web2; do net $each ip addr del $VIP/32 dev tunl0; net $each ip link set tunl0 up; done
      real_servers_hold lo
      try 'VIP on lo'
      # net/ipv4/fib_frontend.c: __fib_validate_source(): a device without any address passes no packet whose source is not behind it.
      try 'VIP on lo, tunl0=2' $c.tunl0.rp_filter=2`,
    expect: rowsRead({
      reference: 'web1=2 web2=2',
      'tunl0=1': 'fail=4',
      'all=1': 'fail=4',
      'tunl0=2': 'web1=2 web2=2',
      'all=1 tunl0=2': 'web1=2 web2=2',
      'eth0=1': 'web1=2 web2=2',
      'tunl0 down': 'fail=4',
      'VIP on lo': 'web1=2 web2=2',
      'VIP on lo, tunl0=2': 'fail=4',
    }),
  },
];

export const scenes: readonly Scene[] = [...translation, ...tunnels];
