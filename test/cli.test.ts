import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

/** The built program, as users run it (npm test builds it first). */
const program = resolve('dist/lvs-gen.cjs');
const specs = resolve('fixtures/specs');
const test = suite('cli', { work: '' });

test.before.each((context) => {
  context.work = mkdtempSync(join(tmpdir(), 'lvs-gen-cli-'));
});
test.after.each((context) => rmSync(context.work, { recursive: true, force: true }));

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(cwd: string, args: readonly string[], input = ''): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd, input, encoding: 'utf8', timeout: 60_000, env: { ...process.env, XDG_CACHE_HOME: join(tmpdir(), 'lvs-gen-test-cache') } });
  return { code: status, out: stdout, err: stderr };
}

function file(work: string, path: string, text: string | Uint8Array): string {
  mkdirSync(join(work, path, '..'), { recursive: true });
  writeFileSync(join(work, path), text);
  return path;
}

const realScript = (arp: string): string => `#!/bin/bash
### BEGIN INIT INFO
# Provides: real
# Required-Start: $network
# Required-Stop: $network
# Default-Start: 2 3 4 5
# Default-Stop: 0 1 6
# Short-Description: LVS real server
### END INIT INFO
case "$1" in
start)
${arp}
  ip addr add 172.16.1.100/32 dev lo label lo:0
  ;;
stop)
  ip addr del 172.16.1.100/32 dev lo
  ;;
restart)
  "$0" stop
  "$0" start
  ;;
status)
  ip -o addr show dev lo | grep -Fwq 172.16.1.100 || exit 3
  ;;
*)
  echo "usage: $0 start|stop|restart|status" >&2
  exit 2
  ;;
esac
`;

test('wrong use ends with 2 and the nearest right word', ({ work }) => {
  for (const [args, words] of [
    [['lnit'], /'lint'|'init'/],
    [['lint', '--fromat', 'json', '.'], /--format/],
    [['lint'], /needs a PATH/],
    [['lint', '--fail-on', 'eror', '.'], /did you mean 'error'/],
    [['lint', '--format', 'jsno', '.'], /did you mean 'json'/],
    [['lint', '--rule', 'arp/nothing=off', '.'], /no such rule/],
    [['render', 'a', 'b'], /at most 1/],
    [['explain', 'arp/ignore-mising'], /arp\/ignore-missing/],
  ] as const) {
    const { code, err } = run(work, args);
    assert.is(code, 2, `${args.join(' ')}: ${err}`);
    assert.match(err, words);
  }
  assert.is(run(work, ['--version']).out, `lvs-gen ${(JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version}\n`);
  for (const args of [['--help'], ['help', 'lint'], ['render', '--help']]) assert.match(run(work, args).out, /exit: 0 clean/);
});

test('render writes a tree that lint finds clean, and again changes nothing', ({ work }) => {
  for (const name of ['dr', 'nat', 'tun']) {
    const spec = join(specs, name, 'spec.json');
    const first = run(work, ['render', spec, '--out', name]);
    assert.is(first.code, 0, first.err);
    assert.match(first.out, /lvs1\/etc\/init\.d\/ipvs/);
    assert.is(statSync(join(work, name, 'lvs1/etc/init.d/ipvs')).mode & 0o777, 0o755);
    assert.is(run(work, ['render', spec, '--out', name, '--check']).code, 0);
    const lint = run(work, ['lint', name, '--spec', spec, '--pedantic', '--fail-on', 'info', '--format', 'json']);
    assert.is(lint.code, 0, lint.out);
    assert.equal(JSON.parse(lint.out).skipped, [], 'with its spec, nothing of a rendered tree is unseen');
  }
});

