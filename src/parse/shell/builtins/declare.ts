import type { Assignment as ShellAssignment } from 'unbash';
import { assign } from '../assign.ts';
import { expandString, expansion } from '../expand.ts';
import type { Call, Done } from '../simple.ts';
import { scalar, setVariable, type State } from '../state.ts';
import { store, withAttributes } from '../store.ts';
import { isKnown, unknownText } from '../value.ts';
import type { Arg } from '../words.ts';

export function exportNames(call: Call): Done {
  for (const arg of operands(call).names) setOne(call, arg, {}, false);
  return { status: 0 };
}

export function readonly(call: Call): Done {
  const { names, flags } = operands(call);
  for (const arg of names) setOne(call, arg, { array: flags.includes('a'), associative: flags.includes('A'), readonly: true }, false);
  return { status: 0 };
}

export function local(call: Call): Done {
  const { names, flags } = operands(call);
  if (call.state.hidden.length === 0) return { status: 1 };
  for (const arg of names) setOne(call, arg, attributes(flags), true);
  return { status: 0 };
}

/** `declare`, `typeset`: inside a function they make locals, unless -g. */
export function declare(call: Call): Done {
  const { names, flags } = operands(call);
  if (/[pfF]/.test(flags)) return { status: undefined };
  const own = call.state.hidden.length > 0 && !flags.includes('g');
  for (const arg of names) setOne(call, arg, attributes(flags), own);
  return { status: 0 };
}

interface Attributes {
  readonly array?: boolean;
  readonly associative?: boolean;
  readonly integer?: boolean;
  readonly readonly?: boolean;
  readonly vague?: boolean;
}

function attributes(flags: string): Attributes {
  return { array: flags.includes('a'), associative: flags.includes('A'), integer: flags.includes('i'), readonly: flags.includes('r'), vague: /[nulc]/.test(flags) };
}

function operands(call: Call): { readonly names: readonly Arg[]; readonly flags: string } {
  const names: Arg[] = [];
  let flags = '';
  for (const arg of call.args) {
    if (!arg.assignment && /^[-+][A-Za-z]+$/.test(arg.partial)) flags += arg.partial.startsWith('-') ? arg.partial.slice(1) : '';
    else if (arg.assignment || arg.partial !== '--') names.push(arg);
  }
  return { names, flags };
}

function setOne(call: Call, arg: Arg, how: Attributes, own: boolean): void {
  const { state, frame } = call;
  const node = arg.assignment;
  const written = node ? null : /^([A-Za-z_]\w*)(?:(\+?)=([^]*))?$/.exec(arg.partial);
  const name = node?.name ?? written?.[1];
  if (name === undefined || arg.many) return;
  // The right side is expanded before the name is hidden: `local x=$x`.
  const text = node && node.value.type === 'Word' && !node.append && !node.index ? expandString(node.value, expansion(frame, state)) : written?.[3] !== undefined ? { text: written[3] } : undefined;
  if (own) hide(state, name);
  if (how.array || how.associative) {
    const held = state.variables.get(name);
    if (own || held?.kind !== 'array') setVariable(state, name, { kind: 'array', associative: how.associative ?? false, open: false, items: held?.kind === 'scalar' && !own ? new Map([['0', held.text]]) : new Map() });
  } else if (how.integer) {
    const held = state.variables.get(name);
    setVariable(state, name, { kind: 'scalar', text: held?.kind === 'scalar' && !own ? held.text : '', integer: true });
  } else if (own) setVariable(state, name, { ...scalar(''), empty: true });
  if (node && !(own && text)) assignNode(node, call);
  else if (text) store(state, name, how.vague ? unknownText : text.text, 'from' in text ? text.from : undefined);
  const held = state.variables.get(name);
  if (how.vague && held?.kind === 'scalar' && isKnown(held.text)) setVariable(state, name, scalar(unknownText));
  if (how.readonly && held) setVariable(state, name, withAttributes(held, { readonly: true }));
}

function assignNode(node: ShellAssignment, call: Call): void {
  assign(node, call.frame, call.state);
}

/** Remembers what a local variable hides, once a function. */
function hide(state: State, name: string): void {
  const inner = state.hidden.at(-1);
  if (!inner || inner.has(name)) return;
  state.hidden = [...state.hidden.slice(0, -1), new Map(inner).set(name, state.variables.get(name))];
}

export function unset(call: Call): Done {
  const { state } = call;
  const functions = call.args[0]?.partial === '-f';
  for (const arg of call.args) {
    if (arg.partial.startsWith('-') || !isKnown(arg.partial)) continue;
    const element = /^([A-Za-z_]\w*)(?:\[(["']?)(.*)\2\])?$/s.exec(arg.partial);
    if (!element) continue;
    const name = element[1]!;
    const held = state.variables.get(name);
    if (functions || (!held && state.functions.has(name))) {
      const left = new Map(state.functions);
      left.delete(name);
      state.functions = left;
    } else if (element[3] !== undefined && held?.kind === 'array' && element[3] !== '@' && element[3] !== '*') {
      const items = new Map(held.items);
      items.delete(element[3]);
      setVariable(state, name, { ...held, items });
    } else if (!held?.readonly) setVariable(state, name, undefined);
  }
  return { status: 0 };
}
