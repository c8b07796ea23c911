import type { Effect } from '../../../model/script.ts';
import { isKnown, knownText } from '../value.ts';
import type { Invocation } from './invocation.ts';

const places = /^\/(var\/lock|run\/lock|var\/run|run)\/(?!$)/;

/** Files that say that something runs: below /var/lock, /run/lock, /var/run, /run. */
export function isLockPath(path: string): boolean {
  return places.test(path) && !/^\/(var\/)?(run\/)?lock\/(subsys\/?)?$/.test(path);
}

/** A file that is created by writing to it. */
export function lockCreated(path: string): readonly Effect[] {
  return isLockPath(path) ? [{ kind: 'lock', path: knownText(path), does: 'create' }] : [];
}

/** `[ -f LOCK ]` */
export function lockTest(operator: string, path: string): readonly Effect[] {
  return /^-[efras]$/.test(operator) && isLockPath(path) ? [{ kind: 'lock', path: knownText(path), does: 'test' }] : [];
}

/** touch, rm, mkdir, lockfile. */
export function lockCommand(call: Invocation): readonly Effect[] {
  const { name, args } = call;
  // mkdir -p makes the folder for locks, not a lock.
  if (name === 'mkdir' && args.some((arg) => /^-\w*p|^--parents/.test(arg.partial))) return [];
  return args.flatMap((arg): readonly Effect[] => {
    if (arg.partial.startsWith('-')) return [];
    const path = isKnown(arg.partial) ? (call.path(arg.partial) ?? arg.partial) : arg.partial;
    return isLockPath(path) ? [{ kind: 'lock', path: knownText(path), does: name === 'rm' || name === 'rmdir' || name === 'unlink' ? 'remove' : 'create' }] : [];
  });
}
