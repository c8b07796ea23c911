import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Fact } from '../src/base/fact.ts';
import { memoryFiles } from '../src/base/file-set.ts';
import { parseCidr, parseIp, type Ip } from '../src/base/ip.ts';
import type { Span } from '../src/base/origin.ts';
import { sourceText } from '../src/base/text.ts';
import { addressFacing, deviceFacing, deviceHolding, deviceKind, hearingDevices, holdings, vipHoldings } from '../src/model/device.ts';
import type { Address, Host, Route } from '../src/model/host.ts';
import { defaultGateway, routeTo } from '../src/model/route.ts';
import { answersArpFor, hidesArp } from '../src/model/arp.ts';
import { effective, forwards, inheritedLine, sysctlNumber, sysctlValue, type Assignment } from '../src/model/sysctl.ts';
import { factKinds } from '../src/model/words.ts';
import { assign } from '../src/parse/assign.ts';
import type { HostDraft } from '../src/parse/draft.ts';
import { applySysctl } from '../src/parse/sysctl/apply.ts';
import { readSysctl } from '../src/parse/sysctl/read.ts';

const ip = (text: string): Ip => parseIp(text)!;
const vip = ip('172.16.1.100');
const at = (line: number, file = 'etc/x'): Span => ({ host: 'web1', file, line, column: 1, endLine: line, endColumn: 2 });

interface Made {
  /** Lines of sysctl.conf(5), written before the network. */
  readonly sysctl?: string;
  /** `KEY=VALUE` written by a script, when the devices hold their addresses. */
  readonly script?: readonly string[];
  /** `CIDR DEVICE [SCOPE]` */
  readonly addresses?: readonly string[];
  readonly routes?: readonly Omit<Route, 'at' | 'confidence' | 'family' | 'table'>[];
  readonly unseen?: readonly (typeof factKinds)[number][];
}

function host({ sysctl = '', script = [], addresses = [], routes = [], unseen = [] }: Made): Host {
  const sysctls = new Map<string, Assignment[]>();
  const source = sourceText('web1', 'etc/sysctl.conf', sysctl);
  const draft = { name: 'web1', files: memoryFiles('.', new Map()), sysctls } as unknown as HostDraft;
  applySysctl([{ source, statements: readSysctl(source) }], draft);
  script.forEach((line, index) => {
    const [key, value] = line.split('=') as [string, string];
    assign(draft, { key, value, at: at(index + 1, 'etc/init.d/real'), confidence: 'certain', optional: false, by: 'script' });
  });
  const held = addresses.map((text, index): Address => {
    const [cidr, device, scope] = text.split(' ') as [string, string, string?];
    return { ...parseCidr(cidr, 'host')!, device, prefixWritten: true, at: at(100 + index), confidence: 'certain', by: 'config', ...(scope ? { scope } : {}) };
  });
  return {
    name: 'web1', root: 'web1', roles: [], devices: new Map(), addresses: held, sysctls, services: [], syncDaemons: [], modules: [], scripts: [],
    routes: routes.map((route, index): Route => ({ ...route, table: 'main', family: route.to === 'default' ? (route.via?.family ?? 4) : route.to.ip.family, at: at(200 + index), confidence: 'certain' })),
    seen: new Set(factKinds.filter((kind) => !unseen.includes(kind))),
  };
}

const value = <T>(fact: Fact<T>): T | 'unseen' => (fact.state === 'unseen' ? 'unseen' : fact.value);
const real = ['127.0.0.1/8 lo', '172.16.1.10/24 eth0', '172.16.1.100/32 lo'];