test('render: one file, one host, hand-made changes, --check, --force', ({ work }) => {
  const spec = join(specs, 'dr/spec.json');
  assert.match(run(work, ['render', spec, '--print', 'web1:/etc/init.d/real']).out, /^#!\/bin\/bash\n/);
  assert.is(run(work, ['render', spec, '--print', 'web1:etc/init.d/rael']).code, 2);
  assert.is(run(work, ['render', spec, '--host', 'web9']).code, 2);
  run(work, ['render', spec, '--host', 'web1']);
  assert.not.ok(run(work, ['lint', 'out/lvs1']).code === 0, 'only web1 was rendered');
  run(work, ['render', spec]);
  const script = join(work, 'out/web1/etc/init.d/real');
  const mine = `${readFileSync(script, 'utf8')}# by hand\n`;
  writeFileSync(script, mine);
  const refused = run(work, ['render', spec]);
  assert.is(refused.code, 2);
  assert.match(refused.err, /out\/web1\/etc\/init\.d\/real was changed by hand/);
  assert.is(readFileSync(script, 'utf8'), mine);
  const check = run(work, ['render', spec, '--check']);
  assert.is(check.code, 1);
  assert.match(check.out, /^-# by hand$/m);
  assert.is(run(work, ['render', spec, '--force']).code, 0);
  assert.is(run(work, ['render', spec, '--check']).code, 0);
});

test('a bad spec: every error with its place, nothing written', ({ work }) => {
  file(work, 'bad.json', '{\n  "version": 1,\n  "name": "x",\n  "fowarding": "dr",\n  "directors": { "lvs1": { "device": "eth0", "dip": "010.0.0.1/24" } },\n  "realServers": {},\n  "services": []\n}\n');
  const { code, err } = run(work, ['render', 'bad.json']);
  assert.is(code, 2);
  assert.match(err, /^bad\.json:4:3: error: fowarding: .*forwarding/m);
  assert.match(err, /^bad\.json:5:\d+: error: .*010\.0\.0\.1/m);
  assert.match(err, /nothing was written/);
  assert.is(run(work, ['lint', 'out']).code, 3);
  assert.is(run(work, ['render', 'absent.json']).code, 2);
  assert.is(run(work, ['render', '-'], '{').code, 2);
});

test('a cluster that cannot work is refused at its place in the spec, by lint and by render', ({ work }) => {
  const spec = JSON.parse(readFileSync(join(specs, 'nat/spec.json'), 'utf8'));
  spec.realServers.web2.gateway = '192.168.14.1';
  file(work, 'lvs-gen.json', JSON.stringify(spec, null, 2));
  const lint = run(work, ['lint', 'lvs-gen.json']);
  assert.is(lint.code, 1, lint.err);
  assert.match(lint.out, /^lvs-gen\.json:\d+:\d+: error: .*\[route\/nat-gateway-is-not-dip\]$/m);
  const render = run(work, ['render']);
  assert.is(render.code, 1, render.err);
  assert.match(render.err, /route\/nat-gateway-is-not-dip/);
  assert.is(run(work, ['render', '--check']).code, 1);
});

test('lint: what a PATH means', ({ work }) => {
  const bad = realScript('');
  file(work, 'web1/etc/init.d/real', bad);
  const found = (args: readonly string[]): unknown[] => {
    const { out, err } = run(work, ['lint', '--no-shellcheck', '--format', 'json', ...args]);
    assert.ok(out, err);
    return JSON.parse(out).findings.map((finding: { rule: string; host: string; file: string; line: number }) => [finding.rule, finding.host, finding.file, finding.line]);
  };
  const expected = [['arp/ignore-missing', 'web1', 'etc/init.d/real', 13]];
  assert.equal(found(['web1/etc']), expected);
  assert.equal(found(['web1']), expected);
  assert.equal(found(['.']), expected);
  assert.equal(found(['node7=web1']), [['arp/ignore-missing', 'node7', 'etc/init.d/real', 13]]);
  const gcc = run(work, ['lint', '--no-shellcheck', 'web1/etc']);
  assert.match(gcc.out, /^web1\/etc\/init\.d\/real:13:\d+: error: .* \[arp\/ignore-missing\]$/m);
  assert.is(gcc.code, 1);
  assert.is(run(work, ['lint', '--no-shellcheck', '--fail-on', 'never', 'web1']).code, 0);
  assert.is(run(work, ['lint', '--no-shellcheck', '--rule', 'arp/ignore-missing=off', 'web1']).code, 0);
  assert.is(run(work, ['lint', 'nowhere']).code, 3);
  cpSync(join(work, 'web1/etc'), join(work, 'copied'), { recursive: true });
  assert.match(run(work, ['lint', '--no-shellcheck', 'copied']).out, /^copied\/init\.d\/real:13:/m);
});

test('lint: a single file and standard input are judged alone', ({ work }) => {
  const flush = realScript('  iptables -F').replace('start)\n', 'start)\n  ipvsadm -A -t 172.16.1.100:80 -s rr\n');
  file(work, 'real', flush);
  const named = run(work, ['lint', '--no-shellcheck', 'real']);
  assert.match(named.out, /^real:13:3: error: .*\[script\/firewall-flushed\]$/m, named.err);
  const piped = run(work, ['lint', '--no-shellcheck', '-', '--stdin-filename', 'etc/init.d/real'], flush);
  assert.match(piped.out, /^etc\/init\.d\/real:13:3: error: .*\[script\/firewall-flushed\]$/m, piped.err);
  assert.is(run(work, ['lint', '-'], flush).code, 2);
});

test('lint: ignores need a reason and must ignore something', ({ work }) => {
  const ignored = realScript('  # lvs-gen: ignore arp/ignore-missing -- the switch filters ARP');
  file(work, 'web1/etc/init.d/real', ignored);
  assert.equal(run(work, ['lint', '--no-shellcheck', '--fail-on', 'info', 'web1']).code, 0);
  file(work, 'web1/etc/init.d/real', ignored.replace(' -- the switch filters ARP', ''));
  assert.match(run(work, ['lint', '--no-shellcheck', 'web1']).out, /ignore\/reason-missing[\s\S]*arp\/ignore-missing/);
  file(work, 'web1/etc/init.d/real', ignored.replace('arp/ignore-missing', 'script/lo-bounce'));
  assert.match(run(work, ['lint', '--no-shellcheck', 'web1']).out, /ignore\/unused/);
});

test('lint: .lvs-genrc', ({ work }) => {
  file(work, 'web1/etc/init.d/real', realScript(''));
  file(work, '.lvs-genrc', '[lint]\nfail-on = error\nformat = json\n[rules]\narp/ignore-missing = warning\n');
  const { code, out } = run(work, ['lint', '--no-shellcheck', 'web1']);
  assert.is(code, 0);
  assert.is(JSON.parse(out).findings[0].severity, 'warning');
  file(work, '.lvs-genrc', '[ignore]\nweb1/**\n');
  assert.is(run(work, ['lint', '--no-shellcheck', 'web1']).code, 0);
  file(work, '.lvs-genrc', '[lint]\nfail-no = error\n');
  const wrong = run(work, ['lint', 'web1']);
  assert.is(wrong.code, 2);
  assert.match(wrong.err, /\.lvs-genrc:2: .*did you mean 'fail-on'/);
  file(work, '.lvs-genrc', '[lint]\nkeepalived = newest\n');
  const release = run(work, ['lint', 'web1']);
  assert.is(release.code, 2);
  assert.match(release.err, /\.lvs-genrc:2: keepalived = "newest": expected a release such as 2\.2\.7/);
  file(work, 'lvs1/etc/keepalived/keepalived.conf', 'vrrp_instance VI_1 {\n    state BACKUP\n    interface eth0\n    virtual_router_id 51\n    priority 100\n    timer_expired_backup\n    virtual_ipaddress {\n        172.16.1.100/32\n    }\n}\n');
  for (const [text, rules] of [['', []], ['[lint]\nkeepalived = 2.3.3\n', []], ['[lint]\nkeepalived = 2.2.7\n', ['keepalived/unknown-keyword']], ['[lint]\nkeepalived = 2.0\n', ['keepalived/unknown-keyword']]] as const) {
    file(work, '.lvs-genrc', text);
    const told = JSON.parse(run(work, ['lint', '--no-shellcheck', '--format', 'json', 'lvs1']).out) as { readonly findings: readonly { readonly rule: string }[] };
    assert.equal(told.findings.map(({ rule }) => rule), rules, text);
  }
});

test('lint: a tree with everything odd in it neither hangs nor crashes', ({ work }) => {
  file(work, 'web1/etc/init.d/real', realScript('').replaceAll('\n', '\r\n'));
  file(work, 'web1/etc/init.d/binary', Buffer.concat([Buffer.from('#!/bin/bash\nifconfig lo:0 1.2.3.4\n'), Buffer.alloc(10)]));
  file(work, 'web1/etc/init.d/utf16', Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(realScript(''), 'utf16le')]));
  file(work, 'web1/etc/sysctl.d/large.conf', '');
  truncateSync(join(work, 'web1/etc/sysctl.d/large.conf'), 100 << 20);
  execFileSync('mkfifo', [join(work, 'web1/etc/sysctl.d/fifo.conf')]);
  symlinkSync('b.conf', join(work, 'web1/etc/sysctl.d/a.conf'));
  symlinkSync('a.conf', join(work, 'web1/etc/sysctl.d/b.conf'));
  symlinkSync('.', join(work, 'web1/etc/init.d/self'));
  const { code, err } = run(work, ['lint', '--no-shellcheck', 'web1', '--fail-on', 'never']);
  assert.is(code, 0, err);
  for (const words of [/fifo\.conf: is a FIFO/, /large\.conf: has 104857600 bytes/, /a\.conf: a loop/, /binary: is a binary/]) assert.match(err, words);
  assert.is(run(work, ['lint', 'web1/etc/sysctl.d/fifo.conf']).code, 3);
  assert.is(run(work, ['lint', '/dev/zero']).code, 3);
  if (process.getuid?.() !== 0) {
    chmodSync(join(work, 'web1/etc/init.d/real'), 0);
    assert.is(run(work, ['lint', '--no-shellcheck', 'web1']).code, 3);
  }
});

