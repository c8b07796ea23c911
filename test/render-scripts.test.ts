import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sourceText } from '../src/base/text.ts';
import { planCluster } from '../src/plan/plan.ts';
import { renderPlan } from '../src/render/render.ts';
import { readSpec } from '../src/spec/read.ts';

/**
 * The rendered `real` at work in a network and mount namespace of its own (no IPVS needed; the director's script is run by the kernel tests). Where this machine gives no namespaces, only
 * the exit codes that need none are looked at.
 */
function script(host: string, path: string, change: (spec: any) => void = () => {}): string {
  const spec = JSON.parse(readFileSync('fixtures/specs/dr/spec.json', 'utf8'));
  change(spec);
  const read = readSpec(sourceText('spec', 'spec.json', JSON.stringify(spec)));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const planned = planCluster(read);
  if ('refused' in planned) throw new Error(JSON.stringify(planned.refused));
  return renderPlan(planned.plan, { version: '0.1.0' }).find((file) => file.host === host && file.path === path)!.text;
}

const namespaces = spawnSync('unshare', ['-mnp', '--fork', 'bash', '-c', 'mount -t tmpfs x /mnt && ip link set lo up && ip link add nic0 type veth peer name nic1 && mkdir /mnt/up /mnt/work && mount -t overlay x -o lowerdir=/usr,upperdir=/mnt/up,workdir=/mnt/work /usr'], { stdio: 'ignore' }).status === 0;
const lab = `
set -u
export LC_ALL=C
mount -t tmpfs run /run && mkdir /run/lock
mkdir /run/upper /run/work && mount -t overlay usr -o lowerdir=/usr,upperdir=/run/upper,workdir=/run/work /usr
mount -t tmpfs local /usr/local/sbin
ip link set lo up && ip link add eth0 type veth peer name other && ip addr add 172.16.1.10/24 dev eth0 && ip link set eth0 up
cp -L "$(command -v ip)" /run/lab-ip
snapshot() {
  { /run/lab-ip -o addr; /run/lab-ip -4 route show table all; grep -s . /proc/sys/net/ipv4/conf/*/{arp_ignore,arp_announce,forwarding,accept_redirects,send_redirects,rp_filter} /proc/sys/net/ipv4/ip_forward; } | sed -E 's/\\\\ .*//; s/^[0-9]+: //' | grep -v fe80 | sort
}
hide() { local folder; for folder in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do rm -f "$folder/$1"; done; hash -r; }
row() { echo "ROW $*"; }
real=$WORK/real
snapshot >/run/before
same() { snapshot | diff /run/before - >/run/diff && echo same || { echo changed; cat /run/diff; }; }
`;

