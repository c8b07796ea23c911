import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assembleHost } from '../src/assemble/host.ts';
import { diskFiles, memoryFiles } from '../src/base/file-set.ts';
import { sourceText } from '../src/base/text.ts';
import { showService } from '../src/model/service.ts';
import { readKeepalived } from '../src/parse/keepalived/read.ts';
import { readLdirectord } from '../src/parse/ldirectord/read.ts';
import { readPiranha } from '../src/parse/piranha/read.ts';
import { cpuTime } from './cpu-time.ts';

const main = 'etc/keepalived/keepalived.conf';
const piranha = 'etc/sysconfig/ha/lvs.cf';

function hostOf(files: Readonly<Record<string, string>>) {
  return assembleHost('lvs1', memoryFiles('.', new Map(Object.entries(files)))).host;
}

function table(files: Readonly<Record<string, string>>): readonly string[] {
  return hostOf(files).services.map((service) => `${showService(service)} ${service.scheduler}: ${service.destinations.map((one) => `${one.rip.text}:${one.port} ${one.forwarding} ${one.weight}`).join(', ')}`);
}

test('one table in five dialects is one table', () => {
  const expected = ['10.0.0.1:80/tcp wrr: 10.0.0.2:80 dr 2, 10.0.0.3:80 dr 1'];
  assert.equal(table({ 'etc/sysconfig/ipvsadm': '-A -t 10.0.0.1:80 -s wrr\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -g -w 2\n-a -t 10.0.0.1:80 -r 10.0.0.3 -g\n' }), expected);
  assert.equal(table({ [main]: 'virtual_server 10.0.0.1 80 {\n lb_algo wrr\n lb_kind DR\n protocol TCP\n real_server 10.0.0.2 80 {\n weight 2\n }\n real_server 10.0.0.3 80 {\n }\n}\n' }), expected);
  assert.equal(table({ 'etc/ha.d/ldirectord.cf': 'virtual=10.0.0.1:80\n\treal=10.0.0.2:80 gate 2\n\treal=10.0.0.3:80 gate\n' }), expected);
  assert.equal(table({ [piranha]: 'network = direct\nvirtual web {\n active = 1\n address = 10.0.0.1 eth0:1\n scheduler = wrr\n server a {\n address = 10.0.0.2\n active = 1\n weight = 2\n }\n server b {\n address = 10.0.0.3\n active = 1\n }\n}\n' }), expected);
  assert.equal(table({ 'etc/init.d/ipvs': '#!/bin/sh\ncase "$1" in start)\nipvsadm -A -t 10.0.0.1:80 -s wrr\nipvsadm -a -t 10.0.0.1:80 -r 10.0.0.2 -g -w 2\nipvsadm -a -t 10.0.0.1:80 -r 10.0.0.3 -g\n;; esac\n' }), expected);
});

test('defaults are those of each program', () => {
  assert.equal(table({ 'etc/sysconfig/ipvsadm': '-A -t 10.0.0.1:80\n-a -t 10.0.0.1:80 -r 10.0.0.2\n' }), ['10.0.0.1:80/tcp wlc: 10.0.0.2:80 dr 1']);
  assert.equal(table({ [main]: 'virtual_server 10.0.0.1 80 {\n real_server 10.0.0.2 80 {\n }\n}\n' }), ['10.0.0.1:80/udp wlc: 10.0.0.2:80 nat 1']);
  assert.equal(table({ 'etc/ha.d/ldirectord.cf': 'virtual=10.0.0.1:53\n    real=10.0.0.2 masq\n' }), ['10.0.0.1:53/udp wrr: 10.0.0.2:53 nat 1']);
  assert.equal(table({ [piranha]: 'virtual web {\n active = 1\n address = 10.0.0.1 eth0:1\n server a {\n address = 10.0.0.2\n active = 1\n }\n}\n' }), ['10.0.0.1:80/tcp wlc: 10.0.0.2:80 nat 1']);
});

test('includes are read in their places, relative to the file that names them, with its definitions', () => {
  const host = hostOf({
    [main]: '$R=10.0.0.2\ninclude conf.d/*.conf\n',
    'etc/keepalived/conf.d/web.conf': 'virtual_server 10.0.0.1 80 {\n protocol TCP\n lb_kind DR\n include servers/*.conf\n}\n',
    'etc/keepalived/conf.d/servers/a.conf': 'real_server ${R} 80 {\n weight 7\n}\n',
  });
  assert.is(host.services[0]!.destinations[0]!.weight, 7);
  assert.is(host.services[0]!.destinations[0]!.at.file, 'etc/keepalived/conf.d/servers/a.conf');
  assert.equal(host.faults, undefined);
  assert.is(host.keepalived?.whole, true);
});

