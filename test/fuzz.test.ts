import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rules } from '../rules/index.ts';
import { assembleCluster } from '../src/assemble/cluster.ts';
import { assembleHost } from '../src/assemble/host.ts';
import { memoryFiles } from '../src/base/file-set.ts';
import { judge } from '../src/lint/engine.ts';
import { cpuTime } from './cpu-time.ts';
import { diceOf, mutated, type Dice } from './oracle/mutate.ts';

/** Damaged files of every kind within their hosts, read and judged: nothing throws, takes long, or stays in memory. FUZZ: how many (300; 100,000 by hand). */
const count = Number(process.env['FUZZ'] ?? 300);
const seed = Number(process.env['FUZZ_SEED'] ?? process.env['SHELL_SEED'] ?? Date.now() % 1_000_000);
const mostCpuSeconds = 1;
const mostMegabytes = 300;

type Tree = ReadonlyMap<string, Buffer>;

/** Every host of every case: its files by path. */
const hosts: readonly Tree[] = ['fixtures/rules', 'fixtures/wild'].flatMap((top) =>
  (readdirSync(top, { recursive: true }) as string[])
    .filter((path) => /(?:^|\/)etc$/.test(path) && statSync(join(top, path)).isDirectory())
    .map((path) => treeOf(join(top, path, '..'))),
);

function treeOf(root: string): Tree {
  const paths = (readdirSync(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [path.slice(root.length + 1), readFileSync(path)]));
}

/** What a tired hand, a bad disk, or somebody who means harm makes of a file. */
const damages: readonly ((bytes: Buffer, dice: Dice) => Buffer)[] = [
  (bytes, dice) => Buffer.from(mutated(bytes.toString('utf8'), dice)),
  (bytes, dice) => Buffer.from(mutated(mutated(mutated(bytes.toString('utf8'), dice), dice), dice)),
  (bytes, dice) => bytes.subarray(0, dice(bytes.length + 1)),
  (bytes, dice) => Buffer.concat([bytes.subarray(dice(bytes.length + 1)), bytes.subarray(0, dice(bytes.length + 1))]),
  (bytes, dice) => Buffer.from(bytes.map((byte) => (dice(40) === 0 ? dice(256) : byte))),
  (bytes, dice) => inserted(bytes, Buffer.of(0), dice),
  (bytes, dice) => inserted(bytes, Buffer.from(tokens[dice(tokens.length)]!), dice),
  (bytes, dice) => inserted(bytes, Buffer.from(tokens[dice(tokens.length)]!.repeat(1 + dice(3000))), dice),
  (bytes) => Buffer.from(bytes.toString('latin1').replace(/\n/g, '\r\n'), 'latin1'),
  (bytes) => Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(bytes.toString('utf8'), 'utf16le')]),
  (bytes, dice) => Buffer.from(bytes.toString('utf8').replace(/\d+/g, (number) => (dice(4) === 0 ? numbers[dice(numbers.length)]! : number))),
  (bytes, dice) => Buffer.from(bytes.toString('utf8').replaceAll('\n', () => (dice(6) === 0 ? ' ' : '\n'))),
];

const tokens = ['{', '}', '(', ')', '[', ']', '"', "'", '`', '$', '$(', '${', '<', '>', '|', ';', ';;', '&', '&&', '#', '!', '\\', '\\\n', '\n', '\t', ' ', '=', ':', ': ', '- ', '%', '*', '?', '@', '../', '/', 'é', '\u00a0', '\u2028', 'include /etc/*\n', '. "$0"\n', 'virtual_server group x {\n', '*filter\n', '<<EOF\n', 'while :; do\n', 'f() { f; }\nf\n', '&a [*a]\n', '[x', 'for i in {1..99999}; do\n'];
const numbers = ['0', '-1', '00', '08', '1e9', '65536', '4294967296', '99999999999999999999', '256', '0x7f', '::', ''];

function inserted(bytes: Buffer, what: Buffer, dice: Dice): Buffer {
  const at = dice(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), what, bytes.subarray(at)]);
}

test(`${count} damaged files are read and judged`, () => {
  const dice = diceOf(seed);
  let slowest = { seconds: 0, what: '' };
  for (let number = 0; number < count; number++) {
    const tree = hosts[dice(hosts.length)]!;
    const paths = [...tree.keys()];
    const path = paths[dice(paths.length)]!;
    const other = hosts[dice(hosts.length)]!;
    const damage = dice(damages.length + 1);
    // The last one puts another kind's text into the file's place.
    const bytes = damage === damages.length ? [...other.values()][dice(other.size)]! : damages[damage]!(tree.get(path)!, dice);
    const what = `file ${number} of seed ${seed}: ${path}, damage ${damage}`;
    const before = cpuTime();
    try {
      const { host } = assembleHost('host', memoryFiles('host', new Map([...tree, [path, bytes]])));
      assert.equal(judge(rules, assembleCluster([host])).broken, [], what);
    } catch (error) {
      assert.unreachable(`${what}: ${error instanceof Error ? error.stack : String(error)}`);
    }
    const seconds = (cpuTime() - before) / 1000;
    if (seconds > slowest.seconds) slowest = { seconds, what };
  }
  assert.ok(slowest.seconds <= mostCpuSeconds, `${slowest.what} took ${slowest.seconds.toFixed(2)} s`);
  const megabytes = process.memoryUsage().heapUsed / 1e6;
  assert.ok(megabytes <= mostMegabytes, `${megabytes.toFixed(0)} MB are in use at the end`);
  if (process.env['FUZZ']) console.log(`seed ${seed}: ${count} files of ${hosts.length} hosts; the slowest took ${slowest.seconds.toFixed(2)} s (${slowest.what}); ${megabytes.toFixed(0)} MB`);
});

test.run();
