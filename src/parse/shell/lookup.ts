import type { Frame } from './run.ts';
import { environmentBrings, fixedVariables } from './environment.ts';
import { scalar, type ArrayVariable, type Scalar, type Source, type State } from './state.ts';
import { knownText, unknownText } from './value.ts';

/** What a parameter holds. `list`: `@` or `*`, so that its items are separate. `set` undefined: it may or may not be set. */
export interface Held {
  readonly items: readonly Scalar[];
  readonly list: boolean;
  /** More items may follow; `rest` is where they would come from. */
  readonly open: boolean;
  readonly rest?: Source;
  readonly set: boolean | undefined;
}

const one = (text: string, set: boolean | undefined, from?: Source): Held => ({ items: [scalar(text, from)], list: false, open: false, set });
const unset: Held = { items: [], list: false, open: false, set: false };

/** `$1`, `$@`, `$?`, `$name`, `${name[index]}`; `index` is the text between the brackets, already expanded. */
export function lookUp(name: string, index: string | undefined, frame: Frame, state: State): Held {
  if (name === '@' || name === '*') return { items: state.args.list, list: true, open: state.args.open, set: state.args.open ? undefined : state.args.list.length > 0, ...rest(state, state.args.list.length) };
  if (/^\d+$/.test(name)) return positional(Number(name), frame, state);
  switch (name) {
    case '#':
      return state.args.open ? one(unknownText, true, { by: 'count', least: state.args.list.length }) : one(String(state.args.list.length), true);
    case '?': {
      const last = frame.recording ? frame.run.steps.at(-1) : undefined;
      if (last) last.tested = true;
      return one(state.status === undefined ? unknownText : String(state.status), true, state.status === undefined ? { by: 'status', of: state.acted ? 'act' : 'ask' } : undefined);
    }
    case '$':
    case '!':
    case '-':
    case '_':
      return one(unknownText, undefined);
  }
  const held = state.variables.get(name);
  if (held?.kind === 'array') return element(held, index);
  if (held?.empty) return unset;
  if (held) return index === undefined || index === '0' || index === '@' || index === '*' ? { items: [held], list: index === '@' || index === '*', open: false, set: true } : knownText(index) === undefined ? one(unknownText, undefined) : unset;
  const fixed = fixedVariables.get(name);
  if (fixed !== undefined) return one(fixed, true);
  if (state.foreign || environmentBrings(name, frame.run.file)) return one(unknownText, undefined);
  return index === '@' || index === '*' ? { ...unset, list: true } : unset;
}

function positional(number: number, frame: Frame, state: State): Held {
  if (number === 0) return one(`/${frame.run.file}`, true);
  const value = state.args.list[number - 1];
  if (value) return { items: [value], list: false, open: false, set: true };
  return state.args.open ? one(unknownText, undefined, rest(state, number - 1).rest) : unset;
}

/** The script's own argument that stands behind the known ones. */
function rest(state: State, skip: number): { readonly rest?: Source } {
  return state.args.open && state.args.offset !== undefined ? { rest: { by: 'argument', position: state.args.offset + skip, before: '', after: '' } } : {};
}

function element(array: ArrayVariable, index: string | undefined): Held {
  // Elements that are not known may stand anywhere between the known ones.
  if (index === '@' || index === '*') return { items: array.open ? [] : [...array.items].sort(byIndex(array)).map(([, text]) => scalar(text)), list: true, open: array.open, set: array.open ? undefined : array.items.size > 0 };
  const key = index ?? '0';
  const negative = /^-\d+$/.test(key) && !array.associative;
  const wanted = negative ? [...array.items.keys()].sort((a, b) => Number(a) - Number(b)).at(Number(key)) : key;
  if (knownText(key) === undefined || (negative && array.open)) return one(unknownText, undefined);
  const text = wanted === undefined ? undefined : array.items.get(wanted);
  if (text !== undefined) return one(text, true);
  return array.open ? one(unknownText, undefined) : unset;
}

/** Indexed arrays list their elements by index; the order of associative ones is bash's own and not known here. */
function byIndex(array: ArrayVariable): (a: readonly [string, string], b: readonly [string, string]) => number {
  return array.associative ? () => 0 : ([a], [b]) => Number(a) - Number(b);
}

/** Keys of an array, for `${!name[@]}`. */
export function keysOf(name: string, state: State): Held {
  const held = state.variables.get(name);
  if (held?.kind === 'array') return { items: held.open ? [] : [...held.items.keys()].sort((a, b) => (held.associative ? 0 : Number(a) - Number(b))).map((key) => scalar(key)), list: true, open: held.open, set: held.items.size > 0 };
  return held ? { items: [scalar('0')], list: true, open: false, set: true } : { items: [], list: true, open: state.foreign, set: state.foreign ? undefined : false };
}

/** IFS as text; undefined when it is not known. */
export function fieldSeparators(state: State): string | undefined {
  const held = state.variables.get('IFS');
  if (!held) return ' \t\n';
  return held.kind === 'scalar' ? knownText(held.text) : undefined;
}
