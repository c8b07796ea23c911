/** The trees that `lvs-gen render` writes for a spec, as a user gets them: through the command line. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesOf } from './files.ts';
import type { GuestFile } from './scene.ts';

const project = join(import.meta.dirname, '..', '..');

/** Keyed by `HOST/etc/…`. Throws with what the command said when it refuses. */
export const renderedTrees = (spec: string, ...options: readonly string[]): ReadonlyMap<string, GuestFile> => {
  const out = mkdtempSync(join(tmpdir(), 'lvs-gen-rendered-'));
  try {
    execFileSync(process.execPath, ['--import', 'tsx', 'src/cli.ts', 'render', spec, '--out', out, ...options], { cwd: project, stdio: ['ignore', 'ignore', 'pipe'] });
    return filesOf(out);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
};
