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
  const known = plain.get(node);
  if (known) return known;
  const args: Arg[] = [];
  let [fatal, substituted, fixed] = [false, false, true];
  if (node.name) {
    const made = expandWord(node.name, frame, state);
    args.push(...made.args);
    if (made.ex) [fatal, substituted, fixed] = [made.ex.fatal, made.ex.substituted, false];
  }
  for (const part of node.suffix) {
    if (part.type === 'Word') {
      const made = expandWord(part, frame, state);
      for (const arg of made.args) args.push(arg);
      if (made.ex) [fatal, substituted, fixed] = [fatal || made.ex.fatal, substituted || made.ex.substituted, false];
    } else if (part.type === 'Assignment') args.push(assignmentArg(part, frame));
  }
  const expanded = { args, fatal, substituted };
  if (fixed) plain.set(node, expanded);
  return expanded;
}

/** Commands without any expansion are the same every time. Their tree belongs to one source, so that their places hold too. */
const plain = new WeakMap<Command, ExpandedCommand>();

/** The arguments that one word becomes; at least one, which may be `gone`. */
export function expandWord(word: ShellWord, frame: Frame, state: State): { readonly args: readonly Arg[]; readonly ex?: Expansion } {
  if (!word.parts && !word.text.startsWith('~')) return { args: [literalArg(word, frame.source)] };
  const ex = expansion(frame, state);
  const fields = expandFields(word, ex);
  const at = frame.source.span(word.pos, word.end);
  if (fields.length === 0) return { args: [argOf(word, '', true, false, ex, at)], ex };
  const args: Arg[] = [];
  for (const field of fields) {
    const arg = argOf(word, field.text, false, field.many, ex, at);
    if (field.from) arg.from = field.from;
    args.push(arg);
  }
  return { args, ex };
}

type OpenArg = { -readonly [Key in keyof Arg]: Arg[Key] };

function argOf(word: ShellWord, partial: string, gone: boolean, many: boolean, ex: Expansion, at: Arg['at']): OpenArg {
  const arg: OpenArg = { raw: word.text, text: many ? undefined : knownText(partial), partial, quoted: !ex.bare, variables: ex.variables, at, gone, many };
  if (ex.unset.length > 0) arg.unset = ex.unset;
  return arg;
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
  return argOf(word, field.text, field.text === '', false, ex, frame.source.span(word.pos, word.end));
}
