import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RenderedFile } from './render.ts';
import { compareTree, staleFiles, type Change } from './tree.ts';

/**
 * A unified diff from the tree on disk to what would be rendered; `differs` also where something blocks the way, which the text then says in a line of its own.
 * `shown`: how the user names the out folder. `all`: everything that the plan renders, when `files` is a part of it.
 */
export async function diffTree(
  out: string,
  files: readonly RenderedFile[],
  options: { readonly shown: string; readonly color: boolean; readonly all?: readonly RenderedFile[] },
): Promise<{ readonly text: string; readonly differs: boolean }> {
  const changes = compareTree(out, files).filter(({ state }) => state !== 'same');
  const hosts = options.all ? undefined : [...new Set(files.map(({ host }) => host))];
  const stale = staleFiles(out, options.all ?? files, hosts);
  if (changes.length === 0 && stale.length === 0) return { text: '', differs: false };
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import('diff');
  const patch = (from: string, to: string, before: string, after: string): string => createTwoFilesPatch(from, to, before, after, undefined, undefined, { context: 3, headerOptions: FILE_HEADERS_ONLY });
  const parts = [
    ...changes.map((change) => describe(change, options.shown, patch)),
    ...stale.map((path) => patch(`${options.shown}/${path}`, '/dev/null', readFileSync(join(out, path), 'utf8'), '')),
  ];
  const text = parts.join('');
  return { text: options.color ? await colored(text) : text, differs: true };
}

function describe(change: Change, shown: string, patch: (from: string, to: string, before: string, after: string) => string): string {
  const name = `${shown}/${change.path}`;
  if (change.state === 'blocked') return `${name}: ${change.reason}\n`;
  if (change.state !== 'differs') return patch('/dev/null', name, '', change.file.text);
  if (change.text === undefined) return `Binary file ${name} differs\n`;
  const modes = (change.mode & 0o100) === (change.file.mode & 0o100) ? '' : `${name}: mode ${octal(change.mode)}, would be ${octal(change.file.mode)}\n`;
  return modes + (change.text === change.file.text ? '' : patch(name, name, change.text, change.file.text));
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

async function colored(text: string): Promise<string> {
  const { default: picocolors } = await import('picocolors');
  const { bold, cyan, green, red } = picocolors.createColors(true);
  const paint = (line: string): string => {
    if (/^(---|\+\+\+) /.test(line)) return bold(line);
    if (line.startsWith('@@')) return cyan(line);
    return line.startsWith('+') ? green(line) : line.startsWith('-') ? red(line) : line;
  };
  return text.split('\n').map(paint).join('\n');
}
