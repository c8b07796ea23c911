import { parseIp } from '../base/ip.ts';
import { isMulticast } from './explain-address.ts';
import type { Found } from './json-tree.ts';
import { show } from './show.ts';
import type { SoundSpec } from './sound.ts';

/** What is wrong with the sync daemon and the kernel parameters. */
export function* checkRest({ spec }: SoundSpec): Generator<Found> {
  const group = spec.syncDaemon?.group === undefined ? undefined : parseIp(spec.syncDaemon.group);
  if (group && !isMulticast(group)) yield { path: ['syncDaemon', 'group'], note: `found ${group.text}, expected a multicast address, such as "224.0.0.81"` };
  for (const role of ['director', 'realServer'] as const) {
    const seen = new Map<string, string>();
    for (const key of Object.keys(spec.sysctl?.[role] ?? {})) {
      const first = seen.get(slashed(key));
      if (first === undefined) seen.set(slashed(key), key);
      else yield { path: ['sysctl', role, key], part: 'key', note: `found ${show(key)} beside ${show(first)}, expected one of them: they are one parameter` };
    }
  }
}

/** A parameter as a path below /proc/sys. sysctl(8): the first separator tells which one separates; the other stands for itself. */
function slashed(key: string): string {
  return /^[^./]*\//.test(key) ? key : key.replace(/[./]/g, (separator) => (separator === '.' ? '/' : '.'));
}
