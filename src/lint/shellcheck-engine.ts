import type { TabWidth } from './shellcheck-comment.ts';

/** A script as ShellCheck gets it. Without `shell` its first line or a directive says which shell it is for. */
export interface ShellScript {
  readonly text: string;
  readonly shell?: 'sh' | 'bash' | 'dash' | 'ksh';
}

/** One way to run ShellCheck. It is given one script at a time. Rejections are Errors of one line; `ShellCheckUnavailable` when no script at all can be checked. */
export interface ShellCheckEngine {
  readonly tabWidth: TabWidth;
  /** What the answers depend on beside the script: edition and version. Quick: for the wasm edition nothing is loaded. */
  identity(): Promise<string>;
  /** The parsed JSON of ShellCheck. */
  run(script: ShellScript): Promise<unknown>;
  close(): Promise<void>;
}

/** ShellCheck cannot run here at all (not installed, not startable): to be said once, for all scripts. */
export class ShellCheckUnavailable extends Error {
  override readonly name = 'ShellCheckUnavailable';
}

/** Any thrown value as one short line. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}

export function tookTooLong(milliseconds: number): Error {
  return new Error(`ShellCheck did not finish within ${milliseconds / 1000} s`);
}
