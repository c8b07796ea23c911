import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assembleHost } from '../src/assemble/host.ts';
import { memoryFiles } from '../src/base/file-set.ts';
import { parseIp } from '../src/base/ip.ts';
import { filterOf, type Filter } from '../src/model/filter.ts';
import { fateAt, type Packet } from '../src/model/filter-walk.ts';
import { markRules, marksInTime, takes } from '../src/model/marks.ts';

function filtered(files: Readonly<Record<string, string>>): Filter {
  return filterOf(assembleHost('lvs1', memoryFiles('.', new Map(Object.entries(files)))).host);
}

/** A director's script with further lines. */
function scripted(...lines: readonly string[]): Filter {
  return filtered({ 'etc/rc.local': ['#!/bin/sh', 'VIP=10.0.0.9', 'ipvsadm -A -f 1 -s rr', ...lines, ''].join('\n') });
}

const vip = parseIp('10.0.0.9')!;
const syn: Packet = { family: 4, destination: vip, protocol: 'tcp', port: 80, state: 'NEW', syn: true };
const fate = (...lines: readonly string[]): string => fateAt(scripted(...lines), 'INPUT', syn).fate;
const marks = (...lines: readonly string[]): readonly (number | undefined)[] => markRules(scripted(...lines)).filter(marksInTime).map(({ mark }) => mark);

test('the first rule that surely meets a packet decides', () => {
  assert.is(fate('iptables -A INPUT -p tcp --dport 80 -j ACCEPT', 'iptables -A INPUT -j DROP'), 'pass');
  assert.is(fate('iptables -A INPUT -j DROP', 'iptables -A INPUT -p tcp --dport 80 -j ACCEPT'), 'drop');
  assert.is(fate('iptables -A INPUT -j DROP', 'iptables -I INPUT -p tcp -m multiport --dports 22,80:90 -j ACCEPT'), 'pass');
  assert.is(fate('iptables -A INPUT -j DROP', 'iptables -I INPUT 2 -j ACCEPT'), 'drop');
  assert.is(fate('iptables -P INPUT DROP', 'iptables -A INPUT ! -d 10.0.0.9 -j ACCEPT'), 'drop');
  assert.is(fate('iptables -P INPUT DROP', 'iptables -A INPUT -p ! udp -j ACCEPT'), 'pass');
  assert.is(fate('iptables -P INPUT DROP', 'iptables -A INPUT --syn -j ACCEPT'), 'pass');
  // As iptables-save writes it; what follows the first packet is none.
  assert.is(fate('iptables -P INPUT DROP', 'iptables -A INPUT -p tcp --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT'), 'pass');
  const later: Packet = { ...syn, syn: false };
  assert.is(fateAt(scripted('iptables -P INPUT DROP', 'iptables -A INPUT -p tcp --tcp-flags SYN,FIN,RST,ACK SYN -j ACCEPT'), 'INPUT', later).fate, 'drop');
  assert.is(fateAt(scripted('iptables -A INPUT -p tcp ! --syn -m state --state NEW -j DROP'), 'INPUT', later).fate, 'drop');
  assert.is(fateAt(scripted('iptables -A INPUT -p tcp ! --syn -m state --state NEW -j DROP'), 'INPUT', syn).fate, 'pass');
  assert.is(fate('iptables -P INPUT DROP', 'iptables -P INPUT ACCEPT'), 'pass');
});

test('what is not known decides nothing', () => {
  assert.is(fate('iptables -P INPUT DROP', 'iptables -A INPUT -s 10.1.0.0/16 -j ACCEPT'), 'unknown');
  assert.is(fate('iptables -P INPUT DROP', 'iptables -A INPUT -m set --match-set web dst -j ACCEPT'), 'unknown');
  assert.is(fate('iptables -P INPUT DROP', 'iptables -A INPUT -d $(cat /etc/vip) -j ACCEPT'), 'unknown');
  assert.is(fate('iptables -A INPUT -s 10.1.0.0/16 -j DROP'), 'pass');
  assert.is(fate('iptables -A INPUT -j elsewhere', 'iptables -A INPUT -j DROP'), 'unknown');
  assert.is(fate('iptables -A INPUT -i lo -j ACCEPT', 'iptables -A INPUT -j REJECT'), 'drop');
  assert.is(fate('iptables -N web', 'iptables -A INPUT -j web', 'iptables -A web -p udp -j RETURN', 'iptables -A web -j DROP'), 'drop');
});

