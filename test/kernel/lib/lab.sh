# The lab: hosts as network namespaces with a root file system of their own each, wired by bridges, and the probes that measure them.
# Sourced by every scene. A step of the lab itself that fails ends the scene with 99; what a scene measures never does.
#
#   host NAME[=TREE]...           hosts; TREE (default: the scene's file tree NAME, if there is one) is laid over the host's root
#   wire NAME HOST:DEVICE...      an Ethernet segment with these network cards on it
#   address HOST DEVICE [CIDR...] [via GATEWAY]      also brings it up;  router HOST (forwards, sends no redirects)
#   on HOST COMMAND...            runs a command as that host: its network, files, name; net HOST COMMAND...: only its network
#   boot HOST SECONDS COMMAND     the same with nobody at the keyboard, ended after SECONDS (exit 124); prints and returns the exit code
#   boot_all HOST SECONDS COMMAND...                 several in one go, a row "boot" for each: "web1: COMMAND -> 0", or "-> hangs"
#   serve HOST [PORT...]          a server that answers HTTP (and UDP datagrams) with HOST's name
#   requests [OPTION...] HOST ADDRESS PORT N         counts by answering server, "web1=3 web2=3" or "fail=4" (see requests.pl)
#   who_has HOST DEVICE ADDRESS   who answers one ARP broadcast, "dir=1 web1=1"   owner HOST ADDRESS   whom HOST's neighbour entry names
#   owners HOST ADDRESS N         who wins N times after forgetting, "dir=9 web1=11"      jitter WIRE [MS]   random delay on every port
#   forget HOST...                empties the neighbour tables
#   snapshot HOST [quick]         the whole network state as text; `changes HOST [quick]` prints what differs since `remember HOST [quick]`;
#                                 quick leaves out firewalls, IPv6 routes, timeouts and daemons, which cost half of the time
#   only_net_tools HOST · only_iproute HOST          takes ip away, or ifconfig and route; hide HOST NAME...: takes any program away
#   watch_commands HOST [NAME...] counts the calls that change state; fail_command HOST N: the Nth of them fails (0: none), counting anew;
#                                 signal_command HOST N SIGNAL: while the Nth runs, its script gets SIGNAL
#                                 commands HOST: how many there were; command_log HOST: which
#   freeze HOST KEY · thaw HOST KEY   a sysctl that cannot be written, neither by redirection nor by sysctl -w
#   row KEY VALUE                 a result for the scene's expectation
LAB=/lab
declare -A lab_pid=() lab_number=() lab_cards=()
export PATH=/usr/sbin:/usr/bin

die() { echo "lab: $*" >&2; exit 99; }
row() { printf 'ROW | %s | %s\n' "$1" "$2"; }