// kernel-measured: a real server that holds the VIP on lo, asked for it on eth0. `true`: it answers, so the VIP has three MACs.
const matrix: readonly (readonly [name: string, answers: boolean, sysctl: string, addresses?: readonly string[]])[] = [
  ['nothing', true, ''],
  ['only lo.arp_ignore=1', true, 'net.ipv4.conf.lo.arp_ignore=1'],
  ['only all.arp_ignore=1', false, 'net.ipv4.conf.all.arp_ignore=1'],
  ['only eth0.arp_ignore=1', false, 'net.ipv4.conf.eth0.arp_ignore=1'],
  ['all.arp_ignore=2', false, 'net.ipv4.conf.all.arp_ignore=2'],
  ['all.arp_ignore=3', true, 'net.ipv4.conf.all.arp_ignore=3'],
  ['all.arp_ignore=3, VIP of scope host', false, 'net.ipv4.conf.all.arp_ignore=3', ['172.16.1.10/24 eth0', '172.16.1.100/32 lo host']],
  ['all.arp_ignore=4 (reserved)', true, 'net.ipv4.conf.all.arp_ignore=4'],
  ['all.arp_ignore=8', false, 'net.ipv4.conf.all.arp_ignore=8'],
  ['all.arp_ignore=9', true, 'net.ipv4.conf.all.arp_ignore=9'],
  ['all.arp_ignore=1 eth0.arp_ignore=0', false, 'net.ipv4.conf.all.arp_ignore=1\nnet.ipv4.conf.eth0.arp_ignore=0'],
  ['all.arp_ignore=0 eth0.arp_ignore=1', false, 'net.ipv4.conf.eth0.arp_ignore=1\nnet.ipv4.conf.all.arp_ignore=0'],
  ['all.arp_ignore=1 but VIP on eth0 instead of lo', true, 'net.ipv4.conf.all.arp_ignore=1', ['172.16.1.10/24 eth0', '172.16.1.100/32 eth0']],
  ['all.arp_ignore=8 and VIP on eth0', false, 'net.ipv4.conf.all.arp_ignore=8', ['172.16.1.10/24 eth0', '172.16.1.100/32 eth0']],
  ['all.arp_ignore=1, VIP on dummy0', false, 'net.ipv4.conf.all.arp_ignore=1', ['172.16.1.10/24 eth0', '172.16.1.100/32 dummy0']],
  ['dummy0.arp_ignore=1 only, VIP on dummy0', true, 'net.ipv4.conf.dummy0.arp_ignore=1', ['172.16.1.10/24 eth0', '172.16.1.100/32 dummy0']],
  ['reference: all+lo arp_ignore=1', false, 'net.ipv4.conf.all.arp_ignore=1\nnet.ipv4.conf.lo.arp_ignore=1'],
  ['set, then set back by a later line', true, 'net.ipv4.conf.all.arp_ignore=1\nnet.ipv4.conf.all.arp_ignore=0'],
];

for (const [name, answers, sysctl, addresses] of matrix) {
  test(`ARP: ${name}`, () => {
    const made = host({ sysctl, addresses: addresses ?? real });
    assert.is(value(answersArpFor(made, vip, 'eth0')), answers);
    assert.is(value(hidesArp(made, vip)), !answers);
  });
}

test('ARP: conf/default written by a script after eth0 has its address does not reach it; written before the network, it does', () => {
  assert.is(value(answersArpFor(host({ addresses: real, script: ['net/ipv4/conf/default/arp_ignore=1'] }), vip, 'eth0')), true);
  const early = host({ addresses: real, sysctl: 'net.ipv4.conf.default.arp_ignore=1' });
  const fact = answersArpFor(early, vip, 'eth0');
  assert.is(value(fact), false);
  assert.is(fact.state === 'set' && fact.confidence, 'likely');
  assert.is(inheritedLine(early, 'eth0', 'arp_ignore')?.value, '1');
  assert.is(inheritedLine(host({ sysctl: 'net.ipv4.conf.default.arp_ignore=1\nnet.ipv4.conf.eth0.arp_ignore=0' }), 'eth0', 'arp_ignore'), undefined);
});

test('ARP: a command of a network file reaches the devices that hold no address yet, and no other', () => {
  const early = host({ addresses: [...real, '10.0.0.5/24 eth1'] });
  const line: Assignment = { key: 'net/ipv4/conf/default/arp_ignore', value: '1', at: { host: 'web1', file: 'etc/network/interfaces', line: 1, column: 1, endLine: 1, endColumn: 2 }, confidence: 'certain', optional: false, by: 'script', bare: ['eth0'] };
  const sysctls = new Map([[line.key, [line]]]);
  assert.is(inheritedLine({ ...early, sysctls }, 'eth0', 'arp_ignore'), line);
  assert.is(inheritedLine({ ...early, sysctls }, 'eth1', 'arp_ignore'), undefined);
  // Of a script's line it is known which devices hold one when it runs.
  const late: Assignment = { key: line.key, value: '1', at: line.at, confidence: 'certain', optional: false, by: 'script', held: ['lo', 'eth0'] };
  assert.is(inheritedLine({ ...early, sysctls: new Map([[line.key, [late]]]) }, 'dummy0', 'arp_ignore'), late);
  assert.is(inheritedLine({ ...early, sysctls: new Map([[line.key, [late]]]) }, 'eth0', 'arp_ignore'), undefined);
});

