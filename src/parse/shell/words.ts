import type { Assignment as ShellAssignment, Command, Word as ShellWord } from 'unbash';
import type { Word } from '../../model/script.ts';
import { expandFields, expansion, expandString, type Expansion } from './expand.ts';
import { knownText } from './value.ts';
import type { Frame } from './run.ts';
import type { ShellSource } from './source.ts';
import type { Source, State } from './state.ts';

/** One word of a command with what the evaluator knows beyond the model's: text with unknown parts, and whether bash would drop it. */
export interface Arg extends Word {
  /** Text; unknown parts are marked (see value.ts). */
  readonly partial: string;
  /** An unquoted word that expands to nothing: bash does not pass it on. */
  readonly gone: boolean;
  /** Stands for an unknown number of words. */
  readonly many: boolean;
  readonly from?: Source;
  /** `name=value` behind export, local and their like. */
  readonly assignment?: ShellAssignment;
}

export interface ExpandedCommand {
  readonly args: readonly Arg[];
  readonly fatal: boolean;
  readonly substituted: boolean;
}

const literal = new WeakMap<ShellSource, Map<number, Arg>>();

/** All words of a simple command, expanded in order. */
export function expandCommand(node: Command, frame: Frame, state: State): ExpandedCommand {
  const args: Arg[] = [];
  let fatal = false;
  let substituted = false;
  const add = (made: { readonly args: readonly Arg[]; readonly ex?: Expansion }) => {
    for (const arg of made.args) args.push(arg);
    fatal ||= made.ex?.fatal ?? false;
    substituted ||= made.ex?.substituted ?? false;
  };
  if (node.name) add(expandWord(node.name, frame, state));
  for (const part of node.suffix) {
    if (part.type === 'Word') add(expandWord(part, frame, state));
    else if (part.type === 'Assignment') add({ args: [assignmentArg(part, frame)] });
  }
  return { args, fatal, substituted };
}

/** The arguments that one word becomes; at least one, which may be `gone`. */
export function expandWord(word: ShellWord, frame: Frame, state: State): { readonly args: readonly Arg[]; readonly ex?: Expansion } {
  if (!word.parts && !word.text.startsWith('~')) return { args: [literalArg(word, frame.source)] };
  const ex = expansion(frame, state);
  const fields = expandFields(word, ex);
  const base = { raw: word.text, quoted: !ex.bare, variables: ex.variables, at: frame.source.span(word.pos, word.end), ...(ex.unset.length > 0 && { unset: ex.unset }) };
  if (fields.length === 0) return { args: [{ ...base, text: '', partial: '', gone: true, many: false }], ex };
  return {
    args: fields.map((field) => ({ ...base, text: field.many ? undefined : knownText(field.text), partial: field.text, gone: false, many: field.many, ...(field.from && { from: field.from }) })),
    ex,
  };
}

function literalArg(word: ShellWord, source: ShellSource): Arg {
  let known = literal.get(source);
  if (!known) literal.set(source, (known = new Map()));
  const key = word.pos * 0x100000 + word.end;
  let arg = known.get(key);
  if (!arg) known.set(key, (arg = { raw: word.text, text: word.value, partial: word.value, quoted: true, variables: [], at: source.span(word.pos, word.end), gone: false, many: false }));
  return arg;
}

function assignmentArg(node: ShellAssignment, frame: Frame): Arg {
  return { raw: node.text, text: undefined, partial: node.text, quoted: true, variables: [], at: frame.source.span(node.pos, node.end), gone: false, many: false, assignment: node };
}

/** One word as one string, for a redirect's target. */
export function expandOne(word: ShellWord, frame: Frame, state: State): Arg {
  const ex = expansion(frame, state);
  const field = expandString(word, ex);
  return { raw: word.text, text: knownText(field.text), partial: field.text, quoted: !ex.bare, variables: ex.variables, at: frame.source.span(word.pos, word.end), ...(ex.unset.length > 0 && { unset: ex.unset }), gone: field.text === '', many: false };
}
