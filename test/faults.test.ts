import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import { sourceText } from '../src/base/text.ts';
import { clusterSpec } from '../src/dev/bench-fleet.ts';
import { planCluster } from '../src/plan/plan.ts';
import { readSpec } from '../src/spec/read.ts';
import { journalName, openJournal, recover } from '../src/render/journal.ts';

/** What a bad moment does to a command: the outcome, the exit and the message of each. FAULT_RUNS: how many runs are killed (12; 500 by hand); SPEC_MUTATIONS: how many specs are damaged (500; 10,000 by hand). */
const runs = Number(process.env['FAULT_RUNS'] ?? 12);
const program = resolve('dist/lvs-gen.cjs');
const test = suite('faults', { work: '' });

test.before.each((context) => {
  context.work = mkdtempSync(join(tmpdir(), 'lvs-gen-faults-'));
  writeFileSync(join(context.work, 'old.json'), clusterSpec(0, 30));
  writeFileSync(join(context.work, 'new.json'), clusterSpec(0, 30).replaceAll('"wlc"', '"wrr"').replaceAll('10.0.7.209', '10.0.7.210'));
});
test.after.each(({ work }) => rmSync(work, { recursive: true, force: true }));

interface Ran {
  readonly code: number | null;
  readonly err: string;
}

function run(work: string, args: readonly string[]): Ran {
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: work, encoding: 'utf8', timeout: 120_000, env: { ...process.env, XDG_CACHE_HOME: join(work, 'cache') } });
  return { code: status, err: stderr };
}

/** A command in a mount namespace of its own, after a shell line that prepares it. Undefined where this is not allowed. */
function inNamespace(work: string, prepare: string, args: readonly string[]): Ran | undefined {
  const script = `${prepare} || exit 99\nshift\nexec "$@"`;
  const { status, stderr } = spawnSync('unshare', ['-rm', 'sh', '-c', script, 'sh', work, process.execPath, program, ...args], { cwd: work, encoding: 'utf8', timeout: 120_000, env: { ...process.env, XDG_CACHE_HOME: join(work, 'cache') } });
  return status === 99 || status === null || /unshare:/.test(stderr) ? undefined : { code: status, err: stderr };
}

/** Path → text of all files, those that are being written apart. */
function tree(folder: string): ReadonlyMap<string, string> {
  const files = existsSync(folder) ? (readdirSync(folder, { recursive: true }) as string[]).filter((path) => !/(?:^|\/)\.[^/]*lvs-gen[^/]*$/.test(path) && statSync(join(folder, path)).isFile()) : [];
  return new Map(files.sort().map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

function litter(folder: string): readonly string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).filter((path) => /(?:^|\/)\.[^/]*lvs-gen[^/]*$/.test(path));
}

const same = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean => a.size === b.size && [...a].every(([path, text]) => b.get(path) === text);

test('a render that is killed leaves the old tree or the new one, or the next one brings it to its end', async ({ work }) => {
  const trees = { old: tree(rendered(work, 'old')), new: tree(rendered(work, 'new')) };
  const started = performance.now();
  assert.is(run(work, ['render', 'old.json', '--out', 'out']).code, 0);
  const took = performance.now() - started;
  const outcomes = { old: 0, new: 0, halfWay: 0 };
  let now: 'old' | 'new' = 'old';
  for (let count = 0; count < runs; count++) {
    const next: 'old' | 'new' = now === 'old' ? 'new' : 'old';
    const child = spawn(process.execPath, [program, 'render', `${next}.json`, '--out', 'out'], { cwd: work, stdio: 'ignore', env: { ...process.env, XDG_CACHE_HOME: join(work, 'cache') } });
    const ended = new Promise((done) => child.once('exit', done));
    const timer = setTimeout(() => child.kill('SIGKILL'), took * (0.5 + 0.9 * Math.random()));
    await ended;
    clearTimeout(timer);
    const found = tree(join(work, 'out'));
    for (const [path, text] of found) assert.ok(text === trees.old.get(path) || text === trees.new.get(path), `${path} is neither the old file nor the new one`);
    if (same(found, trees[now])) outcomes.old++;
    else if (same(found, trees[next])) {
      outcomes.new++;
      now = next;
    } else {
      outcomes.halfWay++;
      assert.ok(existsSync(join(work, 'out', journalName)), 'a mixture that nobody knows of');
      assert.equal(recover(join(work, 'out')) && litter(join(work, 'out')), []);
      assert.ok(same(tree(join(work, 'out')), trees[next]), 'the journal does not lead to the new tree');
      now = next;
    }
  }
  // The last word: whatever was left lying about is taken away by the next render.
  assert.is(run(work, ['render', 'new.json', '--out', 'out']).code, 0);
  assert.ok(same(tree(join(work, 'out')), trees.new));
  assert.equal(litter(join(work, 'out')), []);
  if (process.env['FAULT_RUNS']) console.log(`${runs} renders killed: ${outcomes.old} old trees, ${outcomes.new} new trees, ${outcomes.halfWay} half-way, all of which the journal brought to the new tree`);
});

