/** Random hosts for scenes/model-arithmetic.ts: files that the kernel runs and that the model reads, questions for both, and the model's answers. */
import fc from 'fast-check';
import { assembleHost } from '../../src/assemble/host.ts';
import { memoryFiles } from '../../src/base/file-set.ts';
import { parseIp } from '../../src/base/ip.ts';
import { answersArpFor } from '../../src/model/arp.ts';
import type { Host } from '../../src/model/host.ts';
import { routeTo } from '../../src/model/route.ts';
import { takesSource } from '../../src/model/reverse-path.ts';
import { forwards, sysctlValue } from '../../src/model/sysctl.ts';

/** One random host. */
export interface Sample {
  /** Below its root. */
  readonly files: ReadonlyMap<string, string>;
  /** Keys below /proc/sys/net/ipv4. */
  readonly keys: readonly string[];
  /** Asked for by ARP on a wire. */
  readonly arp: readonly { readonly device: string; readonly target: string }[];
  /** Looked up as the host's own packets. */
  readonly routes: readonly string[];
  /** Looked up as packets that come in. */
  readonly incoming: readonly { readonly device: string; readonly from: string; readonly to: string }[];
}

/** The one who asks, by the wire. */
export const asker: Readonly<Record<string, string>> = { eth0: '172.16.1.1', eth1: '10.1.0.1' };

const devices = ['eth0', 'eth1', 'dummy0', 'lo'] as const;
const conf = ['all', 'default', ...devices];
const parameters: Readonly<Record<string, readonly number[]>> = {
  arp_ignore: [0, 1, 1, 2, 3, 8], rp_filter: [0, 1, 1, 2], forwarding: [0, 1, 1], accept_local: [0, 1], arp_announce: [0, 1, 2], send_redirects: [0, 1], accept_redirects: [0, 1],
};
const setting = fc.constantFrom(...Object.keys(parameters)).chain((parameter) =>
  fc.tuple(fc.constantFrom(...conf).map((device) => `conf/${device}/${parameter}`), fc.constantFrom(...parameters[parameter]!)),
);
const anySetting = fc.oneof({ weight: 6, arbitrary: setting }, { weight: 1, arbitrary: fc.tuple(fc.constant('ip_forward'), fc.constantFrom(0, 1)) });

const vips = ['172.16.1.100', '172.16.1.101', '10.1.0.100', '10.7.0.1'];
const added = fc
  .tuple(fc.constantFrom(...vips), fc.constantFrom(32, 32, 32, 24, 16), fc.constantFrom('lo', 'lo', 'lo', 'dummy0', 'eth0', 'eth1'), fc.constantFrom('', '', '', ' scope host', ' scope link'))
  .map(([ip, prefix, device, scope]) => `ip addr add ${ip}/${prefix} dev ${device}${scope}`);
const route = fc.constantFrom(
  'ip route add default via 172.16.1.254', 'ip route add default via 10.1.0.254', 'ip route replace default via 10.1.0.253 dev eth1', 'ip route add 10.9.0.0/16 via 172.16.1.253',
  'ip route add 10.9.9.0/24 dev dummy0', 'ip route add 10.9.9.0/24 via 10.1.0.252', 'ip route add 10.7.0.0/24 dev eth0', 'ip route add default via 172.16.1.253 table 100', 'ip route add 10.9.0.0/16 via 172.16.1.252 table local',
  'ip route add local 10.8.0.0/16 dev lo', 'ip route add blackhole 10.9.9.128/25', 'ip route del default', 'route add -host 172.16.1.100 dev lo', 'route add -net 10.9.0.0 netmask 255.255.0.0 gw 172.16.1.251',
);
const link = fc.constantFrom('ip link set dummy0 up', 'ip link set dummy0 up', 'ip link set eth1 down', 'ip link set eth1 up', 'ifconfig lo:0 172.16.1.100 netmask 255.255.255.255 up', 'ifconfig dummy0 10.7.0.1 netmask 255.255.255.255 up', 'ip addr del 172.16.1.100/32 dev lo');
const written = anySetting.map(([key, value]) => `echo ${value} > /proc/sys/net/ipv4/${key}`);
const command = fc.oneof({ weight: 4, arbitrary: added }, { weight: 3, arbitrary: route }, { weight: 2, arbitrary: link }, { weight: 3, arbitrary: written });

const targets = [...vips, '172.16.1.10', '10.1.0.10', '172.16.1.77', '172.16.1.1', '10.1.0.1', '10.9.9.9', '10.9.9.200', '10.8.1.1', '10.20.0.1', '10.7.0.9'];
const wire = fc.constantFrom('eth0', 'eth1');

