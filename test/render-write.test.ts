import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sourceText } from '../src/base/text.ts';
import { planCluster } from '../src/plan/plan.ts';
import { renderPlan, type RenderedFile } from '../src/render/render.ts';
import { compareTree, diffTree, writeTree, type WriteResult } from '../src/render/write.ts';
import { readSpec } from '../src/spec/read.ts';

const test = suite('write', { work: '', out: '' });
test.before.each((context) => {
  context.work = mkdtempSync(join(tmpdir(), 'lvs-gen-write-'));
  context.out = join(context.work, 'out');
});
test.after.each((context) => rmSync(context.work, { recursive: true, force: true }));

function rendered(name: string): readonly RenderedFile[] {
  const read = readSpec(sourceText('spec', 'spec.json', readFileSync(`fixtures/specs/${name}/spec.json`, 'utf8')));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const planned = planCluster(read);
  if ('refused' in planned) throw new Error(JSON.stringify(planned.refused));
  return renderPlan(planned.plan, { version: '0.1.0' });
}

const files = rendered('dr');
const paths = files.map((file) => `${file.host}/${file.path}`);

function below(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort() : [];
}

function write(out: string, force = false): Promise<WriteResult> {
  return writeTree(out, files, { force });
}

function writtenBy(result: WriteResult): readonly string[] {
  if (!('written' in result) || 'failed' in result) throw new Error(JSON.stringify(result));
  return result.written;
}

test('a fresh tree holds every file with its mode, and nothing else', async ({ out }) => {
  assert.equal(writtenBy(await write(out)), paths);
  assert.equal(below(out), [...paths].sort());
  for (const file of files) {
    assert.is(readFileSync(join(out, file.host, file.path), 'utf8'), file.text);
    assert.is(statSync(join(out, file.host, file.path)).mode & 0o777, file.mode);
  }
});

test('writing again touches no file', async ({ out }) => {
  await write(out);
  const before = statSync(join(out, paths[0]!)).ino;
  assert.equal(await write(out), { written: [], unchanged: paths, stale: [] });
  assert.is(statSync(join(out, paths[0]!)).ino, before);
});

test('files that were rendered from an older spec are replaced', async ({ out }) => {
  await writeTree(out, files.map((file) => ({ ...file })), { force: false });
  const older = rendered('tun');
  await writeTree(out, older, { force: false });
  assert.ok(writtenBy(await write(out)).includes('web1/etc/init.d/real'));
});

