# The lab: hosts as network namespaces with a root file system of their own each, wired by bridges, and the probes that measure them.
# Sourced by every scene. A step of the lab itself that fails ends the scene with 99; what a scene measures never does.
#
#   host NAME [TREE]              a host; TREE (default: the scene's file tree NAME, if there is one) is laid over its root
#   wire NAME HOST:DEVICE...      an Ethernet segment with these network cards on it
#   address HOST DEVICE CIDR...   gateway HOST ADDRESS      router HOST (forwards, no redirects)
#   on HOST COMMAND...            runs a command as that host: its network, files, name and processes; net HOST COMMAND...: only its network
#   boot HOST SECONDS COMMAND     the same with nobody at the keyboard, ended after SECONDS (exit 124); prints the exit code
#   serve HOST [PORT...]          web server that answers with HOST's name
#   requests HOST ADDRESS PORT N  counts by answering server, "web1=3 web2=3" or "fail=4"; options of requests.pl first
#   who_has HOST DEVICE ADDRESS   who answers one ARP broadcast, "dir=1 web1=1"    owner HOST ADDRESS   whom HOST's neighbour entry names
#   owners HOST ADDRESS N         who wins N times after a flush, "dir=9 web1=11"  jitter WIRE [MS]     random delay on every port
#   snapshot HOST                 the whole network state as text; `changes HOST` prints what differs since `remember HOST`
#   only_net_tools HOST · only_iproute HOST            takes ip away, or ifconfig and route
#   watch_commands HOST [NAME...] · fail_command HOST N · commands HOST (how many since) · command_log HOST
#   freeze HOST KEY · thaw HOST KEY                    a sysctl that cannot be written (redirection, or sysctl -w)
#   row KEY VALUE                 a result for the scene's expectation
LAB=/lab
declare -A lab_pid=() lab_number=() lab_cards=() lab_name_of=()
export PATH=/usr/sbin:/usr/bin

die() { echo "lab: $*" >&2; exit 99; }
row() { printf 'ROW | %s | %s\n' "$1" "$2"; }

# Starts a network namespace that a sleeping process holds, and waits until it is there.
namespace() {
  local name=$1 root=$2 pid descriptor
  mkdir -p "$LAB/$name"
  mkfifo "$LAB/$name/ready"
  exec {descriptor}<>"$LAB/$name/ready"
  unshare --net --uts bash -c '
    hostname "$1"
    [ "$2" = / ] || mount -t sysfs sysfs "$2/sys"
    # IPv6 addresses are of use at once, and nobody chats on the wire unasked.
    echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad; echo 0 >/proc/sys/net/ipv6/conf/all/accept_dad
    echo 0 >/proc/sys/net/ipv6/conf/default/router_solicitations; echo 0 >/proc/sys/net/ipv6/conf/default/accept_ra
    ip link set lo up
    echo $$ >"$3"
    exec chroot "$2" /usr/bin/sleep infinity' namespace "$name" "$root" "$LAB/$name/ready" &
  read -r -t 20 pid <&"$descriptor" || die "no namespace $name"
  exec {descriptor}<&-
  lab_pid[$name]=$pid
}

