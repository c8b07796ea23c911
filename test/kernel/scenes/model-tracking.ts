/** What the kernel does, measured again: connection tracking and IPVS on a director. See model.ts. */
import { rowsRead, type Scene } from '../scene.ts';

/** INPUT rule sets, tried with net.ipv4.vs.conntrack 0 and 1. */
const tries = `
  established='-A INPUT -m state --state ESTABLISHED,RELATED -j ACCEPT'
  try() {
    local name=$1 rule value
    shift
    net dir iptables -F; net dir iptables -P INPUT ACCEPT
    for rule; do net dir iptables $rule; done
    for value in 0 1; do net dir sysctl -qw net.ipv4.vs.conntrack=$value; row "$name, conntrack=$value" "$(requests client $VIP 80 4)"; done
  }
  all_tries() {
    try 'NEW and ESTABLISHED' '-P INPUT DROP' '-A INPUT -p tcp --dport 80 -m state --state NEW -j ACCEPT' "$established"
    try 'SYN and ESTABLISHED' '-P INPUT DROP' '-A INPUT -p tcp --dport 80 --syn -j ACCEPT' "$established"
    try 'NEW without SYN dropped' '-A INPUT -p tcp ! --syn -m state --state NEW -j DROP'
    try 'INVALID dropped' '-A INPUT -m state --state INVALID -j DROP'
    net dir iptables -t raw -A PREROUTING -d $VIP -p tcp --dport 80 -j NOTRACK
    try 'untracked, NEW and ESTABLISHED' '-P INPUT DROP' '-A INPUT -p tcp --dport 80 -m state --state NEW -j ACCEPT' "$established"
    try 'untracked, INVALID dropped' '-A INPUT -m state --state INVALID -j DROP'
  }`;

const works = 'web1=2 web2=2';
const fails = 'fail=4';

export const scenes: readonly Scene[] = [
  {
    name: 'model/connection-tracking-dr',
    script: `${tries}
      dr_cluster; director_serves -g; quiet_real_servers; real_servers_hold lo
      all_tries`,
    expect: rowsRead({
      'NEW and ESTABLISHED, conntrack=0': works, 'NEW and ESTABLISHED, conntrack=1': fails,
      'SYN and ESTABLISHED, conntrack=0': fails, 'SYN and ESTABLISHED, conntrack=1': fails,
      'NEW without SYN dropped, conntrack=0': fails, 'NEW without SYN dropped, conntrack=1': works,
      'INVALID dropped, conntrack=0': works, 'INVALID dropped, conntrack=1': fails,
      'untracked, NEW and ESTABLISHED, conntrack=0': fails, 'untracked, NEW and ESTABLISHED, conntrack=1': fails,
      'untracked, INVALID dropped, conntrack=0': works, 'untracked, INVALID dropped, conntrack=1': works,
    }),
  },
  {
    name: 'model/connection-tracking-nat',
    script: `${tries}
      nat_cluster; director_serves -m; net dir sysctl -qw net.ipv4.ip_forward=1
      all_tries`,
    expect: rowsRead({
      'NEW and ESTABLISHED, conntrack=0': works, 'NEW and ESTABLISHED, conntrack=1': works,
      'SYN and ESTABLISHED, conntrack=0': fails, 'SYN and ESTABLISHED, conntrack=1': works,
      'NEW without SYN dropped, conntrack=0': fails, 'NEW without SYN dropped, conntrack=1': works,
      'INVALID dropped, conntrack=0': works, 'INVALID dropped, conntrack=1': works,
      'untracked, NEW and ESTABLISHED, conntrack=0': fails, 'untracked, NEW and ESTABLISHED, conntrack=1': fails,
      'untracked, INVALID dropped, conntrack=0': works, 'untracked, INVALID dropped, conntrack=1': works,
    }),
  },
  {
    name: 'model/iptables-refuses',
    script: `
      host dir
      takes() { net dir iptables $1 2>/dev/null; row "$1" "$?"; }
      for rule in '-A PREROUTNG -t mangle -p tcp --dport 80 -j MARK --set-mark 1' '-A PREROUTING -p tcp --dport 80 -j MARK --set-mark 1' '-t nat -A FORWARD -j ACCEPT' '-A INPUT -p tcp --dport 80,443 -j ACCEPT' \
        '-A INPUT -p tcp --dport 5000-6000 -j ACCEPT' '-A INPUT -p tcp --dports 80,443 -j ACCEPT' '-A INPUT --dport 80 -j ACCEPT' '-A INPUT -p tcp -m multiport --dports 80-90 -j ACCEPT' \
        '-A INPUT -p tcp -m multiport --dport 80,443 -j ACCEPT' '-A INPUT -p tcp --dport 5000:6000 -j ACCEPT' '-t mangle -A PREROUTING -p tcp -m multiport --dports 80,443,5000:6000 -j MARK --set-mark 1' '-A INPUT -m tcp -p tcp --dport 80 -j ACCEPT'; do takes "$rule"; done`,
    expect: rowsRead({
      '-A PREROUTNG -t mangle -p tcp --dport 80 -j MARK --set-mark 1': /[12]/, '-A PREROUTING -p tcp --dport 80 -j MARK --set-mark 1': /[12]/, '-t nat -A FORWARD -j ACCEPT': /[12]/, '-A INPUT -p tcp --dport 80,443 -j ACCEPT': /[12]/,
      '-A INPUT -p tcp --dport 5000-6000 -j ACCEPT': /[12]/, '-A INPUT -p tcp --dports 80,443 -j ACCEPT': /[12]/, '-A INPUT --dport 80 -j ACCEPT': /[12]/, '-A INPUT -p tcp -m multiport --dports 80-90 -j ACCEPT': /[12]/,
      '-A INPUT -p tcp -m multiport --dport 80,443 -j ACCEPT': '0', '-A INPUT -p tcp --dport 5000:6000 -j ACCEPT': '0', '-t mangle -A PREROUTING -p tcp -m multiport --dports 80,443,5000:6000 -j MARK --set-mark 1': '0', '-A INPUT -m tcp -p tcp --dport 80 -j ACCEPT': '0',
    }),
  },
  {
    name: 'model/sync-daemons',
    script: `
      dr_cluster
      say() { local key=$1; shift; row "$key" "$(on dir ipvsadm "$@" 2>&1 | paste -sd ' '); $(net dir ipvsadm -L --daemon | awk '{ printf "%s:%s ", $1, $5 }')"; }
      say backup --start-daemon backup --mcast-interface eth0 --syncid 1
      say master --start-daemon master --mcast-interface eth0 --syncid 1
      say again --start-daemon master --mcast-interface eth0 --syncid 2
      say stopped --stop-daemon backup
      say twice --stop-daemon backup`,
    expect: rowsRead({
      backup: /backup:syncid=1,/,
      master: /master:syncid=1, backup:syncid=1,/,
      again: /^Daemon has already run; master:syncid=1, backup/,
      stopped: /master:syncid=1, $/,
      twice: /^No daemon is running/,
    }),
  },
];
