import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

import { dirname, join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assembleHost } from '../src/assemble/host.ts';
import { memoryFiles } from '../src/base/file-set.ts';
import { sourceText } from '../src/base/text.ts';
import type { Host } from '../src/model/host.ts';
import { planCluster, type Plan } from '../src/plan/plan.ts';
import { divide, type Target } from '../src/plan/targets.ts';
import { renderPlan, type RenderedFile } from '../src/render/render.ts';
import { readSpec } from '../src/spec/read.ts';
import { showPath } from '../src/spec/spec.ts';

/** The forms beside the init scripts: their trees, and that each is the cluster that was planned, as our readers and the programs themselves take it. */

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

function planOf(spec: string, wanted: readonly Target[]): Plan {
  const division = divide(wanted, undefined);
  if ('conflict' in division) throw new Error(division.conflict.join(' and '));
  const read = readSpec(sourceText('spec', spec, readFileSync(`fixtures/specs/${spec}/spec.json`, 'utf8')));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const planned = planCluster(read, division);
  if ('refused' in planned) throw new Error(planned.refused.map(({ path, note }) => `${showPath(path)}: ${note}`).join('\n'));
  return planned.plan;
}

const samples: readonly (readonly [spec: string, name: string, targets: readonly Target[]])[] = [
  ...['dr', 'nat', 'tun', 'everything'].flatMap((spec) => (['systemd', 'keepalived'] as const).map((target) => [spec, target, [target]] as const)),
  ...['dr', 'nat', 'tun'].flatMap((spec) => (['ipvsadm', 'ldirectord'] as const).map((target) => [spec, target, [target, 'interfaces', 'sysv']] as const)),
];

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
}

function lay(folder: string, files: readonly RenderedFile[]): void {
  for (const file of files) {
    mkdirSync(dirname(join(folder, file.host, file.path)), { recursive: true });
    writeFileSync(join(folder, file.host, file.path), file.text, { mode: file.mode });
  }
}

/** The table of a director, in the kernel's own terms. */
function table({ services }: Host): unknown {
  return services
    .map(({ key, vips, scheduler, schedulerFlags, persistence, onePacket, destinations }) => ({
      key: JSON.stringify(key, (name, value: unknown) => (name === 'word' ? undefined : value)),
      served: vips.map(({ text }) => text).sort(),
      scheduler,
      schedulerFlags: [...schedulerFlags].sort(),
      persistence: persistence && { timeout: persistence.timeout, netmask: persistence.netmask, engine: persistence.engine },
      onePacket,
      destinations: destinations.map(({ rip, port, forwarding, weight, upperThreshold, lowerThreshold, tunnel }) => ({ rip: rip.text, port, forwarding, weight, upperThreshold, lowerThreshold, tunnel })),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

for (const [spec, name, targets] of samples) {
  test(`${spec}, ${name}: the rendered tree is the accepted one (ACCEPT=1 takes a new one)`, () => {
    const out = `fixtures/specs/${spec}/${name}`;
    const files = renderPlan(planOf(spec, targets), { version });
    if (process.env['ACCEPT']) {
      rmSync(out, { recursive: true, force: true });
      lay(out, files);
    }
    assert.equal(filesBelow(out), files.map((file) => `${file.host}/${file.path}`).sort());
    for (const file of files) {
      const accepted = join(out, file.host, file.path);
      assert.fixture(file.text, readFileSync(accepted, 'utf8'), accepted);
      assert.is(statSync(accepted).mode & 0o111, file.mode & 0o111, `${accepted}: mode`);
    }
  });

  test(`${spec}, ${name}: read again, the table is the planned one`, () => {
    const plan = planOf(spec, targets);
    const files = renderPlan(plan, { version });
    for (const planned of plan.cluster.hosts) {
      if (!planned.roles.includes('director')) continue;
      const own = files.filter(({ host }) => host === planned.name);
      const { host, log } = assembleHost(planned.name, memoryFiles(planned.name, new Map(own.map((file) => [file.path, file.text]))));
      assert.equal(log.unread, [], `${planned.name}: every line is understood`);
      assert.equal(table(host), table(planned), planned.name);
    }
  });
}

test.run();