const sample: fc.Arbitrary<Sample> = fc
  .record({
    second: fc.boolean(),
    gateway: fc.boolean(),
    config: fc.array(anySetting, { maxLength: 6 }),
    commands: fc.array(command, { minLength: 1, maxLength: 7 }),
    arp: fc.array(fc.record({ device: wire, target: fc.constantFrom(...targets.slice(0, 8)) }), { minLength: 3, maxLength: 4 }),
    routes: fc.shuffledSubarray(targets, { minLength: 5, maxLength: 7 }),
    incoming: fc.array(fc.record({ device: wire, from: fc.constantFrom('172.16.1.1', '10.1.0.1', '10.20.0.7', '10.9.9.9'), to: fc.constantFrom('172.16.1.100', '172.16.1.10', '10.9.9.7', '10.20.0.1', '10.1.0.100') }), { minLength: 2, maxLength: 3 }),
    keys: fc.uniqueArray(setting.map(([key]) => key), { minLength: 8, maxLength: 8 }),
  })
  .map(({ second, gateway, config, commands, arp, routes, incoming, keys }) => ({ files: filesOf(second, gateway, config, sensible(commands)), keys: [...new Set([...keys, ...config.map(([key]) => key), 'ip_forward', 'conf/eth0/rp_filter', 'conf/eth1/forwarding'])], arp, routes, incoming }));

/**
 * Commands that make a route whose gateway lies in a network of lo at the time are left out: the kernel makes it a route through lo.
 */
function sensible(commands: readonly string[]): readonly string[] {
  const wide = (net: string, before: readonly string[]): boolean => before.some((line) => line.includes(` ${net}.`) && /\/(?:24|16) dev lo/.test(line));
  return commands.filter((line, at) => !['172.16', '10.1'].some((net) => new RegExp(`(?:via|gw) ${net.replace('.', '\\.')}\\.`).test(line) && wide(net, commands.slice(0, at))));
}

/** The network by interfaces(5), which the scene sets up by the words of `etc/network/plain`; sysctl files before it, a script behind it. */
function filesOf(second: boolean, gateway: boolean, config: readonly (readonly [string, number])[], commands: readonly string[]): ReadonlyMap<string, string> {
  const interfaces = `auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet static\n    address 172.16.1.10/24\n${gateway ? '    gateway 172.16.1.254\n' : ''}\nauto eth1\n${second ? 'iface eth1 inet static\n    address 10.1.0.10/24\n' : 'iface eth1 inet manual\n    up ip link set eth1 up\n'}`;
  const plain = ['addr add 172.16.1.10/24 broadcast + dev eth0', 'link set eth0 up', ...(gateway ? ['route add default via 172.16.1.254 dev eth0'] : []), ...(second ? ['addr add 10.1.0.10/24 broadcast + dev eth1'] : []), 'link set eth1 up'];
  return new Map([
    ['etc/network/interfaces', interfaces],
    ['etc/network/plain', plain.map((line) => `${line}\n`).join('')],
    ['etc/sysctl.d/50-lvs.conf', config.map(([key, value]) => `net/ipv4/${key} = ${value}\n`).join('')],
    ['etc/init.d/real', `#!/bin/bash\n# chkconfig: 2345 90 10\n# description: LVS real server\nstart() {\n    ip addr add 192.0.2.1/32 dev lo\n${commands.map((line) => `    ${line}\n`).join('')}}\n\ncase "$1" in\n    start) start ;;\nesac\n`],
  ]);
}

/** So many random hosts, always the same ones for a seed. */
export function samples(seed: number, count: number): readonly Sample[] {
  return fc.sample(sample, { seed, numRuns: count });
}

/** What the model answers: one line a question, in the words of the scene's script. */
export function modelAnswers(name: string, { files, keys, arp, routes, incoming }: Sample): readonly string[] {
  const { host } = assembleHost(name, memoryFiles(name, new Map([...files].filter(([path]) => path !== 'etc/network/plain'))));
  return [
    ...keys.map((key) => `${key} ${show(sysctlValue(host, `net/ipv4/${key}`))}`),
    ...arp.map(({ device, target }) => `arp ${device} ${target} ${show(answersArpFor(host, parseIp(target)!, device, parseIp(asker[device]!)))}`),
    ...routes.map((to) => `route ${to} ${way(host, to)}`),
    ...incoming.map(({ device, from, to }) => `in ${device} ${from} ${to} ${passes(host, device, from, to)}`),
  ];
}

function show(fact: { readonly state: 'unseen' } | { readonly state: 'set' | 'default'; readonly value: unknown }): string {
  return fact.state === 'unseen' ? 'unseen' : String(fact.value);
}

function way(host: Host, to: string): string {
  const fact = routeTo(host, parseIp(to)!);
  if (fact.state === 'unseen') return 'unseen';
  if (!fact.value) return 'none';
  return fact.value.by === 'local' ? 'local' : `${fact.value.via ? `via ${fact.value.via.text} ` : ''}dev ${fact.value.device}`;
}

/** What becomes of a packet that comes in: `net/ipv4/route.c: ip_route_input_slow()` in the model's words. */
function passes(host: Host, device: string, from: string, to: string): string {
  const [there, forwarding, taken] = [routeTo(host, parseIp(to)!), forwards(host, device), takesSource(host, device, parseIp(from)!)];
  if (there.state === 'unseen' || forwarding.state === 'unseen' || taken === undefined) return 'unseen';
  const local = there.value?.by === 'local';
  if (!local && !forwarding.value) return 'refused';
  if (!there.value) return 'refused';
  return !taken ? 'filtered' : local ? 'local' : 'forwarded';
}
