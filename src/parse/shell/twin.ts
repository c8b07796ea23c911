import type { SourceText } from '../../base/text.ts';
import type { Action, Script } from '../../model/script.ts';
import { readHeader, readShebang } from './header.ts';

/** The same script on another host: what it does is the same, every place is the other host's. */
export function twinOf(script: Script, source: SourceText, mode: number | undefined): Script {
  const moved = mover(script.source.host, source.host);
  const { mode: _mode, shebang: _shebang, actions, assignments, functions, syntaxErrors, crlf, ...same } = script;
  const shebang = readShebang(source);
  return {
    ...same,
    source,
    ...(mode !== undefined && { mode }),
    ...(shebang && { shebang }),
    header: readHeader(source),
    actions: actions.map((action) => movedAction(action, moved)),
    assignments: moved(assignments),
    functions: new Map([...functions].map(([name, at]) => [name, moved(at)])),
    syntaxErrors: moved(syntaxErrors),
    ...(crlf && { crlf: moved(crlf) }),
  };
}

function movedAction(action: Action, moved: Mover): Action {
  const { name, at, repeats } = action;
  let steps: Action['steps'] | undefined;
  return {
    name,
    at: moved(at),
    ...(repeats && { repeats }),
    get steps() {
      return (steps ??= moved(action.steps));
    },
    get exits() {
      return action.exits;
    },
  };
}

type Mover = <T>(value: T) => T;

/** Copies plain data with the host of every place changed; what holds no place stays the same object, what was one object stays one. */
function mover(from: string, to: string): Mover {
  const done = new Map<object, unknown>();
  const move = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const known = done.get(value);
    if (known !== undefined) return known;
    const made = Array.isArray(value) ? moveArray(value) : moveObject(value as Record<string, unknown>);
    done.set(value, made);
    return made;
  };
  const moveArray = (list: readonly unknown[]): readonly unknown[] => {
    let made: unknown[] | undefined;
    for (let at = 0; at < list.length; at++) {
      const next = move(list[at]);
      if (next !== list[at]) (made ??= [...list])[at] = next;
    }
    return made ?? list;
  };
  const moveObject = (object: Record<string, unknown>): Record<string, unknown> => {
    if (object['host'] === from && 'endColumn' in object) return { ...object, host: to };
    let made: Record<string, unknown> | undefined;
    for (const key in object) {
      // The syntax tree knows no hosts.
      if (key === 'assignment') continue;
      const next = move(object[key]);
      if (next !== object[key]) (made ??= { ...object })[key] = next;
    }
    return made ?? object;
  };
  return move as Mover;
}