test('lint: a tree without LVS says so', ({ work }) => {
  file(work, 'db1/etc/sysctl.conf', 'vm.swappiness = 1\n');
  const { code, err } = run(work, ['lint', 'db1']);
  assert.is(code, 0);
  assert.match(err, /no LVS setup here/);
});

test('lint: ShellCheck speaks beside our rules, and can be left out', ({ work }) => {
  file(work, 'web1/etc/init.d/real', realScript('  echo $FOO\n  sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2'));
  const { out, err } = run(work, ['lint', 'web1', '--fail-on', 'never']);
  assert.match(out, /etc\/init\.d\/real:12:8: info: ShellCheck: .*\[shellcheck\/SC2086\]/, err);
  assert.not.match(run(work, ['lint', 'web1', '--fail-on', 'never', '--no-shellcheck']).out, /shellcheck/);
  file(work, 'web2/etc/init.d/real', realScript('  ip addr add $VPI/32 dev lo').replace('case', 'VIP=172.16.1.100\ncase'));
  const doubled = run(work, ['lint', 'web2', '--fail-on', 'never']).out;
  assert.match(doubled, /\[script\/undefined-var\]/);
  assert.not.match(doubled, /SC2154/, 'one fault, one finding: ours says it better');
});

test('facts: each with its line, what lost beside what won', ({ work }) => {
  file(work, 'web1/etc/init.d/real', realScript('  echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore'));
  file(work, 'web1/etc/sysctl.conf', 'net.ipv4.conf.all.arp_ignore = 0\n');
  const { code, out } = run(work, ['facts', 'web1']);
  assert.is(code, 0);
  assert.match(out, /^web1: real-server$/m);
  assert.match(out, /address 172\.16\.1\.100\/32 on lo:0 {3}web1:\/etc\/init\.d\/real:13:3/);
  assert.match(out, /sysctl net\/ipv4\/conf\/all\/arp_ignore = 1 {3}web1:\/etc\/init\.d\/real:12:\d+\n {4}lost: 0 {3}web1:\/etc\/sysctl\.conf:1:/);
  assert.is(JSON.parse(run(work, ['facts', 'web1', '--format', 'json']).out).hosts[0].addresses[0].ip.text, '172.16.1.100');
  assert.is(run(work, ['facts', 'nowhere']).code, 3);
});

