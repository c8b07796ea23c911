import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readingTwins } from '../src/assemble/twins.ts';
import { memoryFiles } from '../src/base/file-set.ts';
import { compareText } from '../src/base/origin.ts';
import { factsData, noting } from '../src/commands/facts-data.ts';
import { FactsRefused, looksLikeFacts, readFacts } from '../src/commands/facts-read.ts';
import { findInputs } from '../src/commands/inputs.ts';
import { assembled, lookAt, type Look } from '../src/commands/look.ts';
import { lookAtFleet } from '../src/commands/fleet.ts';
import { findingsOf, seenOf, type HostInput, type Seen } from '../src/commands/seen.ts';
import { packTar, type TarEntry } from 'modern-tar';
import { casesOf, nowhere, wildSetups } from '../src/dev/cases.ts';

type Printed = { version: unknown; hosts: Record<string, any>[] };

/** What `facts --format json` prints of inputs. */
function printed(inputs: readonly HostInput[]): Printed {
  const twins = readingTwins();
  const hosts = inputs.map((input) => {
    const { readShell, traceOf } = noting(twins);
    return factsData(assembled(input, readShell), input.files, traceOf);
  });
  return JSON.parse(JSON.stringify({ version: 1, tool: { name: 'lvs-gen', version: '0' }, hosts })) as Printed;
}

async function hostsIn(folder: string): Promise<readonly HostInput[]> {
  const { inputs } = await findInputs([folder], undefined, nowhere);
  return inputs.filter((input) => input.kind === 'host');
}

function carried(data: Printed): readonly HostInput[] {
  assert.ok(looksLikeFacts(data));
  return readFacts(data).map((host) => ({ kind: 'host', name: host.name, files: host.files, open: (file) => file, carried: host }));
}

/** All that a report says of a look, but for excerpts. */
function said(look: Look): unknown {
  const seen = seenOf(look);
  return JSON.parse(JSON.stringify({ hosts: seen.hosts, findings: findingsOf(seen, []), skipped: seen.verdict.skipped, broken: seen.verdict.broken, logs: seen.read.map(({ log: { files, ...log } }) => ({ ...log, files: files.map(({ file }) => file) })) }));
}

const byFamily = new Map<string, ReturnType<typeof casesOf>[number][]>();
for (const one of casesOf().filter(({ name }) => name.startsWith('bad-'))) byFamily.set(one.rule.split('/')[0]!, [...(byFamily.get(one.rule.split('/')[0]!) ?? []), one]);

for (const [family, cases] of [...byFamily, ['wild', wildSetups()] as const].sort(([a], [b]) => compareText(a, b))) {
  test(`${family}: facts say what their trees say`, async () => {
    for (const { folder } of cases) {
      const trees = await hostsIn(folder);
      assert.equal(said(lookAt(carried(printed(trees)), undefined)), said(lookAt(trees, undefined)), folder);
    }
  });
}

test('a fleet of facts is judged as one of trees, comments for lvs-gen among them', async () => {
  const trees = [...(await hostsIn('fixtures/rules/route/dr-gateway-is-dip/bad-ifcfg'))];
  const data = printed(trees);
  const gateway = data.hosts[1]!['lines']['etc/sysconfig/network-scripts/ifcfg-eth0'];
  gateway['7'] += ' # lvs-gen: ignore route/dr-gateway-is-dip -- for a while';
  const rulesOf = (seen: Seen): readonly string[] => findingsOf(seen, []).map(({ rule }) => rule);
  assert.ok(rulesOf(await lookAtFleet(trees, 1, () => {})).includes('route/dr-gateway-is-dip'));
  assert.equal(rulesOf(await lookAtFleet(carried(data), 1, () => {})), rulesOf(seenOf(lookAt(carried(data), undefined))));
  assert.not(rulesOf(await lookAtFleet(carried(data), 1, () => {})).includes('route/dr-gateway-is-dip'));
});

const one = 'fixtures/wild/rhel6-sysv-dr';

function refusal(data: unknown): string {
  try {
    carried(data as Printed);
  } catch (error) {
    assert.ok(error instanceof FactsRefused, String(error));
    return error.message;
  }
  return 'taken';
}

