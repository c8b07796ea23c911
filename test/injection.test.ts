import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import { assembleHost } from '../src/assemble/host.ts';
import { memoryFiles } from '../src/base/file-set.ts';
import { sourceText } from '../src/base/text.ts';
import { planCluster } from '../src/plan/plan.ts';
import { divide, networkTargets, type Target } from '../src/plan/targets.ts';
import { quote } from '../src/render/helpers.ts';
import { renderPlan, type RenderedFile } from '../src/render/render.ts';
import { readSpec } from '../src/spec/read.ts';

/**
 * Hostile values in every string of a spec, for every target: each is refused, or is the same one word in what is rendered as a harmless value in its place: the same lines, the same number of words in each,
 * the same facts to our readers, to bash and to a YAML parser. INJECTION: how many values in all (400; 10,000 by hand).
 */
const count = Number(process.env['INJECTION'] ?? 400);

interface Field {
  readonly name: string;
  readonly harmless: string;
  readonly put: (value: string) => object;
}

const base = (): Record<string, any> => ({
  version: 1,
  name: 'plain',
  forwarding: 'dr',
  directors: { lvs1: { device: 'eth0', dip: '172.16.1.200/24', gateway: '172.16.1.254' } },
  realServers: { web1: { device: 'eth0', rip: '172.16.1.10/24', gateway: '172.16.1.254' }, web2: { device: 'eth0', rip: '172.16.1.20/24', gateway: '172.16.1.254' } },
  services: [{ vip: '172.16.1.100', protocol: 'tcp', port: 80, scheduler: 'wlc', destinations: [{ realServer: 'web1' }, { realServer: 'web2' }] }],
});

function withBase(change: (spec: Record<string, any>) => void): object {
  const spec = base();
  change(spec);
  return spec;
}

const fields: readonly Field[] = [
  { name: 'name', harmless: 'other', put: (value) => withBase((spec) => (spec['name'] = value)) },
  { name: '$schema', harmless: './other.json', put: (value) => withBase((spec) => (spec['$schema'] = value)) },
  { name: 'a director', harmless: 'other1', put: (value) => withBase((spec) => (spec['directors'] = { [value]: spec['directors'].lvs1 })) },
  {
    name: 'a real server',
    harmless: 'other1',
    put: (value) =>
      withBase((spec) => {
        spec['realServers'] = { web1: spec['realServers'].web1, [value]: spec['realServers'].web2 };
        spec['services'][0].destinations[1].realServer = value;
      }),
  },
  { name: 'device', harmless: 'other1', put: (value) => withBase((spec) => (spec['directors'].lvs1.device = spec['realServers'].web1.device = value)) },
  { name: 'vipDevice', harmless: 'other1', put: (value) => withBase((spec) => (spec['directors'].lvs1.vipDevice = value)) },
  { name: 'path of a check', harmless: '/other', put: (value) => withBase((spec) => (spec['services'][0].check = { type: 'http', path: value })) },
  { name: 'name of a check', harmless: 'other.example', put: (value) => withBase((spec) => (spec['services'][0].check = { type: 'dns', name: value })) },
  { name: 'command of a check', harmless: '/usr/bin/other', put: (value) => withBase((spec) => (spec['services'][0].check = { type: 'script', command: value })) },
  { name: 'sysctl key', harmless: 'net.core.other', put: (value) => withBase((spec) => (spec['sysctl'] = { director: { [value]: 1 }, realServer: { [value]: 1 } })) },
  { name: 'sysctl value', harmless: 'other', put: (value) => withBase((spec) => (spec['sysctl'] = { director: { 'net.core.default_qdisc': value }, realServer: { 'net.core.default_qdisc': value } })) },
  { name: 'dip', harmless: '172.16.1.200/24', put: (value) => withBase((spec) => (spec['directors'].lvs1.dip = value)) },
  { name: 'rip', harmless: '172.16.1.10/24', put: (value) => withBase((spec) => (spec['realServers'].web1.rip = value)) },
  { name: 'gateway', harmless: '172.16.1.254', put: (value) => withBase((spec) => (spec['realServers'].web1.gateway = value)) },
  { name: 'vip', harmless: '172.16.1.100', put: (value) => withBase((spec) => (spec['services'][0].vip = value)) },
  { name: 'clients', harmless: '203.0.113.0/24', put: (value) => withBase((spec) => (spec['clients'] = [value])) },
  { name: 'scheduler', harmless: 'wlc', put: (value) => withBase((spec) => (spec['services'][0].scheduler = value)) },
];

