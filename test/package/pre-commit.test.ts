import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** The hooks as pre-commit itself runs them: installed from a git repository, with nothing but Node and npm. */
const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-pre-commit-'));
const hooks = join(folder, 'lvs-gen');
const repository = join(folder, 'configs');
const env = { ...process.env, PRE_COMMIT_HOME: join(folder, 'home'), XDG_CACHE_HOME: join(folder, 'cache'), GIT_CONFIG_GLOBAL: '/dev/null', GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@localhost', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@localhost', CI: 'true' };

function run(cwd: string, command: string, ...args: readonly string[]): { readonly code: number | null; readonly all: string } {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', env, maxBuffer: 64 << 20 });
  if (error) throw error;
  return { code: status, all: `${stdout}${stderr}` };
}

function must(cwd: string, command: string, ...args: readonly string[]): string {
  const { code, all } = run(cwd, command, ...args);
  assert.is(code, 0, `${command} ${args.join(' ')}\n${all}`);
  return all;
}

function put(path: string, text: string): void {
  mkdirSync(dirname(join(repository, path)), { recursive: true });
  writeFileSync(join(repository, path), text);
}

test('pre-commit installs the hooks from a git repository', () => {
  // What is being worked on counts too, committed or not.
  must('.', 'git', 'clone', '-q', resolve('.'), hooks);
  const changed = must('.', 'git', 'ls-files', '-z', '-m', '-o', '--exclude-standard').split('\0').filter((path) => path !== '');
  for (const path of changed) spawnSync('sh', ['-c', 'if [ -e "$0" ]; then mkdir -p "$(dirname "$1")" && cp -p "$0" "$1"; else rm -f "$1"; fi', path, join(hooks, path)]);
  must(hooks, 'git', 'add', '-A');
  run(hooks, 'git', 'commit', '-qm', 'work');
  const revision = must(hooks, 'git', 'rev-parse', 'HEAD').trim();

  mkdirSync(repository);
  must(repository, 'git', 'init', '-q', '-b', 'main');
  put('.pre-commit-config.yaml', `repos:\n- repo: file://${hooks}\n  rev: ${revision}\n  hooks:\n  - id: lvs-gen-lint\n    args: [--no-shellcheck]\n  - id: lvs-gen-render-check\n    args: [cluster.json, --out, out]\n`);
  must(repository, 'git', 'add', '-A');
  must(repository, 'pre-commit', 'install', '--install-hooks');
  must(repository, 'git', 'commit', '-qm', 'hooks', '--no-verify');
});

test('a good commit passes, a bad one is refused with the finding, and passes once it is mended', () => {
  cpSync('fixtures/specs/dr/spec.json', join(repository, 'cluster.json'));
  const program = resolve('dist/lvs-gen.cjs');
  must(repository, process.execPath, program, 'render', 'cluster.json', '--out', 'out');
  must(repository, 'git', 'add', '-A');
  must(repository, 'git', 'commit', '-qm', 'a cluster');

  const script = 'hosts/web1/etc/init.d/vip';
  put(script, '#!/bin/bash\n# chkconfig: 2345 90 10\n# description: the VIP\n. /etc/init.d/functions\ncase "$1" in\nstart)\n  ifconfig lo down\n  ifconfig lo up\n  ifconfig lo:0 10.0.0.1 netmask 255.255.255.255 up\n  ;;\nstop)\n  ifconfig lo:0 down\n  ;;\nesac\n');
  must(repository, 'git', 'add', '-A');
  const refused = run(repository, 'git', 'commit', '-qm', 'a VIP');
  assert.is(refused.code, 1);
  assert.match(refused.all, /hosts\/web1\/etc\/init\.d\/vip:7:\d+: error: .*\[script\/lo-bounce\]/);

  run(repository, process.execPath, program, 'lint', '--no-shellcheck', '--fix-unsafe', 'hosts/web1');
  put(script, readFileSync(join(repository, script), 'utf8').replace('start)\n', 'start)\n  sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2\n'));
  must(repository, 'git', 'add', '-A');
  must(repository, 'git', 'commit', '-qm', 'a VIP that works');
});

