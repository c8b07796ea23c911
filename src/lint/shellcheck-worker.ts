import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { ConsoleStdout, File, OpenFile, WASI } from '@bjorn3/browser_wasi_shim';
import type { Answer, Question, WorkerInput } from './shellcheck-in-worker.ts';

/** What we call of the module; GHC's export names. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  hs_init(argc: number, argv: number): void;
  lintWithOptions(script: string, options: string): Promise<string>;
}

/** As much of WebAssembly as we use: TypeScript has it only among the types of a browser. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: { instantiate(module: Uint8Array, imports: Readonly<Record<string, object>>): Promise<{ readonly instance: { readonly exports: Exports } }> };
};

/**
 * Instantiates ShellCheck. The package's own loader hands WASI nothing but the memory, so the module's `_initialize` never runs and the second script of
 * an instance fails with "table index is out of bounds"; here WASI gets the whole instance. ShellCheck sees no file, no variable and no terminal of ours.
 */
async function load({ wasm, glue }: WorkerInput): Promise<Exports> {
  const silent = (): ConsoleStdout => new ConsoleStdout(() => undefined);
  const wasi = new WASI([], [], [new OpenFile(new File([])), silent(), silent()], { debug: false });
  const back: Record<string, unknown> = {};
  const { default: foreign } = (await import(pathToFileURL(glue).href)) as { default(back: object): object };
  const { instance } = await WebAssembly.instantiate(readFileSync(wasm), { ghc_wasm_jsffi: foreign(back), wasi_snapshot_preview1: wasi.wasiImport });
  const { exports } = instance;
  Object.assign(back, exports);
  wasi.initialize({ exports });
  exports.hs_init(0, 0);
  return exports;
}

async function serve(port: NonNullable<typeof parentPort>): Promise<void> {
  const say = (answer: Answer): void => port.postMessage(answer);
  let shellcheck: Exports;
  try {
    shellcheck = await load(workerData as WorkerInput);
  } catch (error) {
    return say({ error: String(error) });
  }
  port.on('message', ({ text, shell }: Question) => {
    shellcheck.lintWithOptions(text, JSON.stringify(shell === undefined ? {} : { shell })).then(
      (json) => say({ json }),
      (error: unknown) => say({ error: String(error) }),
    );
  });
  say({ json: '' });
}

if (parentPort) void serve(parentPort);