/** Every form of every file. */
const divisions: readonly (readonly Target[])[] = [['sysv'], ['systemd'], ['ipvsadm', 'interfaces'], ['keepalived'], ['ldirectord', 'interfaces', 'sysv'], ...networkTargets.map((network) => ['keepalived', network] as const)];

const breaks = ['$(touch canary)', '`touch canary`', '${IFS}', '"', "'", '\n', '\r', '\t', ' ', '\\', ';', '&', '|', '<', '>', '(', ')', '{', '}', '[', ']', '#', '!', '*', '?', '~', '=', ':', ': ', ' #', ',', '%', '%%', '%n', '%{name}', '%(id)', '@', '^', '\0', '\u2028', '\u202e', '\u00a0', '\ufeff', 'é', '名', '--', '-n', '\n[Service]\nExecStart=/bin/sh', '\nEOF\n', '\n}\n', '\n  - x', '&x', '*x', '!!python/object:x', '|', '>', '"""', '@include /etc/passwd', '$_x', '/*', '//', '..', '/../', '\u001b[31m'];
/** Words that mean something of their own to a parser, in the letters that a name may have. */
const loaded = ['on', 'off', 'yes', 'no', 'y', 'n', 'true', 'false', 'null', 'Null', 'NULL', 'nan', '1', '0', '010', '0x1f', '0o7', '1e3', '1.5', '1_000', '0b1', '.5', '1.', 'all', 'default', 'lo', 'auto', 'include', 'script', 'quorum', 'virtual', 'real', 'fi', 'done', 'esac', 'start', 'stop', 'in', 'do', 'EOF', 'eth0.1', 'a-b', 'a_b', 'x.y.z', '2026-11-23', '12.30.45', '/%n/%i', '/a?b=c&d=%20', '/~root', '/a:b@c', '/=+', '/x,y', 'net.core/x', 'a/b'];
const hostile = fc.oneof(
  { weight: 3, arbitrary: fc.record({ break: fc.constantFrom(...breaks), where: fc.constantFrom('only', 'before', 'after', 'amid') }) },
  { weight: 2, arbitrary: fc.constantFrom(...loaded) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'abz019._-/%?&=~:@+,'), minLength: 1, maxLength: 14 }) },
);

function valueOf(field: Field, made: string | { readonly break: string; readonly where: string }): string {
  if (typeof made === 'string') return field.harmless.startsWith('/') && /^[a-z0-9]/i.test(made) ? `/${made}` : made;
  const { harmless } = field;
  const middle = harmless.length >> 1;
  return made.where === 'only' ? made.break : made.where === 'before' ? made.break + harmless : made.where === 'after' ? harmless + made.break : harmless.slice(0, middle) + made.break + harmless.slice(middle);
}

function renderedOf(spec: object, targets: readonly Target[]): readonly RenderedFile[] | undefined {
  const division = divide(targets, undefined);
  if ('conflict' in division) throw new Error(division.conflict.join(' and '));
  const read = readSpec(sourceText('spec', 'spec.json', JSON.stringify(spec)));
  const planned = 'problems' in read ? undefined : planCluster(read, division);
  return planned && 'plan' in planned ? renderPlan(planned.plan, { version: '0.1.0' }) : undefined;
}

