import type { Script } from './script.ts';
import { effectsOf } from './timeline.ts';

/** Whether a script is written for the init system of Red Hat: it has a chkconfig line, or sources the functions of /etc/rc.d/init.d. */
export function isRedHat(script: Script): boolean {
  return script.header.chkconfig !== undefined || effectsOf(script, 'source').some(({ effect }) => /^\/etc\/(?:rc\.d\/)?init\.d\/functions$/.test(effect.path ?? ''));
}
