import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** Templates of the user's own, and archives, through the command line. */

const cli = ['--import', resolve('node_modules/tsx/dist/loader.mjs'), resolve('src/cli.ts')];
let folder = '';
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-gen-own-'));
  copyFileSync('fixtures/specs/dr/spec.json', join(folder, 'spec.json'));
});
test.after.each(() => rmSync(folder, { recursive: true, force: true }));

function run(...args: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...cli, ...args], { cwd: folder, encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

function template(id: string, text: string): void {
  mkdirSync(dirname(join(folder, 'own', id)), { recursive: true });
  writeFileSync(join(folder, 'own', id), text);
}

const sysctl = 'sysctl/etc/sysctl.d/90-lvs.conf.hbs';

test('the templates as we write them give what we render', () => {
  assert.is(run('templates', 'own').code, 0);
  assert.is(run('render', 'spec.json', '--templates', 'own', '--out', 'a').code, 0);
  assert.is(run('render', 'spec.json', '--out', 'b').code, 0);
  execFileSync('diff', ['-r', 'a', 'b'], { cwd: folder });
  assert.match(run('templates', 'own').err, /is there already; nothing was written/);
});

test('one of the user’s takes the place of ours, and what it makes is known as rendered', () => {
  template(sysctl, '{{> banner}}\n# ours\n{{#each lines}}\n{{at}}{{key}}={{value}}\n{{/each}}\n');
  assert.is(run('render', 'spec.json', '--templates', 'own').code, 0);
  assert.match(readFileSync(join(folder, 'out/web1/etc/sysctl.d/90-lvs.conf'), 'utf8'), /^# lvs-gen .*\n.*\n# ours\nnet\.ipv4\.conf\.all\.arp_ignore=1\n/);
  assert.is(run('render', 'spec.json', '--templates', 'own', '--check').code, 0);
  assert.is(run('render', 'spec.json').code, 0, 'not changed by hand');
});

test('what it makes is linted like ours', () => {
  template(sysctl, '{{> banner}}\nnet.ipv4.conf.all.arp_ignore = 0\n');
  template('sysv/etc/init.d/real.hbs', '#!/bin/bash\n{{> banner}}\n{{#each vips}}\nip addr add {{quote address}}/32 dev lo\n{{/each}}\n');
  const { code, err } = run('render', 'spec.json', '--templates', 'own');
  assert.is(code, 1);
  assert.match(err, /\[arp\/ignore-missing\]|\[arp\//);
  assert.not.ok(existsSync(join(folder, 'out')));
});

for (const [name, text, said] of [
  ['does not parse', 'a\n{{#if x}}\n', /own\/sysctl\/etc\/sysctl\.d\/90-lvs\.conf\.hbs:3: error: /],
  ['asks for what is not there', '{{> banner}}\n\n{{nope}}\n', /90-lvs\.conf\.hbs:3: error: "nope" not defined/],
  ['quotes what is no word', '{{> banner}}\n{{quote lines}}\n', /90-lvs\.conf\.hbs:2: error: a template asks for a value that is not there/],
  ['names an unknown partial', '{{> banner}}\n{{> bannner}}\n', /90-lvs\.conf\.hbs:2: error: there is no partial 'bannner'/],
  ['leaves out the banner', 'a = 1\n', /90-lvs\.conf\.hbs:1: error: the banner is missing/],
] as const) {
  test(`a template that ${name} is told by file and line, and nothing is written`, () => {
    template(sysctl, text);
    const { code, err } = run('render', 'spec.json', '--templates', 'own');
    assert.is(code, 2);
    assert.match(err, said);
    assert.not.ok(existsSync(join(folder, 'out')));
  });
}

test('a template that is none of ours, and a folder without any, are wrong use', () => {
  template('sysv/etc/init.d/ivps.hbs', 'x');
  assert.match(run('render', 'spec.json', '--templates', 'own').err, /has no template sysv\/etc\/init\.d\/ivps\.hbs; did you mean sysv\/etc\/init\.d\/ipvs\.hbs\?/);
  assert.match(run('render', 'spec.json', '--templates', 'nowhere').err, /nowhere: cannot be read \(ENOENT\)/);
});

test('an archive a host: root’s, with modes, always the same bytes', () => {
  assert.is(run('render', 'spec.json', '--tar').code, 0);
  const listed = execFileSync('tar', ['tvf', 'out/web1.tar', '--numeric-owner'], { cwd: folder, encoding: 'utf8' });
  assert.match(listed, /^-rwxr-xr-x 0\/0 .* etc\/init\.d\/real$/m);
  assert.match(listed, /^-rw-r--r-- 0\/0 .* etc\/sysctl\.d\/90-lvs\.conf$/m);
  const before = readFileSync(join(folder, 'out/web1.tar'));
  assert.is(run('render', 'spec.json', '--tar').code, 0, 'ours is written anew');
  assert.ok(before.equals(readFileSync(join(folder, 'out/web1.tar'))));
  assert.is(run('render', 'spec.json').code, 0);
  mkdirSync(join(folder, 'unpacked'));
  execFileSync('tar', ['xpf', '../out/web1.tar', '--no-same-owner'], { cwd: join(folder, 'unpacked') });
  execFileSync('diff', ['-r', 'unpacked', 'out/web1'], { cwd: folder });
});

test('an archive that is not ours stays', () => {
  mkdirSync(join(folder, 'out'));
  writeFileSync(join(folder, 'out/web1.tar'), 'precious');
  const { code, err } = run('render', 'spec.json', '--tar');
  assert.is(code, 2);
  assert.match(err, /out\/web1\.tar is not lvs-gen's, or was changed by hand/);
  assert.not.ok(existsSync(join(folder, 'out/lvs1.tar')));
  assert.is(readFileSync(join(folder, 'out/web1.tar'), 'utf8'), 'precious');
  assert.is(run('render', 'spec.json', '--tar', '--force').code, 0);
});

test.run();
