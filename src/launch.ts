#!/usr/bin/env node
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';

/**
 * Starts the bundles from the code caches that the build left beside them, so that nobody waits until V8 has compiled 1 MB of JavaScript. V8 refuses a cache of another
 * version or of another text; the bundle is then compiled as always. With LVS_GEN_WRITE_CACHE (the build sets it) the caches are written at exit, with the functions
 * that this run has needed beside those that they had.
 */
const writes = process.env['LVS_GEN_WRITE_CACHE'] === '1';
const plainRequire = createRequire(__filename);

function load(name: 'main' | 'engine'): unknown {
  const file = join(__dirname, `${name}.cjs`);
  const cache = join(__dirname, `${name}.cache`);
  const known = existsSync(cache);
  if (!known && !writes) return plainRequire(file);
  const text = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`;
  const script = new Script(text, { filename: file, ...(known && { cachedData: readFileSync(cache) }) });
  const module = { exports: {} };
  (script.runInThisContext() as (...args: readonly unknown[]) => void)(module.exports, requireOurs, module, file, __dirname);
  if (writes) process.once('exit', () => writeFileSync(cache, script.createCachedData()));
  return module.exports;
}

const requireOurs = Object.assign((id: string): unknown => (id === './engine.cjs' ? load('engine') : plainRequire(id)), plainRequire);

load('main');
