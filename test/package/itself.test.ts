import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** lvs-gen as an RPM: built from what npm packs, unpacked elsewhere, and used there. */
const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-itself-'));

test('the package is built, is clean for rpmlint, and works where it is unpacked', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  const packed = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  if (packed !== `lvs-gen-${version}.tgz`) renameSync(join(folder, packed), join(folder, `lvs-gen-${version}.tgz`));
  const built = spawnSync('rpmbuild', ['-bb', '--quiet', '--define', `_topdir ${join(folder, 'top')}`, '--define', `_sourcedir ${folder}`, '--define', `packed_version ${version}`, resolve('packaging/lvs-gen.spec')], { encoding: 'utf8' });
  assert.is(built.status, 0, `${built.stdout}${built.stderr}`);
  const rpm = join(folder, 'top/RPMS/noarch', readdirSync(join(folder, 'top/RPMS/noarch'))[0]!);
  const lint = spawnSync('rpmlint', [rpm], { encoding: 'utf8' });
  assert.equal((`${lint.stdout}${lint.stderr}`.match(/: E: .*/g) ?? []).filter((line) => !/no-signature/.test(line)), []);
  assert.match(execFileSync('rpm', ['-qp', '--recommends', rpm], { encoding: 'utf8' }), /ShellCheck/);

  mkdirSync(join(folder, 'root'));
  execFileSync('sh', ['-c', 'rpm2cpio "$0" | cpio -idm --quiet', rpm], { cwd: join(folder, 'root') });
  const program = join(folder, 'root/usr/bin/lvs-gen');
  // The package's interpreter is the distribution's; here it is the one that runs this.
  const run = (...args: readonly string[]) => spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8', env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') } });
  assert.is(run('--version').stdout, `lvs-gen ${version}\n`);
  assert.match(run('explain', 'wlc').stdout, /256 × active/);
  assert.is(run('init', 'spec.json').status, 0);
  assert.is(run('render', 'spec.json').status, 0);
  const linted = run('lint', 'out');
  assert.is(linted.status, 0, linted.stderr);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
