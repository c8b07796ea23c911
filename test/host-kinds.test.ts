import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sourceText } from '../src/base/text.ts';
import { faultsOf, faultsOfEach } from '../src/commands/faults.ts';
import { alikeHosts } from '../src/commands/host-kinds.ts';
import { planCluster, type Plan } from '../src/plan/plan.ts';
import { renderPlan } from '../src/render/render.ts';
import { readSpec } from '../src/spec/read.ts';

/** One real server of each kind is judged for all: the verdict has to be the one over each of them. */

type Spec = { realServers: Record<string, object>; services: { destinations: object[] }[]; sysctl?: object };

const samples = ['dr', 'nat', 'tun'].map((name) => JSON.parse(readFileSync(`fixtures/specs/${name}/spec.json`, 'utf8')) as Spec);

function planOf(spec: Spec): Plan | undefined {
  const read = readSpec(sourceText('spec', 'spec.json', JSON.stringify(spec)));
  if ('problems' in read) return undefined;
  const planned = planCluster(read);
  return 'plan' in planned ? planned.plan : undefined;
}

const variant = fc.constantFrom<object>({}, {}, { device: 'eth3' }, { gateway: '172.16.1.200' }, { gateway: '192.168.14.50' }, { gateway: '192.168.14.99' }, { rip: '192.168.99.7/24', gateway: '192.168.99.1' }, { weight: 0 });

function grown(sample: Spec, variants: readonly object[], cluster: object): Spec {
  const spec = structuredClone(sample);
  const [first] = Object.values(spec.realServers) as [Record<string, unknown>];
  const template = spec.services[0]!.destinations[0] as Record<string, unknown>;
  const destinations: object[] = [];
  spec.realServers = {};
  for (const [at, { weight, ...host }] of (variants as readonly Record<string, unknown>[]).entries()) {
    const name = `web${at + 1}`;
    const network = String(first['rip']).replace(/\d+(\/\d+)$/, `${30 + at}$1`);
    spec.realServers[name] = { ...first, rip: network, ...host, ...('rip' in host && { rip: `192.168.99.${30 + at}/24` }) };
    destinations.push({ ...template, realServer: name, ...(weight !== undefined && { weight }) });
  }
  spec.services = [{ ...spec.services[0]!, destinations }];
  return { ...spec, ...cluster };
}

test('what is found over one of each kind is what is found over each', () => {
  const seen = { right: 0, wrong: 0, alike: 0 };
  const cluster = fc.constantFrom<object>({}, {}, { sysctl: { realServer: { 'net.ipv4.conf.all.arp_ignore': 0 } } }, { sysctl: { director: { 'net.ipv4.ip_forward': 0 } } });
  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.array(variant, { minLength: 2, maxLength: 7 }), cluster, (sample, variants, more) => {
      const plan = planOf(grown(sample, variants, more));
      fc.pre(plan !== undefined);
      const files = renderPlan(plan!, { version: '0.1.0' });
      const each = faultsOfEach(plan!, files);
      assert.equal(faultsOf(plan!, files), each);
      seen.alike += alikeHosts(plan!, files).hosts.size;
      seen[each.length === 0 ? 'right' : 'wrong']++;
    }),
    { numRuns: 30, seed: 5 },
  );
  assert.ok(seen.right > 5 && seen.wrong > 5 && seen.alike > 10, JSON.stringify(seen));
});

test('another weight makes another kind, another name and address do not', () => {
  const plan = planOf(grown(samples[0]!, [{}, {}, { weight: 0 }, {}, {}], {}))!;
  assert.equal([...alikeHosts(plan, renderPlan(plan, { version: '0.1.0' })).hosts], ['web2', 'web4', 'web5']);
});

test.run();
