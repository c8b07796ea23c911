import type { ReadLog } from '../parse/draft.ts';
import type { Io } from './command.ts';
import type { Input, Unopened } from './inputs.ts';

/** One host as it was read. */
export interface ReadHost {
  readonly input: Extract<Input, { kind: 'host' }>;
  readonly log: ReadLog;
}

/** Names on stderr all that could not be read. True when the answer is not whole for it: a path that the user named, or a file that may not be opened. */
export function tellUnreadable(unopened: readonly Unopened[], hosts: readonly ReadHost[], io: Io): boolean {
  let failed = unopened.length > 0;
  for (const { path, note } of unopened) io.err(`lvs-gen: ${path}: ${note}\n`);
  for (const { input, log } of hosts) {
    for (const { path, why, note } of log.unreadable) {
      io.err(`lvs-gen: ${input.open(path)}: ${note}\n`);
      failed ||= why === 'denied' || input.files.only === path;
    }
  }
  return failed;
}
