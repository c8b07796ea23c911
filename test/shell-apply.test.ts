import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryFiles } from '../src/base/file-set.ts';
import { sourceText } from '../src/base/text.ts';
import { showService } from '../src/model/service.ts';
import type { Script } from '../src/model/script.ts';
import type { HostDraft } from '../src/parse/draft.ts';
import { applyScript } from '../src/parse/shell/apply.ts';
import { readHeader, readShebang } from '../src/parse/shell/header.ts';
import { readScript } from '../src/parse/shell/read.ts';
import { cpuTime } from './cpu-time.ts';

function read(text: string, others: Readonly<Record<string, string>> = {}, file = 'etc/init.d/lvs'): Script {
  return readScript(sourceText('h', file, text), { files: memoryFiles('.', new Map(Object.entries(others))) });
}

function applied(text: string): HostDraft {
  const draft: HostDraft = { name: 'h', files: memoryFiles('.', new Map()), devices: new Map(), addresses: [], routes: [], sysctls: new Map(), services: [], syncDaemons: [], modules: [], scripts: [], seen: new Set() };
  applyScript(read(text), draft, (file) => [{ key: 'net/ipv4/ip_forward', value: '0', at: { host: 'h', file: file?.slice(1) ?? 'all', line: 1, column: 1, endLine: 1, endColumn: 2 }, confidence: 'certain', optional: false }]);
  return draft;
}

const addresses = (draft: HostDraft) => draft.addresses.map((one) => `${one.ip.text}/${one.prefix} ${one.label ?? one.device} ${one.confidence}`);

test('start is applied, stop is not; top counts before and after', () => {
  const draft = applied('VIP=10.0.0.1\nmodprobe ip_vs\ncase $1 in\nstart) ip addr add $VIP/32 dev lo ;;\nstop) ip addr del $VIP/32 dev lo ;;\nesac\nsysctl -w net.ipv4.ip_forward=1\n');
  assert.equal(addresses(draft), ['10.0.0.1/32 lo certain']);
  assert.equal(draft.modules.map((one) => one.module), ['ip_vs']);
  assert.is(draft.sysctls.get('net/ipv4/ip_forward')!.at(-1)!.value, '1');
  assert.is(draft.scripts.length, 1);
});

test('an alias holds one address, a removal takes it away, two ways to one address count once', () => {
  assert.equal(addresses(applied('ifconfig lo:0 10.0.0.1 netmask 255.255.255.255\nifconfig lo:0 10.0.0.2 netmask 255.255.255.255\n')), ['10.0.0.2/32 lo:0 certain']);
  assert.equal(addresses(applied('ip addr add 10.0.0.1/32 dev lo\nip addr del 10.0.0.1/32 dev lo\n')), []);
  assert.equal(addresses(applied('if command -v ip; then ip addr add 10.0.0.1/32 dev lo; else ifconfig lo:0 10.0.0.1 netmask 255.255.255.255 up; fi\n')), ['10.0.0.1/32 lo likely']);
  assert.equal(addresses(applied('ifconfig lo:0 10.0.0.1 up\nifconfig lo:0 down\n')), []);
  assert.equal(addresses(applied('[ "$(hostname)" = web1 ] && ip addr del 10.0.0.1/32 dev lo\nip addr add 10.0.0.1/32 dev lo\n')), ['10.0.0.1/32 lo certain']);
});

test('the IPVS table', () => {
  const draft = applied('ipvsadm -A -t 10.0.0.1:80 -s rr -p\nipvsadm -a -t 10.0.0.1:80 -r 10.0.1.1 -g -w 2\nipvsadm -a -t 10.0.0.1:80 -r 10.0.1.2:8080 -m\nipvsadm -e -t 10.0.0.1:80 -r 10.0.1.2:8080 -m -w 0\nipvsadm -A -f 3\nipvsadm -D -f 3\nipvsadm -A -t $UNSET:80\nipvsadm --start-daemon backup --syncid 4\n');
  assert.equal(draft.services.map(showService), ['10.0.0.1:80/tcp']);
  const [service] = draft.services;
  assert.is(service!.scheduler, 'rr');
  assert.is(service!.persistence!.timeout, 360);
  assert.is(service!.schedulerAt!.column, 30);
  assert.equal(service!.destinations.map((one) => [one.rip.text, one.port, one.forwarding, one.weight]), [['10.0.1.1', 80, 'dr', 2], ['10.0.1.2', 8080, 'nat', 0]]);
  assert.equal(draft.syncDaemons.map(({ role, syncId }) => [role, syncId]), [['backup', 4]]);
  assert.equal(applied('ipvsadm -A -t 10.0.0.1:80\nipvsadm -C\n').services, []);
});

test('sysctl -p writes what the file says again', () => {
  const lines = applied('echo 1 > /proc/sys/net/ipv4/ip_forward\nsysctl -p\n').sysctls.get('net/ipv4/ip_forward')!;
  assert.equal(lines.map((line) => line.value), ['1', '0']);
  assert.is(lines[1]!.at.file, 'etc/sysctl.conf');
  assert.ok(lines[0]!.order! < lines[1]!.order!);
});

test('routes and devices', () => {
  const draft = applied('route add default gw 10.0.0.254\nip route add 10.9.0.0/16 via 10.0.0.2 dev eth1\nifconfig eth1 down\nip link set tunl0 up\n');
  assert.equal(draft.routes.map((route) => [route.to === 'default' ? 'default' : route.to.ip.text, route.via?.text]), [['default', '10.0.0.254']]);
  assert.is(draft.devices.get('tunl0')!.up.state, 'set');
});