/** Lines, each with the number of its words; digests and the lines that differ by design apart. */
function shape(text: string): string {
  return text.split('\n').map((line) => (line.startsWith('# lvs-gen ') || line.startsWith('# seals ') ? '#' : line.trim().split(/\s+/).length)).join(' ');
}

/** Where two plain values differ in more than one word in the place of another; undefined: nowhere. */
function difference(mine: unknown, other: unknown, value: string, word: string, path = ''): string | undefined {
  const moved = (text: string): string => text.replaceAll(word, value);
  if (typeof mine === 'string' && typeof other === 'string') return mine === other || mine === moved(other) ? undefined : `${path}: ${JSON.stringify(mine)} for ${JSON.stringify(moved(other))}`;
  if (typeof mine !== 'object' || typeof other !== 'object' || mine === null || other === null) return mine === other ? undefined : `${path}: ${JSON.stringify(mine)} for ${JSON.stringify(other)}`;
  const [left, right] = [Object.entries(mine), Object.entries(other)];
  if (left.length !== right.length) return `${path}: ${JSON.stringify(Object.keys(mine))} for ${JSON.stringify(Object.keys(other))}`;
  for (const [index, [key, inner]] of left.entries()) {
    const [otherKey, otherInner] = right[index]!;
    const found = key === otherKey || key === moved(otherKey) ? difference(inner, otherInner, value, word, `${path}.${key}`) : `${path}: ${key} for ${otherKey}`;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What our readers make of the files of the hosts, without places, and without the VRRP number, which is worked out from the cluster's name. */
function factsOf(files: readonly RenderedFile[]): unknown {
  const hosts = [...new Set(files.map(({ host }) => host))].map((host) => {
    const { host: found, log } = assembleHost(host, memoryFiles(host, new Map(files.filter((file) => file.host === host).map(({ path, text }) => [path, text]))));
    return { ...found, devices: [...found.devices.values()], sysctls: [...found.sysctls], seen: [...found.seen], scripts: found.scripts.map(({ actions, syntaxErrors }) => ({ syntaxErrors, actions: actions.map(({ name, steps }) => [name, steps.map((step) => [step.name, step.words.map(({ text }) => text)])]) })), unread: log.unread, unreadable: log.unreadable };
  });
  // Editions carry the spec's digest.
  const text = JSON.stringify(hosts, (key, inner: unknown) => (typeof inner === 'object' && inner !== null && ('endColumn' in inner || key === 'shadows' || key === 'virtualRouterId') ? undefined : inner));
  return JSON.parse(text.replace(/0\.1\.0-[0-9a-f]{12}/g, 'edition')) as unknown;
}

test('a hostile value is refused, or stays the one word that a harmless one is', () => {
  const work = mkdtempSync(join(tmpdir(), 'lvs-gen-injection-'));
  try {
    const harmless = new Map(fields.flatMap((field) => divisions.map((targets) => [`${field.name} ${targets.join()}`, renderedOf(field.put(field.harmless), targets)] as const)));
    const scripts = new Map<string, string>();
    const yamls: { readonly text: string; readonly other: string; readonly value: string; readonly word: string }[] = [];
    const facts = new Map<string, unknown>();
    // Reading all files of a cluster takes a hundred times as long as writing them.
    let read = 0;
    const outcomes = { refused: 0, rendered: 0 };
    const made = fc.sample(fc.tuple(fc.constantFrom(...fields), hostile, fc.constantFrom(...divisions)), { numRuns: count, seed: Number(process.env['SHELL_SEED'] ?? Date.now() % 1e6) });
    for (const [field, one, targets] of made) {
      const value = valueOf(field, one);
      const files = value === field.harmless ? undefined : renderedOf(field.put(value), targets);
      const others = harmless.get(`${field.name} ${targets.join()}`);
      if (!files || !others) {
        outcomes.refused++;
        continue;
      }
      outcomes.rendered++;
      const told = `${field.name} = ${JSON.stringify(value)} for ${targets.join()}`;
      assert.is(files.length, others.length, told);
      const address = /^[0-9a-fA-F:.]+(?:\/\d+)?$/.test(value) && /^[0-9.]+(?:\/\d+)?$/.test(field.harmless);
      files.forEach((file, index) => {
        const other = others[index]!;
        assert.not.match(file.text, /[\0\r\u0001-\u0008\u001b\u2028\u202e\ufeff]/, told);
        // Another address is another network, and another device may be a VLAN: their own words are compared by the tests of each target.
        if (!address && field.name !== 'scheduler' && !value.includes(' ')) assert.is(shape(file.text), shape(other.text), `${told}: ${file.path}`);
        if (/^#!/.test(file.text)) scripts.set(file.text.replace(/[0-9a-f]{12,16}/g, ''), file.text);
        if (file.path.endsWith('.yaml')) yamls.push({ text: file.text, other: other.text, value, word: field.harmless });
      });
      if (!address && (field.name === 'name' || field.name === '$schema' || field.name.includes('check') || field.name === 'sysctl value') && read++ < count / 15) {
        const key = `${field.name} ${targets.join()}`;
        if (!facts.has(key)) facts.set(key, factsOf(others));
        assert.is(difference(factsOf(files), facts.get(key), value, field.harmless), undefined, told);
      }
    }
    assert.ok(outcomes.rendered > count / 20 && outcomes.refused > count / 20, JSON.stringify(outcomes));

    const names = [...scripts.values()].map((text, index) => {
      writeFileSync(join(work, `${index}`), text);
      return `${index}`;
    });
    const syntax = spawnSync('bash', ['-c', 'for page; do bash -n "$page" || exit 1; done', 'bash', ...names], { cwd: work, encoding: 'utf8' });
    assert.is(`${syntax.status} ${syntax.stderr}`, '0 ');
    const python = spawnSync('python3', ['-c', 'import sys, json, yaml\nfor line in sys.stdin:\n  one = json.loads(line)\n  print(json.dumps([yaml.safe_load(one["text"]), yaml.safe_load(one["other"])]))'], { input: yamls.map((one) => JSON.stringify(one)).join('\n'), encoding: 'utf8', maxBuffer: 256 << 20 });
    // Where there is no parser of YAML to ask.
    if (python.status === 0) {
      python.stdout.trim().split('\n').filter((line) => line !== '').forEach((line, index) => {
        const [mine, other] = JSON.parse(line) as [unknown, unknown];
        const { value, word } = yamls[index]!;
        const address = /^[0-9.]+(?:\/\d+)?$/.test(word);
        if (!address) assert.is(difference(mine, other, value, word), undefined, `YAML: ${value}`);
      });
    }
    if (process.env['INJECTION']) console.log(`${count} values: ${outcomes.refused} refused, ${outcomes.rendered} rendered as one word; ${scripts.size} different scripts through bash -n, ${python.status === 0 ? yamls.length : 'no'} YAML files through PyYAML`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
});

test('a quoted word is that word to bash, and nothing in it runs', () => {
  const work = mkdtempSync(join(tmpdir(), 'lvs-gen-words-'));
  try {
    const words = fc.sample(fc.oneof(fc.array(fc.constantFrom(...breaks, 'a', '0'), { maxLength: 6 }).map((parts) => parts.join('')), fc.string({ unit: 'binary', maxLength: 12 })), { numRuns: Math.max(500, count), seed: 23 })
      .map((word) => Buffer.from(word.replaceAll('\0', ''), 'utf8').toString('utf8'));
    writeFileSync(join(work, 'script'), words.map((word) => `printf '%s\\0' ${quote(word)}\n`).join(''));
    const { status, stdout } = spawnSync('bash', ['script'], { cwd: work, encoding: 'utf8', maxBuffer: 64 << 20 });
    assert.is(status, 0);
    assert.equal(stdout.split('\0').slice(0, -1), words);
    assert.not.ok(existsSync(join(work, 'canary')));
    assert.match(readFileSync(join(work, 'script'), 'utf8'), /touch canary/);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
});

test.run();
