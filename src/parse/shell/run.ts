import type { CompoundList, ParsedScript } from 'unbash';
import type { Confidence } from '../../base/fact.ts';
import type { FileSet } from '../../base/file-set.ts';
import type { Span } from '../../base/origin.ts';
import type { Assigned, Step, Word } from '../../model/script.ts';
import type { ShellSource } from './source.ts';
import type { FunctionBody, State } from './state.ts';

/** A step while its surroundings are still being read. */
export type OpenStep = { -readonly [Key in keyof Step]: Step[Key] };

/** A branch of a dispatch: an argument that the script tells apart. */
export interface Branch {
  readonly position: number | 'option';
  /** `start`; `*` for the default. */
  readonly name: string;
  readonly at: Span;
  /** What it runs, when the dispatch is a `case`. */
  readonly body?: CompoundList;
}

/**
 * One evaluation of a whole script. With `position` undefined nothing is known of the arguments: every branch of a dispatch is looked at, none recorded, and
 * `branches` says what the script tells apart. With a position it is the run for one argument.
 */
export interface Run {
  readonly files: FileSet;
  readonly host: string;
  /** Path of the script. */
  readonly file: string;
  readonly position: number | 'option' | undefined;
  /** Whether steps of a dispatch's branches are recorded (for one argument) or those outside (for all of them). */
  readonly records: 'inside' | 'outside';
  readonly steps: OpenStep[];
  readonly assigned: Assigned[];
  readonly branches: Branch[];
  readonly functions: Map<string, Span>;
  readonly syntaxErrors: { readonly at: Span; readonly note: string }[];
  readonly sources: Map<string, ShellSource>;
  /** How deep the tree is entered right now. */
  depth: number;
  /** Commands that may still be evaluated. */
  budget: number;
  /** Commands so far that change the host. */
  changes: number;
  /** Tests so far that tell the script's arguments apart. */
  dispatches: number;
  /** Functions inside the dispatch that the run for all arguments has entered. */
  readonly entered: Map<FunctionBody, Entered>;
  /** Runs a substitution: its output without trailing newlines; `state` gets its exit status. */
  capture(part: { readonly pos: number; readonly end: number; readonly script: ParsedScript | undefined }, frame: Frame, state: State): string;
  /** The script itself, for `$0 stop`. */
  readonly main: ShellSource;
}

/** What a function left behind when it was entered first. */
export interface Entered {
  /** What it was called with. */
  readonly args: string;
  /** Names of the variables that it set. */
  readonly sets: readonly string[];
  /** Whether it came back at all. */
  readonly returns: boolean;
  readonly acts: boolean;
}

/** States in which loops, functions and the script were left otherwise than by their end. */
export interface Ends {
  readonly returned: State[];
  readonly exited: State[];
  readonly loops: readonly LoopEnds[];
}

export interface LoopEnds {
  readonly broken: State[];
  readonly continued: State[];
}

/** What surrounds the command being evaluated. */
export interface Frame {
  readonly run: Run;
  readonly source: ShellSource;
  readonly ends: Ends;
  readonly confidence: Confidence;
  readonly recording: boolean;
  /** Nothing is recorded, not even inside the dispatch: turns of a loop that only find out what changes. */
  readonly quiet?: boolean;
  /** Inside a branch of the dispatch. */
  readonly dispatched: boolean;
  readonly tested: boolean;
  /** A failure does not end the script under `set -e`. */
  readonly immune: boolean;
  readonly silenced: boolean;
  readonly within?: string;
  readonly loop?: Span;
  /** File that standard output goes to, by a redirect of an enclosing group. */
  readonly stdout?: { readonly target: Word; readonly text: string; readonly append: boolean };
  readonly subshell: boolean;
  /** Functions and sourced files that are entered. */
  readonly calls: number;
}

/** Thrown inside an evaluation when its bounds are reached; what was recorded so far stands. */
export class OutOfBounds extends Error {}

/** Commands evaluated in one run, and in all runs of a script together. */
export const maxCommands = 15_000;
export const maxCommandsOfAll = 30_000;
export const maxDepth = 400;
export const maxCalls = 40;
export const maxSteps = 6_000;
export const maxIterations = 1_024;

/** Takes one unit of work. */
export function spend(frame: Frame): void {
  if (--frame.run.budget < 0 || frame.run.depth > maxDepth || frame.run.steps.length > maxSteps) throw new OutOfBounds();
}
