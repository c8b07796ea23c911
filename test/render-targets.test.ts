import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

import { dirname, join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { faultsOf } from '../src/commands/faults.ts';
import { assembleHost } from '../src/assemble/host.ts';
import { memoryFiles } from '../src/base/file-set.ts';
import { isLoopback } from '../src/base/ip.ts';
import { sourceText } from '../src/base/text.ts';
import type { Host } from '../src/model/host.ts';
import { planCluster, type Plan } from '../src/plan/plan.ts';
import { divide, networkTargets, systems, type System, type Target } from '../src/plan/targets.ts';
import { renderPlan, type RenderedFile } from '../src/render/render.ts';
import { readSpec } from '../src/spec/read.ts';
import { showPath } from '../src/spec/spec.ts';

/** The forms beside the init scripts: their trees, and that each is the cluster that was planned, as our readers and the programs themselves take it. */

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

function planOf(spec: string, wanted: readonly Target[], system?: System): Plan {
  const division = divide(wanted, system);
  if ('conflict' in division) throw new Error(division.conflict.join(' and '));
  const read = readSpec(sourceText('spec', spec, readFileSync(`fixtures/specs/${spec}/spec.json`, 'utf8')));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const planned = planCluster(read, division);
  if ('refused' in planned) throw new Error(planned.refused.map(({ path, note }) => `${showPath(path)}: ${note}`).join('\n'));
  return planned.plan;
}

const samples: readonly (readonly [spec: string, name: string, targets: readonly Target[]])[] = [
  ...['dr', 'nat', 'tun', 'everything', 'nat-ha', 'tunnels'].flatMap((spec) => (['systemd', 'keepalived'] as const).map((target) => [spec, target, [target]] as const)),
  ...['dr', 'nat', 'tun'].flatMap((spec) => (['ipvsadm', 'ldirectord'] as const).map((target) => [spec, target, [target, 'interfaces', 'sysv']] as const)),
  // The network holds all VIPs where it can.
  ...['dr', 'tun'].flatMap((spec) => networkTargets.map((network) => [spec, network, ['ipvsadm', network]] as const)),
  ...(['ifcfg', 'interfaces', 'netplan'] as const).map((network) => ['nat', network, ['ldirectord', network]] as const),
  ...(['networkmanager', 'networkd'] as const).map((network) => ['nat', network, ['keepalived', network]] as const),
  ...networkTargets.map((network) => ['everything', network, ['keepalived', network]] as const),
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

/** What the network configuration and whoever holds the VIPs give a host: its addresses, and where its packets leave. */
function network({ addresses, routes }: Host): unknown {
  return {
    addresses: [...new Set(addresses.filter(({ ip }) => !isLoopback(ip)).map(({ ip, prefix, device }) => `${ip.text}/${prefix} ${device}`))].sort(),
    gateways: [...new Set(routes.filter(({ to, via }) => to === 'default' && via).map(({ via }) => via!.text))].sort(),
  };
}

/** Every host of a plan, as it was planned and as its files say it is. */
function readAgain(plan: Plan): readonly { readonly planned: Host; readonly read: Host }[] {
  const files = renderPlan(plan, { version });
  return plan.cluster.hosts.map((planned) => {
    const own = files.filter(({ host }) => host === planned.name);
    const { host, log } = assembleHost(planned.name, memoryFiles(planned.name, new Map(own.map((file) => [file.path, file.text]))));
    assert.equal(log.unread, [], `${planned.name}: every line is understood`);
    return { planned, read: host };
  });
}

function isAsPlanned(plan: Plan): void {
  for (const { planned, read } of readAgain(plan)) {
    if (planned.roles.includes('director')) assert.equal(table(read), table(planned), planned.name);
    if (plan.division.network !== undefined) assert.equal(network(read), network(planned), planned.name);
  }
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

  test(`${spec}, ${name}: read again, it is what was planned, and nothing is wrong in it`, () => {
    const plan = planOf(spec, targets);
    isAsPlanned(plan);
    assert.equal(faultsOf(plan, renderPlan(plan, { version })), []);
  });
}

for (const system of Object.keys(systems) as readonly System[]) {
  for (const spec of ['dr', 'nat', 'tun', 'everything', 'nat-ha', 'tunnels']) {
    test(`${spec} for ${system}: read again, it is what was planned, and nothing is wrong in it`, () => {
      const plan = planOf(spec, [], system);
      isAsPlanned(plan);
      assert.equal(faultsOf(plan, renderPlan(plan, { version })), []);
    });
  }
}

test.run();
