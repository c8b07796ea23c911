import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sourceText } from '../../src/base/text.ts';
import { planCluster } from '../../src/plan/plan.ts';
import { rpmSources, type RpmSource } from '../../src/render/rpm.ts';
import { readSpec } from '../../src/spec/read.ts';

/** What `lvs-gen rpm` makes, judged by rpmbuild, rpmlint and rpm themselves. */
const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-rpm-test-'));
const program = resolve('dist/lvs-gen.cjs');
const specs = resolve('fixtures/specs');

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): { readonly code: number | null; readonly out: string; readonly all: string } {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), LC_ALL: 'C', ...env } });
  if (error) throw error;
  return { code: status, out: stdout, all: `${stdout}${stderr}` };
}

function pack(out: string, ...args: readonly string[]): readonly string[] {
  const { code, all } = run(process.execPath, [program, 'rpm', join(specs, 'dr/spec.json'), '--out', out, ...args]);
  assert.is(code, 0, all);
  return readdirSync(join(folder, out)).sort().map((name) => join(folder, out, name));
}

for (const name of ['dr', 'nat', 'tun']) {
  test(`${name}: a package a host, without an error of rpmlint`, () => {
    const { code, all } = run(process.execPath, [program, 'rpm', join(specs, name, 'spec.json'), '--out', name]);
    assert.is(code, 0, all);
    const packages = readdirSync(join(folder, name));
    assert.equal(packages.sort(), ['lvs1', 'web1', 'web2'].map((host) => `lvs-web-${name}-${host}-0.1.0-1.noarch.rpm`));
    // Signing is the owner's, with the owner's key.
    writeFileSync(join(folder, 'rpmlintrc'), "addFilter('no-signature')\naddFilter('no-documentation')\naddFilter('invalid-license')\n");
    const lint = run('rpmlint', ['-r', join(folder, 'rpmlintrc'), ...packages.map((file) => join(folder, name, file))]);
    assert.not.match(lint.all, /: E: /);
    assert.match(lint.all, /3 packages and 0 specfiles checked/);
  });
}

test('files, modes, configuration and requirements', () => {
  const [director, real] = pack('list');
  const files = (path: string): string => run('rpm', ['-qp', '--qf', '[%{FILENAMES} %{FILEMODES:perms} %{FILEUSERNAME} %{FILEFLAGS:fflags}\n]', path]).out;
  assert.is(files(director!), '/etc/init.d/ipvs -rwxr-xr-x root \n/etc/modules-load.d/lvs.conf -rw-r--r-- root cn\n');
  assert.is(files(real!), '/etc/init.d/real -rwxr-xr-x root \n/etc/sysctl.d/90-lvs.conf -rw-r--r-- root cn\n');
  const needs = (path: string): readonly string[] => run('rpm', ['-qp', '--requires', path]).out.split('\n');
  for (const name of ['ipvsadm', 'iproute', 'kmod', '/bin/bash']) assert.ok(needs(director!).includes(name), name);
  assert.not.ok(needs(real!).includes('ipvsadm'));
  assert.match(run('rpm', ['-qp', '--changelog', director!]).out, /^\* Thu Jan 01 2026 .* - 0\.1\.0-1\n- Rendered by lvs-gen 0\.1\.0 from the spec web-dr/);
});

test('the same spec gives the same bytes; another release another package', () => {
  const first = pack('once').map((path) => readFileSync(path));
  const second = pack('twice').map((path) => readFileSync(path));
  assert.ok(first.every((bytes, at) => bytes.equals(second[at]!)));
  assert.match(pack('later', '--release', '7')[0]!, /0\.1\.0-7\.noarch\.rpm$/);
});