test('facts are the truth: who changes an address changes what is judged', async () => {
  const data = printed(await hostsIn('fixtures/rules/route/dr-gateway-is-dip/bad-ifcfg'));
  const told = (): boolean => lookAt(carried(data), undefined).verdict.findings.some(({ rule }) => rule === 'route/dr-gateway-is-dip');
  assert.ok(told());
  for (const route of data.hosts[1]!['routes']) if (route.to === 'default') route.via.text = '172.16.1.254';
  assert.not(told());
});

test('passwords of ldirectord.cf and authkeys are in no facts', () => {
  const cf = 'virtual=172.16.1.100:3306\n\treal=172.16.1.11:3306 gate\n\tservice=mysql\n\tlogin="a"\n\tpasswd="Sesame1"\n\tpasswd="Sesame2"\n\tpaswd="x"\n\tsecret="Sesame3"\n passwd = Sesame4\n';
  const contents = new Map([['etc/ha.d/ldirectord.cf', cf], ['etc/ha.d/authkeys', 'auth 1\n1 sha1 Sesame5\n'], ['etc/init.d/vip', '#!/bin/sh\nKEY=$(cat /etc/ha.d/authkeys)\n. /etc/ha.d/authkeys\nip addr add 172.16.1.100/32 dev lo\n']]);
  const text = JSON.stringify(printed([{ kind: 'host', name: 'lvs1', files: memoryFiles('.', contents), open: (file) => file }]));
  assert.match(text, /passwd/);
  assert.not.match(text, /Sesame/);
});

test('another version, another shape, an address that is none: refused in words', async () => {
  const data = printed(await hostsIn(one));
  assert.match(refusal({ ...data, version: 2 }), /version 2, and this lvs-gen reads version 1/);
  assert.match(refusal({ ...data, version: undefined }), /version undefined|version unknown/);
  assert.match(refusal({ version: 1, tool: data.hosts, hosts: [] }), /\/tool/);
  assert.match(refusal({ ...data, hosts: [{ ...data.hosts[0], addresses: [{}] }] }), /\/hosts\/0\/addresses\/0 must have/);
  const other = structuredClone(data);
  other.hosts[0]!['addresses'][0].ip.text = '1.2.3';
  assert.match(refusal(other), /"1\.2\.3" is no IP address/);
  const far = structuredClone(data);
  far.hosts[0]!['addresses'][0].at.line = -1;
  assert.match(refusal(far), /-1 is no line/);
  const deep = structuredClone(data);
  deep.hosts[0]!['more'] = JSON.parse('['.repeat(500) + ']'.repeat(500));
  assert.match(refusal(deep), /nested too deeply/);
  assert.match(refusal({ ...data, hosts: [{ ...data.hosts[0], lines: { a: { 4194304: '' }, b: { 4194304: '' }, c: { 4194304: '' }, d: { 4194304: '' }, e: { 4194304: '' } } }] }), /speak of files of/);
});

test('facts that somebody tampered with are refused or judged, and no rule falls over', async () => {
  const data = printed(await hostsIn(one));
  const places = leavesOf(data);
  const values = [null, '', -1, 1e300, '::1', [], {}, true, 'lo', 4294967296] as const;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(places.length - 1), fc.nat(values.length - 1)), { minLength: 1, maxLength: 3 }), (changes) => {
      const tampered = structuredClone(data);
      for (const [at, value] of changes) {
        const path = places[at]!;
        const holder = path.slice(0, -1).reduce((inner: any, key) => inner?.[key], tampered);
        if (typeof holder === 'object' && holder !== null) holder[path.at(-1)!] = values[value];
      }
      let hosts: readonly HostInput[];
      try {
        hosts = carried(tampered);
      } catch (error) {
        assert.ok(error instanceof FactsRefused, String((error as Error).stack));
        return;
      }
      assert.equal(lookAt(hosts, undefined).verdict.broken, [], JSON.stringify(changes.map(([at, value]) => [places[at], values[value]])));
    }),
    { numRuns: 150 },
  );
});

function leavesOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  return Object.entries(value).flatMap(([key, one]) => leavesOf(one).map((path) => [key, ...path]));
}

