import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import { sourceText } from '../src/base/text.ts';
import { planCluster } from '../src/plan/plan.ts';
import { renderPlan } from '../src/render/render.ts';
import { readSpec } from '../src/spec/read.ts';

/**
 * Specs with strange values in every field, as a file that a user gives: each is refused at a place in the file, or rendered into scripts that bash and ShellCheck read
 * without a word. HOSTILE_SPECS is how many (300), HOSTILE_SHELLCHECK how many of the different scripts ShellCheck sees (20).
 */
const count = Number(process.env['HOSTILE_SPECS'] ?? 300);
const checked = Number(process.env['HOSTILE_SHELLCHECK'] ?? 20);
const samples = ['dr', 'nat', 'tun'].map((name) => JSON.parse(readFileSync(`fixtures/specs/${name}/spec.json`, 'utf8')) as unknown);

type Path = readonly (string | number)[];

function leaves(node: unknown, path: Path = []): readonly Path[] {
  if (typeof node !== 'object' || node === null) return [path];
  return Object.entries(node).flatMap(([key, value]) => leaves(value, [...path, Array.isArray(node) ? Number(key) : key]));
}

const hostile = fc.oneof(
  fc.constantFrom('$(touch /tmp/x)', '`id`', '"; reboot; "', "'; reboot; '", '\\', 'a\nb', 'a\r\nb', '-rf', '--', '${x:-y}', '$((1/0))', '\u00a0', '“80”', '名', '#', '!!', '*', '~root', '&& id', '| id', '> /etc/passwd', '<(id)', '\u2028', '{{x}}', '%s%n', '\u0000', '\u202e', '', ' ', '../..', '010.0.0.1', 'x'.repeat(300)),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ unit: fc.constantFrom(...'-$`\'"\\;&|<>(){}[]*?!~#% \n\t./:aA0'), maxLength: 12 }),
);
/** Values that may be right somewhere. */
const plausible = fc.oneof(
  fc.constantFrom('eth0', 'eth1.100', 'br-lan', 'bond0', 'enp3s0f1', 'web-1', 'a', 'x9', 'rr', 'wrr', 'wlc', 'sh', 'mh', 'sed', 'nat', 'dr', 'tun', 'tcp', 'udp', 'sctp', '10.0.0.7/24', '192.168.14.60/24', '172.16.1.101', '172.16.1.254', 'off', 'strict'),
  fc.integer({ min: -1, max: 70_000 }),
  fc.boolean(),
  fc.constant(null),
);
const edit = fc.record({ at: fc.nat(), value: fc.oneof({ weight: 2, arbitrary: hostile }, { weight: 3, arbitrary: plausible }), appends: fc.boolean() });
/** Things that a spec may hold beside those of the samples. */
const extra = fc.oneof(
  fc.record({ timeouts: fc.record({ tcp: fc.oneof(fc.integer({ min: 0, max: 5000 }), hostile) }) }),
  fc.record({ sysctl: fc.record({ director: fc.dictionary(fc.oneof(fc.constantFrom('net.ipv4.vs.expire_nodest_conn', 'net/ipv4/vs/conntrack', 'net.core.somaxconn'), hostile), fc.oneof(fc.integer({ min: 0, max: 9 }), hostile), { maxKeys: 2 }) }) }),
  fc.constant({}),
);

function changed(spec: unknown, { at, value, appends }: { readonly at: number; readonly value: unknown; readonly appends: boolean }): void {
  const paths = leaves(spec);
  const path = paths[at % paths.length]!;
  const last = path.at(-1)!;
  const holder = path.slice(0, -1).reduce((node, key) => (node as Record<string | number, unknown>)[key], spec) as Record<string | number, unknown>;
  // Names of hosts are keys.
  if (typeof value === 'string' && at % 7 === 0 && path[0] === 'realServers') {
    const hosts = (spec as { realServers: Record<string, unknown> }).realServers;
    hosts[value] = hosts[path[1]!];
    if (value !== path[1]) delete hosts[path[1] as string];
  } else holder[last] = appends && typeof value === 'string' && typeof holder[last] === 'string' ? `${holder[last]}${value}` : value;
}

test('a strange spec is refused at a place, or becomes scripts in which its values are plain words', () => {
  const work = mkdtempSync(join(tmpdir(), 'lvs-gen-specs-'));
  try {
    const pages = new Map<string, string>();
    let rendered = 0;
    const made = fc.sample(fc.tuple(fc.constantFrom(...samples), fc.array(edit, { maxLength: 2 }), extra), { numRuns: count, seed: 17 });
    for (const [sample, edits, more] of made) {
      const spec = { ...(structuredClone(sample) as object), ...more };
      for (const one of edits) changed(spec, one);
      const located = readSpec(sourceText('spec', 'spec.json', JSON.stringify(spec, null, 1)));
      const plan = 'problems' in located ? located : planCluster(located);
      const problems = 'problems' in plan ? plan.problems : 'refused' in plan ? plan.refused : [];
      for (const { at, note } of problems) assert.ok(at.line >= 1 && at.column >= 1 && note.length > 0);
      if (!('plan' in plan)) {
        assert.ok(problems.length > 0, JSON.stringify(spec));
        continue;
      }
      rendered++;
      for (const { path, text } of renderPlan(plan.plan, { version: '0.1.0' })) {
        // What is in no shape a word or a comment of its own would show as a control character or a second line of the banner.
        assert.not.match(text, /[\0\r\u0001-\u0008\u2028\u202e]/);
        if (path.startsWith('etc/init.d/')) pages.set(text.replace(/^# lvs-gen .*$/m, ''), text);
      }
    }
    assert.ok(rendered > count / 10, `only ${rendered} of ${count} specs were rendered`);
    const files = [...pages.values()].map((text, index) => {
      writeFileSync(join(work, `${index}`), text);
      return `${index}`;
    });
    const syntax = spawnSync('bash', ['-c', 'for page; do bash -n "$page" || exit 1; done', 'bash', ...files], { cwd: work, encoding: 'utf8' });
    assert.is(`${syntax.status} ${syntax.stderr}`, '0 ');
    if (!spawnSync('shellcheck', ['--version']).error) {
      const step = Math.max(1, Math.ceil(files.length / checked));
      const some = files.filter((_, index) => index % step === 0);
      for (let at = 0; at < some.length; at += 20) assert.is(spawnSync('shellcheck', ['-f', 'gcc', ...some.slice(at, at + 20)], { cwd: work, encoding: 'utf8' }).stdout, '');
    }
    if (process.env['HOSTILE_SPECS']) console.log(`${count} specs: ${rendered} rendered, ${count - rendered} refused; ${files.length} different scripts through bash -n, at most ${checked} of them through ShellCheck`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
});

test.run();
