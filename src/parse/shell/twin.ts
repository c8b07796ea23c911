import type { SourceText } from '../../base/text.ts';
import type { Action, Script } from '../../model/script.ts';
import { readHeader, readShebang } from './header.ts';

/** The same script on another host: what it does is the same, every place is the other host's. */
export function twinOf(script: Script, source: SourceText, mode: number | undefined): Script {
  const move = moverTo(placesOf(script), source.host);
  const { mode: _mode, shebang: _shebang, actions, assignments, functions, syntaxErrors, crlf, ...same } = script;
  const shebang = readShebang(source);
  return {
    ...same,
    source,
    ...(mode !== undefined && { mode }),
    ...(shebang && { shebang }),
    header: readHeader(source),
    actions: actions.map((action) => movedAction(action, move)),
    assignments: move(assignments),
    functions: move(functions),
    syntaxErrors: move(syntaxErrors),
    ...(crlf && { crlf: move(crlf) }),
  };
}

function movedAction(action: Action, move: Mover): Action {
  const { name, at, repeats } = action;
  let steps: Action['steps'] | undefined;
  return {
    name,
    at: move(at),
    ...(repeats && { repeats }),
    get steps() {
      return (steps ??= move(action.steps));
    },
    get exits() {
      return action.exits;
    },
  };
}

/** Something of a script that holds a place, or is one: `parts` of it do, each given by its number in the list. */
interface Holder {
  readonly value: object;
  readonly parts: readonly (readonly [key: string | number, holder: number])[];
}

/** Everything in a script that holds places, parts before wholes, found once for all its twins; what is worked out later is added behind. */
interface Places {
  readonly host: string;
  readonly holders: Holder[];
  /** Number of a holder; -1: it holds no place. */
  readonly numbers: Map<object, number>;
}

const places = new WeakMap<Script, Places>();

function placesOf(script: Script): Places {
  const known = places.get(script) ?? { host: script.source.host, holders: [], numbers: new Map() };
  places.set(script, known);
  return known;
}

function numberOf(value: unknown, all: Places): number {
  if (typeof value !== 'object' || value === null) return -1;
  const known = all.numbers.get(value);
  if (known !== undefined) return known;
  const entries: Iterable<readonly [string | number, unknown]> = value instanceof Map || Array.isArray(value) ? value.entries() : Object.entries(value);
  const parts: [string | number, number][] = [];
  for (const [key, part] of entries) {
    // The syntax tree knows no hosts, and which way of a choice is taken is no place.
    const number = key === 'assignment' || key === 'ways' ? -1 : numberOf(part, all);
    if (number >= 0) parts.push([key, number]);
  }
  const number = parts.length > 0 || isPlace(value, all.host) ? all.holders.push({ value, parts }) - 1 : -1;
  all.numbers.set(value, number);
  return number;
}

function isPlace(value: object, host: string): boolean {
  return 'endColumn' in value && (value as { readonly host?: unknown }).host === host;
}

type Mover = <T>(value: T) => T;

/** Copies plain data with the host of every place changed; what holds no place stays the same object, what was one object stays one. */
function moverTo(all: Places, host: string): Mover {
  const made: object[] = [];
  return <T>(value: T): T => {
    const number = numberOf(value, all);
    if (number < 0) return value;
    for (let next = made.length; next < all.holders.length; next++) made.push(moved(all.holders[next]!, made, host));
    return made[number] as T;
  };
}

function moved({ value, parts }: Holder, made: readonly object[], host: string): object {
  if (value instanceof Map) return new Map([...value, ...parts.map(([key, part]) => [key, made[part]] as const)]);
  if (parts.length === 0) return { ...value, host };
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string | number, object>;
  for (const [key, part] of parts) copy[key] = made[part]!;
  return copy;
}