function rendered(work: string, name: string): string {
  assert.is(run(work, ['render', `${name}.json`, '--out', `${name}-tree`]).code, 0);
  return join(work, `${name}-tree`);
}

/** A process number that nobody has. */
function deadProcess(): number {
  return spawnSync('true').pid;
}

test('whichever file a render was killed at, the next one finishes what took its place, and takes away what did not', ({ work }) => {
  const paths = ['web1/etc/a', 'web1/etc/b', 'web2/etc/c'];
  for (const state of ['writing', 'placing'] as const) {
    for (let placed = 0; placed <= paths.length; placed++) {
      const out = join(work, `${state}-${placed}`);
      for (const folder of ['web1/etc', 'web2/etc']) mkdirSync(join(out, folder), { recursive: true });
      const moves = paths.map((to) => ({ from: to.replace(/([^/]*)$/, '.$1.4711.lvs-gen'), to }));
      moves.forEach(({ from, to }, index) => {
        writeFileSync(join(out, to), index < placed && state === 'placing' ? 'new' : 'old');
        if (index >= placed) writeFileSync(join(out, from), 'new');
      });
      writeFileSync(join(out, journalName), JSON.stringify({ process: deadProcess(), since: '1', machine: spawnSync('hostname', { encoding: 'utf8' }).stdout.trim(), state, moves }));
      assert.equal(recover(out), { finished: state === 'placing' ? paths.slice(placed) : [] });
      assert.equal([...tree(out).values()], paths.map(() => (state === 'placing' ? 'new' : 'old')));
      assert.equal(litter(out), []);
    }
  }
});

test('a journal that somebody else wrote moves nothing but our own temporary files', ({ work }) => {
  const out = join(work, 'out');
  mkdirSync(out);
  writeFileSync(join(work, 'victim'), 'kept');
  writeFileSync(join(out, 'mine'), 'kept');
  const machine = spawnSync('hostname', { encoding: 'utf8' }).stdout.trim();
  const moves = [{ from: '../victim', to: 'x' }, { from: 'mine', to: 'y' }, { from: '.mine.1.lvs-gen', to: '../../victim' }, { from: '/etc/passwd', to: 'z' }, { from: '', to: '' }, { from: '../.victim.1.lvs-gen', to: '../victim' }];
  for (const text of [JSON.stringify({ process: deadProcess(), since: '1', machine, state: 'placing', moves }), '{', '', 'null', '[]', '{"process":"1"}', '\0']) {
    writeFileSync(join(out, journalName), text);
    // An empty one may be in the making.
    spawnSync('touch', ['-d', '1 hour ago', join(out, journalName)]);
    assert.equal(recover(out), { finished: [] }, text);
    assert.equal([...tree(out)], [['mine', 'kept']]);
    assert.is(readFileSync(join(work, 'victim'), 'utf8'), 'kept');
  }
});

test('two renders into one tree: one of them writes, the other says who does', ({ work }) => {
  assert.is(run(work, ['render', 'old.json', '--out', 'out']).code, 0);
  const journal = openJournal(join(work, 'out'), []);
  if ('busy' in journal) throw new Error(journal.busy);
  const before = tree(join(work, 'out'));
  const { code, err } = run(work, ['render', 'new.json', '--out', 'out']);
  assert.is(code, 3);
  assert.match(err, new RegExp(`process ${process.pid} is writing into this tree; nothing was written`));
  assert.ok(same(tree(join(work, 'out')), before));
  journal.close();
  assert.is(run(work, ['render', 'new.json', '--out', 'out']).code, 0);
});

test('a full disk: exit 3, the reason, and the old tree', ({ work }) => {
  const ran = inNamespace(work, 'mkdir "$1/small" && mount -t tmpfs -o size=40k,nr_inodes=200 none "$1/small"', ['render', 'old.json', '--out', 'small/out']);
  if (!ran) return;
  assert.is(ran.code, 3);
  assert.match(ran.err, /the disk is full; nothing was written/);
});

test('a file larger than the limit (ulimit -f): exit 3, the reason, no part of it', ({ work }) => {
  const { status, stderr } = spawnSync('bash', ['-c', 'trap "" XFSZ; ulimit -f 1; exec "$@"', 'bash', process.execPath, program, 'render', '--no-cache', 'old.json', '--out', 'out'], { cwd: work, encoding: 'utf8' });
  assert.is(status, 3, stderr);
  assert.match(stderr, /nothing was written/);
  assert.is(existsSync(join(work, 'out')), false);
});

test('a read-only target: exit 3, the reason, nothing changed', ({ work }) => {
  assert.is(run(work, ['render', 'old.json', '--out', 'out']).code, 0);
  const ran = inNamespace(work, 'mount --bind "$1/out" "$1/out" && mount -o remount,ro,bind "$1/out"', ['render', 'new.json', '--out', 'out']);
  if (!ran) return;
  assert.is(ran.code, 3);
  assert.match(ran.err, /the file system is read-only; nothing was written/);
  assert.is(run(work, ['render', 'old.json', '--out', 'out', '--check']).code, 0);
});

