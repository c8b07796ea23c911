import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** The playbook that gathers facts, with Debian's own ansible, against three hosts whose roots are folders here. */
const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-ansible-'));
const program = resolve('dist/lvs-gen.cjs');

interface Facts {
  readonly version: number;
  readonly hosts: readonly { readonly name: string }[];
}

function play(...more: readonly string[]): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync('ansible-playbook', ['-i', join(folder, 'inventory.yml'), ...more, resolve('contrib/ansible/gather-facts.yml')], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PWD: folder, LC_ALL: 'C.UTF-8', ANSIBLE_LOCALHOST_WARNING: 'False', ANSIBLE_HOME: join(folder, 'home'), XDG_CACHE_HOME: join(folder, 'cache') },
  });
  return { status, said: `${stdout}${stderr}` };
}

test('each host’s facts stand in a file of its own, the same as those that are read from its tree', () => {
  assert.is(spawnSync(process.execPath, [program, 'render', resolve('fixtures/specs/dr/spec.json'), '--out', 'out'], { cwd: folder }).status, 0);
  const hosts = readdirSync(join(folder, 'out')).sort();
  const inventory = { all: { vars: { ansible_connection: 'local', ansible_python_interpreter: '/usr/bin/python3', lvs_gen: [process.execPath, program] }, hosts: Object.fromEntries(hosts.map((host) => [host, { lvs_root: join(folder, 'out', host) }])) } };
  // JSON is YAML.
  writeFileSync(join(folder, 'inventory.yml'), JSON.stringify(inventory));
  const first = play();
  assert.is(first.status, 0, first.said);
  assert.equal(readdirSync(join(folder, 'facts')).sort(), hosts.map((host) => `${host}.json`));
  for (const host of hosts) {
    const gathered = JSON.parse(readFileSync(join(folder, 'facts', `${host}.json`), 'utf8')) as Facts;
    const here = JSON.parse(spawnSync(process.execPath, [program, 'facts', '--format', 'json', `${host}=${join(folder, 'out', host)}`], { cwd: folder, encoding: 'utf8' }).stdout) as Facts;
    assert.equal(gathered, here);
    assert.equal(gathered.hosts.map(({ name }) => name), [host]);
  }
  // In the middle, the same is found as in the trees.
  const lint = (paths: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'lint', '--no-cache', '--no-shellcheck', '--fail-on', 'never', '--format', 'json', ...paths], { cwd: folder, encoding: 'utf8' });
    assert.is(status, 0, stderr);
    return JSON.stringify((JSON.parse(stdout) as { findings: readonly { rule: string; note: string }[] }).findings.map(({ rule, note }) => [rule, note]));
  };
  assert.is(lint(hosts.map((host) => `facts/${host}.json`)), lint(['out']));
  const again = play();
  assert.is(again.status, 0, again.said);
  assert.match(again.said, /changed=0 /);
  assert.not.match(again.said, /changed=[1-9]/);
});

test('a host without lvs-gen fails by name, and the others are gathered', () => {
  const inventory = JSON.parse(readFileSync(join(folder, 'inventory.yml'), 'utf8')) as { all: { hosts: Record<string, object> } };
  rmSync(join(folder, 'facts'), { recursive: true });
  inventory.all.hosts['web2'] = { ...inventory.all.hosts['web2'], lvs_gen: ['/nowhere/lvs-gen'] };
  writeFileSync(join(folder, 'inventory.yml'), JSON.stringify(inventory));
  const { status, said } = play();
  assert.is.not(status, 0);
  assert.match(said, /web2.*(?:FAILED|fatal)|(?:FAILED|fatal).*web2/);
  assert.equal(readdirSync(join(folder, 'facts')).sort(), ['lvs1.json', 'web1.json']);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
