import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sourceText } from '../src/base/text.ts';
import { planCluster, type Plan } from '../src/plan/plan.ts';
import { templateFiles } from '../src/dev/build-templates.ts';
import { sealOf } from '../src/render/banner.ts';
import { templates } from '../src/render/generated/templates.js';
import { comment, quote } from '../src/render/helpers.ts';
import { manifest } from '../src/render/manifest.ts';
import { renderPlan, type RenderedFile } from '../src/render/render.ts';
import { readSpec } from '../src/spec/read.ts';
import { showPath, type LocatedSpec, type Spec, type SpecPath } from '../src/spec/spec.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const names = ['dr', 'nat', 'tun', 'everything', 'nat-ha', 'tunnels'] as const;

function located(name: string): LocatedSpec {
  const read = readSpec(sourceText('spec', `${name}.json`, readFileSync(`fixtures/specs/${name}/spec.json`, 'utf8')));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read;
}

/** A spec that did not come through the schema. */
function loose(spec: unknown): LocatedSpec {
  return { spec: spec as Spec, file: 'loose.json', locate: () => ({ host: 'spec', file: 'loose.json', line: 1, column: 1, endLine: 1, endColumn: 1 }) };
}

function planned(spec: LocatedSpec): Plan {
  const result = planCluster(spec);
  if ('refused' in result) throw new Error(result.refused.map(({ path, note }) => `${showPath(path)}: ${note}`).join('\n'));
  return result.plan;
}

function refusedPaths(spec: LocatedSpec): readonly string[] {
  const result = planCluster(spec);
  return 'refused' in result ? result.refused.map(({ path }) => path.join('.')) : [];
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
}

for (const name of names) {
  test(`${name}: the rendered tree is the accepted one (ACCEPT=1 takes a new one)`, () => {
    const out = `fixtures/specs/${name}/out`;
    const files = renderPlan(planned(located(name)), { version });
    if (process.env['ACCEPT']) {
      rmSync(out, { recursive: true, force: true });
      for (const file of files) {
        mkdirSync(dirname(join(out, file.host, file.path)), { recursive: true });
        writeFileSync(join(out, file.host, file.path), file.text, { mode: file.mode });
      }
    }
    assert.equal(filesBelow(out), files.map((file) => `${file.host}/${file.path}`).sort());
    for (const file of files) {
      const accepted = join(out, file.host, file.path);
      assert.fixture(file.text, readFileSync(accepted, 'utf8'), accepted);
      assert.is(statSync(accepted).mode & 0o111, file.mode & 0o111, `${accepted}: mode`);
    }
  });

  test(`${name}: twice the same bytes, whatever the order of keys`, () => {
    const spec = located(name);
    const texts = (of: LocatedSpec): readonly string[] => renderPlan(planned(of), { version }).map(({ text }) => text);
    assert.equal(texts(spec), texts(spec));
    const turned = JSON.parse(JSON.stringify(spec.spec), (key, value: unknown) => (typeof value === 'object' && value !== null && !Array.isArray(value) && key !== 'directors' && key !== 'realServers' ? Object.fromEntries(Object.entries(value).reverse()) : value)) as Spec;
    assert.equal(texts({ ...spec, spec: turned }), texts(spec));
  });

  test(`${name}: every file is sealed, and lines know who asked for them`, () => {
    for (const file of renderPlan(planned(located(name)), { version })) {
      assert.is(sealOf(file.text), 'intact');
      assert.is(sealOf(`${file.text}\n`), 'changed');
      assert.is(sealOf(file.text.replace('lvs-gen', 'me')), 'foreign');
      assert.not.match(file.text, /\u0001/);
      const asked = file.text.split('\n').map((_line, index) => file.specPathOfLine(index + 1)).filter((path) => path !== undefined);
      assert.ok(asked.length > 0, `${file.host}/${file.path}`);
    }
  });
}

test('a line of a script leads to the field that asked for it', () => {
  const files = renderPlan(planned(located('nat')), { version });
  const script = files.find((file) => file.path === 'etc/init.d/ipvs')!;
  const pathOf = (words: string): SpecPath | undefined => script.specPathOfLine(script.text.split('\n').findIndex((line) => line.includes(words)) + 1);
  assert.equal(pathOf('ipvsadm -a -t 192.168.1.10:80 -r 192.168.14.52:8080'), ['services', 0, 'destinations', 1]);
  assert.equal(pathOf('add_address 192.168.1.10'), ['services', 0, 'vip']);
  assert.equal(pathOf('set_parameter net/ipv4/ip_forward 1'), ['forwarding']);
});

