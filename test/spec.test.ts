import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { positionAt, sourceText } from '../src/base/text.ts';
import { schedulers } from '../src/model/words.ts';
import { jsonFlaw } from '../src/spec/json-flaw.ts';
import { readSpec } from '../src/spec/read.ts';
import { starterSpec } from '../src/spec/sample.ts';
import { schemaText } from '../src/spec/schema.ts';
import { showPath, type LocatedSpec, type SpecPath, type SpecProblem } from '../src/spec/spec.ts';
import { cpuTime } from './cpu-time.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
const good = ['dr', 'nat', 'tun', 'everything', 'nat-ha', 'tunnels'];
const fixture = (name: string): string => readFileSync(`fixtures/specs/${name}/spec.json`, 'utf8');
const starters = (['dr', 'nat', 'tun'] as const).map(starterSpec);
const valid: readonly Json[] = [...good.map(fixture), ...starters].map((text) => JSON.parse(text) as Json);
const [dr, , , everything] = valid as readonly Json[] & [Json, Json, Json, Json];

const read = (text: string) => readSpec(sourceText('', 'spec.json', text));
const problemsOf = (text: string): readonly SpecProblem[] => {
  const result = read(text);
  return 'problems' in result ? result.problems : [];
};
const show = ({ at, path, note }: SpecProblem): string => `${at.line}:${at.column} ${showPath(path)}: ${note}\n`;

test('good specs: read without a problem, as JSON.parse reads them, each value at its place', () => {
  for (const text of [...good.map(fixture), ...starters]) {
    const result = read(text) as LocatedSpec;
    assert.equal(problemsOf(text).map(show), []);
    assert.equal(result.spec, JSON.parse(text));
    const source = sourceText('', 'spec.json', text);
    for (const path of leaves(JSON.parse(text) as Json)) {
      const at = result.locate(path);
      const slice = text.slice(source.lineStarts[at.line - 1]! + at.column - 1, source.lineStarts[at.endLine - 1]! + at.endColumn - 1);
      assert.equal(JSON.parse(slice), valueAt(JSON.parse(text) as Json, path), showPath(path));
    }
  }
});

test('locate: the key, the nearest ancestor that is written, and what is no key of the spec', () => {
  const located = read(fixture('dr')) as LocatedSpec;
  const place = (path: SpecPath, part?: 'value' | 'key') => { const at = located.locate(path, part); return `${at.line}:${at.column}-${at.endLine}:${at.endColumn}`; };
  assert.is(place(['services', 0, 'port'], 'key'), '14:49-14:55');
  assert.is(place(['services', 0, 'port']), '14:57-14:59');
  assert.is(place(['services', 0, 'destinations', 1, 'forwarding']), place(['services', 0, 'destinations', 1]));
  assert.is(place(['realServers', 'toString', 'rip']), place(['realServers']));
  assert.is(place(['services', 9]), place(['services']));
  assert.is(place([], 'key'), place([]));
});

test('bad specs: every problem, in order, at its place and in its words (ACCEPT=1 rewrites *.problems.txt)', () => {
  const names = readdirSync('fixtures/specs/bad').filter((name) => name.endsWith('.json'));
  assert.ok(names.length > 15);
  for (const name of names) {
    const problems = problemsOf(readFileSync(`fixtures/specs/bad/${name}`, 'utf8'));
    const expected = `fixtures/specs/bad/${name.replace(/\.json$/, '.problems.txt')}`;
    assert.ok(problems.length > 0, name);
    if (process.env['ACCEPT']) writeFileSync(expected, problems.map(show).join(''));
    else assert.fixture(problems.map(show).join(''), readFileSync(expected, 'utf8'), name);
  }
});

