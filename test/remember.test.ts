import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import { memoryFiles } from '../src/base/file-set.ts';
import { shortHash } from '../src/base/short-hash.ts';
import { answersAlike, traced } from '../src/base/trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-remember-'));
const cache = join(folder, 'cache');
const host = join(folder, 'cluster');
cpSync('fixtures/rules/arp/ignore-missing/bad-never-set', host, { recursive: true });
const kept = (kind: string): readonly string[] => readdirSync(join(cache, 'lvs-gen', kind));

function run(...args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [resolve('dist/lvs-gen.cjs'), ...args], { cwd: folder, encoding: 'utf8', env: { ...process.env, XDG_CACHE_HOME: cache } });
  return `${stdout}${stderr}exit ${status}`;
}

/** Lints with and without what was kept, and wants the same. */
function lint(): string {
  const fresh = run('lint', '--no-shellcheck', '--no-cache', '--format', 'pretty', 'cluster');
  assert.is(run('lint', '--no-shellcheck', '--format', 'pretty', 'cluster'), fresh, 'first');
  assert.is(run('lint', '--no-shellcheck', '--format', 'pretty', 'cluster'), fresh, 'remembered');
  return fresh;
}

test('a verdict is remembered, and forgotten when anything that it hung on changes', () => {
  const path = join(host, 'web1/etc/init.d/real');
  const text = readFileSync(path, 'utf8');
  const first = lint();
  assert.match(first, /arp\/ignore-missing/);
  assert.is(kept('verdicts').length, 1);

  writeFileSync(path, `\n${text}`);
  assert.is.not(lint(), first, 'the lines have moved');
  writeFileSync(path, text);
  assert.is(lint(), first);

  cpSync('fixtures/specs/dr/out/web1/etc/sysctl.d', join(host, 'web1/etc/sysctl.d'), { recursive: true });
  assert.is.not(lint(), first, 'a file is there that was not');
  rmSync(join(host, 'web1/etc/sysctl.d'), { recursive: true });

  renameSync(path, `${path}.away`);
  symlinkSync('real.away', path);
  lint();
  rmSync(path);
  renameSync(`${path}.away`, path);
  chmodSync(path, 0o755);
  lint();
});

test('what is kept may be broken, or somebody else’s', () => {
  const first = lint();
  const entry = join(cache, 'lvs-gen/verdicts', kept('verdicts')[0]!);
  const good = readFileSync(entry, 'utf8');
  for (const bad of ['', good.slice(0, -20), 'null', '[]', '{}', good.replace(/"key":"/, '"key":"x')]) {
    writeFileSync(entry, bad);
    assert.is(run('lint', '--no-shellcheck', '--format', 'pretty', 'cluster'), first, bad.slice(0, 20));
    assert.is(readFileSync(entry, 'utf8'), good);
  }
});

test('a spec that was rendered without fault is not judged again; one with a fault always is', () => {
  run('init', 'spec.json');
  const first = run('render', 'spec.json', '--print', 'web1:/etc/init.d/real');
  assert.is(kept('renders').length, 1);
  assert.is(run('render', 'spec.json', '--print', 'web1:/etc/init.d/real'), first);
  assert.is(run('render', 'spec.json', '--no-cache', '--print', 'web1:/etc/init.d/real'), first);
});

test('a trace answers alike only where every answer is the same', () => {
  const contents = fc.dictionary(fc.constantFrom('a', 'b', 'd/a', 'd/b'), fc.constantFrom('', 'x', 'y'), { maxKeys: 4 });
  fc.assert(
    fc.property(contents, contents, (before, after) => {
      const { files, trace } = traced(memoryFiles('r', new Map(Object.entries(before))));
      for (const path of ['a', 'b', 'd/a', 'd/b']) files.read(path);
      files.list('');
      files.list('d');
      const through = JSON.parse(JSON.stringify(trace)) as typeof trace;
      assert.is(answersAlike(memoryFiles('r', new Map(Object.entries(after))), through), JSON.stringify(Object.entries(before).sort()) === JSON.stringify(Object.entries(after).sort()));
    }),
  );
});

test('short hashes tell like texts apart', () => {
  const texts = Array.from({ length: 5000 }, (_, at) => `etc/init.d/real${at}`).flatMap((text) => [text, text.split('').reverse().join(''), `${text} `]);
  assert.is(new Set(texts.map(shortHash)).size, new Set(texts).size);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