test('ARP: a VIP with /24 on lo makes every neighbour local, and arp_ignore=1 silences them', () => {
  const wide = ['172.16.1.10/24 eth0', '172.16.1.100/24 lo'];
  assert.is(value(answersArpFor(host({ addresses: wide }), ip('172.16.1.77'), 'eth0')), true);
  assert.is(value(answersArpFor(host({ addresses: wide, sysctl: 'net.ipv4.conf.all.arp_ignore=1' }), ip('172.16.1.77'), 'eth0')), false);
  assert.is(value(answersArpFor(host({ addresses: real }), ip('172.16.1.77'), 'eth0')), false);
});

test('ARP: arp_ignore=2 answers on the device that holds the address, to askers of its network', () => {
  const made = host({ sysctl: 'net.ipv4.conf.all.arp_ignore=2', addresses: ['172.16.1.10/24 eth0', '172.16.1.100/32 eth0'] });
  assert.is(value(answersArpFor(made, vip, 'eth0', ip('172.16.1.1'))), true);
  assert.is(value(answersArpFor(made, vip, 'eth0', ip('10.9.0.1'))), false);
  assert.is(value(answersArpFor(made, vip, 'eth0')), true);
});

test('IPv6: a VIP on lo is never answered for on a NIC, one on the NIC always', () => {
  const six = ip('2001:db8:1::100');
  assert.is(value(answersArpFor(host({ addresses: ['2001:db8:1::10/64 eth0', '2001:db8:1::100/128 lo'] }), six, 'eth0')), false);
  assert.is(value(answersArpFor(host({ addresses: ['2001:db8:1::100/64 eth0'], sysctl: 'net.ipv4.conf.all.arp_ignore=1' }), six, 'eth0')), true);
});

test('ARP: unseen stays unseen', () => {
  assert.is(value(answersArpFor(host({ addresses: real, unseen: ['sysctl'] }), vip, 'eth0')), 'unseen');
  assert.is(value(answersArpFor(host({ addresses: real, unseen: ['sysctl'], sysctl: 'net.ipv4.conf.all.arp_ignore=1' }), vip, 'eth0')), false);
  assert.is(value(answersArpFor(host({ unseen: ['addresses'] }), vip, 'eth0')), 'unseen');
  assert.is(value(answersArpFor(host({ addresses: ['172.16.1.10/24 eth0'] }), vip, 'eth0')), false);
});

test('forwarding: rows h, and ip_forward and conf/all/forwarding are one variable', () => {
  assert.is(value(forwards(host({}), 'eth1', 'eth0')), false);
  assert.is(value(forwards(host({ sysctl: 'net.ipv4.ip_forward=1' }), 'eth1', 'eth0')), true);
  assert.is(value(forwards(host({ sysctl: 'net.ipv4.conf.all.forwarding=1' }), 'eth1', 'eth0')), true);
  assert.is(value(sysctlValue(host({ sysctl: 'net.ipv4.conf.all.forwarding=1' }), 'net/ipv4/ip_forward')), 1);
  assert.is(value(forwards(host({ sysctl: 'net.ipv4.conf.eth1.forwarding=1' }), 'eth1', 'eth0')), true);
  assert.is(value(forwards(host({ sysctl: 'net.ipv4.conf.eth1.forwarding=1' }), 'eth0', 'eth1')), false);
});