/** Near misses: each looks like a mistake that readSpec tells, and is none. */
const nearMisses: Readonly<Record<string, (spec: any) => void>> = {
  'a /32 RIP reaches its gateway by a route of its own': (spec) => { spec.realServers.web1.rip = '172.16.1.10/32'; },
  'an IPv6 gateway is link-local': (spec) => { spec.realServers.web1.rip = ['172.16.1.10/24', '2001:db8::10/64']; spec.realServers.web1.gateway = ['172.16.1.254', 'fe80::1']; },
  'the gateway stands behind a device for clients': (spec) => { spec.directors.lvs1.vipDevice = 'eth1'; spec.directors.lvs1.gateway = '192.0.2.1'; },
  'the gateway stands in the VIP\'s subnet': (spec) => { spec.services[0].vip = '192.0.2.10/24'; spec.directors.lvs1.gateway = '192.0.2.1'; },
  'a destination with dr names the service\'s port': (spec) => { spec.services[0].destinations[0].port = 80; },
  'two ports of one real server with nat': (spec) => { spec.services[0].destinations = [8080, 8081].map((port) => ({ realServer: 'web1', forwarding: 'nat', port })); },
  'a mark maps ports with nat': (spec) => { spec.services = [{ fwmark: 1, family: 'ipv4', match: [{ vip: '172.16.1.100', protocol: 'tcp', ports: [80] }], destinations: [{ realServer: 'web1', forwarding: 'nat', port: 8080 }] }]; },
  'tun mixes families': (spec) => { spec.realServers.web1.rip = '2001:db8::10/64'; delete spec.realServers.web1.gateway; spec.services[0].destinations[0].forwarding = 'tun'; },
  'the ends of a /31': (spec) => { spec.directors.lvs1.dip = '172.16.1.0/31'; spec.directors.lvs1.gateway = '172.16.1.1'; },
  'tcp and udp on one port, and one mark for each family': (spec) => { spec.services.push({ ...spec.services[0], protocol: 'udp' }, ...['ipv4', 'ipv6'].map((family) => ({ fwmark: 7, family, match: [{ vip: family === 'ipv4' ? '172.16.1.101' : '2001:db8::101', protocol: 'tcp', ports: [443] }], destinations: [{ realServer: 'web1', forwarding: 'tun' }] }))); },
  'every port with persistence': (spec) => { Object.assign(spec.services[0], { port: 0, persistence: { timeout: 300 } }); },
  'an old name of an object in JavaScript': (spec) => { spec.realServers.constructor = { device: 'eth0', rip: '172.16.1.30/24' }; spec.services[0].destinations.push({ realServer: 'constructor' }); },
  'a real server\'s gateway is the DIP: a rule\'s matter': (spec) => { spec.realServers.web1.gateway = '172.16.1.200'; },
  'a RIP off the director\'s link: a rule\'s matter': (spec) => { spec.realServers.web1 = { device: 'eth0', rip: '10.1.1.1/24' }; },
  'forwarding at every destination': (spec) => { delete spec.forwarding; for (const destination of spec.services[0].destinations) destination.forwarding = 'dr'; },
  'kernel parameters, dotted and slashed, negative, of several words': (spec) => { spec.sysctl = { realServer: { 'net.ipv4.conf.all.arp_ignore': 1, 'net/ipv4/conf/eth0.100/rp_filter': -1, 'net.ipv4.tcp_rmem': '4096 87380 6291456', 'net.core.default_qdisc': 'fq_codel' } }; },
};
for (const [name, edit] of Object.entries(nearMisses)) {
  test(`near miss: ${name}`, () => {
    const spec = structuredClone(dr);
    edit(spec);
    assert.equal(problemsOf(JSON.stringify(spec)).map(show), []);
  });
}

test('one cause, one problem', () => {
  const causes: Readonly<Record<string, (spec: any) => void>> = {
    'forwarding: expected "forwarding"': (spec) => { spec.forwading = spec.forwarding; delete spec.forwarding; },
    'realServers: expected "realServers"': (spec) => { spec.realServer = spec.realServers; delete spec.realServers; },
    'a broken RIP is no missing one': (spec) => { spec.realServers.web1.rip = '172.16.1/24'; },
    'a broken DIP': (spec) => { spec.directors.lvs1.dip = 'x'; },
    'a broken VIP': (spec) => { spec.services[0].vip = 'x'; spec.services[0].persistence = { timeout: 1, netmask: 64 }; },
    'a VIP used as a RIP in two services': (spec) => { spec.services[0].vip = '172.16.1.10'; spec.services.push({ ...spec.services[0], port: 443 }); },
    'no forwarding anywhere': (spec) => { delete spec.forwarding; },
    'another version': (spec) => { spec.version = 2; spec.hosts = {}; delete spec.name; },
  };
  for (const [name, edit] of Object.entries(causes)) {
    const spec = structuredClone(dr);
    edit(spec);
    assert.is(problemsOf(JSON.stringify(spec)).length, 1, `${name}\n${problemsOf(JSON.stringify(spec)).map(show).join('')}`);
  }
});

