import { spawn } from 'node:child_process';
import { oneLine, ShellCheckUnavailable, tookTooLong, type ShellCheckEngine, type ShellScript } from './shellcheck-engine.ts';

const maxAnswerBytes = 64 * 1024 * 1024;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * A ShellCheck of the machine (0.7.0 or newer, which has `json1` and `--norc`), one process a script. The script goes in by standard input; neither a
 * .shellcheckrc nor SHELLCHECK_OPTS has a say, as in the built-in one, and no sourced file is followed.
 */
export function nativeEngine(path: string, timeLimit: number): ShellCheckEngine {
  let stopRunning: (() => void) | undefined;
  let version: Promise<string> | undefined;

  async function askVersion(): Promise<string> {
    let ended: Ended;
    try {
      ended = await call(['--version'], '');
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such program' : oneLine(error);
      throw new ShellCheckUnavailable(`'${path}' does not start: ${why}`);
    }
    const found = /^version: (\d+)\.(\d+)(\S*)/m.exec(ended.out);
    if (!found) throw new ShellCheckUnavailable(`'${path}' is no ShellCheck: it gives no version`);
    if (Number(found[1]) === 0 && Number(found[2]) < 7) throw new ShellCheckUnavailable(`'${path}' is ShellCheck ${found[1]}.${found[2]}; 0.7.0 or newer is needed`);
    return `native ${found[0].slice('version: '.length)}`;
  }

  async function run({ text, shell }: ShellScript): Promise<unknown> {
    const { code, out, err } = await call(['--norc', '--format=json1', ...(shell === undefined ? [] : [`--shell=${shell}`]), '-'], text);
    if (code !== 0 && code !== 1) throw new Error(`ShellCheck failed: ${oneLine(err) || `exit code ${code}`}`);
    try {
      return JSON.parse(out) as unknown;
    } catch {
      throw new Error('ShellCheck failed: its answer is no JSON');
    }
  }

  function call(args: readonly string[], input: string): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const { SHELLCHECK_OPTS: _, ...env } = process.env;
      // Without a UTF-8 locale some editions cannot print what they quote.
      const child = spawn(path, args, { env: { ...env, LC_ALL: 'C.UTF-8' }, stdio: 'pipe', windowsHide: true });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      let bytes = 0;
      const settle = (done: () => void): void => {
        clearTimeout(timer);
        stopRunning = undefined;
        done();
      };
      const giveUp = (error: Error): void => {
        child.kill('SIGKILL');
        // A grandchild may hold the pipes open: we wait for none.
        child.stdout.destroy();
        child.stderr.destroy();
        settle(() => reject(error));
      };
      const timer = setTimeout(() => giveUp(tookTooLong(timeLimit)), timeLimit);
      stopRunning = () => giveUp(new Error('ShellCheck was closed'));
      const collect = (into: Buffer[]) => (chunk: Buffer): void => {
        bytes += chunk.length;
        if (bytes > maxAnswerBytes) giveUp(new Error('ShellCheck failed: its answer is too long'));
        else into.push(chunk);
      };
      child.stdout.on('data', collect(out));
      child.stderr.on('data', collect(err));
      child.on('error', (error) => settle(() => reject(error)));
      child.on('close', (code) => settle(() => resolve({ code, out: Buffer.concat(out).toString('utf8'), err: Buffer.concat(err).toString('utf8') })));
      // A program that does not read to the end has its reasons; its exit code tells them.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input, 'utf8');
    });
  }

  return {
    tabWidth: 1,
    identity: () => (version ??= askVersion()),
    run,
    close: async () => stopRunning?.(),
  };
}
