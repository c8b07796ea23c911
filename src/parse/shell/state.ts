import type { Function as FunctionNode } from 'unbash';
import { weakest, type Confidence } from '../../base/fact.ts';
import type { ShellSource } from './source.ts';
import { unknownText } from './value.ts';

/**
 * Where an unknown or chosen text comes from. `argument`: the script's own argument at `position` (`option`: the letter that getopts gives), with what the script
 * writes before and after it (`"x$1"`); `status`: the exit status of a command that only asks or that changes the host; `count`: a number of arguments, `least` or more.
 */
export type Source =
  | { readonly by: 'argument'; readonly position: number | 'option'; readonly before: string; readonly after: string }
  | { readonly by: 'status'; readonly of: 'ask' | 'act' }
  | { readonly by: 'count'; readonly least: number };

export interface Scalar {
  readonly kind: 'scalar';
  readonly text: string;
  readonly from?: Source;
  readonly readonly?: boolean;
  readonly integer?: boolean;
  /** `local x`: it hides an outer one and holds nothing yet. */
  readonly empty?: boolean;
}

/** An indexed or associative array; `open`: it may hold more than is known, or other values. */
export interface ArrayVariable {
  readonly kind: 'array';
  readonly associative: boolean;
  readonly open: boolean;
  readonly items: ReadonlyMap<string, string>;
  readonly readonly?: boolean;
}

export type Variable = Scalar | ArrayVariable;

/** What a variable is known to be after turns of which nobody knows the number. */
export function forgotten(held: Variable): Variable {
  return held.kind === 'array' ? { kind: 'array', associative: held.associative, open: true, items: new Map() } : scalar(unknownText);
}

export function scalar(text: string, from?: Source): Scalar {
  return from ? { kind: 'scalar', text, from } : { kind: 'scalar', text };
}

/** Positional parameters. `open`: more may follow. `offset`: which of the script's own arguments the first one is, when they are those. */
export interface Arguments {
  readonly list: readonly Scalar[];
  readonly open: boolean;
  readonly offset?: number;
}

/** What `read` and filters read: a terminal, known text from `at` on, or something unknown. */
export type Input = { readonly kind: 'terminal' | 'unknown' } | { readonly kind: 'text'; readonly text: string; readonly at: number };

/** Why an exit status is not known: `ask` a question about the host, `choice` a comparison with an unknown value, `success`/`failure` whether an earlier command worked. */
export type Doubt = 'ask' | 'choice' | 'success' | 'failure';

export interface FunctionBody {
  readonly node: FunctionNode;
  readonly source: ShellSource;
}

const bodies = new WeakMap<FunctionNode, FunctionBody>();

/** A definition that a loop comes to again is the same one. */
export function defineFunction(state: State, node: FunctionNode, source: ShellSource): void {
  const body = bodies.get(node) ?? { node, source };
  bodies.set(node, body);
  const held = state.functions.get(node.name.value);
  if (held?.length !== 1 || held[0] !== body) state.functions = new Map(state.functions).set(node.name.value, [body]);
}

/** What the shell holds at one point of one path. Changed in place; `clone` before a second path. */
export interface State {
  variables: Map<string, Variable>;
  /** Whether `variables` is also another state's map, so that it must be copied before a change. */
  shared: boolean;
  /** Bodies by name; several where a test decides, undefined among them where none is defined then. */
  functions: ReadonlyMap<string, readonly (FunctionBody | undefined)[]>;
  args: Arguments;
  status: number | undefined;
  doubt: Doubt | undefined;
  /** Whether the last command was one that changes the host, so that its status tells success, not an answer. */
  acted: boolean;
  /** Text written to standard output since capturing began; undefined: nobody captures. */
  output: string | undefined;
  input: Input;
  /** Code that could not be seen may have set variables: a file to source that is not there, an `eval`. */
  foreign: boolean;
  folder: string | undefined;
  errexit: boolean;
  nounset: boolean;
  pipefail: boolean;
  noglob: boolean;
  /** How sure it is that this path is taken, beside the tests that enclose it. */
  path: Confidence;
  /** Values that `local` hid, one map a function that is entered. */
  hidden: readonly ReadonlyMap<string, Variable | undefined>[];
}

export function freshState(args: Arguments): State {
  return {
    variables: new Map(), shared: false, functions: new Map(), args, status: 0, doubt: undefined, acted: false, output: undefined, input: { kind: 'terminal' },
    foreign: false, folder: undefined, errexit: false, nounset: false, pipefail: false, noglob: false, path: 'certain', hidden: [],
  };
}

export function cloneState(state: State): State {
  state.shared = true;
  return { ...state };
}

export function setVariable(state: State, name: string, value: Variable | undefined): void {
  if (state.shared) {
    state.variables = new Map(state.variables);
    state.shared = false;
  }
  if (value) state.variables.set(name, value);
  else state.variables.delete(name);
}