test('a change by hand is refused, whole; --force takes it', async ({ out }) => {
  await write(out);
  const script = join(out, 'web1/etc/init.d/real');
  writeFileSync(script, `${readFileSync(script, 'utf8')}# by hand\n`);
  rmSync(join(out, 'web2/etc/init.d/real'));
  mkdirSync(join(out, 'lvs1/etc/modules-load.d'), { recursive: true });
  writeFileSync(join(out, 'lvs1/etc/modules-load.d/lvs.conf'), 'ip_vs\n');
  assert.equal(await write(out), { changedByHand: ['lvs1/etc/modules-load.d/lvs.conf', 'web1/etc/init.d/real'] });
  assert.match(readFileSync(script, 'utf8'), /# by hand\n$/);
  assert.not.ok(existsSync(join(out, 'web2/etc/init.d/real')));
  assert.equal([...writtenBy(await write(out, true))].sort(), ['lvs1/etc/modules-load.d/lvs.conf', 'web1/etc/init.d/real', 'web2/etc/init.d/real']);
});

test('a lost mode is put right', async ({ out }) => {
  await write(out);
  chmodSync(join(out, 'web1/etc/init.d/real'), 0o644);
  assert.equal(writtenBy(await write(out)), ['web1/etc/init.d/real']);
  assert.is(statSync(join(out, 'web1/etc/init.d/real')).mode & 0o777, 0o755);
});

test('no write goes through a link, of a folder or of a file', async ({ out, work }) => {
  const outside = join(work, 'outside');
  mkdirSync(outside);
  mkdirSync(out);
  symlinkSync(outside, join(out, 'web1'));
  let result = await write(out);
  assert.ok('failed' in result && /web1 is a symbolic link/.test(result.failed.reason), JSON.stringify(result));
  assert.equal(below(outside), []);
  assert.equal(below(out), ['web1']);
  rmSync(join(out, 'web1'));
  mkdirSync(join(out, 'web1/etc/init.d'), { recursive: true });
  writeFileSync(join(outside, 'target'), 'precious');
  symlinkSync(join(outside, 'target'), join(out, 'web1/etc/init.d/real'));
  result = await write(out, true);
  assert.ok('failed' in result);
  assert.is(readFileSync(join(outside, 'target'), 'utf8'), 'precious');
  assert.ok(lstatSync(join(out, 'web1/etc/init.d/real')).isSymbolicLink());
});

test('the out folder itself may be a link', async ({ out, work }) => {
  mkdirSync(join(work, 'elsewhere'));
  symlinkSync(join(work, 'elsewhere'), out);
  assert.equal(writtenBy(await write(out)), paths);
});

test('a host whose name leads out of the folder is refused', async ({ out, work }) => {
  mkdirSync(out);
  const result = await writeTree(out, [{ ...files[0]!, host: '../up' }], { force: true });
  assert.ok('failed' in result);
  assert.equal(below(work), []);
});

test('out is a file, or a folder stands where a file goes: said, and nothing written', async ({ out }) => {
  writeFileSync(out, '');
  let result = await write(out);
  assert.ok('failed' in result && /not a folder/.test(result.failed.reason), JSON.stringify(result));
  rmSync(out);
  mkdirSync(join(out, 'web2/etc/init.d/real'), { recursive: true });
  result = await write(out);
  assert.ok('failed' in result && result.failed.path === 'web2/etc/init.d/real', JSON.stringify(result));
  assert.equal(below(out), []);
});

test('stale files of ours are named, never removed; others are left alone', async ({ out }) => {
  await write(out);
  writeFileSync(join(out, 'web1/notes.txt'), 'mine');
  mkdirSync(join(out, 'web3/etc/init.d'), { recursive: true });
  writeFileSync(join(out, 'web3/etc/init.d/real'), readFileSync(join(out, 'web1/etc/init.d/real')));
  const all = await writeTree(out, files, { force: false, all: files });
  assert.ok('stale' in all);
  assert.equal(all.stale, ['web3/etc/init.d/real']);
  const part = files.filter((file) => file.host === 'web1');
  assert.equal(await writeTree(out, part, { force: false }), { written: [], unchanged: part.map((file) => `web1/${file.path}`), stale: [] });
  assert.ok(existsSync(join(out, 'web3/etc/init.d/real')));
  assert.is(readFileSync(join(out, 'web1/notes.txt'), 'utf8'), 'mine');
});

test('a failure on the way leaves no half-written tree', async ({ out, work }) => {
  // A name that no file system takes, behind files that it does.
  const long = { ...files.at(-1)!, host: 'web9', path: `etc/${'x'.repeat(300)}` };
  const result = await writeTree(out, [...files, long], { force: false });
  assert.ok('failed' in result && result.written.length === 0 && result.failed.path.startsWith('web9/'), JSON.stringify(result));
  assert.equal(below(work), []);
  assert.not.ok(existsSync(out), 'the folders made for it are gone too');
});

test('a folder that may not be written to, and a full disk', async ({ out }) => {
  mkdirSync(out);
  chmodSync(out, 0o555);
  // Root may write everywhere but to a file system that is read-only.
  if (process.getuid?.() !== 0) {
    const result = await write(out);
    assert.ok('failed' in result && /permission denied/.test(result.failed.reason), JSON.stringify(result));
  } else if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=64k', 'x', out]).status === 0) {
    try {
      const result = await write(out);
      assert.ok('failed' in result && /read-only/.test(result.failed.reason), JSON.stringify(result));
      spawnSync('mount', ['-o', 'remount,rw,size=16k', out]);
      const full = await write(out);
      assert.ok('failed' in full && /disk is full/.test(full.failed.reason), JSON.stringify(full));
      assert.equal(below(out), []);
    } finally {
      spawnSync('umount', [out]);
    }
  }
  chmodSync(out, 0o755);
});

test('--check: nothing differs, then what does, as a unified diff that patch takes', async ({ out, work }) => {
  const options = { shown: 'out', color: false };
  await write(out);
  assert.equal(await diffTree(out, files, options), { text: '', differs: false });
  const script = join(out, 'web1/etc/init.d/real');
  writeFileSync(script, readFileSync(script, 'utf8').replace('name=real\n', 'name=mine\n'));
  rmSync(join(out, 'web2/etc/init.d/real'));
  const { text, differs } = await diffTree(out, files, options);
  assert.ok(differs);
  assert.match(text, /^--- out\/web1\/etc\/init\.d\/real\n\+\+\+ out\/web1\/etc\/init\.d\/real\n@@ /m);
  assert.match(text, /^-name=mine\n\+name=real\n/m);
  assert.match(text, /^--- \/dev\/null\n\+\+\+ out\/web2\/etc\/init\.d\/real\n/m);
  const patched = spawnSync('patch', ['-p0', '-s'], { cwd: work, input: text, encoding: 'utf8' });
  if (!patched.error) {
    assert.is(patched.status, 0, patched.stdout);
    assert.ok(compareTree(out, files).every((change) => change.state === 'same' || (change.state === 'differs' && change.text === change.file.text)));
  }
  assert.match((await diffTree(join(work, 'no'), files, { ...options, color: true })).text, /\u001b\[32m\+/);
});

test.run();
