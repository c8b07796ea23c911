import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { systems, targets } from '../src/plan/targets.ts';

/**
 * Every ```console block of README and docs/ is run, and what it prints compared: `$ ` begins a command, the lines below are its output (both streams), `…` alone on a
 * line stands for any lines. `<!-- here: NAME = PATH -->` puts a tree of the repository where the reader would have his own. ACCEPT=1 writes what is printed now.
 */
const pages = ['README.md', 'README.zh-CN.md', ...readdirSync('docs').filter((name) => name.endsWith('.md')).map((name) => join('docs', name))];
const block = /^```console\n([^]*?)^```$/gm;

interface Said {
  readonly command: string;
  readonly output: string;
}

function commandsOf(text: string): readonly Said[] {
  return text.split(/^\$ /m).slice(1).map((part) => {
    const end = part.indexOf('\n');
    return { command: part.slice(0, end), output: part.slice(end + 1) };
  });
}

/** Whether an output is the one that is told; `…` lines of the told one stand for any. */
function isAsTold(output: string, told: string): boolean {
  const pattern = told.split(/^…\n/m).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^]*');
  return new RegExp(`^${pattern}$`).test(output);
}

/** The sandbox of a page: `lvs-gen` on PATH, and the trees that it asks for. */
function sandbox<T>(text: string, body: (run: (command: string) => { readonly status: number | null; readonly stdout: string }, work: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-docs-'));
  try {
    mkdirSync(join(folder, 'bin'));
    mkdirSync(join(folder, 'work'));
    writeFileSync(join(folder, 'bin/lvs-gen'), `#!/bin/sh\nexec '${process.execPath}' '${resolve('dist/lvs-gen.cjs')}' "$@"\n`, { mode: 0o755 });
    for (const [, name, from] of text.matchAll(/<!-- here: (\S+) = (\S+) -->/g)) {
      mkdirSync(dirname(join(folder, 'work', name!)), { recursive: true });
      cpSync(from!, join(folder, 'work', name!), { recursive: true });
    }
    const env = { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`, XDG_CACHE_HOME: join(folder, 'cache'), NO_COLOR: '1' };
    return body((command) => spawnSync('bash', ['-c', `exec 2>&1\n${command}`], { cwd: join(folder, 'work'), encoding: 'utf8', env }), join(folder, 'work'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('docs/targets.md names every system with what it starts from, and every target', () => {
  const text = readFileSync('docs/targets.md', 'utf8');
  for (const [system, own] of Object.entries(systems)) assert.ok(text.includes(`| \`${system}\` | ${own.map((target) => `\`${target}\``).join(', ')} |`), system);
  for (const target of targets) assert.ok(text.includes(`\`${target}\``), target);
});

test('the lint lines of the pipelines find what is wrong, and write what they promise', () => {
  const text = readFileSync('docs/pipelines.md', 'utf8');
  const lines = [...text.matchAll(/^\s*- (?:run: )?(lvs-gen lint .*)$/gm)].map((match) => match[1]!);
  assert.is(lines.length, 2);
  sandbox(text, (run, work) => {
    for (const line of lines) {
      const { status, stdout } = run(line);
      assert.is(status, 1, stdout);
      assert.match(stdout, /arp\/ignore-missing/);
      for (const [, file] of line.matchAll(/=(\S+)/g)) assert.match(readFileSync(join(work, file!), 'utf8'), /arp\/ignore-missing/);
    }
  });
});

for (const page of pages) {
  const text = readFileSync(page, 'utf8');
  if (!text.match(block)) continue;
  test(`${page} says what is printed`, () => {
    const now = sandbox(text, (run) =>
      text.replace(block, (_, body: string) => {
        const runs = commandsOf(body).map(({ command, output }) => {
          const { stdout } = run(command);
          return `$ ${command}\n${isAsTold(stdout, output) ? output : stdout}`;
        });
        return `\`\`\`console\n${runs.join('')}\`\`\``;
      }),
    );
    if (process.env['ACCEPT']) writeFileSync(page, now);
    else assert.fixture(now, text, `ACCEPT=1 node --import tsx test/docs.test.ts writes ${page} anew`);
  });
}

test.run();