test('a rendered tree that is not what the spec says is refused', () => {
  const conf = 'out/web1/etc/sysctl.d/90-lvs.conf';
  put(conf, `${readFileSync(join(repository, conf), 'utf8')}net.core.somaxconn = 9\n`);
  must(repository, 'git', 'add', '-A');
  const { code, all } = run(repository, 'git', 'commit', '-qm', 'by hand');
  assert.is(code, 1);
  assert.match(all, /^-net\.core\.somaxconn = 9$|^\+?.*somaxconn/m);
  must(repository, 'git', 'reset', '-q', '--hard');
});

test('files that have nothing to do with LVS are passed by', () => {
  put('README.md', 'ipvsadm -A -t 10.0.0.1:80\n');
  put('hosts/web1/etc/hosts', '127.0.0.1 localhost\n');
  must(repository, 'git', 'add', '-A');
  assert.match(must(repository, 'git', 'commit', '-m', 'notes'), /lvs-gen lint\.+\(no files to check\)\s*Skipped/);
});

test('twenty files take less than half a second of the hook', () => {
  for (let number = 0; number < 20; number++) cpSync(join(repository, 'out/web1'), join(repository, `many/web${number}`), { recursive: true });
  must(repository, 'git', 'add', '-A');
  must(repository, 'pre-commit', 'run', 'lvs-gen-lint');
  const times = [0, 1, 2].map(() => Number(/duration: ([\d.]+)s/.exec(must(repository, 'pre-commit', 'run', 'lvs-gen-lint', '--verbose'))![1]));
  assert.ok(Math.min(...times) < 0.5, `${times.join(' s, ')} s`);
});

test('a plain git hook judges what is staged, not what lies in the work tree', () => {
  const program = resolve('dist/lvs-gen.cjs');
  const lint = () => run(repository, process.execPath, program, 'lint', '--staged', '--no-shellcheck');
  must(repository, 'git', 'reset', '-q', '--hard');
  assert.is(lint().code, 0);
  put('hosts/web2/etc/init.d/vip', '#!/bin/bash\n# chkconfig: 2345 90 10\n# description: x\ncase "$1" in start) ifconfig lo down; ifconfig lo up; ifconfig lo:0 10.0.0.1 netmask 255.255.255.255 up;; esac\n');
  assert.is(lint().code, 0, 'not staged');
  must(repository, 'git', 'add', '-A');
  put('hosts/web2/etc/init.d/vip', '#!/bin/bash\n');
  const { code, all } = lint();
  assert.is(code, 1, all);
  assert.match(all, /hosts\/web2\/etc\/init\.d\/vip:4:\d+: error: .*\[script\/lo-bounce\]/);
  must(repository, 'git', 'reset', '-q', '--hard');
  must(repository, 'git', 'rm', '-q', 'out/web1/etc/sysctl.d/90-lvs.conf');
  put('out/lvs1/etc/sysctl.conf', '# nothing\n');
  const taken = lint();
  assert.match(taken.all, /hosts|host/, 'a file that is taken away has its host judged');
  assert.match(taken.all, /in \d+ files of 3 hosts/);
  must(repository, 'git', 'reset', '-q', '--hard');
  put('hosts/web1/etc/sysctl.d/big.conf', 'x'.repeat(5 << 20));
  must(repository, 'git', 'add', '-A');
  const big = lint();
  assert.is(big.code, 3);
  assert.match(big.all, /hosts\/web1\/etc\/sysctl\.d\/big\.conf: has \d+ bytes/);
  must(repository, 'git', 'reset', '-q', '--hard');
  assert.is(run(folder, process.execPath, program, 'lint', '--staged').code, 2, 'no repository');
  assert.is(run(repository, process.execPath, program, 'lint', '--staged', 'hosts').code, 2);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