test('forwarding: writing conf/all resets the devices where it changes, and only then', () => {
  const order = (...lines: string[]) => value(forwards(host({ sysctl: lines.join('\n') }), 'eth1', 'eth0'));
  assert.is(order('net.ipv4.ip_forward=1', 'net.ipv4.conf.eth1.forwarding=0'), false);
  assert.is(order('net.ipv4.conf.eth1.forwarding=0', 'net.ipv4.ip_forward=1'), true);
  assert.is(order('net.ipv4.conf.eth1.forwarding=1', 'net.ipv4.ip_forward=0'), true);
  assert.is(order('net.ipv4.ip_forward=1', 'net.ipv4.conf.eth1.forwarding=0', 'net.ipv4.conf.all.forwarding=1'), false);
  assert.is(order('net.ipv4.ip_forward=1', 'net.ipv4.conf.all.forwarding=0'), false);
  const lost = sysctlValue(host({ sysctl: 'net.ipv4.ip_forward=1\nnet.ipv4.conf.all.forwarding=0' }), 'net/ipv4/ip_forward');
  assert.equal(lost.state === 'set' && [lost.at.line, lost.shadows.map((span) => span.line)], [2, [1]]);
});

test('forwarding: IPv6 looks at conf/all alone', () => {
  assert.is(value(forwards(host({ sysctl: 'net.ipv6.conf.eth1.forwarding=1' }), 'eth1', 'eth0', 6)), false);
  assert.is(value(forwards(host({ sysctl: 'net.ipv6.conf.all.forwarding=1' }), 'eth1', 'eth0', 6)), true);
  assert.is(value(forwards(host({ sysctl: 'net.ipv4.ip_forward=1' }), 'eth1', 'eth0', 6)), false);
});

test('redirects: sent where all or the device says so (rows m), taken by AND where the device forwards', () => {
  const sends = (sysctl: string) => value(effective(host({ sysctl }), 'send_redirects', 'eth0'));
  assert.is(sends(''), 1);
  assert.is(sends('net.ipv4.conf.all.send_redirects=0'), 1);
  assert.is(sends('net.ipv4.conf.eth0.send_redirects=0'), 1);
  assert.is(sends('net.ipv4.conf.all.send_redirects=0\nnet.ipv4.conf.eth0.send_redirects=0'), 0);
  const takes = (sysctl: string) => value(effective(host({ sysctl }), 'accept_redirects', 'eth0'));
  assert.is(takes(''), 1);
  assert.is(takes('net.ipv4.conf.all.accept_redirects=0'), 1);
  assert.is(takes('net.ipv4.ip_forward=1'), 0, 'writing ip_forward takes conf/all/accept_redirects away (row r: 0 1)');
  assert.is(value(sysctlValue(host({ sysctl: 'net.ipv4.ip_forward=1' }), 'net/ipv4/conf/all/accept_redirects')), 0);
  assert.is(takes('net.ipv4.ip_forward=1\nnet.ipv4.conf.all.accept_redirects=1'), 1);
});

test('rp_filter: the larger of all and the device (rows i)', () => {
  const strict = (sysctl: string) => value(effective(host({ sysctl }), 'rp_filter', 'tunl0'));
  assert.is(strict('net.ipv4.conf.all.rp_filter=0\nnet.ipv4.conf.tunl0.rp_filter=0'), 0);
  assert.is(strict('net.ipv4.conf.tunl0.rp_filter=1'), 1);
  assert.is(strict('net.ipv4.conf.all.rp_filter=1\nnet.ipv4.conf.tunl0.rp_filter=0'), 1);
  assert.is(strict('net.ipv4.conf.all.rp_filter=1\nnet.ipv4.conf.tunl0.rp_filter=2'), 2);
  assert.is(strict('net.ipv4.conf.eth0.rp_filter=1'), 0);
  assert.is(strict('net.ipv4.conf.default.rp_filter=1'), 1, 'the device is made later');
});

test('accept_local: one of the two is enough (row c)', () => {
  assert.is(value(effective(host({ sysctl: 'net.ipv4.conf.eth0.accept_local=1' }), 'accept_local', 'eth0')), 1);
  assert.is(value(effective(host({}), 'accept_local', 'eth0')), 0);
});

