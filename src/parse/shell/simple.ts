import type { Assignment as ShellAssignment, Command } from 'unbash';
import type { Effect } from '../../model/script.ts';
import { assign } from './assign.ts';
import { builtins } from './builtins.ts';
import { effectsOf, effectsOfWrite, isUnderstood } from './commands/index.ts';
import { callFunction } from './call.ts';
import { enter } from './enter.ts';
import { filters } from './filters.ts';
import { absolutePath, readKnownFile } from './files.ts';
import { record } from './record.ts';
import { drain, evaluateRedirected, expandRedirects, type Redirected } from './redirects.ts';
import { spend, type Frame } from './run.ts';
import { setVariable, type State, type Variable } from './state.ts';
import { bounded, knownText, unknownText } from './value.ts';
import { expandCommand, type Arg } from './words.ts';
import { unwrap } from './wrappers.ts';

/** A simple command that is about to run, with the words behind its wrappers. */
export interface Call {
  readonly node: Command;
  readonly frame: Frame;
  readonly state: State;
  readonly name: string | undefined;
  readonly wrappers: readonly string[];
  /** Every word, the name first, also those that expand to nothing. */
  readonly words: readonly Arg[];
  /** What the program gets: the words behind the name that bash passes on. */
  readonly args: readonly Arg[];
  readonly redirected: Redirected;
  /** What it reads from its standard input, to the end. */
  input(): string;
}

/** What a builtin or a filter does: text on standard output, the exit status, effects, and where control goes. */
export interface Done {
  readonly out?: string;
  readonly status: number | undefined;
  readonly doubt?: State['doubt'];
  readonly effects?: readonly Effect[];
  /** No path goes on behind it. */
  readonly leaves?: 'exit' | 'return' | 'break' | 'continue';
  readonly levels?: number;
}

/** Runs a simple command: expansion, redirects, assignments, then a function, a builtin, a filter, or a program whose effects are known. */
export function evaluateCommand(node: Command, frame: Frame, state: State): State | undefined {
  spend(frame);
  const before = state.status;
  const { args, fatal, substituted } = expandCommand(node, frame, state);
  const at = frame.source.span(node.pos, node.end);
  if (fatal) {
    record(frame, state, { at, name: args[0]?.text, wrappers: [], words: args, redirects: [], effects: frame.subshell ? [] : [{ kind: 'exit', code: 1, what: 'exit' }], silenced: false });
    return leave('exit', 1, 1, frame, state);
  }
  const assignments = node.prefix.filter((part): part is ShellAssignment => part.type === 'Assignment');
  const start = args.findIndex((arg) => !arg.gone);
  if (start < 0) return evaluateAssignments(node, assignments, substituted, frame, state);
  const { words, wrappers, name, elsewhere } = unwrap(args.slice(start), state);
  if (assignments.length > 0) return withAssignments(assignments, frame, state, () => evaluateCall(node, words, wrappers, name, elsewhere, before, frame, state));
  return evaluateCall(node, words, wrappers, name, elsewhere, before, frame, state);
}

function evaluateCall(node: Command, words: readonly Arg[], wrappers: readonly string[], name: string | undefined, elsewhere: boolean, before: number | undefined, frame: Frame, state: State): State | undefined {
  const at = frame.source.span(node.pos, node.end);
  const bodies = name === undefined || wrappers.includes('command') ? undefined : state.functions.get(name);
  if (bodies && words[0]!.partial === name) {
    return evaluateRedirected(node.redirects, frame, state, (inner, now) => callFunction(bodies, name!, words.slice(1).filter((word) => !word.gone), inner, now));
  }
  const redirected = expandRedirects(node.redirects, frame, state);
  let drained: string | undefined;
  const input = () => {
    if (drained === undefined) {
      drained = drain(redirected.input ?? state.input);
      if (!redirected.input && state.input.kind === 'text') state.input = { ...state.input, at: state.input.text.length };
    }
    return drained;
  };
  const call: Call = { node, frame, state, name, wrappers, words, args: words.slice(1).filter((word) => !word.gone), redirected, input };
  const entered = name === undefined || elsewhere ? undefined : enter(call, at);
  if (entered) return entered.state;
  if (name === 'exit' || name === 'return' || name === 'exec') state.status = before;
  const done = elsewhere || name === undefined ? unknownCommand : ((builtins.get(name) ?? filters.get(name))?.(call) ?? unknownCommand);
  const effects = elsewhere ? [] : [...(done.effects ?? []), ...(name === undefined || !isUnderstood(name, words[0]!.partial) ? [] : effectsOf(invocation(call, done))), ...writes(call, done)];
  record(frame, state, { at, name, wrappers, words, redirects: redirected.list, effects, silenced: redirected.silenced });
  const out = done.out ?? '';
  if (state.output !== undefined && redirected.output.to === 'on' && out !== '') state.output = bounded(state.output + out);
  state.status = done.status;
  state.doubt = done.doubt;
  if (wrappers.includes('exec')) return leave('exit', done.status, 1, frame, state);
  if (done.leaves) return leave(done.leaves, done.status, done.levels ?? 1, frame, state);
  // set -e: a failure that nobody looks at ends the script.
  if (state.errexit && !frame.immune && done.status !== undefined && done.status !== 0) return leave('exit', done.status, 1, frame, state);
  return state;
}