test('a variable that nothing sets is empty and named; behind a file that cannot be seen it is unknown', () => {
  const words = (text: string, others: Readonly<Record<string, string>> = {}) => read(text, others).actions[0]!.steps.at(-1)!.words.map((word) => [word.text, word.unset]);
  assert.equal(words('echo "$NOTHING"'), [['echo', undefined], ['', ['NOTHING']]]);
  assert.equal(words('. /etc/lvs.conf\necho $NOTHING'), [['echo', undefined], [undefined, undefined]]);
  assert.equal(words('. /etc/init.d/functions\necho $NOTHING:80'), [['echo', undefined], [':80', ['NOTHING']]]);
  assert.equal(words('. /etc/lvs.conf\necho $NOTHING $VIP', { 'etc/lvs.conf': 'VIP=10.0.0.1\n' }), [['echo', undefined], ['', ['NOTHING']], ['10.0.0.1', undefined]]);
  assert.equal(words('VIP=\nread -p "VIP: " VIP\necho $VIP'), [['echo', undefined], [undefined, undefined]]);
  assert.equal(words('echo $PATH "$HOSTNAME"'), [['echo', undefined], [undefined, undefined], [undefined, undefined]]);
});

test('places of a sourced file lie in that file', () => {
  const script = read('. /etc/lvs.sh\nup\n', { 'etc/lvs.sh': 'VIP=10.0.0.1\nup() {\n  ip addr add $VIP/32 dev lo\n}\n' });
  const step = script.actions[0]!.steps.at(-1)!;
  assert.equal([step.at.file, step.at.line, step.within], ['etc/lvs.sh', 3, 'up']);
  assert.equal(script.assignments.map(({ name, value, at }) => [name, value.text, at.file]), [['VIP', '10.0.0.1', 'etc/lvs.sh']]);
  assert.is(script.functions.get('up')!.file, 'etc/lvs.sh');
});

test('tested, silenced, wrappers', () => {
  const steps = read('ipvsadm -C || exit 1\nroute del x >/dev/null 2>&1\nmodprobe a || true\nif ip link show lo; then :; fi\nsudo -n /sbin/ipvsadm -C; echo $?\nipvsadm -Z\n').actions[0]!.steps;
  const by = (text: string) => steps.find((step) => step.words.map((word) => word.raw).join(' ') === text)!;
  assert.equal([by('ipvsadm -C').tested, by('route del x').tested, by('route del x').silenced, by('modprobe a').tested, by('modprobe a').silenced, by('ip link show lo').tested], [true, false, true, false, true, true]);
  assert.equal([by('/sbin/ipvsadm -C').wrappers, by('/sbin/ipvsadm -C').name, by('/sbin/ipvsadm -C').tested, by('ipvsadm -Z').tested], [['sudo'], 'ipvsadm', true, false]);
});

test('CRLF, a byte-order mark and no-break spaces', () => {
  const crlf = read('VIP=10.0.0.1\r\nip addr add $VIP/32 \\\r\n  dev lo\r\n');
  assert.equal(crlf.crlf!.map((at) => [at.line, at.column]), [[1, 13], [2, 22], [3, 9]]);
  assert.equal(crlf.actions[0]!.steps[0]!.words.map((word) => [word.text, word.at.line, word.at.column]).at(-1), ['lo', 3, 7]);
  assert.is(read('echo a\n').crlf, undefined);
  assert.is(read('\uFEFF#!/bin/sh\nip link set lo up\n').actions[0]!.steps[0]!.name, 'ip');
  assert.is(read('ip\u00a0link set lo up\n').actions[0]!.steps[0]!.name, 'ip\u00a0link');
});

test('headers', () => {
  const source = sourceText('h', 'x', '#!/bin/sh -e\n# chkconfig: 2345 90 10\n# description: a thing\n### BEGIN INIT INFO\n# Provides: lvs\n# Required-Start: $network\n# Description: one\n#\ttwo\n### END INIT INFO\n');
  assert.is(readShebang(source)!.interpreter, '/bin/sh -e');
  const header = readHeader(source);
  assert.equal([header.chkconfig!.levels, header.chkconfig!.start, header.chkconfig!.stop, header.description!.line], ['2345', 90, 10, 3]);
  assert.equal([...header.lsb!.fields], [['provides', 'lvs'], ['required-start', '$network'], ['description', 'one two']]);
  assert.equal([header.lsb!.at.line, header.lsb!.at.endLine], [4, 9]);
  assert.is(readShebang(sourceText('h', 'x', '\n#!/bin/sh\n')), undefined);
  assert.equal(readHeader(sourceText('h', 'x', 'echo "# chkconfig: 1 2 3"\n')), {});
});

test('bounds: deep nesting, endless recursion, huge loops, long words', () => {
  for (const text of ['('.repeat(20_000), `${'if true; then '.repeat(3_000)}`, 'f() { f; }; f\n', 'f() { f & f | f; }; f\n', 'for a in {1..1000}; do for b in {1..1000}; do echo $a$b; done; done\n', 'x=a; for i in {1..60}; do x=$x$x; done; echo $x\n', 'while true; do i=$((i+1)); done\n', 'echo {1..99999}{1..99999}\n', 'eval "eval \\"eval $0\\""; $0; . /etc/init.d/lvs\n', `x='${'a'.repeat(3_000)}'; echo \${x//a*a*a*a*b/}\n`, 'trap "$0" EXIT; case $1 in start) $0 start;; esac\n']) {
    const start = cpuTime();
    const script = read(text, { 'etc/init.d/lvs': text });
    assert.ok(cpuTime() - start < 10_000, `${cpuTime() - start} ms: ${text.slice(0, 40)}`);
    assert.ok(script.actions.length >= 1);
  }
});

test.run();
