import { spawnSync } from 'node:child_process';
import { posix } from 'node:path';
import { maxFileBytes } from '../base/file-set.ts';
import { UsageError } from './command.ts';
import { hostsOf, memoryShelf, type Contents } from './hosts-of.ts';
import type { HostInput } from './seen.ts';

const maxIndexBytes = 256 * 1024 * 1024;

/** The hosts that what is staged for the next commit belongs to, as git's index holds them: what stands in the work tree alone does not count. */
export function stagedHosts(cwd: string): readonly HostInput[] {
  const top = git(cwd, ['rev-parse', '--show-toplevel']).toString('utf8').trimEnd();
  const changed = names(git(top, ['diff', '--cached', '--name-only', '-z', '--diff-filter=ACDMRT']));
  if (changed.length === 0) return [];
  const contents = indexed(top, changed);
  // A file that is taken away changes its host, too.
  return hostsOf(changed.filter((path) => !path.endsWith('.json')), memoryShelf(contents));
}

/** The files of the index that may matter: what is staged, and everything below an etc. What is no configuration for its size is told as unreadable. */
function indexed(top: string, changed: readonly string[]): Contents {
  const staged = new Set(changed);
  const entries = names(git(top, ['ls-files', '-s', '-z'])).flatMap((line) => {
    // Stage 0: a path with conflicts cannot be committed.
    const [, mode = '', id, path] = /^(\d+) ([0-9a-f]+) 0\t(.*)$/s.exec(line) ?? [];
    return /^1[02]0/.test(mode) && (staged.has(path!) || /(?:^|\/)etc\//.test(path!)) ? [{ id: id!, path: path!, link: mode.startsWith('120') }] : [];
  });
  const answer = git(top, ['cat-file', '--batch', '--buffer'], entries.map(({ id }) => `${id}\n`).join(''));
  const contents = new Map<string, Uint8Array | { readonly note: string }>();
  const links: { readonly path: string; readonly target: string }[] = [];
  let at = 0;
  for (const { path, link } of entries) {
    const end = answer.indexOf(10, at);
    const size = Number(/ blob (\d+)$/.exec(answer.subarray(at, end).toString('latin1'))?.[1] ?? NaN);
    if (Number.isNaN(size)) {
      contents.set(path, { note: 'git has no such object' });
      at = end + 1;
      continue;
    }
    const bytes = answer.subarray(end + 1, end + 1 + size);
    if (link) links.push({ path, target: bytes.toString('utf8') });
    else contents.set(path, size <= maxFileBytes ? bytes : { note: `has ${size} bytes; files over ${maxFileBytes} are not read` });
    at = end + 1 + size + 1;
  }
  for (const { path, target } of links) {
    const found = contents.get(posix.join(posix.dirname(path), target));
    if (found && !target.startsWith('/')) contents.set(path, found);
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