const hostile = ['$(touch /tmp/x)', '`touch /tmp/x`', '"; touch /tmp/x; "', "'; touch /tmp/x; '", 'a\nb', 'a\rb', '-rf', '--', 'a b;c', 'ünï', '\u202eevil', 'nul\u0000', 'eth0\u00a0', '', ' ', '..', '../x', 'a/../b', '/etc/passwd', '~', '*', '$HOME', 'a|b', 'a&b', 'a>b', '{{x}}', '%s', '\\', '\ud800', 'x'.repeat(100_000)];

test('hostile strings are refused in every string field and every name, at that place', () => {
  const withSchema = { ...(everything as object), $schema: './lvs-gen.schema.json' } as Json;
  for (const path of leaves(withSchema)) {
    if (typeof valueAt(withSchema, path) !== 'string' && !path.includes('sysctl')) continue;
    for (const text of hostile) {
      // The path of a schema is read by the editor only.
      if (path[0] === '$schema' && ['..', '../x', 'a/../b', '/etc/passwd'].includes(text)) continue;
      const problems = problemsOf(JSON.stringify(replace(withSchema, path, text)));
      assert.ok(problems.some((problem) => showPath(problem.path).startsWith(showPath(path.slice(0, 2)))), `${showPath(path)} took ${JSON.stringify(text).slice(0, 80)}`);
      for (const { note } of problems) assert.ok(note.length < 600, note);
    }
  }
  for (const path of [['directors', 'lvs1'], ['realServers', 'web1'], ['sysctl', 'director', 'net.ipv4.vs.expire_nodest_conn']]) {
    for (const text of [...hostile, '__proto__']) {
      const parent = valueAt(everything, path.slice(0, -1)) as { [key: string]: Json };
      const renamed = Object.fromEntries(Object.entries(parent).map(([key, value]) => [key === path.at(-1) ? text : key, value]));
      assert.ok(problemsOf(JSON.stringify(replace(everything, path.slice(0, -1), renamed))).length > 0, `${showPath(path)} took the name ${JSON.stringify(text).slice(0, 80)}`);
    }
  }
});

test('property: whatever string is taken holds plain characters only', () => {
  const fields = leaves(everything).filter((path) => typeof valueAt(everything, path) === 'string');
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'-$`\'"\\;&|<>(){}[]*?!~#% \n\t./:aA0') }), fc.constantFrom(...hostile));
  fc.assert(fc.property(fc.constantFrom(...fields), text, (path, value) => {
    const problems = problemsOf(JSON.stringify(replace(everything, path, value)));
    assert.ok(problems.length > 0 || /^[A-Za-z0-9_.:/][A-Za-z0-9_.:,+/ -]*$|^-?\d/.test(value), JSON.stringify(value));
  }), { numRuns: 1000 });
});

test('property: edited trees never throw, and every problem has its place and a plain note', () => {
  const edit = fc.record({ pick: fc.nat(), kind: fc.constantFrom('delete', 'replace', 'rename', 'repeat', 'swap'), value: fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('172.16.1.100', 0, 80, 'web1', 'dr', 'nat', 'tun', null, {}, [], 'tcp', 1)), name: fc.oneof(fc.string(), fc.constantFrom('port', 'vip', 'fwmark', '__proto__', 'weigth', 'toString')) });
  fc.assert(fc.property(fc.constantFrom(...valid), fc.array(edit, { minLength: 1, maxLength: 6 }), fc.constantFrom(0, 2, '\t'), (spec, edits, indent) => {
    const text = JSON.stringify(edits.reduce<Json>((tree, { pick, kind, value, name }) => edited(tree, pick, kind, value as Json, name), spec), null, indent);
    checkResult(text);
  }), { numRuns: 800 });
});