/** The files of a fixture as entries of a tar, below a folder. */
function entriesOf(folder: string, top: string): TarEntry[] {
    return (readdirSync(folder, { recursive: true }) as string[]).sort().map((path) => {
    const status = lstatSync(join(folder, path));
    if (status.isSymbolicLink()) return { header: { name: `${top}${path}`, size: 0, type: 'symlink', linkname: readlinkSync(join(folder, path)) } };
    return status.isDirectory() ? { header: { name: `${top}${path}/`, size: 0, type: 'directory' } } : { header: { name: `${top}${path}`, size: status.size, mode: status.mode & 0o777, type: 'file' }, body: readFileSync(join(folder, path)) };
  });
}

async function tarred(name: string, bytes: Uint8Array): Promise<Awaited<ReturnType<typeof findInputs>>> {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-tar-'));
  try {
    writeFileSync(join(folder, name), bytes);
    return await findInputs([join(folder, name)], undefined, nowhere);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const [name, top, pack] of [['a.tar', '', (bytes: Uint8Array) => bytes], ['a.tar.gz', './', gzipSync], ['a.tgz', 'cluster/', gzipSync]] as const) {
  test(`a tar says what its tree says: ${name}, below '${top}'`, async () => {
    const { inputs, unopened } = await tarred(name, pack(await packTar(entriesOf(one, top))));
    assert.equal(unopened, []);
    const hosts = inputs.filter((input) => input.kind === 'host');
    assert.ok(hosts.every(({ name: host, files }) => files.root.endsWith(`${name}/${host}`)), hosts.map(({ files }) => files.root).join());
    const bare = (look: Look): unknown => JSON.parse(JSON.stringify(said(look)).replaceAll(/"root":"[^"]*"/g, '"root":""'));
    assert.equal(bare(lookAt(hosts, undefined)), bare(lookAt(await hostsIn(one), undefined)));
  });
}

test('links of a tar stay within its host', async () => {
  const link = (name: string, linkname: string): TarEntry => ({ header: { name, size: 0, type: 'symlink', linkname } });
  const { inputs } = await tarred('web1.tar', await packTar([
    { header: { name: 'etc/sysctl.conf', size: 2, type: 'file' }, body: 'a\n' },
    link('etc/inside', '/etc/sysctl.conf'), link('etc/outside', '../../etc/passwd'), link('etc/loop', 'loop'), link('etc/masked', '/dev/null'), link('etc/up', '..'),
    { header: { name: 'etc/hard', size: 0, type: 'link', linkname: 'etc/sysctl.conf' } },
    { header: { name: 'etc/pipe', size: 0, type: 'fifo' } },
  ]));
  const [{ files, name }] = inputs as readonly [HostInput];
  assert.is(name, 'web1');
  const state = (path: string): string => {
    const read = files.read(path);
    return read.state === 'unreadable' ? read.why : read.state === 'text' ? `${read.real}: ${read.text}` : read.state;
  };
  assert.is(state('etc/inside'), 'etc/sysctl.conf: a\n');
  assert.is(state('etc/hard'), 'etc/hard: a\n');
  assert.is(state('etc/outside'), 'link-outside');
  assert.is(state('etc/loop'), 'link-loop');
  assert.is(state('etc/masked'), 'dev/null: ');
  assert.is(state('etc/pipe'), 'not-a-file');
  assert.is(state('etc/up/etc/sysctl.conf'), 'etc/sysctl.conf: a\n');
});

test('a tar that leads out, is cut off, or unpacks to gigabytes is refused', async () => {
  const refused = async (bytes: Uint8Array, name = 'x.tar'): Promise<string> => {
    try {
      await tarred(name, bytes);
      return 'taken';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const file = (name: string, body: string | Uint8Array): TarEntry => ({ header: { name, size: body.length, type: 'file' }, body });
  assert.match(await refused(await packTar([file('../etc/passwd', 'x')])), /leads out of it/);
  const good = await packTar([file('etc/sysctl.conf', 'a = 1\n'.repeat(1000))]);
  assert.match(await refused(good.subarray(0, 1500)), /no whole tar/);
  assert.match(await refused(gzipSync(good).subarray(0, 60), 'x.tgz'), /no whole tar/);
  assert.match(await refused(new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), 'x.tar.xz'), /xz -dk/);
  assert.match(await refused(Buffer.from('no tar at all'.repeat(100))), /no whole tar/);
  const large = Buffer.alloc(4 * 1024 * 1024, 'x');
  assert.match(await refused(gzipSync(await packTar(Array.from({ length: 70 }, (_, at) => file(`etc/${at}`, large))))), /more than 256 MB of text/);
});

test.run();