test('globs: explicit keys beat them whatever the order, and a key can be left out', () => {
  const made = host({ sysctl: 'net.ipv4.conf.eth0.rp_filter=0\nnet.ipv4.conf.*.rp_filter=2\n-net.ipv4.conf.all.rp_filter' });
  assert.is(value(sysctlValue(made, 'net/ipv4/conf/eth0/rp_filter')), 0);
  assert.is(value(sysctlValue(made, 'net/ipv4/conf/eth1/rp_filter')), 2);
  assert.is(value(sysctlValue(made, 'net/ipv4/conf/all/rp_filter')), 0);
  assert.is(value(effective(made, 'rp_filter', 'eth1')), 2);
});

test('globs: sets of characters, as glob(3) has them', () => {
  const made = host({ sysctl: 'net.ipv4.conf.eth[0-2].rp_filter=2\nnet.ipv4.conf.ens[!3].rp_filter=1\nnet.ipv4.conf.p[z-a].rp_filter=1' });
  const held = (device: string): unknown => value(sysctlValue(made, `net/ipv4/conf/${device}/rp_filter`));
  assert.is(held('eth1'), 2);
  assert.is(held('eth3'), 0);
  assert.is(held('eth12'), 0);
  assert.is(held('ens4'), 1);
  assert.is(held('ens3'), 0);
  assert.is(held('pm'), 0);
  assert.is(held('eth[0-2]'), 2, 'its own key');
});

test('effective: the place is the line that decides', () => {
  const made = host({ sysctl: 'net.ipv4.conf.eth0.arp_ignore=1\nnet.ipv4.conf.all.arp_ignore=2' });
  const fact = effective(made, 'arp_ignore', 'eth0');
  assert.is(fact.state === 'set' && fact.at.line, 2);
  const off = effective(host({ sysctl: 'net.ipv4.conf.eth0.arp_ignore=0' }), 'arp_ignore', 'eth0');
  assert.is(off.state === 'set' && off.at.line, 1);
});

test('numbers: as the kernel takes them (measured)', () => {
  const rows: readonly (readonly [string, number | undefined])[] = [['1 # c', 1], ['1;', undefined], ['1 2', 1], ['0x2', 2], ['010', 8], ['', undefined], [' 1', 1], ['1x', undefined], ['-1', -1], ['+1', undefined], ['true', undefined], ['1\u00a0', undefined], ['\uff11', undefined], ['0', 0], ['-0', 0]];
  for (const [text, number] of rows) assert.is(sysctlNumber(text), number, JSON.stringify(text));
});

test('devices: kinds by name', () => {
  const rows: Readonly<Record<string, readonly string[]>> = {
    nic: ['eth0', 'eth0.57', 'eth0:1', 'ens192', 'enp3s0f1', 'bond0', 'br0', 'br-lan', 'vlan10', 'team0', 'gretap0', 'em1', 'p1p1', 'wlan0', 'veth0', 'virbr0', 'venet0', 'tap0', 'lan', 'usb0', 'ib0', 'macvlan0', 'vxlan1', 'grelan'],
    loopback: ['lo', 'lo:0', 'lo:vip'],
    dummy: ['dummy0', 'dummy_vip', 'ifb0', 'dummy0:1'],
    tunnel: ['tunl0', 'tunl0:1', 'tun0', 'sit0', 'gre1', 'ip6tnl0', 'wg0', 'ppp0', 'ipip0', 'tunl1'],
  };
  for (const [kind, names] of Object.entries(rows)) for (const name of names) assert.is(deviceKind(name), kind, name);
});

test('devices: holding, facing, hearing', () => {
  const made = host({ addresses: ['127.0.0.1/8 lo', '172.16.1.10/24 eth0', '172.16.0.10/16 eth1', '172.16.1.100/32 lo', '10.9.9.1/24 tun0', '10.9.9.2/32 tunl0', 'fe80::1/64 eth0'] });
  assert.is(deviceHolding(made, vip), 'lo');
  assert.is(deviceHolding(made, ip('9.9.9.9')), undefined);
  assert.is(deviceFacing(made, ip('172.16.1.254')), 'eth0');
  assert.is(deviceFacing(made, ip('172.16.2.254')), 'eth1');
  assert.is(addressFacing(made, ip('127.0.0.9')), undefined);
  assert.equal(holdings(made, vip).map((address) => address.device), ['lo']);
  assert.equal(vipHoldings(made).map((address) => address.ip.text), ['172.16.1.100', '10.9.9.2']);
  assert.equal(hearingDevices(made, vip), ['eth0', 'eth1']);
  assert.equal(hearingDevices(made, ip('198.51.100.1')), ['eth0', 'eth1']);
  assert.equal(hearingDevices(host({ sysctl: 'net.ipv4.conf.eth3.arp_ignore=1\nnet.ipv4.conf.all.rp_filter=1\nnet.ipv4.conf.lo.arp_ignore=1' })), ['eth3']);
});

