import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { compareText } from '../base/origin.ts';

/**
 * Runs test/*.test.ts (or those of another folder: `--in test/package`), each in a process of its own, and ends with a line `N passed, N failed`.
 * uvu exits 0 when it ran nothing: a file whose summary counts no test has failed.
 */
const args = process.argv.slice(2);
const folder = args[0] === '--in' ? args[1]! : 'test';
const wanted = args[0] === '--in' ? args.slice(2) : args;
const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts') && (wanted.length === 0 || wanted.some((word) => name.includes(word)))).sort(compareText);
let passed = 0;
let failed = 0;
for (const file of files) {
  const started = performance.now();
  const { status, stdout, stderr, signal } = spawnSync(process.execPath, ['--import', 'tsx', `${folder}/${file}`], { encoding: 'utf8', maxBuffer: 64 << 20, timeout: 10 * 60_000 });
  const plain = stdout.replace(/\u001b\[[0-9;]*m/g, '');
  const total = sum(plain, /Total:\s+(\d+)/g);
  const good = sum(plain, /Passed:\s+(\d+)/g);
  const bad = status === 0 && total > 0 && good === total ? 0 : Math.max(1, total - good);
  passed += good;
  failed += bad;
  console.log(`${bad === 0 ? 'ok  ' : 'FAIL'} ${file.padEnd(28)} ${String(good).padStart(4)} of ${String(total).padStart(4)}  ${((performance.now() - started) / 1000).toFixed(1)} s`);
  if (bad > 0) console.log(total === 0 && status === 0 ? `     ran no test: does it call test.run()?` : `${stdout}${stderr}${signal ? `\nkilled by ${signal}` : ''}`);
}
if (files.length === 0) {
  console.log('no test file matches');
  failed++;
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function sum(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
}