test('one package for all real servers, where they have the same files', () => {
  assert.equal(pack('roles', '--per', 'role').map((path) => path.split('/').at(-1)), ['lvs-web-dr-director-0.1.0-1.noarch.rpm', 'lvs-web-dr-real-server-0.1.0-1.noarch.rpm']);
  const spec = JSON.parse(readFileSync(join(specs, 'dr/spec.json'), 'utf8'));
  spec.realServers.web2.device = 'eth7';
  writeFileSync(join(folder, 'odd.json'), JSON.stringify(spec));
  const { code, all } = run(process.execPath, [program, 'rpm', 'odd.json', '--out', 'odd', '--per', 'role']);
  assert.is(code, 2);
  assert.match(all, /web1 and web2 are not the same/);
});

test('installed into a root: an edited file stays on an upgrade, erasing stops the service and leaves nothing', () => {
  const root = join(folder, 'root');
  const old = pack('v1')[1]!;
  const spec = JSON.parse(readFileSync(join(specs, 'dr/spec.json'), 'utf8'));
  spec.services[0].vip = '172.16.1.101';
  writeFileSync(join(folder, 'v2.json'), JSON.stringify(spec));
  assert.is(run(process.execPath, [program, 'rpm', 'v2.json', '--out', 'v2', '--release', '2', '--host', 'web1']).code, 0);
  const rpm = (...args: readonly string[]): void => {
    const { code, all } = run('rpm', ['--root', root, '--nodeps', '--noscripts', ...args]);
    assert.is(code, 0, all);
  };
  mkdirSync(root);
  assert.is(run('rpm', ['--root', root, '--initdb']).code, 0);
  rpm('-i', old);
  const conf = join(root, 'etc/sysctl.d/90-lvs.conf');
  const mine = `${readFileSync(conf, 'utf8')}net.core.somaxconn = 1024\n`;
  writeFileSync(conf, mine);
  rpm('-U', join(folder, 'v2/lvs-web-dr-web1-0.1.0-2.noarch.rpm'));
  assert.is(readFileSync(conf, 'utf8'), mine);
  assert.match(readFileSync(join(root, 'etc/init.d/real'), 'utf8'), /172\.16\.1\.101/);
  assert.is(statSync(join(root, 'etc/init.d/real')).mode & 0o777, 0o755);

  const left = (): readonly string[] => ['etc/init.d/real', 'etc/sysctl.d/90-lvs.conf', 'etc/sysctl.d/90-lvs.conf.rpmsave'].filter((path) => existsSync(join(root, path)));
  rpm('-e', 'lvs-web-dr-web1');
  assert.equal(left(), ['etc/sysctl.d/90-lvs.conf.rpmsave'], 'what somebody wrote himself is kept');
  rpm('-i', old);
  rpm('-e', 'lvs-web-dr-web1');
  assert.equal(left().filter((path) => !path.endsWith('.rpmsave')), []);
});

test('the scriptlets: enabled on install, restarted on upgrade, stopped and disabled on erase', () => {
  const [director] = pack('scripts');
  const text = run('rpm', ['-qp', '--qf', 'post\n%{POSTIN}\npreun\n%{PREUN}\npostun\n%{POSTUN}\n', director!]).out;
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const name of ['systemctl', 'chkconfig', 'ipvs']) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >>"$LOG"\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const scriptlet = (name: string, count: number): string => {
    const body = text.split(/^(?:post|preun|postun)\n/m)[['post', 'preun', 'postun'].indexOf(name) + 1]!;
    writeFileSync(join(folder, 'log'), '');
    // The real paths are the machine's own: only their names are taken.
    const moved = body.replaceAll('/etc/init.d/ipvs', join(bin, 'ipvs')).replaceAll('/run/systemd/system', join(folder, 'no-systemd'));
    const { code, all } = run('sh', ['-c', moved, 'scriptlet', String(count)], { PATH: `${bin}${delimiter}${process.env['PATH']}`, LOG: join(folder, 'log') });
    assert.is(code, 0, all);
    return readFileSync(join(folder, 'log'), 'utf8');
  };
  assert.is(scriptlet('post', 1), 'chkconfig --add ipvs\n');
  assert.is(scriptlet('post', 2), '');
  assert.is(scriptlet('postun', 1), 'ipvs condrestart\n');
  assert.is(scriptlet('preun', 1), '');
  assert.is(scriptlet('preun', 0), 'ipvs stop\nchkconfig --del ipvs\n');
  mkdirSync(join(folder, 'no-systemd'));
  assert.is(scriptlet('post', 1), 'systemctl daemon-reload\nsystemctl enable ipvs\n');
  assert.is(scriptlet('preun', 0), 'systemctl stop ipvs\nipvs stop\nsystemctl disable ipvs\n');
});