const unknownCommand: Done = { out: unknownText, status: undefined };

function invocation(call: Call, done: Done) {
  const { name, words, args, redirected, frame, state } = call;
  return {
    name: name!, words, args, redirected, input: call.input, out: done.out ?? unknownText,
    path: (written: string) => absolutePath(written, state),
    read: (written: string) => readKnownFile(written, frame, state),
    subshell: frame.subshell,
  };
}

/** What a command's output does where it goes: a kernel parameter, a sysctl file, a lock. */
function writes(call: Call, done: Done): readonly Effect[] {
  const { redirected, frame, state } = call;
  const target = redirected.output.to === 'file' ? { text: redirected.output.target.partial, append: redirected.output.append } : redirected.output.to === 'on' ? frame.stdout : undefined;
  if (!target || target.text === '/dev/null') return [];
  return effectsOfWrite(absolutePath(target.text, state) ?? target.text, done.out ?? unknownText);
}

/** A command line without a command: assignments that stay, and redirects that may create a file. */
function evaluateAssignments(node: Command, assignments: readonly ShellAssignment[], substituted: boolean, frame: Frame, state: State): State | undefined {
  let ran = substituted;
  for (const assignment of assignments) {
    const ex = assign(assignment, frame, state);
    if (ex.fatal) return leave('exit', 1, 1, frame, state);
    ran ||= ex.substituted;
  }
  if (node.redirects.length > 0) {
    const redirected = expandRedirects(node.redirects, frame, state);
    const effects = redirected.output.to === 'file' ? effectsOfWrite(absolutePath(redirected.output.target.partial, state) ?? redirected.output.target.partial, '') : [];
    if (effects.length > 0) record(frame, state, { at: frame.source.span(node.pos, node.end), name: undefined, wrappers: [], words: [], redirects: redirected.list, effects, silenced: redirected.silenced });
    // $(< file)
    if (redirected.input && state.output !== undefined && assignments.length === 0) state.output = bounded(state.output + drain(redirected.input));
  }
  if (!ran) {
    state.status = 0;
    state.doubt = undefined;
  }
  return state;
}

/** `NAME=value command`: the values hold for that command only. */
function withAssignments(assignments: readonly ShellAssignment[], frame: Frame, state: State, run: () => State | undefined): State | undefined {
  const held = new Map<string, Variable | undefined>();
  for (const assignment of assignments) {
    if (!held.has(assignment.name)) held.set(assignment.name, state.variables.get(assignment.name));
    assign(assignment, { ...frame, recording: false }, state);
  }
  const end = run();
  if (end) for (const [name, value] of held) setVariable(end, name, value);
  return end;
}

/** Hands the state to whoever waits for it. */
export function leave(how: NonNullable<Done['leaves']>, status: number | undefined, levels: number, frame: Frame, state: State): State | undefined {
  const { ends } = frame;
  state.status = status;
  state.doubt = undefined;
  if (how === 'exit') ends.exited.push(state);
  else if (how === 'return') ends.returned.push(state);
  else {
    const loop = ends.loops.at(-Math.min(levels, ends.loops.length));
    if (!loop) return state;
    (how === 'break' ? loop.broken : loop.continued).push(state);
  }
  return undefined;
}

/** Text of a word when it is known. */
export function known(arg: Arg | undefined): string | undefined {
  return arg && knownText(arg.partial);
}
