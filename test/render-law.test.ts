import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assembleHost } from '../src/assemble/host.ts';
import { memoryFiles } from '../src/base/file-set.ts';
import { sourceText } from '../src/base/text.ts';
import type { Host } from '../src/model/host.ts';
import { sysctlValue } from '../src/model/sysctl.ts';
import { planCluster, type Plan } from '../src/plan/plan.ts';
import { renderPlan } from '../src/render/render.ts';
import { readSpec } from '../src/spec/read.ts';

/** The law of the house: what is rendered, read again, is what was planned: `assemble(parse(render(plan)))` equals `plan.cluster`, as far as the rendered files carry it. */

function planOf(spec: unknown): Plan {
  const read = readSpec(sourceText('spec', 'spec.json', JSON.stringify(spec)));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const planned = planCluster(read);
  if ('refused' in planned) throw new Error(JSON.stringify(planned.refused));
  return planned.plan;
}

/** What of a host is in its rendered files: VIPs, parameters, the IPVS table, modules. DIPs, RIPs and gateways are the network configuration's. */
function carried(host: Host, vips: ReadonlySet<string>, keys: readonly string[]): unknown {
  return {
    vips: host.addresses.filter((address) => vips.has(address.ip.text)).map(({ ip, prefix, device, label }) => `${ip.text}/${prefix} ${device} ${label}`).sort(),
    parameters: keys.map((key) => `${key} = ${host.sysctls.get(key)?.at(-1)?.value}`),
    services: host.services.map(({ key, vips: served, scheduler, schedulerFlags, persistence, onePacket, destinations }) => ({
      key: JSON.stringify(key, (name, value: unknown) => (name === 'word' ? undefined : value)),
      served: served.map((vip) => vip.text), scheduler, schedulerFlags, persistence: persistence && { timeout: persistence.timeout, netmask: persistence.netmask, engine: persistence.engine }, onePacket,
      destinations: destinations.map(({ rip, port, forwarding, weight, upperThreshold, lowerThreshold }) => ({ rip: rip.text, port, forwarding, weight, upperThreshold, lowerThreshold })),
    })),
    modules: [...new Set(host.modules.map(({ module }) => module))].sort(),
  };
}

function holds(plan: Plan): void {
  const files = renderPlan(plan, { version: '0.1.0' });
  const vips = new Set(plan.hosts.flatMap((host) => host.vips.map((vip) => vip.ip.text)));
  for (const planned of plan.cluster.hosts) {
    const own = files.filter((file) => file.host === planned.name);
    if (own.length === 0) continue;
    const { host, log } = assembleHost(planned.name, memoryFiles(planned.name, new Map(own.map((file) => [file.path, file.text]))));
    assert.equal(log.unread, [], `${planned.name}: every line is understood`);
    const keys = [...planned.sysctls.keys()];
    assert.equal(carried(host, vips, keys), carried(planned, vips, keys), planned.name);
    // Of several directors each takes the VIPs only where no other one answers for them.
    const shared = planned.roles.includes('director') && plan.cluster.hosts.filter(({ roles }) => roles.includes('director')).length > 1;
    for (const address of host.addresses) assert.is(address.confidence, shared ? 'likely' : 'certain', `${planned.name} ${address.ip.text}`);
    for (const key of keys) assert.is((sysctlValue(host, key) as { value?: number }).value, (sysctlValue(planned, key) as { value?: number }).value, key);
  }
}

const sample = (name: string): any => JSON.parse(readFileSync(`fixtures/specs/${name}/spec.json`, 'utf8'));

for (const name of ['dr', 'nat', 'tun', 'everything', 'nat-ha', 'tunnels']) test(`${name}: read again, it is what was planned`, () => holds(planOf(sample(name))));

const destination = fc.record({ weight: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }), upperThreshold: fc.option(fc.constant(2000), { nil: undefined }), forwarding: fc.constantFrom('nat', 'dr', 'tun', undefined) });
const service = fc.record({
  vip: fc.constantFrom('172.16.1.100', '172.16.1.101', '172.16.1.102'),
  protocol: fc.constantFrom('tcp', 'udp', 'sctp'),
  port: fc.integer({ min: 1, max: 65535 }),
  scheduler: fc.constantFrom('rr', 'wrr', 'lc', 'wlc', 'sh', 'mh', 'sed', undefined),
  persistence: fc.option(fc.record({ timeout: fc.integer({ min: 1, max: 86400 }), netmask: fc.option(fc.integer({ min: 1, max: 32 }), { nil: undefined }) }), { nil: undefined }),
  destinations: fc.tuple(destination, destination).map(([first, second]) => [{ realServer: 'web1', ...first }, { realServer: 'web2', ...second }]),
});

test('whatever services there are', () => {
  fc.assert(fc.property(fc.uniqueArray(service, { minLength: 1, maxLength: 3, selector: ({ vip, protocol, port }) => `${vip} ${protocol} ${port}` }), (services) => {
    holds(planOf({ ...sample('dr'), services: JSON.parse(JSON.stringify(services)), timeouts: { tcp: 600 }, sysctl: { director: { 'net.ipv4.vs.expire_nodest_conn': 1 } } }));
  }), { numRuns: 25, seed: 5 });
});

test.run();