/** What holds after two paths that meet: what they agree on; the rest is unknown. `b` is given up. */
export function mergeStates(a: State, b: State): State {
  if (a.variables !== b.variables) {
    for (const [name, value] of b.variables) {
      const mine = a.variables.get(name);
      if (mine !== value) setVariable(a, name, mergeVariables(mine, value));
    }
    for (const [name, value] of a.variables) if (!b.variables.has(name)) setVariable(a, name, mergeVariables(value, undefined));
  }
  if (a.functions !== b.functions) a.functions = mergeFunctions(a.functions, b.functions);
  a.args = mergeArguments(a.args, b.args);
  if (a.status !== b.status) a.status = undefined;
  if (a.doubt !== b.doubt) a.doubt = a.doubt === 'choice' || b.doubt === 'choice' ? 'choice' : (a.doubt ?? b.doubt);
  a.acted ||= b.acted;
  if (a.output !== b.output) a.output = mergeText(a.output ?? '', b.output ?? '');
  if (!sameInput(a.input, b.input)) a.input = { kind: 'unknown' };
  a.foreign ||= b.foreign;
  if (a.folder !== b.folder) a.folder = undefined;
  a.errexit &&= b.errexit;
  a.nounset &&= b.nounset;
  a.pipefail ||= b.pipefail;
  a.noglob ||= b.noglob;
  a.path = weakest(a.path, b.path);
  if (a.hidden !== b.hidden) a.hidden = a.hidden.map((frame, at) => mergeHidden(frame, b.hidden[at]));
  return a;
}

/** Several paths as one; undefined for none. */
export function mergeAll(states: readonly (State | undefined)[]): State | undefined {
  return states.reduce((all, next) => (all && next ? mergeStates(all, next) : (all ?? next)), undefined);
}

function mergeVariables(a: Variable | undefined, b: Variable | undefined): Variable {
  if (a && b && sameVariable(a, b)) return a;
  if (a?.kind === 'array' || b?.kind === 'array') return { kind: 'array', associative: (a?.kind === 'array' && a.associative) || (b?.kind === 'array' && b.associative), open: true, items: new Map() };
  const text = a && b && a.text === b.text ? a.text : unknownText;
  return scalar(text, a && b && sameSource(a.from, b.from) ? a.from : undefined);
}

export function sameVariable(a: Variable, b: Variable): boolean {
  if (a === b) return true;
  if (a.kind === 'scalar') return b.kind === 'scalar' && a.text === b.text && sameSource(a.from, b.from) && a.integer === b.integer && a.empty === b.empty && a.readonly === b.readonly;
  if (b.kind === 'scalar' || a.open !== b.open || a.associative !== b.associative || a.items.size !== b.items.size) return false;
  for (const [key, value] of a.items) if (b.items.get(key) !== value) return false;
  return true;
}

function sameSource(a: Source | undefined, b: Source | undefined): boolean {
  if (a === b) return true;
  if (!a || !b || a.by !== b.by) return false;
  if (a.by === 'argument') return b.by === 'argument' && a.position === b.position && a.before === b.before && a.after === b.after;
  return a.by === 'status' ? b.by === 'status' && a.of === b.of : b.by === 'count' && a.least === b.least;
}

function mergeFunctions(a: State['functions'], b: State['functions']): State['functions'] {
  const all = new Map<string, readonly (FunctionBody | undefined)[]>();
  let same = true;
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    const known = a.get(name) ?? [undefined];
    const both = [...new Set([...known, ...(b.get(name) ?? [undefined])])].slice(0, 4);
    same &&= a.has(name) && both.length === known.length;
    all.set(name, both);
  }
  return same ? a : all;
}

function mergeArguments(a: Arguments, b: Arguments): Arguments {
  if (a === b) return a;
  if (a.open === b.open && a.offset === b.offset && a.list.length === b.list.length && a.list.every((one, at) => sameVariable(one, b.list[at]!))) return a;
  if (a.offset !== undefined && b.offset !== undefined) return { list: [], open: true, offset: Math.min(a.offset, b.offset) };
  return { list: [], open: true };
}

function mergeText(a: string, b: string): string {
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  return a.slice(0, same) + unknownText;
}

function sameInput(a: Input, b: Input): boolean {
  return a === b || (a.kind === b.kind && (a.kind !== 'text' || (b.kind === 'text' && a.text === b.text && a.at === b.at)));
}

/** A name that is local on one path only: what it hid is not known any more. */
function mergeHidden(a: ReadonlyMap<string, Variable | undefined>, b: ReadonlyMap<string, Variable | undefined> | undefined): ReadonlyMap<string, Variable | undefined> {
  if (!b || a === b) return a;
  const all = new Map(a);
  for (const [name, value] of b) if (!all.has(name)) all.set(name, value ?? scalar(unknownText));
  return all;
}

/** Whether nothing that decides or names anything differs: a loop that reaches it again does nothing new. */
export function sameState(a: State, b: State): boolean {
  if (a.output !== b.output || !sameInput(a.input, b.input) || a.foreign !== b.foreign || mergeArguments(a.args, b.args) !== a.args) return false;
  if (a.functions !== b.functions || a.folder !== b.folder) return false;
  if (a.variables === b.variables) return true;
  if (a.variables.size !== b.variables.size) return false;
  for (const [name, value] of a.variables) {
    const other = b.variables.get(name);
    if (!other || !sameVariable(value, other)) return false;
  }
  return true;
}
