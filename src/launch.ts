#!/usr/bin/env node
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as vm from 'node:vm';

/**
 * Starts main.cjs from the code cache that the build left beside it, so that nobody waits until V8 has compiled 1 MB of JavaScript. V8 refuses a cache of another
 * version or of another text; main.cjs is then compiled as always. With LVS_GEN_WRITE_CACHE (the build sets it) the cache is written at exit, with the functions that
 * this run has needed beside those that it had.
 */
const main = join(__dirname, 'main.cjs');
const cache = join(__dirname, 'main.cache');
const writes = process.env['LVS_GEN_WRITE_CACHE'] === '1';
/** Without it (Node before 20.10) an import() in main.cjs would not work. */
const loader = (vm.constants as { readonly USE_MAIN_CONTEXT_DEFAULT_LOADER?: number } | undefined)?.USE_MAIN_CONTEXT_DEFAULT_LOADER;
const known = loader !== undefined && existsSync(cache);

if (known || (writes && loader !== undefined)) start(known ? readFileSync(cache) : undefined);
else createRequire(__filename)(main);

function start(cachedData: Buffer | undefined): void {
  const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${readFileSync(main, 'utf8')}\n})`, {
    filename: main,
    importModuleDynamically: loader as never,
    ...(cachedData && { cachedData }),
  });
  const module = { exports: {} };
  (script.runInThisContext() as (...args: readonly unknown[]) => void)(module.exports, createRequire(main), module, main, dirname(main));
  if (writes) process.once('exit', () => writeFileSync(cache, script.createCachedData()));
}