test('a tree that changes while it is judged: each file counts as it was when it was read, and nothing breaks', async ({ work }) => {
  assert.is(run(work, ['render', 'old.json', '--out', 'out']).code, 0);
  const script = `while :; do for f in out/*/etc/init.d/*; do mv "$f" "$f.x"; mv "$f.x" "$f"; : >"$f.new"; head -c 3000 "$f" >"$f.new"; rm -f "$f.new"; done; done`;
  const meddler = spawn('sh', ['-c', script], { cwd: work, stdio: 'ignore' });
  try {
    for (let count = 0; count < Math.max(2, runs / 6); count++) {
      const { code, err } = run(work, ['lint', '--no-cache', '--no-shellcheck', '--quiet', 'out']);
      assert.ok(code === 0 || code === 1, `exit ${code}: ${err}`);
      assert.not.match(err, /defect/);
    }
  } finally {
    meddler.kill('SIGKILL');
    await new Promise((done) => meddler.once('exit', done));
  }
});

test('a target that somebody edits while it is written is not overwritten without a word', async ({ work }) => {
  assert.is(run(work, ['render', 'old.json', '--out', 'out']).code, 0);
  const path = join(work, 'out/c0web3/etc/init.d/real');
  const mine = `${readFileSync(path, 'utf8')}\n# mine\n`;
  let edits = 0;
  let kept = 0;
  for (let count = 0; count < Math.max(3, runs / 4); count++) {
    const next = count % 2 === 0 ? 'new' : 'old';
    const child = spawn(process.execPath, [program, 'render', `${next}.json`, '--out', 'out'], { cwd: work, stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, XDG_CACHE_HOME: join(work, 'cache') } });
    let err = '';
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    const ended = new Promise<number | null>((done) => child.once('exit', done));
    const timer = setTimeout(() => writeFileSync(path, mine), 30 + Math.random() * 200);
    const code = await ended;
    clearTimeout(timer);
    if (readFileSync(path, 'utf8') !== mine) continue;
    edits++;
    // Either it was seen, and everything else is as it was, or it came after the render.
    if (code === 2) {
      kept++;
      assert.match(err, /changed by hand/);
      assert.match(err, /nothing was written/);
    } else assert.is(code, 0);
    assert.is(run(work, ['render', 'old.json', '--out', 'out', '--force']).code, 0);
  }
  assert.ok(edits >= kept);
});

test('a folder that may not be written, and one that is a file', ({ work }) => {
  writeFileSync(join(work, 'file'), 'mine');
  const ran = run(work, ['render', 'old.json', '--out', 'file']);
  assert.is(ran.code, 3);
  assert.match(ran.err, /nothing was written/);
  assert.is(readFileSync(join(work, 'file'), 'utf8'), 'mine');
  if (process.getuid?.() !== 0) {
    mkdirSync(join(work, 'closed'));
    chmodSync(join(work, 'closed'), 0o500);
    assert.is(run(work, ['render', 'old.json', '--out', 'closed/out']).code, 3);
  }
});

test('a damaged spec is refused at a place in it, or is still a spec; nothing is thrown', () => {
  const texts = ['dr', 'nat', 'tun', 'everything'].map((name) => readFileSync(`fixtures/specs/${name}/spec.json`, 'utf8'));
  const cut = fc.record({ from: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(12), put: fc.oneof(fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', '\n', 'null', '-1', '1e999', '"\\ud800"', '__proto__', '/*', '//', '\u0000', '\ufeff'), fc.string({ unit: 'binary', maxLength: 4 })), again: fc.nat(3) });
  const outcomes = { refused: 0, planned: 0 };
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(cut, { minLength: 1, maxLength: 3 }), (text, cuts) => {
      const damaged = cuts.reduce((now, { from, length, put, again }) => {
        const at = Math.floor(from * now.length);
        return now.slice(0, at) + (put + now.slice(at, at + length)).repeat(again) + now.slice(at + length);
      }, text);
      const read = readSpec(sourceText('spec', 'spec.json', damaged));
      const planned = 'problems' in read ? read : planCluster(read);
      const problems = 'problems' in planned ? planned.problems : 'refused' in planned ? planned.refused : [];
      if ('plan' in planned) outcomes.planned++;
      else {
        outcomes.refused++;
        assert.ok(problems.length > 0 && problems.every(({ at, note }) => at.line >= 1 && at.column >= 1 && note.length > 0));
      }
    }),
    { numRuns: Number(process.env['SPEC_MUTATIONS'] ?? 500) },
  );
  assert.ok(outcomes.refused > 0 && outcomes.planned > 0);
  if (process.env['SPEC_MUTATIONS']) console.log(`damaged specs: ${outcomes.refused} refused, ${outcomes.planned} still specs`);
});

test.run();