# A tree over a root. What is a script is made executable: files that are kept in git by hand often are not.
lay() {
  local page
  mkdir -p "$2" && cp -a "$1/." "$2/" || die "cannot lay $1"
  for page in "$2"/etc/init.d/* "$2"/etc/rc.d/init.d/* "$2"/etc/rc.local "$2"/etc/rc.d/rc.local; do [ ! -f "$page" ] || chmod 755 "$page"; done
}

host() {
  local each name tree pid
  set -- "$@"
  [ -n "${lab_pid[switch]-}" ] || set -- switch "$@"
  : >>"$LAB/macs"
  for each; do
    name=${each%%=*} tree=$SCENE/${each#*=}
    if [ -d "$tree" ]; then lay "$tree" "$LAB/$name/upper"; fi
    lab_number[$name]=${#lab_number[@]}
  done
  while read -r name pid; do lab_pid[$name]=$pid; done < <(perl /usr/lib/lab/hosts.pl "${@%%=*}")
  for each; do [ -n "${lab_pid[${each%%=*}]-}" ] || die "no host $each"; done
}

on() { local name=$1; shift; PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin nsenter -t "${lab_pid[$name]:-0}" -n -u -r -w -- "$@"; }
net() { local name=$1; shift; nsenter -t "${lab_pid[$name]:-0}" -n -u -- "$@"; }

boot() {
  local name=$1 seconds=$2 status
  # The keyboard is a pipe that is open for writing too: it never ends, and nobody types.
  on "$name" timeout -k 2 "$seconds" bash -c "$3" <>"$LAB/$name/keyboard" >"$LAB/$name/said" 2>&1
  status=$?
  printf '%s: %s -> %s\n' "$name" "$3" "$status"
  sed "s/^/  $name: /" "$LAB/$name/said"
  return "$status"
}

boot_all() {
  local name=$1 seconds=$2 line done=0
  shift 2
  on "$name" timeout -k 2 "$seconds" /usr/lib/lab/boot "$@" <>"$LAB/$name/keyboard" >"$LAB/$name/said" 2>&1
  while IFS= read -r line; do
    if [[ $line =~ ^-\>\ ([0-9]+)\ (.*) ]]; then row boot "$name: ${BASH_REMATCH[2]} -> ${BASH_REMATCH[1]}"; done=$((done + 1)); else echo "  $name: $line"; fi
  done <"$LAB/$name/said"
  shift "$done"
  [ $# -eq 0 ] || row boot "$name: $1 -> hangs"
}

wire() {
  local segment=$1 end name card mac port batch
  batch="link add $segment up type bridge stp_state 0 forward_delay 0 mcast_snooping 0"$'\n'
  shift
  for end; do
    name=${end%%:*} card=${end#*:}
    lab_cards[$name]=$((${lab_cards[$name]:-0} + 1))
    printf -v mac '02:00:00:00:%02x:%02x' "${lab_number[$name]}" "${lab_cards[$name]}"
    port=p${lab_number[$name]}.${lab_cards[$name]}
    echo "$mac $name" >>"$LAB/macs"
    batch+="link add $port master $segment type veth peer name $card address $mac netns ${lab_pid[$name]}"$'\n'"link set $port up"$'\n'
  done
  net switch ip -batch - <<<"$batch" || die "no wire $segment"
}

address() {
  local name=$1 card=$2 batch="link set $2 up"$'\n'
  shift 2
  while [ $# -gt 0 ]; do
    if [ "$1" = via ]; then batch+="route replace default via $2"$'\n'; shift; else batch+="addr add $1 dev $card"$'\n'; fi
    shift
  done
  net "$name" ip -batch - <<<"$batch" || die "no addresses on $name"
}

router() { net "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.default.send_redirects=0; }

# One line to the process that stays in the host, one line back.
ask() {
  local name=$1 answer
  shift
  echo "$*" >"$LAB/$name/ask"
  read -r -t 60 answer <"$LAB/$name/answer" || die "no answer from $name: $*"
  echo "$answer"
}
serve() { local name=$1; shift; [ "$(ask "$name" serve "${@:-80}")" = ready ] || die "no server on $name"; }
requests() {
  local options=()
  while [[ $1 == --* ]]; do case $1 in --udp) options+=("$1"); shift ;; *) options+=("$1" "$2"); shift 2 ;; esac; done
  ask "$1" requests "${options[@]}" "$2" "$3" "$4"
}
who_has() { ask "$1" who-has "$2" "$3"; }
owners() { ask "$1" owners "$2" "$3"; }
owner() { ask "$1" owner "$2"; }
forget() { local name; for name; do net "$name" ip neigh flush all; done; }

jitter() {
  local batch=
  while read -r _ port _; do batch+="qdisc replace dev ${port%%[@:]*} root netem delay ${2:-3}ms ${2:-3}ms"$'\n'; done < <(net switch ip -o link show master "$1")
  net switch tc -batch - <<<"$batch" || die "no jitter on $1"
}

snapshot() { net "$1" perl /usr/lib/lab/snapshot.pl "${2-}"; }
remember() { snapshot "$1" "${2-}" >"$LAB/$1/remembered${2-}"; }
changes() { snapshot "$1" "${2-}" | diff -U0 "$LAB/$1/remembered${2-}" - | grep -v -E '^(---|\+\+\+|@@)'; }

# Every path by which a host's commands can reach NAME.
paths_of() { local folder; for folder in usr/local/sbin usr/local/bin usr/sbin usr/bin; do [ -e "$LAB/$1/root/$folder/$2" ] && echo "$LAB/$1/root/$folder/$2"; done; }
hide() {
  local name=$1 program path
  shift
  for program; do for path in $(paths_of "$name" "$program"); do rm -f "$path"; done; done
}
only_net_tools() { hide "$1" ip tc bridge ss; }
only_iproute() { hide "$1" ifconfig route netstat arp iptunnel; }

watch_commands() {
  local name=$1 root=$LAB/$1/root program path real
  shift
  [ $# -gt 0 ] || set -- ip ifconfig route ipvsadm sysctl modprobe iptables ip6tables arptables nft
  mkdir -p "$root/lab/real" "$root/lab/commands"
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
fail_command() { signal_command "$1" "$2" fail; }
signal_command() { local state=$LAB/$1/root/lab/commands; echo 0 >"$state/count"; echo "$2" >"$state/chosen"; echo "$3" >"$state/way"; : >"$state/log"; }
commands() { echo "$(<"$LAB/$1/root/lab/commands/count")"; }
command_log() { echo "$(<"$LAB/$1/root/lab/commands/log")"; }

# A key with slashes is taken as it is: net/ipv4/conf/eth1.10/arp_ignore.
proc_path() { case $2 in */*) echo "$LAB/$1/root/proc/sys/$2" ;; *) echo "$LAB/$1/root/proc/sys/${2//.//}" ;; esac; }
# Done inside the host's network: what a name below /proc/sys/net means depends on who looks.
freeze() { local page; page=$(proc_path "$1" "$2"); net "$1" mount --bind "$page" "$page" && net "$1" mount -o remount,bind,ro "$page" || die "cannot freeze $2"; }
thaw() { net "$1" umount "$(proc_path "$1" "$2")" || die "cannot thaw $2"; }
