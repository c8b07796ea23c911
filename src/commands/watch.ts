import { setTimeout as sleep } from 'node:timers/promises';
import { singleFile } from '../base/file-set.ts';
import { answersAlike, traced } from '../base/trace.ts';
import type { HostInput } from './seen.ts';

const interval = 300;

/** Inputs that note what was asked of them, so that `changed` can wait until one of them, or one of `files`, answers otherwise. Works where the system tells of no change (NFS, containers). */
export function watched(inputs: readonly HostInput[], files: readonly string[]): { readonly inputs: readonly HostInput[]; changed(): Promise<void> } {
  const hosts = inputs.map((input) => ({ input, before: input.files, ...traced(input.files) }));
  const others = files.map((file) => {
    const before = singleFile(file);
    const { files: noting, trace } = traced(before);
    noting.read(file);
    return { before, trace };
  });
  return {
    inputs: hosts.map(({ input, files: noting }) => ({ ...input, files: noting })),
    async changed() {
      while ([...hosts, ...others].every(({ before, trace }) => answersAlike(before, trace))) await sleep(interval);
      // An editor writes in several steps.
      await sleep(interval / 3);
    },
  };
}
