import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Io } from '../src/commands/command.ts';
import { progressOn } from '../src/commands/progress.ts';

/** What people do with a linter all day: accept what is there, watch, interrupt. */
const program = resolve('dist/lvs-gen.cjs');
const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-habits-'));
const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
cpSync('fixtures/rules/arp/ignore-missing/bad-never-set', join(folder, 'hosts'), { recursive: true });
const script = join(folder, 'hosts/web1/etc/init.d/real');

function lint(...args: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'lint', '--no-shellcheck', ...args, 'hosts'], { cwd: folder, encoding: 'utf8', env });
  return { code: status, out: stdout, err: stderr };
}

test('a baseline: written when it is not there, then only what is new is told, also when lines move', () => {
  const before = lint();
  assert.is(before.code, 1);
  assert.match(lint('--baseline', 'known.json').err, /wrote known\.json/);
  assert.equal(lint('--baseline', 'known.json').out, '');
  assert.is(lint('--baseline', 'known.json').code, 0);

  const text = readFileSync(script, 'utf8');
  writeFileSync(script, text.replace('\n', '\n\n\n'));
  assert.equal([lint('--baseline', 'known.json').out, lint('--baseline', 'known.json').code], ['', 0], 'lines moved');
  writeFileSync(script, text.replace(/(\n[^\n]*\bstop\b)/, '\necho "$NOWHERE" > /proc/sys/net/ipv4/conf/lo/arp_ingore$1'));
  const grown = lint('--baseline', 'known.json', '--fail-on', 'info');
  assert.ok(grown.out !== '' && grown.code === 1, grown.err);
  assert.not.match(grown.out, /arp\/ignore-missing/);
  writeFileSync(script, text);

  rmSync(join(folder, 'hosts/web1/etc/init.d'), { recursive: true });
  assert.match(lint('--baseline', 'known.json').err, /of known\.json (?:is|are) gone: --update-baseline/);
  lint('--baseline', 'known.json', '--update-baseline');
  assert.not.match(lint('--baseline', 'known.json').err, /gone/);
  cpSync('fixtures/rules/arp/ignore-missing/bad-never-set', join(folder, 'hosts'), { recursive: true });
});

test('a baseline that is none is wrong use, and is not overwritten', () => {
  for (const bad of ['', 'x', '{}', '{"version":1,"findings":[{}]}', '{"version":2,"findings":[]}', '{"version":1,"findings":[{"fingerprint":"a","count":0}]}']) {
    writeFileSync(join(folder, 'bad.json'), bad);
    const { code, err } = lint('--baseline', 'bad.json');
    assert.is(code, 2, err);
    assert.match(err, /--baseline bad\.json: /);
    assert.is(readFileSync(join(folder, 'bad.json'), 'utf8'), bad);
  }
  assert.is(lint('--update-baseline').code, 2);
  assert.is(lint('--baseline', 'no/such/folder.json').code, 2);
});

test('--watch lints again when the facts of a host are written anew', async () => {
  const facts = (): string => spawnSync(process.execPath, [program, 'facts', '--format', 'json', 'hosts'], { cwd: folder, env, encoding: 'utf8' }).stdout;
  const before = facts();
  writeFileSync(join(folder, 'facts.json'), before);
  const child = spawn(process.execPath, [program, 'lint', '--no-shellcheck', '--watch', 'facts.json'], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  for (const count of [1, 2]) {
    for (let tries = 0; said.split('waiting for a change').length - 1 < count; tries++) {
      assert.ok(tries < 200, said);
      await sleep(50);
    }
    writeFileSync(join(folder, 'facts.json'), `${before}\n`);
  }
  child.kill('SIGINT');
});

test('--watch lints again when a file changes, and Ctrl-C ends it with 130', async () => {
  const child = spawn(process.execPath, [program, 'lint', '--no-shellcheck', '--watch', 'hosts'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const rounds = async (count: number): Promise<void> => {
    for (let tries = 0; said.split('waiting for a change').length - 1 < count; tries++) {
      assert.ok(tries < 200, said);
      await sleep(50);
    }
  };
  await rounds(1);
  assert.match(said, /arp\/ignore-missing/);
  said = '';
  cpSync('fixtures/specs/dr/out/web1/etc/sysctl.d', join(folder, 'hosts/web1/etc/sysctl.d'), { recursive: true });
  await rounds(1);
  assert.not.match(said, /arp\/ignore-missing/);
  child.kill('SIGINT');
  const [code] = await new Promise<readonly [number | null]>((done) => child.on('exit', (status) => done([status])));
  assert.is(code, 130);
});

test('progress is told on a terminal only, after a while, and wiped at the end', async () => {
  const told = async (errIsTerminal: boolean): Promise<string> => {
    let text = '';
    const progress = progressOn({ errIsTerminal, err: (more: string) => void (text += more) } as unknown as Io);
    progress('reading host', 0, 3);
    await sleep(550);
    progress('reading host', 2, 3);
    progress('reading host', 3, 3);
    return text;
  };
  assert.is(await told(false), '');
  assert.is(await told(true), '\r\u001b[Klvs-gen: reading host 2 of 3\r\u001b[K');
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