test('%check asks lvs-gen where it is installed, and a no stops the build', () => {
  const bin = join(folder, 'with-lvs-gen');
  mkdirSync(bin);
  const shim = (body: string): void => writeFileSync(join(bin, 'lvs-gen'), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  shim(`echo "$@" >>'${join(folder, 'asked')}'\nexec '${process.execPath}' '${program}' "$@"`);
  const args = [program, 'rpm', join(specs, 'dr/spec.json'), '--out', 'checked', '--host', 'web1'];
  const path = { PATH: `${bin}${delimiter}${process.env['PATH']}` };
  assert.is(run(process.execPath, args, path).code, 0);
  assert.match(readFileSync(join(folder, 'asked'), 'utf8'), /^lint .* web1=.*BUILDROOT/);
  shim('exit 1');
  const { code, all } = run(process.execPath, args, path);
  assert.is(code, 1);
  assert.match(all, /%check/);
});

test('without rpmbuild: the spec files and their sources, and a word about it', () => {
  const { code, all } = run(process.execPath, [program, 'rpm', join(specs, 'dr/spec.json'), '--out', 'bare'], { PATH: folder });
  assert.is(code, 0, all);
  assert.match(all, /rpmbuild is not installed/);
  assert.equal(readdirSync(join(folder, 'bare/lvs-web-dr-web1')).sort(), ['init.d-real', 'lvs-web-dr-web1.spec', 'sysctl.d-90-lvs.conf']);
  assert.is(run('rpmspec', ['-P', 'bare/lvs-web-dr-web1/lvs-web-dr-web1.spec']).code, 0);
});

test('no text of a plan becomes a macro', () => {
  const located = readSpec(sourceText('spec', 'spec.json', readFileSync(join(specs, 'dr/spec.json'), 'utf8')));
  if ('problems' in located) throw new Error('the sample is no spec');
  const planned = planCluster(located);
  if ('refused' in planned) throw new Error('the sample is refused');
  for (const name of [`%(touch ${folder}/canary)`, '%{nil}', '%%', '%define x y', 'a\n%post\ntouch canary', '%{lua: os.execute("touch canary")}', '\\']) {
    const sources = rpmSources({ ...planned.plan, name }, { version: '0.1.0', release: '1', epoch: 0, per: 'host', hosts: [] });
    if (!Array.isArray(sources)) throw new Error('hosts differ');
    // The package's name is held by the schema; here it would only end the parse early.
    const spec = (sources as readonly RpmSource[])[0]!.specFile.replace(/^Name:.*$/m, 'Name: x').replace(/^Name:[^]*?(?=^Version:)/m, 'Name: x\n');
    writeFileSync(join(folder, 'hostile.spec'), spec);
    const { code, all } = run('rpmspec', ['-P', '--define', `_sourcedir ${folder}`, 'hostile.spec']);
    assert.is(code, 0, `${name}\n${all}`);
    assert.ok(all.replace(/\s+/g, ' ').includes(`of the cluster ${name.replace(/\s+/g, ' ')}`), `${name}\n${all.slice(0, 900)}`);
    assert.not(existsSync(join(folder, 'canary')));
  }
});

test('wrong use', () => {
  for (const [args, says] of [[['--release', '%{x}'], /--release/], [['--host', 'web9'], /no such host; did you mean 'web1'|no such host/], [['--per', 'rack'], /--per/]] as const) {
    const { code, all } = run(process.execPath, [program, 'rpm', join(specs, 'dr/spec.json'), ...args]);
    assert.is(code, 2);
    assert.match(all, says);
  }
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
