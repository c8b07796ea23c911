/** The lab itself: that its tools tell what they are for, and do not tell it when there is nothing to tell. */
import { rowsRead, type Scene } from '../scene.ts';

export const scenes: readonly Scene[] = [
  {
    name: 'lab/hosts-are-apart',
    files: new Map([
      ['a/etc/init.d/one', { content: '#!/bin/bash\necho one of $(hostname)\n', mode: 0o644 }],
      ['b/etc/sysctl.conf', { content: 'net.ipv4.ip_forward = 1\n' }],
    ]),
    script: `
      host a b c=a
      on a bash -c 'echo kept >/run/mark; echo kept >/etc/mark; mkdir -p /var/lock/subsys; touch /var/lock/subsys/one'
      row 'seen by a' "$(on a bash -c 'cat /run/mark /etc/mark /etc/hostname; ls /var/lock/subsys' | paste -sd ' ')"
      row 'seen by b' "$(on b bash -c 'ls /run/mark /etc/mark /var/lock/subsys /etc/init.d/one' 2>/dev/null | wc -l)"
      row 'script of a' "$(on a /etc/init.d/one)"
      row 'script of c' "$(on c /etc/init.d/one)"
      on b sysctl -qp
      row 'ip_forward of a, b, and the guest' "$(on a cat /proc/sys/net/ipv4/ip_forward) $(on b cat /proc/sys/net/ipv4/ip_forward) $(cat /proc/sys/net/ipv4/ip_forward)"
      boot a 2 'read -p "VIP: " VIP' >/dev/null
      row 'nobody types' $?`,
    expect: rowsRead({
      'seen by a': 'kept kept a one',
      'seen by b': '0',
      'script of a': 'one of a',
      'script of c': 'one of c',
      'ip_forward of a, b, and the guest': '0 1 0',
      'nobody types': '124',
    }),
  },
  {
    name: 'lab/snapshot',
    script: `
      host a; wire lan a:eth0; address a eth0 10.0.0.1/24 via 10.0.0.254
      remember a
      row 'nothing' "$(changes a | wc -l)"
      tell() { local said; said=$(on a bash -c "$1"; changes a | tr '\\n' ';' | tr -s ' \\t' ' '); row "$1" "$said"; on a bash -c "$2"; }
      tell 'ip addr add 10.0.0.9/32 dev lo' 'ip addr del 10.0.0.9/32 dev lo'
      tell 'ip route add 10.1.0.0/16 via 10.0.0.7 table 9' 'ip route del 10.1.0.0/16 table 9'
      tell 'ip rule add from 10.0.0.9 table 9' 'ip rule del from 10.0.0.9 table 9'
      tell 'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore' 'echo 0 >/proc/sys/net/ipv4/conf/all/arp_ignore'
      tell 'sysctl -qw net.ipv4.vs.conntrack=1' 'sysctl -qw net.ipv4.vs.conntrack=0'
      tell 'ipvsadm -A -t 10.0.0.9:80 -s rr' 'ipvsadm -C'
      tell 'ip link set tunl0 up' 'ip link set tunl0 down'
      on a iptables -A INPUT -p tcp -j DROP
      row 'iptables' "$(changes a | grep -c -- '-A INPUT -p tcp -j DROP')"
      on a iptables -F
      row 'undone' "$(changes a | paste -sd ';')"`,
    expect: rowsRead({
      nothing: '0',
      undone: '',
      'ip addr add 10.0.0.9/32 dev lo': '+lo inet 10.0.0.9/32 scope global lo;+local 10.0.0.9 dev lo table local proto kernel scope host src 10.0.0.9;',
      'ip route add 10.1.0.0/16 via 10.0.0.7 table 9': '+10.1.0.0/16 via 10.0.0.7 dev eth0 table 9;',
      'ip rule add from 10.0.0.9 table 9': '+32765: from 10.0.0.9 lookup 9;',
      'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore': '-net/ipv4/conf/all/arp_ignore=0;+net/ipv4/conf/all/arp_ignore=1;',
      'sysctl -qw net.ipv4.vs.conntrack=1': '-net/ipv4/vs/conntrack=0;+net/ipv4/vs/conntrack=1;',
      'ipvsadm -A -t 10.0.0.9:80 -s rr': '+-A -t 10.0.0.9:80 -s rr;',
      'ip link set tunl0 up': /^-tunl0: <NOARP> .*\+tunl0: <NOARP,UP,LOWER_UP> /,
      iptables: '1',
    }),
  },
  {
    name: 'lab/failures-on-purpose',
    files: new Map([
      [
        'a/etc/init.d/two',
        {
          content:
            '#!/bin/bash\nip addr show >/dev/null\n/sbin/ip addr add 10.0.0.8/32 dev lo || exit 7\nifconfig lo:1 10.0.0.9 netmask 255.255.255.255 up || exit 8\nroute -n >/dev/null\niptables -L -n >/dev/null\n',
        },
      ],
    ]),
    script: `
      host a b
      watch_commands a
      on a /etc/init.d/two
      row 'commands' "$? $(commands a): $(command_log a | paste -sd ';')"
      fail_command a 1; on a /etc/init.d/two; row 'first fails' $?
      on a ip addr del 10.0.0.8/32 dev lo
      fail_command a 2; on a /etc/init.d/two; row 'second fails' $?
      freeze a net.ipv4.conf.all.arp_ignore
      on a bash -c 'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore'; row 'frozen, redirection' $?
      on a sysctl -w net.ipv4.conf.all.arp_ignore=1; row 'frozen, sysctl' $?
      thaw a net.ipv4.conf.all.arp_ignore
      on a bash -c 'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore'; row 'thawed' $?
      row 'other host' "$(on b ip addr add 10.0.0.8/32 dev lo && on b cat /proc/sys/net/ipv4/conf/all/arp_ignore)"
      only_net_tools a; row 'net-tools' "$(on a bash -c 'type -P ip ifconfig route ipvsadm' | wc -l)"
      only_iproute b; row 'iproute2' "$(on b bash -c 'type -P ip ifconfig route ipvsadm' | wc -l)"`,
    expect: rowsRead({
      commands: '0 2: 1 ip addr add 10.0.0.8/32 dev lo;2 ifconfig lo:1 10.0.0.9 netmask 255.255.255.255 up',
      'first fails': '7',
      'second fails': '8',
      'frozen, redirection': '1',
      'frozen, sysctl': '1',
      thawed: '0',
      'other host': '0',
      'net-tools': '3',
      iproute2: '2',
    }),
  },
];