test('facts of many hosts are linted in place of trees, and so are archives', ({ work }) => {
  assert.is(run(work, ['init', 'spec.json']).code, 0);
  assert.is(run(work, ['render', 'spec.json']).code, 0);
  assert.is(run(work, ['render', 'spec.json', '--tar', '--out', 'tars']).code, 0);
  file(work, 'out/web1/etc/sysctl.d/90-lvs.conf', '# nothing\n');
  file(work, 'out/web1/etc/init.d/real', '#!/bin/bash\nip addr add 10.1.1.100/32 dev lo\n');
  const judged = (args: readonly string[]): unknown => {
    const { findings, skipped, unread, summary } = JSON.parse(run(work, ['lint', ...args, '--format', 'json', '--fail-on', 'never']).out);
    return { findings, skipped, unread, summary };
  };
  const all = run(work, ['facts', 'out', '--format', 'json']);
  assert.is(all.code, 0, all.err);
  file(work, 'all.json', all.out);
  const trees = judged(['out']) as { readonly findings: readonly unknown[] };
  assert.ok(trees.findings.length > 0);
  assert.equal(judged(['all.json']), trees);
  for (const host of ['lvs1', 'web1', 'web2']) file(work, `facts/${host}.json`, run(work, ['facts', `out/${host}`, '--format', 'json']).out);
  assert.equal(judged(['facts/lvs1.json', 'facts/web1.json', 'facts/web2.json']), trees, 'in several files');
  assert.equal(judged(['facts']), trees, 'in a folder');
  assert.equal(JSON.parse(run(work, ['lint', 'tars', '--format', 'json']).out).hosts.map(({ name, roles }: { name: string; roles: string[] }) => `${name} ${roles.join()}`), ['lvs1 director', 'web1 real-server', 'web2 real-server']);
  assert.match(run(work, ['lint', 'other=facts/web1.json', '--format', 'json']).out, /"host": ?"other"/);
  assert.match(run(work, ['lint', 'all.json', '--fix']).err, /comes as facts: fixes are for its files/);
  file(work, 'later.json', all.out.replace('"version": 1', '"version": 7'));
  const { code, err } = run(work, ['lint', 'later.json']);
  assert.is(code, 2);
  assert.match(err, /later\.json: are facts of version 7, and this lvs-gen reads version 1/);
  file(work, 'cut.json', all.out.slice(0, 3000));
  assert.is(run(work, ['lint', 'cut.json']).code, 2);
});

