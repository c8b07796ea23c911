import type { Frame } from './run.ts';
import type { State } from './state.ts';
import { isKnown } from './value.ts';

/** A path as written, made absolute with the folder that the script changed to; undefined when that folder is not known. */
export function absolutePath(written: string, state: State): string | undefined {
  const whole = written.startsWith('/') ? written : state.folder === undefined ? undefined : `${state.folder}/${written}`;
  if (whole === undefined) return undefined;
  const parts: string[] = [];
  for (const part of whole.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Places whose files are the same when the script runs as they are now: not /proc, /run, /var, /tmp. */
const lasting = /^\/(etc|usr|lib|opt|root|home|srv)\//;

/** Text of a file of the host that does not change at run time; undefined when it is not there or cannot be read. */
export function readKnownFile(written: string, frame: Frame, state: State): string | undefined {
  const path = isKnown(written) ? absolutePath(written, state) : undefined;
  if (path === undefined || !lasting.test(path)) return undefined;
  const read = frame.run.files.read(path.slice(1));
  if (read.state !== 'text' || read.text.length > 262_144) return undefined;
  return read.text.replace(/\r\n/g, '\n').replace(/[\uFFFE\uFFFF]/g, '\uFFFD');
}

/** Whether a file of configuration is there. Never a sure no: the tree that is looked at may be a part of the host. */
export function fileIsThere(written: string, frame: Frame, state: State): true | undefined {
  return readKnownFile(written, frame, state) === undefined ? undefined : true;
}