test('routes: the default gateway, and none', () => {
  const via = (text: string) => ({ to: 'default' as const, via: ip(text) });
  const one = defaultGateway(host({ routes: [via('172.16.1.254')] }));
  assert.is(one.state === 'set' && one.value?.via?.text, '172.16.1.254');
  const two = defaultGateway(host({ routes: [via('172.16.1.254'), via('172.16.1.200')] }));
  assert.equal(two.state === 'set' && [two.value?.via?.text, two.confidence, two.shadows.length], ['172.16.1.200', 'likely', 1]);
  assert.is(value(defaultGateway(host({}))), undefined);
  assert.is(value(defaultGateway(host({ unseen: ['gateway'] }))), 'unseen');
  assert.is(value(defaultGateway(host({ routes: [via('172.16.1.254')] }), 6)), 'unseen', 'routers advertise themselves');
});

test('routes: the longest prefix, and rows k', () => {
  const net = parseCidr('10.5.0.0/16')!;
  const made = host({ addresses: ['172.16.1.10/24 eth0', '172.16.1.100/32 lo'], routes: [{ to: 'default', via: ip('172.16.1.254') }, { to: net, via: ip('172.16.1.253') }] });
  const way = (which: Host, to: string) => {
    const fact = routeTo(which, ip(to));
    return fact.state === 'unseen' ? 'unseen' : fact.value && [fact.value.by, fact.value.device, fact.value.via?.text];
  };
  assert.equal(way(made, '10.5.1.1'), ['gateway', 'eth0', '172.16.1.253']);
  assert.equal(way(made, '8.8.8.8'), ['gateway', 'eth0', '172.16.1.254']);
  assert.equal(way(made, '172.16.1.1'), ['link', 'eth0', undefined]);
  assert.equal(way(made, '172.16.1.100'), ['local', 'lo', undefined]);
  const wide = host({ addresses: ['172.16.1.10/24 eth0', '172.16.1.100/24 lo'] });
  assert.equal(way(wide, '172.16.1.1'), ['local', 'lo', undefined], 'VIP/24 on lo: the neighbours are local');
  const class16 = host({ addresses: ['172.16.1.10/24 eth0', '172.16.1.100/16 lo'] });
  assert.equal(way(class16, '172.16.1.1'), ['link', 'eth0', undefined], 'VIP/16 on lo beside a /24 link: the link is nearer');
  assert.is(way(host({ addresses: ['172.16.1.10/24 eth0'] }), '8.8.8.8'), undefined);
  assert.is(way(host({ addresses: ['172.16.1.10/24 eth0'], unseen: ['gateway'] }), '8.8.8.8'), 'unseen');
});

test('sysctl: a later line of the same key never shows the earlier value', () => {
  const keys = ['net.ipv4.conf.all.arp_ignore', 'net.ipv4.conf.eth0.arp_ignore', 'net.ipv4.conf.*.arp_ignore', 'net.ipv4.conf.lo.arp_ignore'];
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...keys), fc.integer({ min: 0, max: 8 })), { maxLength: 12 }), (lines) => {
      const made = host({ sysctl: lines.map(([key, number]) => `${key} = ${number}`).join('\n') });
      const last = (key: string) => lines.filter(([name]) => name === key).at(-1)?.[1];
      const own = (device: string) => last(`net.ipv4.conf.${device}.arp_ignore`) ?? last('net.ipv4.conf.*.arp_ignore') ?? 0;
      assert.is(value(effective(made, 'arp_ignore', 'eth0')), Math.max(own('all'), own('eth0')));
    }),
    { numRuns: 300 },
  );
});

test.run();