test('property: edited texts never throw, and what is no JSON is one problem', () => {
  const edit = fc.record({ at: fc.nat(), length: fc.nat({ max: 6 }), text: fc.oneof(fc.string({ unit: fc.constantFrom(...'{}[]",:/\\ \n\r\t0123456789.-+eEtrufalsn\'#') }), fc.string({ unit: 'binary' })) });
  fc.assert(fc.property(fc.constantFrom(...good), fc.array(edit, { minLength: 1, maxLength: 3 }), (name, edits) => {
    const text = edits.reduce((whole, { at, length, text: put }) => `${whole.slice(0, at % whole.length)}${put}${whole.slice((at % whole.length) + length)}`, fixture(name));
    const problems = checkResult(text);
    const isJson = parses(text);
    assert.is(jsonFlaw(sourceText('', 'x', text)) === undefined, isJson, text);
    if (!isJson) assert.is(problems.length, 1);
  }), { numRuns: 800 });
  for (const text of [fixture('everything')]) for (let cut = 0; cut < text.length; cut += 7) checkResult(text.slice(0, cut));
});

test('deep, long and wide texts are refused at once', () => {
  for (const text of ['['.repeat(20_000), `${'['.repeat(20_000)}${']'.repeat(20_000)}`, '{"a":'.repeat(20_000), `{"version":1,"name":${'[{"a":'.repeat(10_000)}1${'}]'.repeat(10_000)}}`]) {
    const problems = problemsOf(text);
    assert.is(problems.length, 1);
    assert.match(problems[0]!.note, 'nested more than 64 levels');
  }
  const started = cpuTime();
  for (const text of [`"${'a'.repeat(2_000_000)}"`, `{${'"k":1,'.repeat(20_000)}"k":1}`, '\\"'.repeat(500_000), `{"version":1,"name":"${'a-'.repeat(500_000)}"}`, '"'.repeat(100_001)]) {
    for (const { note } of problemsOf(text)) assert.ok(note.length < 600);
  }
  assert.ok(cpuTime() - started < 5000);
});

test('a thousand real servers: read in less than 600 ms of processor time, wrong ones told in less than 3 s', () => {
  const names = Array.from({ length: 1000 }, (_, index) => `web${index}`);
  const big = {
    version: 1, name: 'big', forwarding: 'dr',
    directors: { lvs1: { device: 'eth0', dip: '10.0.255.200/16' } },
    realServers: Object.fromEntries(names.map((name, index) => [name, { device: 'eth0', rip: `10.0.${index >> 8}.${index & 255 || 1}${index & 255 ? '' : '0'}/16`, gateway: '10.0.255.254' }])),
    services: Array.from({ length: 5 }, (_, index) => ({ vip: `10.0.254.${index + 1}`, protocol: 'tcp', port: 80, destinations: names.map((realServer) => ({ realServer })) })),
  };
  const problems = problemsOf(JSON.stringify(big, null, 1)).map(show);
  assert.ok(problems.every((line) => line.includes('an address of its own')), problems.join(''));
  for (const [index, host] of Object.values(big.realServers).entries()) host.rip = `10.0.${100 + Math.floor(index / 250)}.${1 + (index % 250)}/16`;
  const text = JSON.stringify(big, null, 1);
  read(text);
  const started = cpuTime();
  const located = read(text) as LocatedSpec;
  assert.ok(cpuTime() - started < 600, `${cpuTime() - started} ms`);
  const asked = cpuTime();
  for (const [index, name] of names.entries()) {
    located.locate(['realServers', name, 'rip']);
    located.locate(['services', 4, 'destinations', index, 'realServer']);
  }
  assert.ok(cpuTime() - asked < 100, `${cpuTime() - asked} ms`);
  const wrong = cpuTime();
  assert.is(problemsOf(text.replaceAll('"realServer": "web', '"realServer": "wbe')).length, 5000);
  assert.ok(cpuTime() - wrong < 3000, `${cpuTime() - wrong} ms`);
});