test('the manifest and the templates are the same list', () => {
  assert.equal(manifest.map((row) => row.id).sort(), templates.ids.filter((id) => !id.startsWith('rpm/')).sort());
  assert.equal([...templates.ids].sort(), templateFiles().filter((file) => !file.startsWith('partials/')).map((file) => file.replace(/\.hbs$/, '')).sort(), 'run: npm run build');
  for (const row of manifest) assert.is(row.id, `${row.target}/${row.place.replace('*', 'device')}`);
});

/** The DR sample with changes. */
function dr(change: (spec: any) => void): LocatedSpec {
  const spec = JSON.parse(readFileSync('fixtures/specs/dr/spec.json', 'utf8')) as Spec;
  change(spec);
  return loose(spec);
}

function textOf(spec: LocatedSpec, host: string, path: string): string {
  return renderPlan(planned(spec), { version }).find((file) => file.host === host && file.path === path)?.text ?? '';
}

test('every option of ipvsadm that a spec has a word for', () => {
  const text = textOf(dr((spec) => {
    spec.services = [
      { vip: '172.16.1.100', protocol: 'tcp', port: 0, scheduler: 'sh', schedulerFlags: ['sh-fallback', 'sh-port'], persistence: { timeout: 600, netmask: 24 }, destinations: [{ realServer: 'web1', weight: 0, upperThreshold: 2000, lowerThreshold: 1500 }] },
      { vip: '172.16.1.101', protocol: 'udp', port: 53, onePacket: true, destinations: [{ realServer: 'web1', forwarding: 'nat', port: 5353 }] },
      { vip: '172.16.1.101', protocol: 'udp', port: 5060, scheduler: 'rr', persistence: { timeout: 300, engine: 'sip' }, destinations: [{ realServer: 'web2' }] },
      { vip: '172.16.1.101', protocol: 'sctp', port: 3868, destinations: [{ realServer: 'web2', forwarding: 'tun' }] },
    ];
    spec.timeouts = { tcp: 1000, udp: 30 };
  }), 'lvs1', 'etc/init.d/ipvs');
  for (const words of [
    'ipvsadm -A -t 172.16.1.100:0 -s sh -b "sh-fallback,sh-port" -p 600 -M 255.255.255.0 ||',
    'ipvsadm -a -t 172.16.1.100:0 -r 172.16.1.10:0 -g -w 0 -x 2000 -y 1500 ||',
    'ipvsadm -A -u 172.16.1.101:53 -s wlc -o ||',
    'ipvsadm -a -u 172.16.1.101:53 -r 172.16.1.10:5353 -m -w 1 ||',
    'ipvsadm -A -u 172.16.1.101:5060 -s rr -p 300 --pe sip ||',
    'ipvsadm -A --sctp-service 172.16.1.101:3868 -s wlc ||',
    'ipvsadm -a --sctp-service 172.16.1.101:3868 -r 172.16.1.20:3868 -i -w 1 ||',
    'ipvsadm --set 1000 0 30 ||',
    'need_module ip_vs_sh', 'need_module ip_vs_pe_sip', 'add_address 172.16.1.101 32 ', 'eth0:lvs2',
  ]) assert.ok(text.includes(words.replace(/"/g, '')), words);
});

test('a real server holds the VIPs of its DR and TUN services only', () => {
  const spec = dr((each) => {
    each.services = [
      { vip: '172.16.1.100', protocol: 'tcp', port: 80, destinations: [{ realServer: 'web1' }, { realServer: 'web2', forwarding: 'nat' }] },
      { vip: '172.16.1.101', protocol: 'tcp', port: 80, destinations: [{ realServer: 'web1', forwarding: 'tun' }] },
    ];
  });
  assert.match(textOf(spec, 'web1', 'etc/init.d/real'), /add_address 172\.16\.1\.100 32 .* lo lo:lvs1[^]*add_address 172\.16\.1\.101 32 .* tunl0 tunl0:lvs1/);
  assert.match(textOf(spec, 'web2', 'etc/init.d/real'), /add_default_route 4 172\.16\.1\.254 eth0/);
  assert.not.match(textOf(spec, 'web2', 'etc/init.d/real'), /add_address 1|ARP/);
  assert.match(textOf(spec, 'web1', 'etc/sysctl.d/90-lvs.conf'), /^net\.ipv4\.conf\.tunl0\.rp_filter = 2$/m);
  assert.match(textOf(spec, 'web1', 'etc/modules-load.d/lvs.conf'), /^ipip$/m);
  // Clients come in on the device that the NAT replies leave by.
  assert.match(textOf(spec, 'lvs1', 'etc/sysctl.d/90-lvs.conf'), /ip_forward = 1[^]*conf\.all\.send_redirects = 0[^]*conf\.eth0\.send_redirects = 0/);
});

test('a wish for a kernel parameter is taken, unless it breaks what is needed', () => {
  const wish = (sysctl: object): LocatedSpec => dr((spec) => void (spec.sysctl = sysctl));
  const text = textOf(wish({ director: { 'net.ipv4.vs.expire_nodest_conn': 1, 'net/ipv4/conf/eth0.57/rp_filter': 2 }, realServer: {} }), 'lvs1', 'etc/sysctl.d/90-lvs.conf');
  assert.match(text, /^net\.ipv4\.vs\.expire_nodest_conn = 1$/m);
  assert.match(text, /^net\.ipv4\.conf\.eth0\/57\.rp_filter = 2$/m);
  assert.equal(refusedPaths(wish({ realServer: { 'net.ipv4.conf.all.arp_ignore': 0 } })), ['sysctl.realServer.net.ipv4.conf.all.arp_ignore']);
  assert.equal(refusedPaths(wish({ realServer: { 'net/ipv4/conf/all/arp_announce': '2' } })), []);
  assert.equal(refusedPaths(wish({ director: { 'net.ipv4.conf.all.forwarding': 1 } })), ['sysctl.director.net.ipv4.conf.all.forwarding']);
});

test('labels fit into 15 characters, or the device is refused', () => {
  const on = (device: string): LocatedSpec => dr((spec) => void (spec.directors.lvs1.device = device));
  assert.match(textOf(on('enp0s31f6'), 'lvs1', 'etc/init.d/ipvs'), / enp0s31f6:lvs1 /);
  assert.match(textOf(on('enp0s31f6.100'), 'lvs1', 'etc/init.d/ipvs'), / enp0s31f6.100:1 /);
  assert.equal(refusedPaths(on('enx001122334455')), ['directors.lvs1.device']);
});

test('the plan as a cluster: addresses, gateways, parameters and pairs, with places in the spec', () => {
  const { cluster } = planned(located('tun'));
  assert.equal(cluster.hosts.map((host) => [host.name, host.roles[0], host.addresses.map((address) => `${address.ip.text}/${address.prefix} ${address.device}`), host.routes[0]?.via?.text]), [
    ['lvs1', 'director', ['10.0.1.200/24 eth0', '10.0.1.100/32 eth0'], '10.0.1.254'],
    ['web1', 'real-server', ['10.0.2.10/24 eth0', '10.0.1.100/32 tunl0'], '10.0.2.254'],
    ['web2', 'real-server', ['10.0.3.10/24 eth0', '10.0.1.100/32 tunl0'], '10.0.3.254'],
  ]);
  assert.equal(cluster.pairs.map((pair) => [pair.director.name, pair.destination.forwarding, pair.destination.weight, pair.realServer?.name]), [['lvs1', 'tun', 3, 'web1'], ['lvs1', 'tun', 1, 'web2']]);
  assert.is(cluster.hosts[1]!.sysctls.get('net/ipv4/conf/all/arp_ignore')?.[0]?.value, '1');
  assert.is(cluster.hosts[1]!.addresses[1]!.at.line, located('tun').locate(['services', 0, 'vip']).line);
});

test('quote makes one plain word of anything', () => {
  assert.is(quote('172.16.1.100:80'), '172.16.1.100:80');
  assert.is(quote(''), '""');
  assert.is(quote('$(touch /tmp/x)'), '"\\$(touch /tmp/x)"');
  assert.throws(() => quote(undefined));
  assert.throws(() => quote('\0'));
  const words = fc.sample(hostile, { numRuns: 400, seed: 7 });
  const script = words.map((word) => `printf '%s\\0' ${quote(word)}`).join('\n');
  const { stdout, stderr, status } = spawnSync('bash', [], { input: script });
  assert.is(status, 0, String(stderr));
  assert.equal(stdout.toString('utf8').split('\0').slice(0, -1), words);
});

test('comment keeps text on its line', () => {
  assert.is(comment('a\nrm -rf /\r\u2028b\tc'), 'a rm -rf / b c');
});

const nasty = ['$(touch /tmp/x)', '`id`', '"', "'", '\\', '\n', '; reboot', '-rf', '${x:-y}', '\u00a0', '“', '名', '#', '!', '*', '~', '&&', '|', '<', '\t', '\u2028', '{{x}}', '%s', 'a b', '\r', '\u0001', '\u00010\u0001', ''];
const hostile = fc.array(fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 5 }).map((parts) => parts.join('').replaceAll('\0', '').replace(/\p{Cs}/gu, ''));

test('no value of a plan runs as shell or leaves its place, even past the schema', () => {
  const work = mkdtempSync(join(tmpdir(), 'lvs-gen-hostile-'));
  try {
    const files: string[] = [];
    const canary = join(work, 'canary');
    const plans = names.map((name) => planned(located(name)));
    const words = fc.sample(hostile, { numRuns: 150, seed: 11 }).map((word) => word.replaceAll('/tmp/x', canary));
    words.forEach((word, index) => {
      const plan = poison(plans[index % plans.length]!, word);
      for (const file of renderPlan(plan, { version })) {
        if (!file.path.startsWith('etc/init.d/')) continue;
        const page = join(work, `${index}-${files.length}`);
        writeFileSync(page, file.text);
        files.push(page);
        assert.is(file.text.split('\n').slice(0, 3).join('\n').match(/^# /gm)?.length, 2, 'the banner stays two lines of comment');
      }
    });
    // `-n` reads one script a process: a loop in one bash is cheaper, and sees the same.
    const syntax = spawnSync('bash', ['-c', 'for page; do bash -n "$page" || exit 1; done', 'bash', ...files], { encoding: 'utf8' });
    assert.is(syntax.status, 0, syntax.stderr);
    assert.is(syntax.stderr, '', 'no warning either');
    // With the dispatch cut off, sourcing runs all that would run at top level.
    const some = files.filter((_page, index) => index % 40 === 0);
    for (const page of some) writeFileSync(page, readFileSync(page, 'utf8').replace(/^case "\$1" in$[^]*/m, ''));
    const ran = spawnSync('bash', ['-c', 'for page; do ( . "$page" ) || exit 1; done', 'bash', ...some], { encoding: 'utf8' });
    assert.is(ran.status, 0, ran.stderr);
    assert.not.ok(readdirSync(work).includes('canary'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
});

/** Puts a string into every place of a plan that holds text, but for those that say what is rendered at all. */
function poison(plan: Plan, word: string): Plan {
  const keep = new Set(['role', 'name']);
  const walk = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value)) return key === 'path' ? value : value.map((each) => walk(each, key));
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, walk(each, name)]));
    return typeof value === 'string' && !keep.has(key) ? `${value}${word}` : value;
  };
  return { ...plan, name: `${plan.name}${word}`, hosts: plan.hosts.map((host) => ({ ...(walk({ ...host, services: [] }) as typeof host), ...('services' in host ? { services: host.services.map((service) => ({ ...service, scheduler: `${service.scheduler}${word}`, schedulerFlags: [word] })) } : {}) })) } as Plan;
}

test('a spec past the schema is refused or becomes plain text, never a throw', () => {
  const paths: SpecPath[] = [['name'], ['directors', 'lvs1', 'device'], ['directors', 'lvs1', 'vipDevice'], ['directors', 'lvs1', 'dip'], ['directors', 'lvs1', 'gateway'], ['realServers', 'web1', 'device'], ['realServers', 'web1', 'rip'], ['services', 0, 'vip'], ['services', 0, 'scheduler'], ['services', 0, 'destinations', 0, 'realServer']];
  fc.assert(fc.property(hostile, fc.constantFrom(...paths), (word, path) => {
    const spec = dr((each) => {
      let at = each;
      for (const part of path.slice(0, -1)) at = at[part];
      at[path.at(-1)!] = word;
    });
    const result = planCluster(spec);
    if ('refused' in result) return;
    for (const file of renderPlan(result.plan, { version })) checkPlain(file);
  }), { numRuns: 400, seed: 3 });
  for (const key of ['../../x', 'net.ipv4.x\ny = 1', 'net.ipv4.*.x', '']) assert.ok(refusedPaths(dr((spec) => void (spec.sysctl = { director: { [key]: 1 } }))).length > 0, key);
  for (const value of ['1\nkernel.panic = 1', '', '\u0007']) assert.ok(refusedPaths(dr((spec) => void (spec.sysctl = { director: { 'net.ipv4.x': value } }))).length > 0, value);
  for (const host of ['../up', 'a/b', '', '.']) assert.ok(refusedPaths(dr((spec) => void (spec.directors = { [host]: spec.directors.lvs1 }))).length > 0, host);
});

function checkPlain(file: RenderedFile): void {
  if (file.path.endsWith('.conf')) for (const line of file.text.split('\n')) assert.match(line, /^(#.*|[a-z0-9_]+|net\.[A-Za-z0-9_.\/-]+ = [0-9]+|)$/s);
  assert.not.match(file.text, /[\r\u2028\u0001]/);
}

test('ShellCheck, where this machine has one, finds nothing in a rendered script', () => {
  const found = spawnSync('shellcheck', ['--version']);
  if (found.error) return;
  for (const name of names) {
    for (const file of renderPlan(planned(located(name)), { version }).filter(({ path }) => path.startsWith('etc/init.d/'))) {
      const { stdout } = spawnSync('shellcheck', ['-'], { input: file.text, encoding: 'utf8' });
      assert.is(stdout, '', `${name} ${file.host}`);
    }
  }
});

test.run();
