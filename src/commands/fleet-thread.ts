import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { JudgedPart } from './fleet-part.ts';

/** A host as a thread gets it. */
export interface DiskHost {
  readonly index: number;
  readonly name: string;
  /** The root on disk. */
  readonly folder: string;
  /** How the user names it. */
  readonly shown: string;
}

/** A thread says how far it is, and then what it found. */
export type ThreadMessage = { readonly done: number } | { readonly part: JudgedPart };

/** Judges hosts in a thread of its own. Rejects when the thread fails. */
export function judgeInThread(hosts: readonly DiskHost[], progress: (done: number) => void): Promise<JudgedPart> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(threadScript(), { workerData: hosts });
    worker.on('message', (message: ThreadMessage) => ('done' in message ? progress(message.done) : resolve(message.part)));
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`a thread ended with ${code} before it was done`)));
  });
}

/** This file, or the bundle that it is in. */
const here = typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url);

function threadScript(): string {
  return join(dirname(here), here.endsWith('.ts') ? 'fleet-worker-from-source.mjs' : 'fleet-worker.cjs');
}
