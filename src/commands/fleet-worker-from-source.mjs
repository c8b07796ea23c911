// A thread of a fleet where nothing was built: a worker does not inherit the loader of TypeScript, so this one takes it along.
import { register } from 'tsx/esm/api';

register();
await import('./fleet-worker.ts');
