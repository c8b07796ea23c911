import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** What a user gets by installing lvs-gen, and what it reaches for when it runs. */
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly scripts: Record<string, string>; readonly dependencies: Record<string, string>; readonly devDependencies: Record<string, string> };
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { readonly packages: Record<string, { readonly version: string; readonly integrity?: string; readonly resolved?: string; readonly dev?: boolean; readonly hasInstallScript?: boolean }> };
const program = resolve('dist/lvs-gen.cjs');

test('installing runs nothing of ours and nothing of a package that comes along', () => {
  for (const name of ['preinstall', 'install', 'postinstall', 'prepare', 'preuninstall', 'postuninstall']) assert.not.ok(name in manifest.scripts, name);
  const running = Object.entries(lock.packages).filter(([, { hasInstallScript, dev }]) => hasInstallScript && !dev).map(([path]) => path);
  assert.equal(running, []);
});

test('every package is pinned to a version and to its bytes', () => {
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) assert.match(version, /^\d+\.\d+\.\d+$/, name);
  for (const [path, { integrity, resolved }] of Object.entries(lock.packages)) {
    if (path === '') continue;
    assert.match(integrity ?? '', /^sha512-/, path);
    assert.match(resolved ?? 'https://registry.npmjs.org/', /^https:\/\/registry\.npmjs\.org\//, path);
  }
});

test('the package holds these files and no other', () => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string; mode: number }[] }];
  const expected = [
    'CHANGELOG.md', 'LICENSE', 'README.md', 'README.zh-CN.md', 'contrib/ansible/gather-facts.yml',
    'dist/compile.cjs', 'dist/engine.cjs', 'dist/fleet-worker.cjs', 'dist/lsp.cjs', 'dist/lvs-gen.cjs', 'dist/main.cjs', 'dist/packed.cjs', 'dist/pages.json', 'dist/shellcheck-worker.cjs',
    'man/lvs-gen-spec.5', 'man/lvs-gen.1', 'package.json',
  ];
  // Written at release only.
  assert.equal(files.map(({ path }) => path).filter((path) => path !== 'dist/sbom.cdx.json').sort(), expected.sort());
  assert.equal(files.filter(({ mode }) => (mode & 0o111) !== 0).map(({ path }) => path), ['dist/lvs-gen.cjs']);
});

test('the bundles ask for no module of the network', () => {
  for (const name of readdirSync('dist').filter((file) => file.endsWith('.cjs'))) {
    const text = readFileSync(join('dist', name), 'utf8');
    // net.isIP() only looks at a text.
    const looking = [...text.matchAll(/\b([\w$]+)=require\("node:net"\)/g)].filter(([, variable]) => [...text.matchAll(new RegExp(`\\b${variable!.replaceAll('$', '\\$')}\\.(\\w+)`, 'g'))].every(([, member]) => member === 'isIP')).length;
    const asked = [...text.matchAll(/\brequire\("(?:node:)?(net|tls|http|https|http2|dns|dgram|inspector)(?:\/promises)?"\)/g)].map((match) => match[1]);
    // vscode-languageserver can serve over sockets, too; lvs-gen lsp serves over standard input and output.
    assert.is(asked.length - (name === 'lsp.cjs' ? asked.filter((module) => module === 'net').length : looking), 0, `${name}: ${asked.join(', ')}`);
  }
});

test('every command works where there is no network', () => {
  if (spawnSync('unshare', ['-rn', 'true']).status !== 0) return;
  const work = mkdtempSync(join(tmpdir(), 'lvs-gen-supply-'));
  try {
    cpSync('fixtures/specs/dr/spec.json', join(work, 'spec.json'));
    const run = (args: readonly string[]): void => {
      const { status, stderr } = spawnSync('unshare', ['-rn', process.execPath, program, ...args], { cwd: work, encoding: 'utf8', env: { ...process.env, XDG_CACHE_HOME: join(work, 'cache') } });
      assert.is(status, 0, `${args.join(' ')}: ${stderr}`);
      assert.not.match(stderr, /left out|ENETUNREACH|EAI_AGAIN|ECONNREFUSED/);
    };
    for (const args of [['--version'], ['render', 'spec.json'], ['lint', 'out'], ['facts', 'out'], ['explain', 'wlc'], ['rules'], ['schema'], ['init', 'new.json'], ['completion', 'bash']]) run(args);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
});

test.run();
