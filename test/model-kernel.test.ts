import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCidr, parseIp } from '../src/base/ip.ts';
import type { Host } from '../src/model/host.ts';
import { answersArpFor } from '../src/model/arp.ts';
import { sysctlValue, type Assignment } from '../src/model/sysctl.ts';
import type { FactKind } from '../src/model/words.ts';
import { assign } from '../src/parse/assign.ts';

// The model's arithmetic against this machine's own kernel, in network namespaces of their own; left out where the kernel or the user may not make them.
const at = { host: 'h', file: 'f', line: 1, column: 1, endLine: 1, endColumn: 1 };
type Write = readonly [key: string, value: number];

function inNamespaces(script: string): string {
  return spawnSync('bash', ['-s'], { encoding: 'utf8', input: script }).stdout;
}

const able = inNamespaces("unshare -n bash -c 'ip link add eth0 type veth peer name eth1 && echo 1 > /proc/sys/net/ipv4/ip_forward && cat /proc/sys/net/ipv4/conf/eth1/forwarding /proc/sys/net/ipv4/conf/default/a*_redirects /proc/sys/net/ipv4/conf/default/arp_ignore' 2>/dev/null").trim() === '1\n1\n0';
const kernel = able ? test : test.skip;

/** Kernel defaults, whatever the namespace inherited. conf/default stays as it is: a device that is made after a write to it takes no later one (its `state` is copied too). */
const reset = 'cd /proc/sys/net/ipv4; echo 1 > ip_forward; echo 0 > ip_forward; echo 0 > conf/all/arp_ignore; echo 1 > conf/all/accept_redirects;';

function host(config: readonly Write[], script: readonly Write[], addresses: readonly string[] = []): Host {
  const sysctls = new Map<string, Assignment[]>();
  const put = (by: 'config' | 'script') => ([key, value]: Write) => assign({ sysctls }, { key: `net/ipv4/${key}`, value: String(value), at, confidence: 'certain', optional: false, by });
  config.forEach(put('config'));
  script.forEach(put('script'));
  const held = addresses.map((text) => {
    const [cidr, device, scope] = text.split(' ') as [string, string, string?];
    return { ...parseCidr(cidr)!, device, prefixWritten: true, at, confidence: 'certain' as const, by: 'config' as const, ...(scope ? { scope } : {}) };
  });
  return { name: 'h', root: '.', roles: [], devices: new Map(), addresses: held, routes: [], sysctls, services: [], syncDaemons: [], modules: [], scripts: [], seen: new Set<FactKind>(['sysctl', 'addresses']) };
}

kernel('sysctl: after any writes before and after the network, the kernel holds what the model says', () => {
  const asked = ['ip_forward', ...['all', 'default', 'eth0', 'eth1', 'lo'].map((device) => `conf/${device}/forwarding`), ...['all', 'eth0', 'eth1'].map((device) => `conf/${device}/accept_redirects`), ...['all', 'default', 'eth0', 'eth1', 'lo'].map((device) => `conf/${device}/arp_ignore`)];
  const write = fc.tuple(fc.constantFrom(...asked.filter((key) => !key.includes('/lo/'))), fc.constantFrom(0, 1, 2));
  const samples = fc.sample(fc.tuple(fc.array(write, { maxLength: 6 }), fc.array(write, { maxLength: 4 })), 40);
  const echo = (writes: readonly Write[]): string => writes.map(([key, value]) => `echo ${value} > ${key};`).join(' ');
  const printed = inNamespaces(
    samples.map(([config, script]) => `unshare -n bash -c '${reset} ip link set lo up; ip link add eth0 type veth peer name eth1; ${echo(config)} ip addr add 10.0.0.1/24 dev eth0; ip addr add 10.1.0.1/24 dev eth1; ip link set eth0 up; ip link set eth1 up; ${echo(script)} echo $(cat ${asked.join(' ')})'\n`).join(''),
  ).trim().split('\n');
  samples.forEach(([config, script], index) => {
    const model = asked.map((key) => {
      const fact = sysctlValue(host(config, script, ['10.0.0.1/24 eth0', '10.1.0.1/24 eth1']), `net/ipv4/${key}`);
      return fact.state === 'unseen' ? 'unseen' : String(fact.value);
    });
    assert.equal(Object.fromEntries(asked.map((key, place) => [key, model[place]])), Object.fromEntries(asked.map((key, place) => [key, printed[index]!.split(' ')[place]])), JSON.stringify({ config, script }));
  });
});

const arping = able && spawnSync('sh', ['-c', 'command -v arping && command -v nsenter']).status === 0 ? test : test.skip;
arping('ARP: a neighbour gets the answer that the model says', () => {
  const setting = fc.tuple(fc.constantFrom('all', 'eth0', 'lo', 'default', 'eth1').map((device) => `conf/${device}/arp_ignore`), fc.constantFrom(0, 1, 2, 3, 4, 8, 9));
  const vip = fc.constantFrom('172.16.1.100/32 lo', '172.16.1.100/32 lo host', '172.16.1.100/24 lo', '172.16.1.100/32 eth0', '172.16.1.100/32 eth1', '172.16.1.100/24 eth0');
  const samples = fc.sample(fc.tuple(vip, fc.array(setting, { maxLength: 3 }), fc.constantFrom('172.16.1.100', '172.16.1.100', '172.16.1.77', '172.16.1.10')), 12);
  const one = ([held, writes, target]: (typeof samples)[number]): string => {
    const [cidr, device, scope] = held.split(' ') as [string, string, string?];
    const inside = `${reset} ip link set lo up; ip link add eth1 type veth peer name eth9; ${writes.map(([key, value]) => `echo ${value} > ${key};`).join(' ')} ip addr add 172.16.1.10/24 dev eth0; ip addr add ${cidr} dev ${device} ${scope ? `scope ${scope}` : ''}; for d in eth0 eth1 eth9; do ip link set $d up; done`;
    return `unshare -n bash -c 'unshare -n sleep 60 & P=$!; sleep 0.1; ip link add cl0 type veth peer name eth0; ip link set eth0 netns $P; ip addr add 172.16.1.1/24 dev cl0; ip link set cl0 up; nsenter -t $P -n bash -c "${inside.replace(/\$/g, '\\$')}"; sleep 0.1; arping -c 1 -w 1 -I cl0 ${target} > /dev/null 2>&1 && echo true || echo false; kill $P' 2>/dev/null &\nwait\n`;
  };
  const printed = inNamespaces(samples.map(one).join('')).trim().split('\n');
  samples.forEach(([held, writes, target], index) => {
    const fact = answersArpFor(host(writes, [], ['172.16.1.10/24 eth0', held]), parseIp(target)!, 'eth0', parseIp('172.16.1.1'));
    assert.is(fact.state === 'unseen' ? 'unseen' : String(fact.value), printed[index], JSON.stringify({ held, writes, target }));
  });
});

test.run();
