/**
 * Rendered scripts under fire: killed in the middle, started twice at once, on hosts that lack what they need. A host is then as it was, or as it
 * was asked to be, and the message says what to do.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderedTrees } from '../rendered.ts';
import { rowsRead, type Scene } from '../scene.ts';
import { topology as everything } from './everything.ts';
import { clusters } from './rendered.ts';

export const family = 'fire';

const treesOf = (name: string, ...options: readonly string[]): ReturnType<typeof renderedTrees> => renderedTrees(join('fixtures', 'specs', name, 'spec.json'), ...options);
const topologyOf = (name: string): string => clusters.find((cluster) => cluster.name === name)!.topology;

/** Hosts of one cluster, each with how many commands lie between two signals. */
const signals = (name: string, files: Scene['files'], topology: string, hosts: Readonly<Record<string, number>>): Scene => ({
  name: `fire/${name}`,
  timeoutSeconds: 1800,
  ...(files && { files }),
  script: `${topology}\n${Object.entries(hosts).map(([host, step]) => `survives_signals ${host} ${step}`).join('\n')}`,
  expect: rowsRead(Object.fromEntries(Object.keys(hosts).flatMap((host) => [[`${host}: signals tried`, /^\d+, [1-9]\d* of them struck$/], [`${host}: not survived`, '']]))),
});

/** What a host may lack or have wrong, how start ends, and what it says. */
const lacks: readonly { readonly what: string; readonly how: string; readonly status: RegExp; readonly says: RegExp }[] = [
  { what: 'no ipvsadm', how: 'hide lvs1 ipvsadm', status: /^5$/, says: /ipvsadm is not installed; the package is called ipvsadm/ },
  { what: 'no ip, no ifconfig', how: 'hide lvs1 ip ifconfig', status: /^5$/, says: /neither ip \(iproute2\) nor ifconfig \(net-tools\) is installed/ },
  { what: 'no module', how: 'rm -f $LAB/lvs1/root/lib/modules/*/kernel/net/netfilter/ipvs/ip_vs_wlc.ko*; modprobe -r ip_vs_wlc', status: /^5$/, says: /ip_vs_wlc/ },
  { what: 'no card', how: 'net lvs1 ip link set eth0 down; net lvs1 ip link set eth0 name eth7', status: /^6$/, says: /there is no device eth0; see 'ip link'/ },
  { what: 'no /run', how: 'umount $LAB/lvs1/root/run; rm -rf $LAB/lvs1/root/run; rm -f $LAB/lvs1/root/var/run', status: /^[1-9]$/, says: /cannot write \S+; nothing was changed|cannot write \S+\.lock/ },
  { what: '/run is full', how: 'mount -t tmpfs -o size=4k,nr_inodes=3 full $LAB/lvs1/root/run; head -c 4096 /dev/zero >$LAB/lvs1/root/run/zero', status: /^[1-9]$/, says: /cannot write/ },
  { what: '/run is read-only', how: 'mount -t tmpfs -o ro none $LAB/lvs1/root/run', status: /^[1-9]$/, says: /cannot write/ },
];

/** What does not stand in the way. */
const bears: readonly { readonly what: string; readonly how: string }[] = [
  { what: '/etc is read-only', how: 'mount --bind $LAB/lvs1/root/etc $LAB/lvs1/root/etc && mount -o remount,bind,ro $LAB/lvs1/root/etc' },
  { what: '/var/run in place of /run', how: 'umount $LAB/lvs1/root/run; rm -rf $LAB/lvs1/root/run; rm -f $LAB/lvs1/root/var/run; mkdir $LAB/lvs1/root/var/run' },
  { what: 'no flock', how: 'hide lvs1 flock' },
  { what: 'no arping', how: 'hide lvs1 arping' },
];

const lacking = (files: Scene['files']): readonly Scene[] => [
  ...lacks.map(
    ({ what, how, status, says }): Scene => ({
      name: `fire/${what.replace(/\W+/g, '-').replace(/^-/, '')}`,
      ...(files && { files }),
      script: `${topologyOf('dr')}
        ${how}
        remember lvs1 quick
        row 'start' "$(codes lvs1 start)"
        row 'says' "$(one_line <$LAB/lvs1/said)"
        row 'left' "$(differs_from lvs1 rememberedquick)"`,
      expect: rowsRead({ start: status, says, left: '' }),
    }),
  ),
  ...bears.map(
    ({ what, how }): Scene => ({
      name: `fire/${what.replace(/\W+/g, '-').replace(/^-/, '')}`,
      ...(files && { files }),
      script: `${topologyOf('dr')}
        ${how}
        remember lvs1 quick
        row 'start, start, status, restart, stop, status' "$(codes lvs1 start start status restart stop status)"
        row 'left' "$(differs_from lvs1 rememberedquick)"`,
      expect: rowsRead({ 'start, start, status, restart, stop, status': '0 0 0 0 0 3', left: '' }),
    }),
  ),
];

