import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Io, Values } from '../src/commands/command.ts';
import { run } from '../src/commands/init.ts';

const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-init-'));
let number = 0;

/** Runs init with answers to its questions, if there are any; tells what became of it. */
async function init(values: Values, answers?: readonly string[]): Promise<{ readonly code: number; readonly err: string; readonly asked: readonly string[]; readonly spec?: any }> {
  let err = '';
  const asked: string[] = [];
  const left = [...(answers ?? [])];
  const io = {
    cwd: folder, env: {}, version: '0.1.0', out: () => {}, err: (text: string) => void (err += text), outIsTerminal: false, errIsTerminal: false, stdin: () => Promise.reject(new Error('nobody reads it')),
    ...(answers && { ask: async (question: string) => (asked.push(question), left.shift() ?? '') }),
  } satisfies Io;
  const file = `${++number}.json`;
  const code = await run([file], values, io);
  const path = join(folder, file);
  return { code, err, asked, ...(existsSync(path) && { spec: JSON.parse(readFileSync(path, 'utf8')) }) };
}

test('on a terminal it asks, offers what is usual, and asks again after an answer that can be none', async () => {
  const { code, spec, err, asked } = await init({}, ['nope', 'nat', '', '10.0.0.9/24', 'x', '443', '', '10.9.0.1', '10.9.0.1/24', '', '', '10.9.0.11/24 10.9.0.12/24', '10.0.0.1', '']);
  assert.is(code, 0, err);
  assert.match(err, /found 'nope', expected dr, nat, tun\n/);
  assert.match(err, /found '10\.9\.0\.1', expected an address with its prefix length/);
  assert.is(spec.$schema, './lvs-gen.schema.json');
  assert.equal(spec.services[0].port, 443);
  assert.equal(Object.values(spec.realServers).map((server: any) => [server.rip, server.gateway]), [['10.9.0.11/24', '10.9.0.1'], ['10.9.0.12/24', '10.9.0.1']], 'the DIP is the usual gateway of NAT');
  assert.ok(asked.at(-1)!.includes('[10.9.0.1]'));
});

test('flags are not asked for', async () => {
  const { asked, code } = await init({ forwarding: 'dr', name: 'x', vip: '172.16.1.99', port: '80', scheduler: 'rr', dip: '172.16.1.200/24', device: 'eth0', rip: ['172.16.1.10/24'], gateway: '172.16.1.254', 'real-gateway': '172.16.1.254' }, []);
  assert.equal([asked, code], [[], 0]);
});

test('what cannot work is told by the rule that says so, and not written', async () => {
  const { code, err, spec } = await init({ 'real-gateway': '172.16.1.200' });
  assert.is(code, 1);
  assert.match(err, /error: .*\[route\/dr-gateway-is-dip\]/);
  assert.is(spec, undefined);
});

test('what is no value is told at its place', async () => {
  for (const [values, place] of [[{ dip: '1.2.3' }, 'directors.lvs1.dip'], [{ port: '99999' }, 'services[0].port'], [{ rip: ['172.16.1.10'] }, 'realServers.web1.rip'], [{ scheduler: 'fast' }, 'services[0].scheduler'], [{ name: '$(id)' }, 'name'], [{ port: 'x' }, 'services[0].port']] as const) {
    const { code, err, spec } = await init(values);
    assert.is(code, 2, place);
    assert.ok(err.includes(`${place}: found`), err);
    assert.is(spec, undefined);
  }
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
