# Proving init scripts: what LSB, and the house, ask of /etc/init.d/ipvs and /etc/init.d/real. Sourced by every scene.
# HOST below has one of the two (or what systemd's units run, in /usr/local/sbin); every function prints rows "HOST: …". Each call of a script costs half a second in an emulated machine.

script_of() { local path; for path in etc/init.d/{ipvs,real} usr/local/sbin/lvs-{director,real-server}; do [ ! -f "$LAB/$1/root/$path" ] || echo "/$path"; done; }

# act HOST ACTION: runs the script where nobody types, shows what it says, returns its exit code.
act() {
  local name=$1 status line
  on "$name" timeout -k 2 60 "$(script_of "$name")" "$2" <>"$LAB/$name/keyboard" >"$LAB/$name/said" 2>&1
  status=$?
  echo "$name: $2 -> $status"
  while IFS= read -r line; do echo "  $name: $line"; done <"$LAB/$name/said"
  return "$status"
}

# codes HOST ACTION...: the exit codes of these actions in a row, "3 0 0".
codes() { local name=$1 action said=; shift; for action; do act "$name" "$action" >&2; said+=" $?"; done; echo "${said# }"; }

one_line() { paste -sd ';'; }

# starts HOST...: from stopped to running.
starts() {
  local name
  for name; do
    remember "$name"
    row "$name: status, start, status" "$(codes "$name" status start status)"
  done
}

# starts_again HOST...: a second start succeeds and changes nothing.
starts_again() {
  local name
  for name; do
    snapshot "$name" >"$LAB/$name/started"
    row "$name: start again" "$(codes "$name" start)"
    row "$name: start again changed" "$(snapshot "$name" | diff "$LAB/$name/started" - | grep '^[<>]' | one_line)"
  done
}

# restarts HOST...: after `starts_again`; it runs as before.
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
    row "$name: stop, status, stop" "$(codes "$name" stop status stop)"
    row "$name: stop left" "$(changes "$name" | one_line)"
  done
}

# stays_stopped HOST...: what is for a running service does not start a stopped one; what is no action is wrong use.
stays_stopped() {
  local name
  for name; do row "$name: try-restart, condrestart, reload, nonsense, status when stopped" "$(codes "$name" try-restart condrestart reload nonsense status)"; done
}

# A start with something broken: it either fails, says so, and leaves the host as it was, or it does without and runs as ever (a module
# that is there already, a parameter that the kernel sets along with another). Prints what is wrong.
fails_cleanly() {
  local name=$1 why=$2 status now
  act "$name" start >"$LAB/$name/failing" 2>&1
  status=$?
  now=$(snapshot "$name" quick)
  if [ "$status" -ne 0 ] && [ "$now" = "$(<"$LAB/$name/rememberedquick")" ]; then return; fi
  if [ "$status" -eq 0 ] && [ "$now" = "$(<"$LAB/$name/running")" ]; then echo runs >>"$LAB/$name/ran"; return; fi
  echo "$why: start says $status and leaves: $(diff -U0 "$LAB/$name/rememberedquick" - <<<"$now" | grep -v -E '^(---|\+\+\+|@@)' | one_line);"
  sed 's/^/    /' "$LAB/$name/failing" >&2
}

stop_if_it_ran() {
  [ -z "$wrong" ] && [ ! -e "$LAB/$1/ran" ] || act "$1" stop
  rm -f "$LAB/$1/ran"
}

