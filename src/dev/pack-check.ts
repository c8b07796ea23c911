import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Packs the package, installs it in an empty folder, and uses it there: render, lint with ShellCheck, --version. */
const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-pack-'));
try {
  must('npm', ['pack', '--pack-destination', folder, '--silent']);
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  must('npm', ['init', '-y', '--silent'], folder);
  must('npm', ['install', '--no-audit', '--no-fund', '--silent', join(folder, archive!)], folder);
  const program = join(folder, 'node_modules/.bin/lvs-gen');
  must(program, ['--version'], folder);
  must(program, ['init'], folder);
  must(program, ['render'], folder);
  const lint = must(program, ['lint', 'out', '--format', 'json', '--fail-on', 'info'], folder);
  const report = JSON.parse(lint.stdout) as { summary: { hosts: number } };
  if (report.summary.hosts !== 3) throw new Error(`lint saw ${report.summary.hosts} hosts instead of 3`);
  if (/ShellCheck was left out/.test(lint.stderr)) throw new Error(lint.stderr);
  console.log(`${archive} installs elsewhere; render and lint work there`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function must(command: string, args: readonly string[], cwd = '.'): { readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error || status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `exit ${status}`}\n${stdout}${stderr}`);
  return { stdout, stderr };
}
