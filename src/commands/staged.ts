import { spawnSync } from 'node:child_process';
import { maxFileBytes } from '../base/file-set.ts';
import { UsageError } from './command.ts';
import { hostsOf, memoryShelf } from './hosts-of.ts';
import type { HostInput } from './seen.ts';

const maxIndexBytes = 256 * 1024 * 1024;

/** The hosts that what is staged for the next commit belongs to, as git's index holds them: what stands in the work tree alone does not count. */
export function stagedHosts(cwd: string): { readonly inputs: readonly HostInput[] } {
  const top = git(cwd, ['rev-parse', '--show-toplevel']).toString('utf8').trimEnd();
  const changed = names(git(top, ['diff', '--cached', '--name-only', '-z', '--diff-filter=ACMRT']));
  if (changed.length === 0) return { inputs: [] };
  const contents = indexed(top, changed);
  const files = changed.filter((path) => !path.endsWith('.json') && contents.has(path));
  return { inputs: hostsOf(files, memoryShelf(contents)) };
}

/** The regular files of the index that may matter: what is staged, and everything below an etc. */
function indexed(top: string, changed: readonly string[]): ReadonlyMap<string, Uint8Array> {
  const staged = new Set(changed);
  const entries = names(git(top, ['ls-files', '-s', '-z'])).flatMap((line) => {
    const [, mode, id, path] = /^(\d+) ([0-9a-f]+) \d\t(.*)$/s.exec(line) ?? [];
    return mode?.startsWith('100') && (staged.has(path!) || /(?:^|\/)etc\//.test(path!)) ? [{ id: id!, path: path! }] : [];
  });
  const answer = git(top, ['cat-file', '--batch', '--buffer'], entries.map(({ id }) => `${id}\n`).join(''));
  const contents = new Map<string, Uint8Array>();
  let at = 0;
  for (const { path } of entries) {
    const end = answer.indexOf(10, at);
    const size = Number(/ blob (\d+)$/.exec(answer.subarray(at, end).toString('latin1'))?.[1] ?? NaN);
    if (Number.isNaN(size)) break;
    if (size <= maxFileBytes) contents.set(path, answer.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return contents;
}

function names(output: Buffer): readonly string[] {
  return output.toString('utf8').split('\0').filter((name) => name !== '');
}

function git(cwd: string, args: readonly string[], input = ''): Buffer {
  const { status, stdout, stderr, error } = spawnSync('git', ['-c', 'core.quotepath=off', ...args], { cwd, input, maxBuffer: maxIndexBytes });
  if (error) throw new UsageError(`--staged needs git: ${error.message}`);
  if (status !== 0) throw new UsageError(`--staged: ${stderr.toString('utf8').trim() || `git ${args[0]} failed`}`);
  return stdout;
}