# survives_failures HOST: every command that start runs fails once, and every sysctl that it writes refuses once.
survives_failures() {
  local name=$1 count index key keys wrong= tried=0
  remember "$name"; remember "$name" quick
  # The saved state counts too: a start that cannot note what it found must change nothing.
  watch_commands "$name" ip ifconfig route ipvsadm sysctl modprobe iptables mkdir cp mv touch
  act "$name" start || row "$name: start" $?
  snapshot "$name" quick >"$LAB/$name/running"
  count=$(commands "$name")
  command_log "$name" | sed "s/^/  $name runs: /"
  keys=$(diff "$LAB/$name/rememberedquick" "$LAB/$name/running" | sed -n 's|^> \(net/[^ =]*\)=.*|\1|p')
  act "$name" stop
  for ((index = 1; index <= count; index++)); do
    fail_command "$name" "$index"
    wrong+=$(fails_cleanly "$name" "command $index of $count")
    stop_if_it_ran "$name"
    tried=$((tried + 1))
  done
  fail_command "$name" 0
  for key in $keys; do
    # What the kernel changes along with ip_forward is not the script's own.
    grep -q -e "${key//./\\.}" -e "${key//\//\\.}" "$LAB/$name/root$(script_of "$name")" || continue
    freeze "$name" "$key"
    wrong+=$(fails_cleanly "$name" "$key cannot be written")
    thaw "$name" "$key"
    stop_if_it_ran "$name"
    tried=$((tried + 1))
  done
  row "$name: failures tried" "$tried"
  row "$name: not survived" "$wrong"
  row "$name: start, status, stop after all that" "$(codes "$name" start status stop)"
  row "$name: stop after all that left" "$(changes "$name" | one_line)"
}

# What is wrong with the host beside what WANTED (a snapshot's name: rememberedquick, running) tells; "" when nothing is.
differs_from() { snapshot "$1" quick | diff -U0 "$LAB/$1/$2" - | grep -v -E '^(---|\+\+\+|@@)' | one_line | sed '/^$/d'; }

# after HOST ACTION WANTED WHY: the action succeeds, and the host is as told.
after() {
  local name=$1 status left
  act "$name" "$2" >"$LAB/$name/failing" 2>&1
  status=$?
  left=$(differs_from "$name" "$3")
  [ "$status" -eq 0 ] && [ -z "$left" ] && return
  echo "$4, then $2: it says $status and leaves: $left;"
  sed 's/^/    /' "$LAB/$name/failing" >&2
}

# survives_signals HOST [STEP]: at every STEPth command of start and of stop the script is told to end (TERM), or killed (KILL).
# Told to end, start puts everything back, and stop ends what it began; killed, the next start or stop finds its way from anywhere.
survives_signals() {
  local name=$1 step=${2:-1} action signal index ended reached left wrong= tried=0 struck=0
  local -A count=()
  remember "$name" quick
  watch_commands "$name" ip ifconfig route ipvsadm sysctl modprobe iptables ip6tables nft mkdir cp mv touch rm
  act "$name" start || row "$name: start" $?
  count[start]=$(commands "$name")
  snapshot "$name" quick >"$LAB/$name/running"
  fail_command "$name" 0
  act "$name" stop || row "$name: stop" $?
  count[stop]=$(commands "$name")
  for signal in TERM KILL; do
    for action in start stop; do
      for ((index = 1; index <= count[$action]; index += step)); do
        fail_command "$name" 0
        [ "$action" = start ] || wrong+=$(after "$name" start running "before $signal at $index of stop")
        signal_command "$name" "$index" "$signal"
        act "$name" "$action" >"$LAB/$name/signalled" 2>&1
        ended=$?
        # What it was running when it was killed comes to its end.
        sleep 0.5
        tried=$((tried + 1))
        [ "$ended" = 0 ] || struck=$((struck + 1))
        if [ "$signal" = TERM ]; then
          # A signal that comes when all is done changes nothing.
          [ "$action $ended" = 'start 0' ] && reached=running || reached=rememberedquick
          left=$(differs_from "$name" "$reached")
          [ -z "$left" ] || wrong+="TERM at $index of $action ($(command_log "$name" | tail -n 1)): it says $ended and leaves: $left;"
        elif ((index % 2)); then
          fail_command "$name" 0
          wrong+=$(after "$name" start running "KILL at $index of $action")
        fi
        fail_command "$name" 0
        wrong+=$(after "$name" stop rememberedquick "$signal at $index of $action")
      done
    done
  done
  row "$name: signals tried" "$tried, $struck of them struck"
  row "$name: not survived" "$wrong"
}
