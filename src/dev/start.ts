import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../base/origin.ts';

/** `npm start`: the main job on the built-in sample, with the built program itself: render to out/, lint out/, show the tree and the verdict. */
const out = 'out';
const spec = lvsGen(['init', '--forwarding', 'dr', '-']).stdout;
lvsGen(['render', '-', '--out', out], spec);
console.log(`${out}/`);
showTree(out, '');
const lint = lvsGen(['lint', out, '--format', 'pretty'], '', [0, 1]);
process.stdout.write(`\n${lint.stdout}${lint.stderr}`);
process.exitCode = lint.status;

function lvsGen(args: readonly string[], input = '', expected: readonly number[] = [0]): { readonly stdout: string; readonly stderr: string; readonly status: number } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/lvs-gen.cjs', ...args], { input, encoding: 'utf8' });
  if (status === null || !expected.includes(status)) {
    process.stderr.write(stderr);
    process.exit(status ?? 1);
  }
  return { stdout, stderr, status };
}

function showTree(folder: string, indent: string): void {
  const names = readdirSync(folder).sort(compareText);
  for (const [index, name] of names.entries()) {
    const last = index === names.length - 1;
    console.log(`${indent}${last ? '└── ' : '├── '}${name}`);
    if (statSync(join(folder, name)).isDirectory()) showTree(join(folder, name), `${indent}${last ? '    ' : '│   '}`);
  }
}
