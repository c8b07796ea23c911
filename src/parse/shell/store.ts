import { numberOf } from './arithmetic.ts';
import { scalar, setVariable, type ArrayVariable, type Source, type State, type Variable } from './state.ts';
import { bounded, isKnown, knownText, unknownText } from './value.ts';

/** `name=text`, keeping what `declare -i` and `readonly` ask for. */
export function store(state: State, name: string, text: string, from?: Source): void {
  const held = state.variables.get(name);
  if (held?.readonly) return;
  if (held?.kind === 'array') return storeElement(state, name, '0', text);
  if (held?.integer) {
    const value = numberOf(text, undefined, 0);
    setVariable(state, name, { kind: 'scalar', text: value === undefined ? unknownText : String(value), integer: true });
    return;
  }
  setVariable(state, name, scalar(bounded(text), from));
}

/** `name+=text`. */
export function append(state: State, name: string, text: string): void {
  const held = state.variables.get(name);
  if (held?.kind === 'array') {
    const first = held.items.get('0');
    return storeElement(state, name, '0', (first ?? (held.open ? unknownText : '')) + text);
  }
  if (held?.integer) {
    const [a, b] = [numberOf(held.text, undefined, 0), numberOf(text, undefined, 0)];
    return store(state, name, a === undefined || b === undefined ? unknownText : String(a + b));
  }
  store(state, name, (held ? held.text : state.foreign ? unknownText : '') + text);
}

/** `name[index]=text`; without an index `name=text`. An index that is not known leaves the whole array unknown. */
export function storeElement(state: State, name: string, index: string | undefined, text: string): void {
  const held = state.variables.get(name);
  if (index === undefined) return store(state, name, text);
  if (held?.readonly) return;
  const array: ArrayVariable = held?.kind === 'array' ? held : { kind: 'array', associative: false, open: false, items: held ? new Map([['0', held.text]]) : new Map() };
  const key = array.associative ? knownText(index) : indexOf(index, array);
  if (key === undefined) return setVariable(state, name, { ...array, open: true, items: new Map() });
  setVariable(state, name, { ...array, items: new Map(array.items).set(key, bounded(text)) });
}

function indexOf(index: string, array: ArrayVariable): string | undefined {
  if (!isKnown(index)) return undefined;
  const value = numberOf(index, undefined, 0);
  if (value === undefined) return undefined;
  if (value >= 0) return String(value);
  if (array.open) return undefined;
  const last = Math.max(-1, ...[...array.items.keys()].map(Number));
  return last + 1 + value >= 0 ? String(last + 1 + value) : undefined;
}

/** `name=(…)` and `name+=(…)`. `elements` in order; `open`: their number is not known. */
export function storeArray(state: State, name: string, elements: readonly { readonly key?: string; readonly text: string }[], open: boolean, extend: boolean): void {
  const held = state.variables.get(name);
  if (held?.readonly) return;
  const associative = held?.kind === 'array' && held.associative;
  if (extend && held?.kind === 'array' && held.open && !associative) return setVariable(state, name, { ...held, items: new Map() });
  const items = new Map<string, string>(extend ? (held?.kind === 'array' ? held.items : held ? [['0', held.text]] : []) : []);
  let next = Math.max(-1, ...[...items.keys()].map(Number).filter(Number.isFinite)) + 1;
  for (const { key, text } of elements) {
    const at = key === undefined ? String(next) : associative ? key : String(numberOf(key, undefined, 0) ?? next);
    items.set(at, bounded(text));
    if (!associative) next = Number(at) + 1;
    if (items.size > 4_096) return setVariable(state, name, { kind: 'array', associative, open: true, items: new Map() });
  }
  setVariable(state, name, { kind: 'array', associative, open: open || (extend && held?.kind === 'array' && held.open), items: open && !associative ? new Map() : items });
}

/** Copies a variable with other attributes. */
export function withAttributes(variable: Variable, attributes: { readonly readonly?: boolean; readonly integer?: boolean }): Variable {
  if (variable.kind === 'array') return attributes.readonly ? { ...variable, readonly: true } : variable;
  return { ...variable, ...attributes };
}

/** Forgets the value of a name. */
export function storeUnknown(state: State, name: string): void {
  if (/^[A-Za-z_]\w*$/.test(name)) store(state, name, unknownText);
}
