import type { Effect } from '../../../model/script.ts';
import { anyText, knownText, unknownText } from '../value.ts';
import { textOf, type Invocation } from './invocation.ts';
import { lockCreated } from './lock.ts';
import { assignmentsIn, isSysctlFile, sysctlKey } from './sysctl.ts';

/** What writing `text` to a path does: a kernel parameter below /proc/sys, a file that sysctl reads, a lock. */
export function effectsOfWrite(path: string, text: string): readonly Effect[] {
  if (path.startsWith('/proc/sys/')) {
    const key = sysctlKey(`/${path.slice('/proc/sys/'.length).replaceAll(anyText, '*')}`);
    return [{ kind: 'sysctl', key, value: knownText(text)?.trim(), target: 'kernel' }];
  }
  if (isSysctlFile(path)) return assignmentsIn(text, 'file');
  return lockCreated(path);
}

/** `… | tee FILE…` */
export function tee(call: Invocation): readonly Effect[] {
  return call.args.filter((arg) => !arg.partial.startsWith('-')).flatMap((arg) => effectsOfWrite(call.path(arg.partial) ?? arg.partial, call.out));
}

/** `dd of=/proc/sys/…` and `cp file /proc/sys/…` write what nobody follows. */
export function copy(call: Invocation): readonly Effect[] {
  const target = call.name === 'dd' ? call.args.find((arg) => arg.partial.startsWith('of='))?.partial.slice(3) : textOf(call.args.at(-1));
  return target?.startsWith('/proc/sys/') ? effectsOfWrite(target, unknownText) : [];
}
