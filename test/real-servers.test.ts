import { test } from 'uvu';
import * as assert from 'uvu/assert';
import announceMissing from '../rules/arp/announce-missing.ts';
import arptablesWrongDirection from '../rules/arp/arptables-wrong-direction.ts';
import ignoreMissing from '../rules/arp/ignore-missing.ts';
import settingsOnLoOnly from '../rules/arp/settings-on-lo-only.ts';
import natGatewayIsNotDip from '../rules/route/nat-gateway-is-not-dip.ts';
import natIpForwardOff from '../rules/sysctl/nat-ip-forward-off.ts';
import absentOnRealServer from '../rules/vip/absent-on-real-server.ts';
import netmaskWideOnLo from '../rules/vip/netmask-wide-on-lo.ts';
import { assembleCluster } from '../src/assemble/cluster.ts';
import { assembleHost } from '../src/assemble/host.ts';
import { memoryFiles } from '../src/base/file-set.ts';
import { judge, type Verdict } from '../src/lint/engine.ts';

const rules = [announceMissing, arptablesWrongDirection, ignoreMissing, settingsOnLoOnly, natGatewayIsNotDip, natIpForwardOff, absentOnRealServer, netmaskWideOnLo];

/** Scripts that were named alone, each a host of its own: what is not in them is unseen. */
function alone(scripts: Readonly<Record<string, readonly string[]>>): Verdict {
  const hosts = Object.entries(scripts).map(([name, lines]) => {
    const path = `${name}.sh`;
    return assembleHost(name, memoryFiles('.', new Map([[path, `#!/bin/bash\n${lines.join('\n')}\n`]]), { only: path })).host;
  });
  const verdict = judge(rules, assembleCluster(hosts));
  assert.equal(verdict.broken, []);
  return verdict;
}

const said = (verdict: Verdict): readonly string[] => verdict.findings.map((finding) => `${finding.rule} ${finding.at.line} ${finding.confidence}`);
const lacking = (verdict: Verdict): readonly string[] => verdict.skipped.map((skip) => `${skip.rule} ${skip.host} ${skip.needs.join()}`);
const vip = 'ifconfig lo:0 10.1.1.5 netmask 255.255.255.255 up';
const set = (device: string, parameter: string, value: number): string => `echo ${value} > /proc/sys/net/ipv4/conf/${device}/${parameter}`;

test('a script without ARP settings proves nothing: they may stand in sysctl.conf', () => {
  const verdict = alone({ web1: [vip] });
  assert.equal(said(verdict), []);
  assert.equal(lacking(verdict), ['arp/announce-missing web1 sysctl', 'arp/ignore-missing web1 sysctl']);
});

test('a script that sets some of them is taken to set all', () => {
  assert.equal(said(alone({ web1: [set('lo', 'arp_ignore', 1), set('lo', 'arp_announce', 2), vip] })), ['arp/settings-on-lo-only 2 likely']);
  assert.equal(said(alone({ web1: [set('all', 'arp_announce', 2), vip] })), ['arp/ignore-missing 3 likely']);
  assert.equal(said(alone({ web1: [set('all', 'arp_ignore', 1), vip] })), ['arp/announce-missing 3 likely']);
  const both = alone({ web1: [set('eth1', 'arp_ignore', 1), set('eth1', 'arp_announce', 2), vip] });
  assert.equal([...said(both), ...lacking(both)], []);
});

test('a VIP that a script asks for is a VIP too', () => {
  const verdict = alone({ web1: ['VIP=$1', set('lo', 'arp_ignore', 1), 'ifconfig lo:0 $VIP netmask 255.255.255.255 up'] });
  assert.equal(said(verdict), ['arp/settings-on-lo-only 3 likely']);
  assert.match(verdict.findings[0]!.note, 'the requests for the VIP');
});

test('rules for ARP of arptables are left alone', () => {
  assert.equal(said(alone({ web1: [set('lo', 'arp_ignore', 1), 'arptables -A IN -d 10.1.1.5 -j DROP', vip] })), []);
});

test('an explicit ip_forward=0 is enough to judge, silence is not', () => {
  const table = ['ipvsadm -A -t 10.9.0.1:80 -s rr', 'ipvsadm -a -t 10.9.0.1:80 -r 10.0.0.2:80 -m'];
  assert.equal(said(alone({ lvs1: ['echo 0 > /proc/sys/net/ipv4/ip_forward', ...table] })), ['sysctl/nat-ip-forward-off 2 certain']);
  const verdict = alone({ lvs1: table });
  assert.equal([said(verdict), lacking(verdict)], [[], ['sysctl/nat-ip-forward-off lvs1 sysctl']]);
});

test('a network on lo is told without any other file', () => {
  const verdict = alone({ web1: ['ip addr add 10.1.1.5/24 dev lo', set('all', 'arp_ignore', 1), set('all', 'arp_announce', 2)] });
  assert.equal(said(verdict), ['vip/netmask-wide-on-lo 2 likely']);
  assert.equal(said(alone({ web1: ['ip addr add 10.1.1.5 dev lo', set('all', 'arp_ignore', 1), set('all', 'arp_announce', 2)] })), []);
});

test('a director and a real server that were named alone: what the one does not say is skipped for it', () => {
  const director = ['ipvsadm -A -t 10.1.1.5:80 -s rr', 'ipvsadm -a -t 10.1.1.5:80 -r 10.1.1.10 -g'];
  const verdict = alone({ lvs1: director, web1: ['ifconfig eth0 10.1.1.10 netmask 255.255.255.0', set('all', 'arp_ignore', 1)] });
  assert.equal([said(verdict), lacking(verdict)], [[], ['vip/absent-on-real-server web1 addresses']]);
  const nat = alone({ lvs1: [director[0]!, director[1]!.replace('-g', '-m')], web1: ['ifconfig eth0 10.1.1.10 netmask 255.255.255.0', 'route add default gw 10.1.1.254'] });
  assert.equal(lacking(nat).filter((line) => line.startsWith('route/')), ['route/nat-gateway-is-not-dip lvs1 addresses']);
});

test('arptables rules are judged in the words of arptables_jf too, and not where one of them cannot be followed', () => {
  const judged = (...lines: readonly string[]): readonly string[] => alone({ real: ['VIP=192.168.0.100', 'ip addr add $VIP/32 dev lo', '# rules', ...lines] }).findings.map((finding) => `${finding.at.line} ${finding.rule}`);
  assert.equal(judged('arptables -A OUT -d $VIP -j mangle --mangle-ip-s 192.168.0.2'), ['5 arp/arptables-wrong-direction']);
  assert.equal(judged('arptables -I OUTPUT 1 -d $VIP/32 -j DROP'), ['5 arp/arptables-wrong-direction']);
  assert.equal(judged('arptables -A OUT -s $VIP -j mangle --mangle-ip-s 192.168.0.2'), []);
  assert.equal(judged('arptables -A OUT -d $VIP -j mangle --mangle-ip-s 192.168.0.2', 'arptables -A OUT -s $(cat /etc/vip) -j DROP'), []);
  assert.equal(judged('arptables -A OUT -d $VIP -j mangle --mangle-ip-s 192.168.0.2', 'arptables -A OUT -o eth0 -s $VIP -j DROP'), []);
  assert.equal(judged('arptables -A OUT -d 192.168.0.1 -j DROP'), ['3 arp/ignore-missing'], 'a rule of another address hides no VIP');
  assert.equal(judged('arptables -A OUT -j DROP'), [], 'a rule of all addresses may');
});

test.run();