test('the schema: printed as it stands, closed everywhere, with words for everything, in step with the model', () => {
  assert.is(schemaText(), readFileSync('src/spec/v1.schema.json', 'utf8'));
  const schema = JSON.parse(schemaText());
  assert.equal(schema.definitions.service.properties.scheduler.enum, [...schedulers]);
  const nodes = [schema, ...Object.values<any>(schema.definitions), ...Object.values<any>(schema.properties)];
  for (const node of nodes.filter((one) => one.type === 'object')) {
    assert.ok(node.additionalProperties !== undefined && node.additionalProperties !== true, JSON.stringify(node).slice(0, 200));
    for (const [key, property] of Object.entries<any>(node.properties ?? {})) {
      const said = property.description ?? schema.definitions[String(property.$ref).replace('#/definitions/', '')]?.description;
      assert.ok(said, `${node.title}: ${key} has no description`);
    }
  }
  for (const node of nodes.concat(nodes.flatMap((one) => Object.values<any>(one.properties ?? {})))) if (node.enumDescriptions) assert.is(node.enumDescriptions.length, node.enum.length);
});

/** Reads, and holds the problems to what every problem must be. */
function checkResult(text: string): readonly SpecProblem[] {
  const result = read(text);
  if (!('problems' in result)) {
    assert.equal(result.spec, JSON.parse(text));
    return [];
  }
  const source = sourceText('', 'spec.json', text);
  const end = positionAt(source, text.length);
  let before = { line: 1, column: 1 };
  assert.ok(result.problems.length > 0);
  for (const { at, note, path } of result.problems) {
    const inside = (line: number, column: number): boolean => line >= 1 && column >= 1 && (line < end.line ? column <= source.lineStarts[line]! - source.lineStarts[line - 1]! : line === end.line && column <= end.column);
    assert.ok(inside(at.line, at.column) && inside(at.endLine, at.endColumn), `${JSON.stringify(at)} is outside`);
    assert.ok(at.line > before.line || (at.line === before.line && at.column >= before.column), 'out of order');
    before = at;
    assert.not.match(`${note}${showPath(path)}`, /[\p{Cc}\p{Cf}\p{Cs}]/u);
    assert.match(note, /^found .*, expected .*[^.]$/);
    assert.not.match(note.replace(/"(?:[^"\\]|\\.)*"/g, ''), /undefined|\[object|NaN/);
    assert.ok(note.length < 600, note);
  }
  return result.problems;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function leaves(tree: Json, path: SpecPath = []): readonly SpecPath[] {
  if (typeof tree !== 'object' || tree === null) return [path];
  return Object.entries(tree).flatMap(([key, value]) => leaves(value, [...path, Array.isArray(tree) ? Number(key) : key]));
}

function allPaths(tree: Json, path: SpecPath = []): readonly SpecPath[] {
  if (typeof tree !== 'object' || tree === null) return [path];
  return [path, ...Object.entries(tree).flatMap(([key, value]) => allPaths(value, [...path, Array.isArray(tree) ? Number(key) : key]))];
}

function valueAt(tree: Json, path: SpecPath): Json {
  return path.reduce<Json>((here, step) => (here as { [key: string]: Json })[step as string]!, tree);
}

function replace(tree: Json, path: SpecPath, value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(tree)) return tree.map((part, index) => (index === step ? replace(part, rest, value) : part));
  return Object.fromEntries(Object.entries(tree as object).map(([key, part]) => [key, key === step ? replace(part as Json, rest, value) : part])) as Json;
}

function edited(tree: Json, pick: number, kind: string, value: Json, name: string): Json {
  const paths = allPaths(tree).filter((path) => path.length > 0);
  const path = paths[pick % Math.max(1, paths.length)];
  if (!path) return value;
  const parentPath = path.slice(0, -1);
  const parent = valueAt(tree, parentPath);
  const step = path.at(-1)!;
  if (kind === 'replace') return replace(tree, path, value);
  if (kind === 'swap') return replace(tree, path, valueAt(tree, paths[(pick * 7 + 3) % paths.length]!));
  if (Array.isArray(parent)) return replace(tree, parentPath, kind === 'delete' ? parent.filter((_, index) => index !== step) : [...parent, parent[step as number]!]);
  const entries = Object.entries(parent as object).flatMap(([key, part]) => (key !== step ? [[key, part]] : kind === 'delete' ? [] : kind === 'rename' ? [[name, part]] : [[key, part], [name, part]]));
  return replace(tree, parentPath, Object.fromEntries(entries) as Json);
}

test.run();
