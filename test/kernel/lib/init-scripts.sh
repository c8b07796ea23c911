# Proving init scripts: what LSB, and the house, ask of /etc/init.d/ipvs and /etc/init.d/real. Sourced by every scene.
# HOST below has one of the two; every function prints rows "HOST: …".

script_of() { local name; for name in ipvs real; do [ ! -f "$LAB/$1/root/etc/init.d/$name" ] || echo "/etc/init.d/$name"; done; }

# act HOST ACTION: runs the script, prints what it says, returns its exit code.
act() { boot "$1" 60 "$(script_of "$1") $2"; }

# codes HOST ACTION...: the exit codes of these actions in a row, "3 0 0".
codes() { local name=$1 action said=; shift; for action; do act "$name" "$action" >&2; said+=" $?"; done; echo "${said# }"; }

one_line() { paste -sd ';'; }

# starts HOST...: from stopped to running.
starts() {
  local name
  for name; do
    remember "$name"
    row "$name: status, start, status" "$(codes "$name" status start status)"
    snapshot "$name" >"$LAB/$name/started"
  done
}

# starts_again HOST...: a second start succeeds and changes nothing; so does what must not touch a running service.
starts_again() {
  local name
  for name; do
    row "$name: start again" "$(codes "$name" start)"
    row "$name: start again changed" "$(snapshot "$name" | diff "$LAB/$name/started" - | grep '^[<>]' | one_line)"
  done
}

# restarts HOST...: afterwards it runs as after a start.
restarts() {
  local name
  for name; do
    row "$name: restart, try-restart, condrestart, reload, force-reload, status" "$(codes "$name" restart try-restart condrestart reload force-reload status)"
    row "$name: restarts changed" "$(snapshot "$name" | diff "$LAB/$name/started" - | grep '^[<>]' | one_line)"
  done
}

# stops HOST...: back to what was there before `starts`, twice.
stops() {
  local name
  for name; do
    row "$name: stop, status, stop, status" "$(codes "$name" stop status stop status)"
    row "$name: try-restart, condrestart, status when stopped" "$(codes "$name" try-restart condrestart status)"
    row "$name: stop left" "$(changes "$name" | one_line)"
  done
}

# One start that must fail: it says so, and it leaves the host as it was. Prints what is wrong.
fails_cleanly() {
  local name=$1 why=$2 status left
  act "$name" start >"$LAB/$name/failing" 2>&1
  status=$?
  left=$(changes "$name" | one_line)
  [ "$status" -ne 0 ] || echo "$why: start says 0"
  [ -z "$left" ] || echo "$why: left $left"
  [ "$status" -ne 0 ] && [ -z "$left" ] || { sed "s/^/    /" "$LAB/$name/failing" >&2; act "$name" stop >&2; }
}

# survives_failures HOST: every command that start runs fails once, and every sysctl that it changes refuses once.
survives_failures() {
  local name=$1 count index key keys wrong=
  remember "$name"
  # The saved state counts too: a start that cannot note what it found must change nothing.
  watch_commands "$name" ip ifconfig route ipvsadm sysctl modprobe iptables mkdir cp mv touch
  act "$name" start || row "$name: start" $?
  count=$(commands "$name")
  command_log "$name" | sed "s/^/  $name runs: /"
  keys=$(changes "$name" | sed -n 's|^+\(net/[^ =]*\)=.*|\1|p' | grep -v '/forwarding$')
  act "$name" stop
  row "$name: stop left" "$(changes "$name" | one_line)"
  for ((index = 1; index <= count; index++)); do
    fail_command "$name" "$index"
    wrong+=$(fails_cleanly "$name" "command $index ($(sed -n "${index}p" "$LAB/$name/root/lab/commands/log"))")
  done
  fail_command "$name" 0
  for key in $keys; do
    freeze "$name" "$key"
    wrong+=$(fails_cleanly "$name" "$key cannot be written")
    thaw "$name" "$key"
  done
  row "$name: failures tried" "$count $(wc -w <<<"$keys")"
  row "$name: not survived" "$wrong"
  row "$name: start, status, stop after all that" "$(codes "$name" start status stop)"
  row "$name: stop after all that left" "$(changes "$name" | one_line)"
}
