import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { answersAlike, traced } from '../base/trace.ts';
import type { HostInput } from './seen.ts';

const interval = 300;

/** Inputs that note what was asked of them, so that `changed` can wait until one of them, or one of `files`, answers otherwise. Works where the system tells of no change (NFS, containers). */
export function watched(inputs: readonly HostInput[], files: readonly string[]): { readonly inputs: readonly HostInput[]; changed(): Promise<void> } {
  const hosts = inputs.map((input) => ({ input, before: input.files, ...traced(input.files) }));
  const others = files.map((file) => ({ file, then: stateOf(file) }));
  return {
    inputs: hosts.map(({ input, files: noting }) => ({ ...input, files: noting })),
    async changed() {
      while (hosts.every(({ before, trace }) => answersAlike(before, trace)) && others.every(({ file, then }) => stateOf(file) === then)) await sleep(interval);
      // An editor writes in several steps.
      await sleep(interval / 3);
    },
  };
}

/** What changes when a file is written, however large it is. */
function stateOf(file: string): string {
  const status = statSync(file, { throwIfNoEntry: false });
  return status ? `${status.ino} ${status.size} ${status.mtimeMs}` : 'absent';
}
