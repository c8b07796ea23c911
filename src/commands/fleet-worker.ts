import { parentPort, workerData } from 'node:worker_threads';
import { diskFiles } from '../base/file-set.ts';
import type { DiskHost, ThreadMessage } from './fleet-thread.ts';

/** A thread of fleet.ts: judges its hosts, tells now and then how far it is, and at the end what it found. */
const every = 50;

async function main(): Promise<void> {
  const { judgePart } = await import('./engine.ts');
  const hosts = (workerData as readonly DiskHost[]).map(({ index, name, folder, shown }) => ({ index, name, files: { ...diskFiles(folder), root: shown } }));
  const say = (message: ThreadMessage): void => parentPort!.postMessage(message);
  say({ part: judgePart(hosts, false, (done) => done % every === 0 && say({ done })) });
}

void main();