/** Two at once: one waits for the other. The clock may jump in between. */
const together = (files: Scene['files']): Scene => ({
  name: 'fire/two-at-once',
  timeoutSeconds: 240,
  ...(files && { files }),
  script: `${topologyOf('dr')}
    # at_once HOST ACTION ACTION: the exit codes of two runs side by side.
    at_once() {
      local one two
      on $1 timeout 60 $(script_of $1) $2 </dev/null >$LAB/$1/one 2>&1 & one=$!
      on $1 timeout 60 $(script_of $1) $3 </dev/null >$LAB/$1/two 2>&1 & two=$!
      wait $one; one=$?; wait $two
      row "$1: $2 and $3" "$one $?"
    }
    for each in lvs1 web1; do
      remember $each quick
      act $each start; snapshot $each quick >$LAB/$each/running; act $each stop
      at_once $each start start
      row "$each: runs" "$(differs_from $each running)"
      at_once $each restart restart
      row "$each: still runs" "$(differs_from $each running)"
      at_once $each stop stop
      row "$each: left" "$(differs_from $each rememberedquick)"
      at_once $each start stop
      act $each stop
      row "$each: left at last" "$(differs_from $each rememberedquick)"
      now=$(date +%s)
      act $each start
      date -s '1999-12-31 23:59:59' >/dev/null; row "$each: long ago" "$(codes $each status start)"
      date -s '2038-01-20' >/dev/null; row "$each: far ahead" "$(codes $each status stop status)"
      date -s "@$now" >/dev/null
      row "$each: left by the clock" "$(differs_from $each rememberedquick)"
    done`,
  expect: rowsRead(
    Object.fromEntries(
      ['lvs1', 'web1'].flatMap((host) => [
        [`${host}: start and start`, '0 0'], [`${host}: runs`, ''], [`${host}: restart and restart`, '0 0'], [`${host}: still runs`, ''], [`${host}: stop and stop`, '0 0'], [`${host}: left`, ''],
        [`${host}: start and stop`, '0 0'], [`${host}: left at last`, ''], [`${host}: long ago`, '0 0'], [`${host}: far ahead`, '0 0 3'], [`${host}: left by the clock`, ''],
      ]),
    ),
  ),
});

/** The worst path that a spec lets through, where a shell that saw it would run /canary; keepalived asks for it as it stands. */
const worst = '/x&/canary&/canary?a=%n,~root:@h';

const canary = (): Scene => {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-canary-'));
  try {
    const spec = JSON.parse(readFileSync(join('fixtures', 'specs', 'dr', 'spec.json'), 'utf8')) as { services: Record<string, unknown>[] };
    for (const service of spec.services) service['check'] = { type: 'http', path: worst };
    writeFileSync(join(folder, 'spec.json'), JSON.stringify(spec));
    const bird = { content: '#!/bin/sh\ntouch /tmp/struck\n', mode: 0o755 };
    return {
      name: 'fire/canary',
      timeoutSeconds: 120,
      files: new Map([...renderedTrees(join(folder, 'spec.json'), '--target', 'keepalived'), ['lvs1/canary', bird], ['web1/canary', bird]]),
      script: `${topologyOf('dr')}
        on lvs1 /canary; row 'the bird sings' "$(ls $LAB/lvs1/root/tmp)"; rm $LAB/lvs1/root/tmp/struck
        for each in web1 web2; do on $each bash -c '/etc/init.d/real start'; done
        on lvs1 keepalived -f /etc/keepalived/keepalived.conf </dev/null >/dev/null 2>&1
        sleep 12
        row 'checked and served' "$(requests client 172.16.1.100 80 4)"
        row 'asked for' "$(grep -c -F '${worst}' $LAB/lvs1/root/etc/keepalived/keepalived.conf)"
        pkill keepalived; sleep 2
        for each in web1 web2; do on $each bash -c '/etc/init.d/real stop'; done
        row 'struck' "$(ls $LAB/lvs1/root/tmp $LAB/web1/root/tmp | grep struck)"`,
      expect: rowsRead({ 'the bird sings': /struck/, 'checked and served': 'web1=2 web2=2', 'asked for': /^[12]$/, struck: '' }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

export const scenes = (): readonly Scene[] => {
  const dr = treesOf('dr');
  return [
    signals('signals-dr', dr, topologyOf('dr'), { web1: 1, lvs1: 1 }),
    signals('signals-tun', treesOf('tun'), topologyOf('tun'), { web1: 1 }),
    signals('signals-nat', treesOf('nat'), topologyOf('nat'), { lvs1: 1 }),
    signals('signals-everything', treesOf('everything'), everything, { lvs1: 5, far1: 2 }),
    signals('signals-systemd', treesOf('everything', '--target', 'systemd'), everything, { lvs1: 7, web1: 2 }),
    ...lacking(dr),
    together(dr),
    canary(),
  ];
};