test('explain, rules, schema, init', ({ work }) => {
  assert.match(run(work, ['explain', 'arp/ignore-missing']).out, /## Repair/);
  assert.ok(JSON.parse(run(work, ['rules', '--format', 'json']).out).rules.length >= 18);
  assert.is(JSON.parse(run(work, ['schema']).out).type, 'object');
  for (const forwarding of ['dr', 'nat', 'tun']) {
    assert.is(run(work, ['init', `${forwarding}.json`, '--forwarding', forwarding]).code, 0);
    const { code, err } = run(work, ['render', `${forwarding}.json`, '--out', forwarding]);
    assert.is(code, 0, err);
  }
  assert.is(run(work, ['init', 'dr.json']).code, 2, 'init overwrites nothing unasked');
});

test('paths are relative to the current folder where they lie in it, however they were named', ({ work }) => {
  file(work, 'hosts/web1/etc/init.d/real', realScript(''));
  const near = run(work, ['lint', '--no-shellcheck', '--format', 'gcc', '--fail-on', 'never', '--pedantic', join(work, 'hosts/web1')]);
  assert.match(near.out, /^hosts\/web1\/etc\/init\.d\/real:\d+/m);
  const far = run(join(work, 'hosts/web1/etc'), ['lint', '--no-shellcheck', '--format', 'gcc', '--fail-on', 'never', join(work, 'hosts/web1')]);
  assert.match(far.out, /^init\.d\/real:\d+/m);
  const elsewhere = run(tmpdir(), ['lint', '--no-shellcheck', '--format', 'gcc', '--fail-on', 'never', join(work, 'hosts/web1')]);
  assert.not.match(elsewhere.out, /^\.\.\//m);
});

test('a folder is searched for hosts, then for files, and says when it holds none', ({ work }) => {
  const hosts = (args: readonly string[]): readonly string[] => JSON.parse(run(work, ['lint', '--no-shellcheck', '--format', 'json', '--fail-on', 'never', ...args]).out).hosts.map(({ name, root }: { name: string; root: string }) => `${name} ${root}`);
  file(work, 'site/rack1/web1/etc/init.d/real', realScript(''));
  file(work, 'site/rack2/row/web2/etc/init.d/real', realScript(''));
  file(work, 'site/README', 'what lies here\n');
  mkdirSync(join(work, 'site/loop'));
  symlinkSync('..', join(work, 'site/loop/up'));
  assert.equal(hosts(['site']), ['web1 site/rack1/web1', 'web2 site/rack2/row/web2']);
  file(work, 'loose/scripts/real.sh', realScript(''));
  assert.equal(hosts(['loose']), ['scripts/real.sh .']);
  mkdirSync(join(work, 'empty/folders'), { recursive: true });
  const { code, err } = run(work, ['lint', 'empty']);
  assert.is(code, 3);
  assert.match(err, /empty: no file is in it/);
});

test('pretty: findings stand under their host where several have some', ({ work }) => {
  for (const host of ['web1', 'web2']) file(work, `hosts/${host}/etc/init.d/real`, realScript(''));
  const { out } = run(work, ['lint', '--no-shellcheck', '--format', 'pretty', '--fail-on', 'never', 'hosts']);
  assert.match(out, /^web1 \(real-server\): \d+ findings?\n[^]*^web2 \(real-server\): \d+ findings?$/m);
});

test('--shellcheck-path: a native ShellCheck is asked, its columns are ours; one that is missing is told', ({ work }) => {
  const script = file(work, 'web1/etc/init.d/real', realScript('1').replace('case "$1"', '\techo \'漢\' $1\ncase "$1"'));
  const line = readFileSync(join(work, script), 'utf8').split('\n').findIndex((text) => text.includes('漢')) + 1;
  // A tab is one column of json1, and a wide character one: $1 stands at 11.
  const comment = { file: '-', line, endLine: line, column: 11, endColumn: 13, level: 'info', code: 2086, message: 'said by a native one', fix: null };
  const native = join(work, file(work, 'native', `#!${process.execPath}\nif (process.argv[2] === '--version') console.log('ShellCheck - shell script analysis tool\\nversion: 0.10.0');\nelse console.log(${JSON.stringify(JSON.stringify({ comments: [comment] }))});\n`));
  chmodSync(native, 0o755);
  const { out } = run(work, ['lint', '--fail-on', 'never', '--format', 'gcc', '--shellcheck-path', native, 'web1']);
  assert.ok(out.includes(`real:${line}:11: `) && out.includes('said by a native one [shellcheck/SC2086]'), out);
  const missing = run(work, ['lint', '--fail-on', 'never', '--shellcheck-path', join(work, 'nowhere'), 'web1']);
  assert.match(missing.err, /nowhere/);
});

test.run();