function inLab(body: string, files: Readonly<Record<string, string>> = {}): readonly string[] {
  const work = mkdtempSync(join(tmpdir(), 'lvs-gen-scripts-'));
  try {
    for (const [name, text] of Object.entries({ real: script('web1', 'etc/init.d/real'), ...files })) writeFileSync(join(work, name), text, { mode: 0o755 });
    mkdirSync(join(work, 'bin'));
    const { stdout, stderr, status, error } = spawnSync('unshare', ['-mnp', '--fork', '--mount-proc', 'bash', '-c', lab + body], { encoding: 'utf8', env: { ...process.env, WORK: work }, timeout: 240_000 });
    if (status !== 0) throw new Error(`the lab ended with ${status}: ${error?.message ?? ''}\n${stdout}\n${stderr}`);
    return stdout.split('\n').filter((line) => line.startsWith('ROW ')).map((line) => line.slice(4));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const has = (program: string): boolean => spawnSync('bash', ['-c', `command -v ${program}`]).status === 0;
const toolsets: readonly (readonly [name: string, setup: string])[] = [
  ['iproute2', 'hide ifconfig; hide route'],
  ...(has('ifconfig') ? [['net-tools', 'hide ip'] as const] : []),
  ...(has('busybox') ? [['busybox', 'box=$(command -v busybox); for each in $(busybox --list | grep -xE "ip|ifconfig|flock|arping|mkdir|cp|mv|rm|sleep|uname"); do ln -s "$box" /usr/local/sbin/$each; done'] as const] : []),
  ['no flock', 'hide flock'],
];

if (namespaces) {
  for (const [name, setup] of toolsets) {
    test(`${name}: start, again, status, stop, again`, () => {
      assert.equal(inLab(`
        ${setup}
        $real status; row "status $?"
        $real start; row "start $?"
        snapshot >/run/running
        row "$(/run/lab-ip -o -4 addr show dev lo | grep -o '172.16.*lo:lvs1' | sed 's/ brd [^ ]*//')" "$(cat /proc/sys/net/ipv4/conf/{all,eth0}/arp_{ignore,announce} | tr '\\n' ' ')"
        $real start; row "start $?"; snapshot | diff /run/running - && row unchanged
        $real status; row "status $?"
        $real condrestart >/dev/null; row "condrestart $?"; snapshot | diff /run/running - && row unchanged
        $real stop; row "stop $?" "$(same)"
        $real status; row "status $?"
        $real stop; row "stop $?" "$(same)"
        $real condrestart; row "condrestart $?" "$(same)"; $real reload 2>/dev/null; row "reload $?"`),
      ['status 3', 'start 0', '172.16.1.100/32 scope global lo:lvs1 1 2 1 2 ', 'start 0', 'unchanged', 'status 0', 'condrestart 0', 'unchanged', 'stop 0 same', 'status 3', 'stop 0 same', 'condrestart 0 same', 'reload 7']);
    });
  }

  /** Wrappers count every call of the programs that the script uses and act on the one that is chosen. */
  const wrapped = `
    for each in ip ifconfig mkdir cp mv rm flock; do
      path=$(command -v $each) || continue
      printf '#!/bin/bash\\nn=$(($(</run/n) + 1)); echo $n >/run/n; if [ $n = "$(</run/chosen)" ]; then program=%s; . /run/act; fi; exec %s "$@"\\n' "$path" "$path" >/usr/local/sbin/$each
      chmod 755 /usr/local/sbin/$each
    done
    arm() { echo 0 >/run/n; echo "$1" >/run/chosen; echo "$2" >/run/act; }
    arm 0 :
    echo 1 >/proc/sys/net/ipv4/conf/all/arp_announce; snapshot >/run/before
  `;

  for (const [name, setup] of toolsets.slice(0, 2)) {
    test(`${name}: whichever command of start fails, all is as before or all is there`, () => {
      const rows = inLab(`
        ${setup}
        ${wrapped}
        $real start >/dev/null; calls=$(</run/n); $real stop >/dev/null; row "calls $calls"
        for ((i = 1; i <= calls; i++)); do
          arm $i 'exit 1'; $real start >/run/said 2>&1; code=$?; arm 0 :
          if [ $code = 0 ]; then $real status >/dev/null; row "whole $?"; else row "failed $code $(same) said $(wc -l </run/said | grep -c -v '^0')"; fi
          $real stop >/dev/null; row "stop $? $(same)"
        done`);
      assert.match(rows[0]!, /^calls ([5-9]|\d\d)$/);
      assert.equal(rows.slice(1).filter((row) => !/^(whole 0|failed [16] same said 1|stop 0 same)$/.test(row)), []);
      assert.ok(rows.some((row) => row.startsWith('failed')));
    });

    test(`${name}: killed at any command of start, stop undoes it, and so does the next start`, () => {
      const rows = inLab(`
        ${setup}
        ${wrapped}
        $real start >/dev/null; calls=$(</run/n); $real stop >/dev/null
        for ((i = 1; i <= calls; i++)); do
          # Every other time only after the command has done its work.
          ((i % 2)) && arm $i 'kill -9 $PPID; exit 1' || arm $i '"$program" "$@"; kill -9 $PPID; exit 1'; $real start >/dev/null 2>&1; row "killed $?"; arm 0 :
          $real status >/dev/null; row "left $?"
          if ((i % 3)); then $real start >/dev/null 2>&1; row "start $?"; $real status >/dev/null; row "status $?"; fi
          $real stop >/dev/null; row "stop $? $(same)"
        done`);
      assert.equal(rows.filter((row) => !/^(killed (137|[016])|start 0|status 0|left [013]|stop 0 same)$/.test(row)), []);
      assert.ok(rows.includes('left 1'), 'some of them leave a start half done');
    });

    test(`${name}: a stop that fails says so, keeps the ARP settings while the VIP is here, and ends when it is called again`, () => {
      assert.equal(inLab(`
        ${setup}
        ${wrapped}
        $real start >/dev/null
        tool=/usr/local/sbin/${name === 'iproute2' ? 'ip' : 'ifconfig'}; mv $tool /run/kept
        printf '#!/bin/bash\\ncase "$*" in *del*|*down*) exit 1 ;; esac; exec /run/kept "$@"\\n' >$tool; chmod 755 $tool
        $real stop 2>/dev/null; row "stop $?" "$(cat /proc/sys/net/ipv4/conf/all/arp_ignore)"
        mv /run/kept $tool
        $real stop >/dev/null; row "stop $?" "$(same)"`), ['stop 1 1', 'stop 0 same']);
    });
  }

  test('four starts at once: one does it, all end well', () => {
    assert.equal(inLab(`
      for i in 1 2 3 4; do $real start >/run/out$i 2>&1 & pids[i]=$!; done
      for i in 1 2 3 4; do wait \${pids[i]}; row "start $?"; done
      row "$(cat /run/out? | sort | uniq -c | sed 's/  */ /g' | tr '\\n' ';' | grep -c running)" "$(/run/lab-ip -o addr | grep -c lvs1)"
      $real stop >/dev/null; row "$(same)"`), ['start 0', 'start 0', 'start 0', 'start 0', '1 1', 'same']);
  });

  test('a VIP that somebody else put there is refused and stays', () => {
    const rows = inLab(`
      /run/lab-ip addr add 172.16.1.100/32 dev eth0; snapshot >/run/before
      row "$($real start 2>&1)"; row "$(same)"; $real stop >/dev/null; row "$(same)"`);
    assert.match(rows[0]!, /^real: 172\.16\.1\.100 is on eth0 already/);
    assert.equal(rows.slice(1), ['same', 'same']);
  });

  test('a parameter that cannot be written, a device that is not there, no tools', () => {
    const rows = inLab(`
      mount --bind /proc/sys/net/ipv4/conf/eth0/arp_announce /proc/sys/net/ipv4/conf/eth0/arp_announce && mount -o remount,bind,ro /proc/sys/net/ipv4/conf/eth0/arp_announce
      $real start 2>/run/said; row "$? $(same)" "$(head -n 1 /run/said)"; umount /proc/sys/net/ipv4/conf/eth0/arp_announce
      $real start nonsense >/dev/null; $real stop >/dev/null
      /run/lab-ip link del eth0; snapshot >/run/before; $real start 2>/run/said; row "$? $(same)" "$(cat /run/said)"
      hide ip; hide ifconfig; $real start 2>/dev/null; row "$?"`);
    assert.equal(rows.map((row) => row.split(' ').slice(0, 2).join(' ')), ['1 same', '6 same', '5']);
    assert.match(rows[0]!, /cannot set \/proc\/sys\/net\/ipv4\/conf\/eth0\/arp_announce to 2/);
    assert.match(rows[1]!, /there is no device eth0/);
  });

  test('a new edition of the script stops what the old one started', () => {
    const next = script('web1', 'etc/init.d/real', (spec) => void (spec.services[0].vip = '172.16.1.101'));
    assert.equal(inLab(`
      cp $WORK/real /run/service; /run/service start >/dev/null; cp $WORK/next /run/service
      /run/service status >/dev/null; row "status $?"
      row "$(/run/service start | tr -d .)"
      /run/service restart >/dev/null; row "restart $?" "$(/run/lab-ip -o addr | grep -o '172[^ ]*/32' | tr '\\n' ' ')"
      /run/service stop >/dev/null; row "stop $?" "$(same)"`, { next }),
    ['status 0', 'real: running by an earlier edition of this script; this one takes over with: /run/service restart', 'restart 0 172.16.1.101/32 ', 'stop 0 same']);
  });

  test('what was found in another boot counts for nothing', () => {
    assert.equal(inLab(`
      $real start >/dev/null; sed -i 's/^boot .*/boot another/' /run/lvs-real/found; rm -f /run/lock/real
      $real status >/dev/null; row "status $?"; /run/lab-ip addr del 172.16.1.100/32 dev lo
      $real start >/dev/null; row "start $?"; $real stop >/dev/null; row "stop $?"`), ['status 3', 'start 0', 'stop 0']);
  });

  test('a lock file without a start is told as dead', () => {
    assert.equal(inLab('touch /run/lock/real; $real status >/dev/null; row "$?"; $real stop >/dev/null; row "$?"; $real status >/dev/null; row "$?"'), ['1', '0', '3']);
  });
}

test('wrong use is 2, and the usage goes to stderr', () => {
  for (const [host, path] of [['web1', 'etc/init.d/real'], ['lvs1', 'etc/init.d/ipvs']] as const) {
    for (const args of [[], ['strat'], ['']]) {
      const { status, stdout, stderr } = spawnSync('bash', ['-c', script(host, path), 'x', ...args], { encoding: 'utf8' });
      assert.is(status, 2);
      assert.is(stdout, '');
      assert.match(stderr, /Usage: .*\{start\|stop\|restart\|try-restart\|condrestart\|reload\|force-reload\|status\}/);
    }
  }
});

test('not root is 4', () => {
  const nobody = process.getuid?.() === 0 ? ['setpriv', '--reuid', '65534', '--clear-groups'] : ['env'];
  if (spawnSync(nobody[0]!, ['--help'], { stdio: 'ignore' }).error) return;
  for (const action of ['start', 'stop', 'restart']) {
    const { status, stderr } = spawnSync(nobody[0]!, [...nobody.slice(1), 'bash', '-c', script('web1', 'etc/init.d/real'), 'real', action], { encoding: 'utf8' });
    assert.is(status, 4, stderr);
    assert.match(stderr, /only root/);
  }
});

test.run();