test('an include that is not there makes keepalived’s word incomplete, and a loop of includes ends', () => {
  assert.is(hostOf({ [main]: 'include missing.conf\n' }).keepalived?.whole, false);
  const started = cpuTime();
  hostOf({ [main]: 'include *.conf\nvirtual_server 10.0.0.1 80 {\n real_server 10.0.0.2 80 {\n }\n}\n', 'etc/keepalived/b.conf': 'include *.conf\n vrrp_instance A {\n }\n' });
  assert.ok(cpuTime() - started < 3000);
});

test('a VIP of VRRP is held, as likely as an election is', () => {
  const [address] = hostOf({ [main]: 'vrrp_instance VI {\n interface eth0\n virtual_ipaddress {\n 10.0.0.1/24 label eth0:1\n }\n}\n' }).addresses;
  assert.equal([address!.ip.text, address!.prefix, address!.device, address!.label, address!.confidence], ['10.0.0.1', 24, 'eth0', 'eth0:1', 'likely']);
});

test('places are those of the words, also where a definition brings them in', () => {
  const source = sourceText('h', main, '$P=80\nvirtual_server 10.0.0.1 $P {\n\tlb_kind dr\n');
  const words = readKeepalived(source).flatMap((statement) => statement.words.map(({ text, at }) => `${text}@${at.line}:${at.column}-${at.endColumn}`));
  assert.equal(words, ['virtual_server@2:1-15', '10.0.0.1@2:16-24', '80@2:25-27', 'lb_kind@3:2-9', 'dr@3:10-12']);
});

test('repetitions and definitions of definitions stay bounded', () => {
  const bomb = `$A=${'x'.repeat(50)}\n${[...'BCDEFGHIJKLMNOP'].map((name, index) => `$${name}=${`\${${'ABCDEFGHIJKLMNO'[index]}}`.repeat(9)}`).join('\n')}\nrouter $P\n$Q=$Q $Q\nrouter $Q\n`;
  const started = cpuTime();
  readKeepalived(sourceText('h', main, bomb));
  readKeepalived(sourceText('h', main, '~SEQ(A,1,1000) ~SEQ(B,1,1000) ~SEQ(C,1,1000) real_server 1.1.1.1 80\n'));
  assert.ok(cpuTime() - started < 4000, `took ${cpuTime() - started} ms`);
});

const words = fc.constantFrom('virtual_server', 'real_server', 'vrrp_instance', 'virtual_ipaddress', 'include', '*.conf', '10.0.0.1', '80', '{', '}', '\n', '\n', ' ', ' ', '\t', '"', '#', '!', '$A', '$A=', '${A}', '\\', '@x ', '~SEQ(A,1,3) ', 'virtual=', 'real=', '10.0.0.2:80', 'gate', '->', '-A', '-a', '-t', '-r', '10.0.0.1:80', '-p', 'virtual ', 'server ', 'a {', 'active = 1', 'address = 10.0.0.1 eth0:1', 'fwmark =', '{{', '：', '\u0000');

test('no text makes a reader throw or hang', () => {
  fc.assert(
    fc.property(fc.array(words, { maxLength: 80 }), fc.constantFrom(main, 'etc/ha.d/ldirectord.cf', 'etc/sysconfig/ipvsadm', piranha), (parts, path) => {
      hostOf({ [path]: parts.join('') });
    }),
    { numRuns: 600 },
  );
});

/** A line of lvs.cf as some hand might write it, and whether pulse takes it in the outermost level. */
const line = fc.constantFrom<readonly [string, boolean]>(['primary = 10.0.0.1', true], ['primary=10.0.0.1', false], ['keepalive = 6', true], ['keepalive = 6s', false], ['heartbeat = 0x1', true], ['heartbeat = 2', false], ['# keepalive = x', true], ['', true], ['rsh_command = "ssh -q"', true], ['rsh_command = ssh -q', false], ['active = 1', false], ['}', false], ['nat_router = 10.0.0.9 eth1:1', true], ['nat_router = 10.0.0.9', false], ['network = dr', false], ['deadtime = 18 # s', false]);