test('rules are taken out as they were put in', () => {
  assert.is(fate('iptables -A INPUT -p tcp -j DROP', 'iptables -D INPUT -p tcp -j DROP'), 'pass');
  assert.is(fate('iptables -A INPUT -j DROP', 'iptables -D INPUT 1'), 'pass');
  assert.is(fate('iptables -A INPUT -j DROP', 'iptables -F INPUT'), 'pass');
  assert.is(fate('iptables -P INPUT DROP', 'iptables -F'), 'drop');
  assert.is(fate('iptables -A INPUT -j DROP', 'iptables-restore <<X', '*filter', ':INPUT ACCEPT [0:0]', 'COMMIT', 'X'), 'pass');
});

test('marks are known in every spelling, and where they come too late', () => {
  assert.equal(marks('iptables -t mangle -A PREROUTING -d $VIP -j MARK --set-mark 0x10'), [16]);
  assert.equal(marks('iptables -tmangle -IINPUT -j MARK --set-xmark=3/0xff'), [3]);
  assert.equal(marks('iptables -t mangle -A PREROUTING -j MARK --or-mark 1'), [undefined]);
  assert.equal(marks('iptables -t mangle -A FORWARD -j MARK --set-mark 1'), []);
  assert.equal(marks('iptables -t mangle -N a', 'iptables -t mangle -N b', 'iptables -t mangle -A PREROUTING -j a', 'iptables -t mangle -A a -g b', 'iptables -t mangle -A b -j MARK --set-mark 7'), [7]);
});

test('a filter is whole only where nothing else may change it', () => {
  assert.ok(scripted('iptables -A INPUT -j ACCEPT').whole);
  for (const line of ['/usr/local/sbin/firewall', 'sh /root/fw.sh', 'service iptables restart', 'nft add rule inet filter input accept', 'iptables-restore < /etc/not-there', '. /etc/not-there.conf', 'iptables -A $(cat /etc/chain) -j DROP', 'ufw enable']) assert.not.ok(scripted(line).whole, line);
  assert.not.ok(filtered({ 'etc/rc.local': '#!/bin/sh\nipvsadm -A -f 1\n', 'etc/init.d/fw': '#!/bin/sh\niptables -A INPUT -j DROP\n' }).whole);
});

test('packets that are taken elsewhere are told by their destination', () => {
  assert.ok(takes(scripted('iptables -t nat -A PREROUTING -d $VIP -p tcp -j REDIRECT'), vip));
  assert.ok(takes(scripted('iptables -t nat -A PREROUTING -j DNAT --to 10.0.0.1'), vip));
  assert.not.ok(takes(scripted('iptables -t nat -A PREROUTING -d 10.0.0.8 -j REDIRECT'), vip));
});

test('any rule is read without a throw', () => {
  const word = fc.oneof(fc.constantFrom('-A', '-I', '-D', 'INPUT', '-t', 'mangle', '-d', '!', '10.0.0.9', '-p', 'tcp', '--dport', '80:', ':', '1:2:3', '-j', '-g', 'INPUT', 'DROP', 'MARK', '--set-mark', '0x', '-m', '=', '--dport=', '$X', '-', '--'), fc.string({ maxLength: 6 }).map((text) => `'${text.replace(/['\n\r\0]/g, '')}'`));
  fc.assert(fc.property(fc.array(fc.array(word, { maxLength: 14 }), { maxLength: 6 }), (lines) => {
    const filter = scripted(...lines.map((words) => `iptables ${words.join(' ')}`));
    assert.ok(['pass', 'drop', 'unknown'].includes(fateAt(filter, 'INPUT', syn).fate));
    markRules(filter);
  }), { numRuns: 60 });
});

test.run();
