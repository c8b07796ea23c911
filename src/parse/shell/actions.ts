import type { FileSet } from '../../base/file-set.ts';
import type { Span } from '../../base/origin.ts';
import type { SourceText } from '../../base/text.ts';
import type { Assigned, Step } from '../../model/script.ts';
import { apart, evaluateList } from './evaluate.ts';
import { weaken } from './fork.ts';
import { maxCommands, OutOfBounds, type Branch, type Frame, type Run } from './run.ts';
import { madeSource, type ShellSource } from './source.ts';
import { freshState, scalar, type Arguments, type State } from './state.ts';
import { firstError } from './syntax.ts';
import { bounded, unknownText } from './value.ts';

/** What one evaluation of the whole script gave. */
export interface Finished {
  readonly steps: readonly Step[];
  readonly assigned: readonly Assigned[];
  readonly branches: readonly Branch[];
  readonly functions: ReadonlyMap<string, Span>;
  readonly syntaxErrors: readonly { readonly at: Span; readonly note: string }[];
  /** Exit statuses that the script may end with; undefined in it: one that is not known. */
  readonly exits: readonly (number | undefined)[];
}

const maxBranches = 24;

/** The branches of the script's dispatch: on one argument; where it tells several apart, on the one that says start or stop, else the first. */
export function branchesOf(all: Finished): readonly Branch[] {
  const serving = all.branches.find((branch) => /^(start|stop|up|down|master|backup)$/i.test(branch.name));
  const position = (serving ?? all.branches.find((branch) => branch.name !== '*') ?? all.branches[0])?.position;
  if (position === undefined) return [];
  return all.branches.filter((branch) => branch.position === position).sort((a, b) => Number(a.name === '*') - Number(b.name === '*')).slice(0, maxBranches);
}

/** A script that is being read, in all its runs. */
export interface Reading {
  readonly shell: ShellSource;
  readonly source: SourceText;
  readonly files: FileSet;
  /** Files that it sources, parsed once. */
  readonly sources: Map<string, ShellSource>;
  /** Commands that may still be evaluated, in all runs together. */
  readonly left: { commands: number };
}

/** The run for all arguments: nothing is known of them, steps inside the dispatch are left out. */
export function runAll(read: Reading): Finished {
  return counted(read, newRun(read, undefined, 'outside'), { list: [], open: true, offset: 1 });
}

/** The run for one argument: only steps inside the dispatch. */
export function runBranch(read: Reading, branch: Branch): Finished {
  return counted(read, newRun(read, branch.position, 'inside'), argumentsFor(branch, read.shell));
}

function counted(read: Reading, run: Run, args: Arguments): Finished {
  const { budget } = run;
  const finished = finish(run, read.shell, args);
  read.left.commands -= budget - Math.max(0, run.budget);
  return finished;
}

/** An init system gives one argument. More may follow only where the script asks for them. */
function argumentsFor(branch: Branch, shell: ShellSource): Arguments {
  const { position, name } = branch;
  if (position === 'option') return { list: [scalar(name === '*' ? unknownText : `-${name}`)], open: true, offset: 1 };
  const value = scalar(name === '*' ? unknownText : name, { by: 'argument', position, before: '', after: '' });
  const before = Array.from({ length: position - 1 }, () => scalar(unknownText));
  const more = position > 1 || /\$\{?[2-9@*]/.test(shell.text.replace(/\$\{?[@*]/g, (at) => (position === 1 ? '' : at)));
  return { list: [...before, value], open: more, ...(position === 1 && { offset: 1 }) };
}

function newRun({ shell, source, files, sources, left }: Reading, position: Run['position'], records: Run['records']): Run {
  return {
    files, host: source.host, file: source.file, position, records, steps: [], assigned: [], branches: [], functions: new Map(), syntaxErrors: [], sources, depth: 0, budget: Math.min(maxCommands, left.commands), changes: 0, dispatches: 0, entered: new Map(), main: shell,
    capture: substitute,
  };
}

function finish(run: Run, shell: ShellSource, args: Arguments): Finished {
  const exited: State[] = [];
  const returned: State[] = [];
  const frame: Frame = {
    run, source: shell, ends: { returned, exited, loops: [] }, confidence: 'certain', recording: run.records === 'outside', dispatched: false, tested: false, immune: false, silenced: false,
    subshell: false, calls: 0,
  };
  let end: State | undefined;
  let whole = true;
  try {
    end = evaluateMain(shell, frame, freshState(args));
  } catch (error) {
    // Bounds, or a tree deeper than the stack: what was found so far stands.
    if (!(error instanceof OutOfBounds) && !(error instanceof RangeError)) throw error;
    whole = false;
  }
  const exits = [...new Set([end, ...exited, ...returned].flatMap((state) => (state ? [state.status] : [])))];
  return { ...run, exits: whole ? exits : [undefined] };
}

/** Statements one after the other. Behind the first syntax error bash runs nothing; what stands before it in the same command is kept as likely. */
function evaluateMain(shell: ShellSource, frame: Frame, state: State): State | undefined {
  const error = firstError(shell);
  if (error === Infinity) return evaluateList(shell.tree.commands, frame, state);
  const sound = shell.tree.commands.filter((statement) => statement.end > 0 && statement.end <= error);
  const broken = shell.tree.commands[sound.length];
  const now = evaluateList(sound, frame, state);
  if (!now || !broken) return now;
  const from = frame.run.steps.length;
  const limit = shell.span(error, error);
  const end = evaluateList([broken], frame, now);
  const before = (at: Span) => at.file !== limit.file || at.line < limit.line || (at.line === limit.line && at.column <= limit.column);
  const kept = frame.run.steps.splice(from).filter((step) => before(step.at));
  frame.run.steps.push(...kept);
  weaken(frame.run, from, 'likely');
  return end;
}

/** `$(…)` and backticks: what the script inside prints, without the newlines at its end. */
function substitute(part: { readonly pos: number; readonly end: number; readonly script: ShellSource['tree'] | undefined }, frame: Frame, state: State): string {
  const { script } = part;
  if (!script) return unknownText;
  const at = frame.source.span(part.pos, part.end);
  const source = script.source === undefined ? frame.source : madeSource(script.source, at, script);
  for (const error of script.errors ?? []) if (frame.run.syntaxErrors.length < 20) frame.run.syntaxErrors.push({ at: source.span(error.pos, error.pos + 1), note: error.message });
  const { output } = state;
  state.output = '';
  const { stdout: _, ...rest } = frame;
  apart({ ...rest, source, tested: false, silenced: false }, state, (inner, sub) => evaluateList(script.commands, inner, sub));
  const printed = state.output ?? unknownText;
  state.output = output;
  return bounded(printed.replace(/\n+$/, ''));
}
