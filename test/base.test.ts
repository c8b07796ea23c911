import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { diskFiles, findFiles, maxFileBytes, memoryFiles, singleFile } from '../src/base/file-set.ts';
import { classPrefix, inSubnet, networkOf, overlap, parseCidr, parseIp, prefixOfNetmask, showCidr, type Cidr } from '../src/base/ip.ts';
import { decode, encode, lineAt, nearest, offsetAt, positionAt, sourceText } from '../src/base/text.ts';

const ip = (text: string) => parseIp(text)!;
const cidr = (text: string) => parseCidr(text)!;

test('addresses: canonical, strict', () => {
  assert.is(ip('2001:DB8:0:0:0:0:0:1').text, '2001:db8::1');
  for (const wrong of ['010.0.0.1', '1.2.3', '1.2.3.4.5', 'fe80::1%eth0', '', ' 1.2.3.4', '256.1.1.1']) assert.is(parseIp(wrong), undefined, wrong);
  assert.equal(parseCidr('192.168.14.50/255.255.255.0'), { ip: ip('192.168.14.50'), prefix: 24 });
  for (const wrong of ['1.2.3.4/33', '1.2.3.4/', '::1/129', '1.2.3.4/255.0.255.0', '1.2.3.4']) assert.is(parseCidr(wrong), undefined, wrong);
  assert.is(prefixOfNetmask('0xffffff00'), 24);
  assert.is(prefixOfNetmask('0.0.0.0'), 0);
  assert.equal(['10.1.1.1', '172.16.0.1', '192.168.0.1', '239.0.0.1'].map((text) => classPrefix(ip(text))), [8, 16, 24, undefined]);
});

test('networks: membership agrees with the network address, for both families', () => {
  const v4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([text, prefix]): Cidr => ({ ip: ip(text), prefix }));
  const v6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })).filter(([text]) => parseIp(text) !== undefined).map(([text, prefix]): Cidr => ({ ip: ip(text), prefix }));
  for (const any of [v4, v6]) {
    fc.assert(
      fc.property(any, any, (a, b) => {
        assert.ok(inSubnet(a.ip, a));
        assert.ok(inSubnet(networkOf(a).ip, a));
        const together = showCidr(networkOf({ ip: b.ip, prefix: a.prefix })) === showCidr(networkOf(a));
        assert.is(inSubnet(b.ip, a), together);
        assert.is(overlap(a, b), overlap(b, a));
      }),
    );
  }
  assert.not.ok(inSubnet(ip('::1'), cidr('0.0.0.0/0')));
});

test('text: offsets and places are inverse, for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\t', 'é', '\r', '中') }), fc.nat(60), (text, offset) => {
      const source = sourceText('h', 'f', text);
      const at = Math.min(offset, text.length);
      const { line, column } = positionAt(source, at);
      assert.is(offsetAt(source, line, column), at);
      assert.is(lineAt(source, line), text.split('\n')[line - 1]!.replace(/\r$/, ''));
    }),
  );
});

test('text: bytes come back as they were, whatever their encoding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const result = decode(bytes);
      if (result && !(result.encoding.startsWith('utf-16') && bytes.length % 2 === 1)) assert.equal([...encode(result.text, result.encoding)], [...bytes]);
    }),
  );
  assert.is(decode(Buffer.from([0xff, 0xfe, 0x61, 0]))?.text, 'a');
  assert.is(decode(Buffer.from('a\0b')), undefined);
  assert.is(decode(Buffer.from([0xb8, 0xba, 0xd4, 0xd8]))?.encoding, 'latin1');
});

test('nearest: one swap is near, another word is not', () => {
  assert.is(nearest('weigth', ['weight', 'port', 'vip']), 'weight');
  assert.is(nearest('realserver', ['realServer', 'directors']), 'realServer');
  assert.is(nearest('qqqq', ['weight', 'port']), undefined);
});

test('disk: links stay inside the root, odd files are told, nothing hangs', () => {
  const root = mkdtempSync(join(tmpdir(), 'lvs-gen-'));
  try {
    mkdirSync(join(root, 'etc/sysctl.d'), { recursive: true });
    writeFileSync(join(root, 'etc/sysctl.conf'), 'a = 1\n');
    symlinkSync('../sysctl.conf', join(root, 'etc/sysctl.d/99-sysctl.conf'));
    symlinkSync('/etc/sysctl.conf', join(root, 'etc/absolute'));
    symlinkSync('/dev/null', join(root, 'etc/masked'));
    symlinkSync('../../../../../../../../../etc/passwd', join(root, 'etc/out'));
    symlinkSync('loop-b', join(root, 'etc/loop-a'));
    symlinkSync('loop-a', join(root, 'etc/loop-b'));
    symlinkSync('nowhere', join(root, 'etc/dangling'));
    execFileSync('mkfifo', [join(root, 'etc/fifo')]);
    writeFileSync(join(root, 'etc/binary'), Buffer.from([1, 0, 2]));
    writeFileSync(join(root, 'etc/large'), '');
    truncateSync(join(root, 'etc/large'), maxFileBytes + 1);
    writeFileSync(join(root, 'etc/secret'), 'x');
    chmodSync(join(root, 'etc/secret'), 0);
    const files = diskFiles(root);
    const read = (path: string) => files.read(path);
    const why = (path: string) => {
      const result = read(path);
      return result.state === 'unreadable' ? result.why : result.state;
    };
    assert.equal(read('etc/sysctl.d/99-sysctl.conf'), { ...read('etc/sysctl.conf'), path: 'etc/sysctl.d/99-sysctl.conf' });
    assert.is((read('etc/absolute') as { real: string }).real, 'etc/sysctl.conf');
    assert.equal(read('etc/masked'), { state: 'text', path: 'etc/masked', real: 'dev/null', text: '', encoding: 'utf-8' });
    assert.is(why('etc/out'), 'link-outside');
    assert.is(why('etc/loop-a'), 'link-loop');
    assert.is(why('etc/dangling'), 'absent');
    assert.is(why('etc/fifo'), 'not-a-file');
    assert.is(why('etc/sysctl.d'), 'not-a-file');
    assert.is(why('etc/binary'), 'binary');
    assert.is(why('etc/large'), 'too-large');
    if (process.getuid?.() !== 0) assert.is(why('etc/secret'), 'denied');
    assert.equal(findFiles(files, ['etc/sysctl.d/*.conf', 'etc/sysctl.*']), ['etc/sysctl.conf', 'etc/sysctl.d', 'etc/sysctl.d/99-sysctl.conf']);
    assert.is(singleFile(join(root, 'etc/fifo'), 'fifo').read('fifo').state, 'unreadable');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test('memory: a set of texts lists like a disk', () => {
  const files = memoryFiles('m', new Map([['etc/init.d/ipvs', ''], ['etc/init.d/real', ''], ['etc/hosts', '']]));
  assert.equal(files.list('etc'), ['hosts', 'init.d']);
  assert.equal(findFiles(files, ['etc/init.d/*']), ['etc/init.d/ipvs', 'etc/init.d/real']);
  assert.is(files.read('etc/nothing').state, 'absent');
});

test.run();