host() {
  local name=$1 tree=${2-$SCENE/$1} root=$LAB/$1/root
  mkdir -p "$LAB/$name"/{upper,work,root}
  mount -t overlay "lab-$name" -o "lowerdir=/,upperdir=$LAB/$name/upper,workdir=$LAB/$name/work" "$root" || die "no root for $name"
  mount --bind /dev "$root/dev" && mount --bind /proc "$root/proc" && mount -t tmpfs run "$root/run" && mount -t tmpfs tmp "$root/tmp" || die "no root for $name"
  mkdir -p "$root/run/lock"
  echo "$name" >"$root/etc/hostname"
  if [ -d "$tree" ]; then lay "$tree" "$root"; fi
  lab_number[$name]=$((${#lab_number[@]} + 1))
  namespace "$name" "$root"
}

# A tree over a root. What is a script is made executable: files that are kept in git by hand often are not.
lay() {
  cp -a "$1/." "$2/" || die "cannot lay $1"
  local page
  for page in "$2"/etc/init.d/* "$2"/etc/rc.d/init.d/* "$2"/etc/rc.local "$2"/etc/rc.d/rc.local; do [ ! -f "$page" ] || chmod 755 "$page"; done
}

on() { local name=$1; shift; nsenter -t "${lab_pid[$name]:-0}" -n -u -r -w -- env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C "$@"; }
net() { local name=$1; shift; nsenter -t "${lab_pid[$name]:-0}" -n -u -- "$@"; }

boot() {
  local name=$1 seconds=$2 status
  # A console where nobody types: a pipe that is open for writing too never ends.
  [ -p "$LAB/$name/keyboard" ] || mkfifo "$LAB/$name/keyboard"
  on "$name" timeout -k 2 "$seconds" bash -c "$3" <>"$LAB/$name/keyboard" >"$LAB/$name/said" 2>&1
  status=$?
  printf '%s: %s -> %s\n' "$name" "$3" "$status"
  sed "s/^/  $name: /" "$LAB/$name/said"
  return "$status"
}

wire() {
  local segment=$1 end name card mac port
  shift
  [ -n "${lab_pid[switch]-}" ] || { namespace switch /; lab_wires=(); net switch sysctl -qw net.ipv6.conf.default.disable_ipv6=1; }
  net switch ip link add "$segment" type bridge stp_state 0 forward_delay 0 mcast_snooping 0 || die "no wire $segment"
  net switch ip link set "$segment" up
  for end; do
    name=${end%%:*} card=${end#*:}
    lab_cards[$name]=$((${lab_cards[$name]:-0} + 1))
    mac=$(printf '02:00:00:00:%02x:%02x' "${lab_number[$name]}" "${lab_cards[$name]}")
    port=p${lab_number[$name]}.${lab_cards[$name]}
    lab_name_of[$mac]=$name
    ip link add "$port" netns "${lab_pid[switch]}" type veth peer name "$card" address "$mac" netns "${lab_pid[$name]}" || die "no card $end"
    net switch ip link set "$port" master "$segment" up
    net "$name" ip link set "$card" up
  done
}

address() { local name=$1 card=$2 one; shift 2; for one; do net "$name" ip addr add "$one" dev "$card" || die "no address $one on $name"; done; }
gateway() { net "$1" ip route replace default via "$2" || die "no gateway $2 on $1"; }
router() { on "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.default.send_redirects=0; }

serve() {
  local name=$1 said descriptor
  shift
  mkfifo "$LAB/$name/serves"
  exec {descriptor}<>"$LAB/$name/serves"
  net "$name" perl /usr/lib/lab/server.pl "$name" "${@:-80}" >"$LAB/$name/serves" &
  read -r -t 30 said <&"$descriptor" || die "no server on $name"
  exec {descriptor}<&-
}

requests() {
  local options=()
  while [[ $1 == --* ]]; do case $1 in --udp) options+=("$1"); shift ;; *) options+=("$1" "$2"); shift 2 ;; esac; done
  net "$1" perl /usr/lib/lab/requests.pl "${options[@]}" "$2" "$3" "$4"
}

# Lines of hardware addresses to "host=count" in the order of names.
tally() { local mac; while read -r mac; do [ -z "$mac" ] || echo "${lab_name_of[$mac]:-$mac}"; done | sort | uniq -c | awk '{ printf "%s%s=%s", sep, $2, $1; sep = " " } END { print "" }'; }

first_address() { net "$1" ip -o -4 addr show dev "$2" primary | awk '{ sub("/.*", "", $4); print $4; exit }'; }

who_has() { net "$1" perl /usr/lib/lab/who-has.pl "$LAB/$1/root/sys/class/net/$2" "$(first_address "$1" "$2")" "$3" | tally; }

owner_mac() { net "$1" ip neigh show "$2" | awk '{ for (i = 1; i < NF; i++) if ($i == "lladdr") print $(i + 1) }'; }
owner() { local mac; mac=$(owner_mac "$1" "$2"); echo "${lab_name_of[$mac]:-nobody}"; }
flush() { local name; for name; do net "$name" ip neigh flush all; done; }

owners() {
  net "$1" bash -c 'for ((i = 0; i < $2; i++)); do
    ip neigh flush to "$1"; ping -q -c 1 -W 1 "$1" >/dev/null; ip neigh show "$1" | sed -n "s/.*lladdr \([0-9a-f:]*\).*/\1/p"
  done' owners "$2" "$3" | tally
}

jitter() {
  local port
  for port in $(net switch ip -o link show master "$1" | sed -E 's/^[0-9]+: ([^@:]+).*/\1/'); do
    net switch tc qdisc replace dev "$port" root netem delay "${2:-3}ms" "${2:-3}ms" || die "no jitter on $1"
  done
}

snapshot() { net "$1" /usr/lib/lab/snapshot; }
remember() { snapshot "$1" >"$LAB/$1/remembered"; }
changes() { snapshot "$1" | diff -U0 "$LAB/$1/remembered" - | grep -v -E '^(---|\+\+\+|@@)'; }

# Every path by which a host's commands can reach NAME.
paths_of() { local folder; for folder in usr/local/sbin usr/local/bin usr/sbin usr/bin; do [ -e "$LAB/$1/root/$folder/$2" ] && echo "$LAB/$1/root/$folder/$2"; done; }
hide() { local name=$1 program; shift; for program; do paths_of "$name" "$program" | xargs -r rm -f; done; }
only_net_tools() { hide "$1" ip tc bridge ss; }
only_iproute() { hide "$1" ifconfig route netstat arp iptunnel ipmaddr mii-tool; }

watch_commands() {
  local name=$1 root=$LAB/$1/root program path real
  shift
  [ $# -gt 0 ] || set -- ip ifconfig route ipvsadm sysctl modprobe iptables ip6tables arptables nft
  mkdir -p "$root/lab/real"
  for program; do
    for path in $(paths_of "$name" "$program"); do
      if [ -L "$path" ]; then
        real=$(chroot "$root" readlink -f "/${path#"$root"/}")
        # /usr/sbin/ip is a link to /usr/bin/ip, which is counted itself.
        [ "${real##*/}" != "$program" ] || continue
      else
        real=/lab/real/$program
        mv "$path" "$root$real"
      fi
      rm -f "$path"
      printf '#!/bin/bash\nexec /usr/lib/lab/counted %q %q "$@"\n' "$program" "$real" >"$path"
      chmod 755 "$path"
    done
  done
  fail_command "$name" 0
}
# 0 = let all succeed. Counting starts anew.
fail_command() { local state=$LAB/$1/root/lab; echo 0 >"$state/count"; echo "$2" >"$state/chosen"; : >"$state/log"; }
commands() { cat "$LAB/$1/root/lab/count"; }
command_log() { cat "$LAB/$1/root/lab/log"; }

# A key with slashes is taken as it is: net/ipv4/conf/eth1.10/arp_ignore.
proc_path() { case $2 in */*) echo "$LAB/$1/root/proc/sys/$2" ;; *) echo "$LAB/$1/root/proc/sys/${2//.//}" ;; esac; }
freeze() { local page; page=$(proc_path "$1" "$2"); mount --bind "$page" "$page" && mount -o remount,bind,ro "$page" || die "cannot freeze $2"; }
thaw() { umount "$(proc_path "$1" "$2")" || die "cannot thaw $2"; }
