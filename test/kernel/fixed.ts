/** Scripts as `lvs-gen lint --fix-unsafe` leaves them: through the command line, as a user gets them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filesOf } from './files.ts';
import type { GuestFile } from './scene.ts';

const project = join(import.meta.dirname, '..', '..');

/** Hosts with their scripts, mended; keyed by `HOST/etc/…` before and after. Throws when a mended script does not parse, or when mending it again would change it. */
export const fixedTrees = (scripts: ReadonlyMap<string, string>): ReadonlyMap<string, GuestFile> => {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-fixed-'));
  const lint = (...options: readonly string[]): string => spawnSync(process.execPath, ['--import', 'tsx', 'src/cli.ts', 'lint', '--no-cache', '--no-shellcheck', ...options, folder], { cwd: project, encoding: 'utf8' }).stdout;
  try {
    for (const [path, text] of scripts) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
      chmodSync(join(folder, path), 0o755);
    }
    lint('--fix-unsafe');
    const again = lint('--fix-unsafe', '--fix-dry-run');
    if (again !== '') throw new Error(`mending again changes more:\n${again}`);
    for (const path of scripts.keys()) execFileSync('bash', ['-n', join(folder, path)]);
    return filesOf(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
