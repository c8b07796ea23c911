import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { neighbourhoods } from '../src/assemble/neighbours.ts';
import { diskFiles } from '../src/base/file-set.ts';
import { lookAtFleet } from '../src/commands/fleet.ts';
import { lookAt } from '../src/commands/look.ts';
import { seenOf, type HostInput } from '../src/commands/seen.ts';
import { makeFleet } from '../src/dev/bench-fleet.ts';

const program = resolve('dist/lvs-gen.cjs');
const test = suite('fleet', { work: '', fleet: '' });
const count = 204;

/** A fleet with faults in it, and the director of one cluster behind all others by name, so that its neighbours are met long before it. */
test.before((context) => {
  context.work = mkdtempSync(join(tmpdir(), 'lvs-gen-fleet-'));
  context.fleet = makeFleet(join(context.work, 'fleet'), count);
  renameSync(join(context.fleet, 'c2lvs1'), join(context.fleet, 'zz-director'));
  readdirSync(context.fleet).forEach((name, index) => {
    if (index % 7 === 0) rmSync(join(context.fleet, name, 'etc/sysctl.d/90-lvs.conf'), { force: true });
    if (index % 11 === 0) writeFileSync(join(context.fleet, name, 'etc/sysctl.d/95-late.conf'), 'net.ipv4.conf.all.arp_ignore = 0\nnet.ipv4.ip_forwrad = 1\n');
    if (index % 13 === 0) writeFileSync(join(context.fleet, name, 'etc/rc.local'), '#!/bin/sh\n# lvs-gen: ignore sysctl/unknown-key -- it is not there\nifconfig lo:0 10.0.7.210 netmask 255.255.255.0 up\n');
  });
});
test.after((context) => rmSync(context.work, { recursive: true, force: true }));

function lint(fleet: string, args: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'lint', '--no-cache', '--no-shellcheck', ...args, fleet], { encoding: 'utf8', maxBuffer: 256 << 20 });
  return { code: status, out: stdout, err: stderr };
}

test('any number of threads gives the same bytes and the same exit', ({ fleet }) => {
  const one = lint(fleet, ['--jobs', '1', '--format', 'json']);
  assert.is(one.code, 1);
  assert.ok((JSON.parse(one.out) as { findings: unknown[] }).findings.length > 30);
  assert.equal(lint(fleet, ['--jobs', '3', '--format', 'json']), one);
});

test('judging groups apart finds what judging all hosts as one cluster finds', async ({ fleet }) => {
  const inputs = readdirSync(fleet).sort().map((name): HostInput => ({ kind: 'host', name, files: diskFiles(join(fleet, name)), open: (file) => file }));
  const whole = seenOf(lookAt(inputs, undefined));
  const apart = await lookAtFleet(inputs, 1, () => {});
  assert.equal(apart.verdict, whole.verdict);
  assert.equal(apart.hosts, whole.hosts);
  assert.equal(apart.read.map(({ log }) => ({ ...log, files: log.files.map(({ file, text }) => [file, text]) })), whole.read.map(({ log }) => ({ ...log, files: log.files.map(({ file, text }) => [file, text]) })));
  assert.equal(apart.scripts.map(({ file, source }) => [file, source.host, source.lineStarts]), whole.scripts.map(({ file, source }) => [file, source.host, source.lineStarts]));
});

test('--jobs takes a number', ({ fleet }) => {
  for (const wrong of ['0', '-1', 'two', '1.5', '']) assert.is(lint(fleet, [`--jobs=${wrong}`]).code, 2, wrong);
});

test('things are put together over any number of steps, whatever comes first', () => {
  const ties = [{ holds: ['a'], names: ['b'] }, { holds: ['c'], names: [] }, { holds: ['d'], names: ['e', 'x'] }, { holds: ['b'], names: ['c'] }, { holds: ['f'], names: ['x'] }, { holds: ['e', 'a'], names: [] }];
  const groups = (order: readonly number[]): string => {
    const near = neighbourhoods();
    for (const index of order) near.add(ties[index]!);
    return JSON.stringify(order.map((index, at) => [index, order[near.groupOf(at)]!] as const).sort(([a], [b]) => a - b).map(([index, first]) => order.map((_, at) => at).filter((at) => near.groupOf(at) === near.groupOf(order.indexOf(index))).map((at) => order[at]!).sort().join('') || first));
  };
  assert.is(groups([0, 1, 2, 3, 4, 5]), JSON.stringify(['01235', '01235', '01235', '01235', '4', '01235']));
  assert.is(groups([5, 4, 3, 2, 1, 0]), groups([0, 1, 2, 3, 4, 5]));
  assert.is(groups([2, 0, 4, 5, 1, 3]), groups([0, 1, 2, 3, 4, 5]));
});

test('what a bench measures is a fleet of 40 files a host', ({ work }) => {
  const fleet = makeFleet(join(work, 'small'), 3);
  for (const name of readdirSync(fleet)) assert.is((readdirSync(join(fleet, name), { recursive: true, withFileTypes: true }) as { isFile(): boolean }[]).filter((entry) => entry.isFile()).length, 40, name);
  assert.match(readFileSync(join(fleet, 'c0lvs1/etc/init.d/ipvs'), 'utf8'), /ipvsadm/);
});

test.run();
