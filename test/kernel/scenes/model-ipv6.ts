/** What the kernel does with an IPv6 VIP on a real server, measured: where duplicate address detection runs, who answers for the VIP, what a bounce of lo leaves. See model.ts. */
import { rowsRead, type Scene } from '../scene.ts';

/** Director and real servers on one link behind a router; `owner6` names the hosts whose hardware address the router has learnt for the VIP in five trials. */
const cluster = `
      VIP=2001:db8:1::100
      host client router dir web1 web2
      wire outside client:eth0 router:eth0
      wire lan router:eth1 dir:eth0 web1:eth0 web2:eth0
      address client eth0 2001:db8:ff::1/64 via 2001:db8:ff::fe
      address router eth0 2001:db8:ff::fe/64
      address router eth1 2001:db8:1::fe/64
      address dir eth0 2001:db8:1::200/64 via 2001:db8:1::fe
      address web1 eth0 2001:db8:1::10/64 via 2001:db8:1::fe
      address web2 eth0 2001:db8:1::20/64 via 2001:db8:1::fe
      router router; serve web1; serve web2
      net dir ip addr add $VIP/128 dev eth0 nodad
      net dir ipvsadm -R <<<"-A -t [$VIP]:80 -s rr
-a -t [$VIP]:80 -r [2001:db8:1::10]:80 -g
-a -t [$VIP]:80 -r [2001:db8:1::20]:80 -g"
      net web2 ip addr add $VIP/128 dev lo
      owner6() { local i mac; for i in 1 2 3 4 5; do net router ip -6 neigh flush all; net router ping -6 -c 1 -W 1 $VIP >/dev/null; sleep 0.2; mac=$(net router ip -6 neigh show $VIP dev eth1 | sed -n 's/.*lladdr \\([^ ]*\\).*/\\1/p'); sed -n "s/^$mac //p" $LAB/macs; done | sort -u | paste -sd ' '; }
      flags() { net web1 ip -6 -o addr show to $VIP | grep -o 'dadfailed\\|tentative' | sort -u | paste -sd ' '; }
      try() { row "$1" "$(requests client $VIP 80 6)"; }`;

export const scenes: readonly Scene[] = [
  {
    name: 'model/ipv6-vip',
    script: `${cluster}
      detect() { net web1 sysctl -qw net.ipv6.conf.$1.accept_dad=1; }
      net web1 ip link add dummy0 up type dummy
      net web1 ip link add six0 up type ip6tnl mode any local 2001:db8:1::10
      for each in lo dummy0 six0; do
        detect $each
        net web1 ip addr add $VIP/128 dev $each; sleep 2
        row "$each flags" "$(flags)"
        try $each
        row "$each owner" "$(owner6)"
        net web1 ip addr del $VIP/128 dev $each
      done
      detect eth0
      net web1 ip addr add $VIP/128 dev eth0; sleep 2
      row 'eth0 flags' "$(flags)"
      try eth0
      net web1 ip addr del $VIP/128 dev eth0
      net web1 ip addr add $VIP/128 dev eth0 nodad
      row 'eth0 nodad flags' "$(flags)"
      # The later answer stands (RFC 4861: override), so that the slower one wins.
      net web1 tc qdisc add dev eth0 root netem delay 20ms
      row 'eth0 nodad owner' "$(owner6)"
      try 'eth0 nodad'
      net web1 ip addr del $VIP/128 dev eth0
      net web1 ip addr add $VIP/128 dev lo
      net web1 sysctl -qw net.ipv6.conf.eth0.proxy_ndp=1
      net web1 ip -6 neigh add proxy $VIP dev eth0
      row 'proxy owner' "$(owner6)"
      net web1 sysctl -qw net.ipv6.conf.all.forwarding=1
      row 'proxy owner, forwarding' "$(owner6)"
      net web1 sysctl -qw net.ipv6.conf.all.forwarding=0
      net web1 ip -6 neigh del proxy $VIP dev eth0
      net web1 sysctl -qw net.ipv6.conf.eth0.dad_transmits=0
      net web1 ip addr del $VIP/128 dev lo
      net web1 ip addr add $VIP/128 dev eth0; sleep 1
      row 'dad_transmits=0 flags' "$(flags)"`,
    expect: rowsRead({
      'lo flags': '', lo: 'web1=3 web2=3', 'lo owner': 'dir',
      'dummy0 flags': '', dummy0: 'web1=3 web2=3', 'dummy0 owner': 'dir',
      'six0 flags': '', six0: 'web1=3 web2=3', 'six0 owner': 'dir',
      'eth0 flags': 'dadfailed tentative', eth0: 'fail=3 web2=3',
      'eth0 nodad flags': '', 'eth0 nodad owner': 'web1', 'eth0 nodad': 'web1=6',
      'proxy owner': 'dir', 'proxy owner, forwarding': 'dir', 'dad_transmits=0 flags': '',
    }),
  },
  {
    name: 'model/ipv6-lo-bounce',
    script: `${cluster}
      net web1 ip addr add $VIP/128 dev lo
      try before
      bounce() { net web1 ifconfig lo down; net web1 ifconfig lo up; }
      bounce
      row left "$(net web1 ip -6 -o addr show dev lo | wc -l)"
      try bounced
      net web1 ip addr add $VIP/128 dev lo
      net web1 sysctl -qw net.ipv6.conf.all.keep_addr_on_down=1
      bounce
      try 'keep_addr_on_down=1'
      net web1 sysctl -qw net.ipv6.conf.all.keep_addr_on_down=0 net.ipv6.conf.lo.keep_addr_on_down=1
      bounce
      try 'of lo alone'`,
    expect: rowsRead({ before: 'web1=3 web2=3', left: '1', bounced: 'fail=3 web2=3', 'keep_addr_on_down=1': 'web1=3 web2=3', 'of lo alone': 'web1=3 web2=3' }),
  },
];