test('lvs.cf: each line is judged by itself, and its place is in the text', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), (lines) => {
      const source = sourceText('h', piranha, lines.map(([text]) => text).join('\n'));
      const found = readPiranha(source);
      assert.equal(found.map(({ fault }) => fault === undefined), lines.map(([, taken]) => taken).slice(0, found.length));
      for (const { at, fault } of found) for (const span of fault ? [at, fault.at] : [at]) assert.ok(span.column >= 1 && span.endColumn - 1 <= (lines[span.line - 1]?.[0].length ?? 0));
    }),
  );
});

test('lvs.cf: blocks are those that their author meant, with a } too few or a { in its own line', () => {
  const servers = (text: string): readonly number[] => hostOf({ [piranha]: text }).services.map(({ destinations }) => destinations.length);
  const server = (name: string, end = '}'): string => `server ${name} {\n address = 10.0.0.${name}\n active = 1\n ${end}\n`;
  const virtual = (name: string, body: string): string => `virtual ${name} {\n active = 1\n address = 10.1.0.${name} eth0:${name}\n${body}`;
  assert.equal(servers(`${virtual('1', server('2') + server('3'))}}\n${virtual('2', server('2'))}}\n`), [2, 1]);
  assert.equal(servers(`${virtual('1', server('2', '') + server('3'))}}\n${virtual('2', server('2'))}}\n`), [2, 1], 'a server is not closed');
  assert.equal(servers(`${virtual('1', server('2') + server('3'))}${virtual('2', server('2'))}}\n`), [2, 1], 'a virtual is not closed');
  assert.equal(servers(`${virtual('1', server('2') + server('3'))}}\n${virtual('2', server('2'))}}\n`.replaceAll(' {', '\n{')), [2, 1], 'braces in lines of their own');
});

test('ldirectord: what ends a virtual', () => {
  const inside = (text: string): readonly boolean[] => readLdirectord(sourceText('h', 'f', text)).flatMap((statement) => (statement.kind === 'set' && statement.name === 'real' ? [statement.inVirtual] : []));
  assert.equal(inside('virtual=10.0.0.1:80\n\treal=a gate\n# note\n    real=b gate\n\n\treal=c gate\n'), [true, true, false]);
});

test('ldirectord: what the file keeps from others is told by its mode, and its passwords are no facts', () => {
  const root = mkdtempSync(join(tmpdir(), 'lvs-gen-'));
  try {
    mkdirSync(join(root, 'etc/ha.d'), { recursive: true });
    const file = join(root, 'etc/ha.d/ldirectord.cf');
    writeFileSync(file, 'virtual=10.0.0.1:3306\n\treal=10.0.0.2 gate\n\tservice=mysql\n\tpasswd="Sesame4711"\n');
    for (const mode of [0o600, 0o640, 0o644]) {
      chmodSync(file, mode);
      const { host } = assembleHost('lvs1', diskFiles(root));
      assert.is(host.ldirectord?.[0]?.mode, mode);
      assert.is(host.ldirectord?.[0]?.virtuals[0]?.secrets.length, 1);
      assert.not.match(JSON.stringify(host.ldirectord), /Sesame/);
    }
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('a keepalived file of any name is a whole one when a block of the outermost level stands in it; else it is a part', () => {
  const wrong = (text: string): readonly string[] => readKeepalived(sourceText('h', 'web.conf', text)).flatMap((statement) => (statement.fault || statement.state === 'unread' ? [statement.words[0]!.text] : []));
  const body = 'virtual_server 10.0.0.1 80 {\n lb_kind DR\n real_server 10.0.0.2 80 {\n  $CHECK\n }\n}\n';
  assert.equal(wrong(`$CHECK= \\\n\tTCP_CHECK { \\\n\t\tconnect_timeout 3 \\\n\t}\n${body}`), [], 'a definition comes first');
  assert.equal(wrong('real_server 10.0.0.2 80 {\n weight 1\n TCP_CHECK {\n  connect_timeout 3\n }\n}\n'), [], 'a part of a virtual_server');
  assert.equal(wrong(`${body}vrrp_instance VI_1 {\n interafce eth0\n}\n`), ['interafce']);
});

test.run();
