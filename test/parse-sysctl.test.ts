import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { diskFiles, findFiles } from '../src/base/file-set.ts';
import { sourceText } from '../src/base/text.ts';
import { sysctlOrder } from '../src/parse/sysctl/apply.ts';
import { normalKey, readSysctl } from '../src/parse/sysctl/read.ts';

/** Whether a program that can judge us is there; what it says of its version. */
function version(program: string): string {
  const run = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return run.status === 0 ? run.stdout : '';
}

const read = (text: string) => readSysctl(sourceText('host', 'etc/sysctl.conf', text));

test('keys: the first separator decides', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['net.ipv4.ip_forward', 'net/ipv4/ip_forward'],
    ['net/ipv4/conf/eth0.57/rp_filter', 'net/ipv4/conf/eth0.57/rp_filter'],
    ['net.ipv4.conf.eth0/57.rp_filter', 'net/ipv4/conf/eth0.57/rp_filter'],
    ['net.ipv4.conf.eth0.57.rp_filter', 'net/ipv4/conf/eth0/57/rp_filter'],
    ['/net/ipv4/ip_forward', 'net/ipv4/ip_forward'],
  ];
  for (const [written, key] of rows) assert.is(normalKey(written), key);
});

test('places: a fix can replace the value alone', () => {
  const [statement] = read('  net.ipv4.ip_forward =  0  ');
  assert.is(statement?.kind, 'assign');
  assert.equal(statement?.kind === 'assign' && [statement.at.column, statement.keyAt.endColumn, statement.valueAt.column, statement.valueAt.endColumn], [3, 22, 26, 27]);
});

// `sysctl --dry-run` of procps 4 prints what it would write; it looks at /proc/sys for the keys, so only those that every kernel has are asked.
const procps = /procps-ng 4/.test(version('sysctl')) ? test : test.skip;
procps('oracle: procps would write what we read, over mutated lines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sysctl-'));
  try {
    const file = join(folder, 'x.conf');
    const key = fc.constantFrom('net.ipv4.ip_forward', 'net.ipv4.conf.all.arp_ignore', 'net/ipv4/conf/lo/arp_announce', 'net.ipv4.conf.lo/arp_ignore', 'net.ipv4.conf.default.rp_filter', 'net/ipv4/conf.lo.rp_filter', 'net.ipv4.conf.nosuch.arp_ignore', 'sysctl -w net.ipv4.ip_forward', 'net.ipv4.ip forward', '', '/net/ipv4/conf/lo/rp_filter');
    const blank = fc.constantFrom('', '', ' ', '\t', '  ');
    const line = fc
      .tuple(blank, fc.constantFrom('', '', '', '-', '#', ';', '- '), key, blank, fc.constantFrom('=', '=', '=', '=', '', ':'), blank, fc.constantFrom('0', '1', '2 # why', '1 2', '0x1'), blank, fc.constantFrom('', '\r'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(line, { minLength: 20, maxLength: 60 }), (lines) => {
        writeFileSync(file, `${lines.join('\n')}\n`);
        const { stdout } = spawnSync('sysctl', ['--dry-run', '-p', file], { encoding: 'utf8' });
        const theirs = stdout.split('\n').filter((each) => each !== '').map((each) => each.replace(/^\//, '').split(' = ')).map(([name, value]) => `${normalKey(name!)}=${value}`);
        const ours = read(`${lines.join('\n')}\n`).flatMap((statement) => (statement.kind === 'assign' && !/nosuch|conf\.lo|conf\/lo\.arp_ignore/.test(statement.key) ? [`${statement.key}=${statement.value}`] : []));
        assert.equal(ours, theirs);
      }),
      { numRuns: 20 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const systemd = version('systemd-analyze') !== '' ? test : test.skip;
systemd('oracle: systemd reads the files in our order', () => {
  const root = resolve('fixtures/kinds/sysctl/precedence');
  const printed = execFileSync('systemd-analyze', ['cat-config', `--root=${root}`, 'sysctl.d'], { encoding: 'utf8' });
  const theirs = [...printed.matchAll(/^# (\/.*\.conf)$/gm)].map((match) => match[1]!.slice(root.length + 1));
  const files = diskFiles(root);
  const paths = findFiles(files, ['etc/sysctl.conf', 'etc/sysctl.d/*.conf', 'run/sysctl.d/*.conf', 'usr/local/lib/sysctl.d/*.conf', 'usr/lib/sysctl.d/*.conf']);
  const parsed = paths.flatMap((path) => {
    const found = files.read(path);
    const source = found.state === 'text' ? sourceText('host', path, found.text) : undefined;
    return source ? [{ source, statements: readSysctl(source) }] : [];
  });
  // systemd shows the link, we the file behind it.
  assert.equal(sysctlOrder(parsed).map(({ source }) => source.file.replace('etc/sysctl.conf', 'etc/sysctl.d/99-sysctl.conf')), theirs);
});

test.run();
