import type { AndOr, Case, Command, CommandNode, CompoundList, PipelineNode, Pipeline, Statement, Word as ShellWord } from 'unbash';
import { evaluateCondition, type Condition } from './condition.ts';
import { caseBranch } from './dispatch.ts';
import { arithmetic, expandPattern, expandString, expansion } from './expand.ts';
import type { Field } from './fields.ts';
import { enterDispatch, fork, weaken } from './fork.ts';
import { evaluateFor, evaluateForArithmetic, evaluateSelect, evaluateWhile } from './loops.ts';
import { matchPattern } from './pattern.ts';
import { evaluateRedirected } from './redirects.ts';
import { spend, type Frame } from './run.ts';
import { evaluateCommand } from './simple.ts';
import { cloneState, mergeAll, type State } from './state.ts';
import { testExpression } from './test-command.ts';
import { unknownText } from './value.ts';

/**
 * The evaluator: runs a tree over a state and returns the state after it, or undefined when no path goes on behind it (exit, return, break). It executes
 * nothing: commands are recorded as steps, and only what their words and a few pure filters decide is followed.
 */
export function evaluateList(statements: readonly Statement[], frame: Frame, state: State): State | undefined {
  let now: State | undefined = state;
  for (const [at, statement] of statements.entries()) {
    if (!now) return undefined;
    now = evaluateStatement(statement, at === statements.length - 1 || !frame.tested ? frame : { ...frame, tested: false }, now);
  }
  return now;
}

export function evaluateCompound(list: CompoundList, frame: Frame, state: State): State | undefined {
  return evaluateList(list.commands, frame, state);
}

function evaluateStatement(statement: Statement, frame: Frame, state: State): State | undefined {
  if (!statement.background) return evaluateNode(statement.command, frame, state);
  apart(frame, state, (inner, sub) => evaluateNode(statement.command, inner, sub));
  state.status = 0;
  state.doubt = undefined;
  return state;
}

/** Runs something in a subshell: what it prints and its status stay, what it sets does not. */
export function apart(frame: Frame, state: State, body: (frame: Frame, state: State) => State | undefined): void {
  const exited: State[] = [];
  const inner: Frame = { ...frame, subshell: true, ends: { returned: exited, exited, loops: [] } };
  const end = mergeAll([body(inner, cloneState(state)), ...exited]);
  state.status = end?.status;
  state.doubt = end?.doubt;
  state.acted = end?.acted ?? false;
  if (state.output !== undefined && end) state.output = end.output ?? state.output + unknownText;
}

export function evaluateNode(node: PipelineNode | AndOr | CompoundList, frame: Frame, state: State): State | undefined {
  spend(frame);
  // Left out when a bound is reached: the run ends then.
  frame.run.depth++;
  const end = evaluateKind(node, frame, state);
  frame.run.depth--;
  return end;
}

function evaluateKind(node: PipelineNode | AndOr | CompoundList, frame: Frame, state: State): State | undefined {
  switch (node.type) {
    case 'Command':
      return evaluateCommand(node, frame, state);
    case 'AndOr':
      return evaluateAndOr(node, frame, state);
    case 'Pipeline':
      return evaluatePipeline(node, frame, state);
    case 'CompoundList':
      return evaluateCompound(node, frame, state);
    default:
      return evaluateOne(node, frame, state);
  }
}

function evaluateOne(node: Exclude<CommandNode, Command>, frame: Frame, state: State): State | undefined {
  switch (node.type) {
    case 'Redirected':
      return evaluateRedirected(node.redirects, frame, state, (inner, now) => evaluateNode(node.command, inner, now));
    case 'Function':
      state.functions = new Map(state.functions).set(node.name.value, [{ node, source: frame.source }]);
      frame.run.functions.set(node.name.value, frame.source.span(node.name.pos, node.name.end));
      state.status = 0;
      return state;
    case 'BraceGroup':
      return evaluateCompound(node.body, frame, state);
    case 'Subshell':
      apart(frame, state, (inner, sub) => evaluateCompound(node.body, inner, sub));
      return state;
    case 'If':
      return evaluateIf([{ test: node.clause, body: node.then }, ...node.elif.map((part) => ({ test: part.clause, body: part.then }))], node.else, frame, state);
    case 'Case':
      return evaluateCase(node, frame, state);
    case 'For':
      return evaluateFor(node, frame, state);
    case 'ArithmeticFor':
      return evaluateForArithmetic(node, frame, state);
    case 'While':
      return evaluateWhile(node, frame, state);
    case 'Select':
      return evaluateSelect(node, frame, state);
    case 'TestCommand':
      return testExpression(node, frame, state);
    case 'ArithmeticCommand': {
      const value = node.expression && arithmetic(node.expression, expansion(frame, state));
      state.status = value === undefined ? undefined : value !== 0 ? 0 : 1;
      state.doubt = value === undefined ? 'ask' : undefined;
      return state;
    }
    case 'Coproc':
      apart(frame, state, (inner, sub) => evaluateNode(node.body, inner, sub));
      return state;
  }
}

interface Clause {
  readonly test: CompoundList;
  readonly body: CompoundList;
}

/** An if chain. Once a test asks for the script's argument, all later branches of the chain are branches of the dispatch too. */
function evaluateIf(clauses: readonly Clause[], otherwise: CompoundList | undefined, frame: Frame, state: State): State | undefined {
  const [first, ...rest] = clauses as readonly [Clause, ...Clause[]];
  const condition = evaluateCondition(first.test, frame, state);
  if (!condition) return undefined;
  const branch = condition.dispatches ? enterDispatch(frame) : frame;
  const then = (inner: Frame, now: State) => evaluateCompound(first.body, inner, now);
  const other = (inner: Frame, now: State) => {
    if (rest.length > 0) return evaluateIf(rest, otherwise, inner, now);
    now.status = 0;
    now.doubt = undefined;
    if (!otherwise) return now;
    if (condition.dispatches) caseBranch(frame.run, condition.dispatches, '*', frame.source.span(otherwise.pos, Math.min(otherwise.end, otherwise.pos + 1)));
    return evaluateCompound(otherwise, inner, now);
  };
  if (condition.verdict !== undefined) return (condition.verdict ? then : other)(branch, condition.state);
  return fork(branch, condition, then, other);
}

/** `a && b || c`, from the left. */
function evaluateAndOr(node: AndOr, frame: Frame, state: State): State | undefined {
  let now: State | undefined = state;
  let here = frame;
  for (const [at, part] of node.commands.entries()) {
    const operator = node.operators[at - 1];
    const next = node.operators[at];
    const forgiven = next === '||' && isNothing(node.commands[at + 1]);
    const tested: Frame = { ...here, tested: forgiven ? false : next !== undefined || here.tested, silenced: here.silenced || forgiven, immune: next !== undefined || here.immune };
    const run = (inner: Frame, from: State) => evaluateNode(part, { ...inner, tested: tested.tested, silenced: tested.silenced, immune: tested.immune }, from);
    const skip = (_: Frame, from: State) => {
      from.status = operator === '||' ? 0 : from.status === 0 ? 1 : from.status;
      return from;
    };
    const before: { readonly dispatches: number; readonly changes: number } = { dispatches: frame.run.dispatches, changes: frame.run.changes };
    if (!operator) now = run(tested, now);
    else if (now.status !== undefined) {
      if ((now.status === 0) === (operator === '&&')) now = run(tested, now);
    } else {
      const condition: Condition = conditionOf(now, operator, here);
      now = operator === '&&' ? fork(here, condition, run, skip) : fork(here, condition, skip, run);
    }
    if (!now) return undefined;
    // `[ "$1" = start ] && …` is a dispatch as an if is.
    if (frame.run.dispatches > before.dispatches && next && !here.dispatched) here = enterDispatch(here);
    now.acted = frame.run.changes > before.changes;
  }
  return now;
}

function conditionOf(state: State, operator: '&&' | '||', frame: Frame): Condition {
  return { state, verdict: undefined, doubt: state.doubt ?? (state.acted ? 'success' : 'ask'), dispatches: frame.dispatched && frame.run.position === undefined ? frame.run.branches.at(-1)?.position : undefined, short: operator };
}

/** `true` or `:` */
function isNothing(node: PipelineNode | undefined): boolean {
  return node?.type === 'Command' && (node.name?.value === 'true' || node.name?.value === ':' || node.name?.value === '/bin/true') && node.suffix.length === 0;
}

/** Every part runs in a subshell; each reads what the one before printed. */
function evaluatePipeline(node: Pipeline, frame: Frame, state: State): State | undefined {
  const negated = node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1;
  const before = frame.run.changes;
  let now: State | undefined = state;
  if (node.commands.length === 1) now = evaluateNode(node.commands[0]!, { ...frame, immune: frame.immune || negated }, state);
  else {
    let input = state.input;
    let failed: number | undefined = 0;
    for (const [at, part] of node.commands.entries()) {
      const last = at === node.commands.length - 1;
      const sub = cloneState(state);
      sub.input = input;
      const { output } = state;
      if (!last) sub.output = '';
      const inner: Frame = last ? frame : { ...withoutTarget(frame), tested: false };
      let printed: string | undefined;
      apart(inner, sub, (deeper, own) => evaluateNode(part, deeper, own));
      printed = sub.output;
      if (sub.status !== 0) failed = sub.status === undefined || failed === undefined ? undefined : sub.status;
      if (last) {
        state.status = state.pipefail ? failed : sub.status;
        state.doubt = sub.doubt;
        if (output !== undefined) state.output = printed;
      } else input = { kind: 'text', text: printed ?? '', at: 0 };
    }
    state.acted = frame.run.changes > before;
  }
  if (now && negated) {
    if (now.status !== undefined) now.status = now.status === 0 ? 1 : 0;
    else now.doubt = now.doubt === 'success' ? 'failure' : now.doubt === 'failure' ? 'success' : (now.doubt ?? (now.acted ? 'failure' : 'ask'));
  }
  return now;
}

function withoutTarget(frame: Frame): Frame {
  const { stdout: _, ...rest } = frame;
  return rest;
}

/** A case: on a known word the branch that matches; on the script's argument a dispatch; else every branch that may match, each possible. */
function evaluateCase(node: Case, frame: Frame, state: State): State | undefined {
  const ex = expansion(frame, state);
  const word = expandString(node.word, ex);
  const position = word.from?.by === 'argument' && (frame.run.position === undefined || frame.run.position === word.from.position) ? word.from.position : undefined;
  const inner = position !== undefined ? enterDispatch(frame) : frame;
  const results: (State | undefined)[] = [];
  let pending: State | undefined = state;
  let vague = false;
  for (let at = 0; at < node.items.length && pending; at++) {
    const item = node.items[at]!;
    const verdict = matchesAny(item.pattern, word, frame, pending, position);
    if (verdict === false) continue;
    if (verdict === undefined) vague = true;
    const own: State = verdict ? pending : cloneState(pending);
    own.status = 0;
    const from = frame.run.steps.length;
    const end = evaluateBody(node, at, inner, own, word, position);
    if (vague && position === undefined) weaken(frame.run, from, 'possible');
    results.push(end);
    if (verdict) pending = undefined;
  }
  if (pending) pending.status = 0;
  const all = mergeAll([...results, pending]);
  if (all && vague) all.doubt = undefined;
  return all;
}

/** The body of one branch, and of those that `;&` and `;;&` lead to. */
function evaluateBody(node: Case, at: number, frame: Frame, state: State, word: Field, position: number | 'option' | undefined): State | undefined {
  let now: State | undefined = state;
  for (let next = at; now && next < node.items.length; next++) {
    const item = node.items[next]!;
    if (next > at && node.items[next - 1]!.terminator === ';;&' && matchesAny(item.pattern, word, frame, now, position) !== true) continue;
    now = evaluateCompound(item.body, frame, now);
    if (item.terminator !== ';&' && item.terminator !== ';;&') break;
  }
  return now;
}

function matchesAny(patterns: readonly ShellWord[], word: Field, frame: Frame, state: State, position: number | 'option' | undefined): boolean | undefined {
  let verdict: boolean | undefined = false;
  for (const pattern of patterns) {
    const tokens = expandPattern(pattern, expansion(frame, state));
    const matched = position === undefined ? matchPattern(tokens, word.text) : caseVerdict(tokens, pattern, word, frame, position);
    if (matched) return position !== undefined && frame.run.position === undefined ? undefined : true;
    if (matched === undefined) verdict = undefined;
  }
  return verdict;
}

function caseVerdict(tokens: ReturnType<typeof expandPattern>, pattern: ShellWord, { text, from }: Field, frame: Frame, position: number | 'option'): boolean | undefined {
  const everything = tokens.length > 0 && tokens.every((token) => token.type === 'any');
  if (frame.run.position === undefined) {
    for (const name of everything ? ['*'] : namesOf(tokens, from)) caseBranch(frame.run, position, name, frame.source.span(pattern.pos, pattern.end));
    return undefined;
  }
  if (everything) return true;
  // The default run stands for an argument that the script does not name.
  return matchPattern(tokens, text) ?? false;
}

const usualActions = ['start', 'stop', 'restart', 'reload', 'force-reload', 'condrestart', 'try-restart', 'status'];

/** The arguments that a pattern stands for: the usual ones that it matches, else one word. What the script writes around its argument (`"x$1"`) is taken off. */
function namesOf(tokens: ReturnType<typeof expandPattern>, from: Field['from']): readonly string[] {
  const [before, after] = from?.by === 'argument' ? [from.before, from.after] : ['', ''];
  if (tokens.every((token) => token.type === 'char')) return bare(representative(tokens), before, after);
  const usual = usualActions.filter((name) => matchPattern(tokens, before + name + after));
  return usual.length > 0 ? usual : bare(representative(tokens), before, after);
}

function bare(text: string, before: string, after: string): readonly string[] {
  return text.startsWith(before) && text.endsWith(after) && text.length >= before.length + after.length ? [text.slice(before.length, text.length - after.length)] : [];
}

/** A word that a pattern matches: `start` for `[Ss]tart`. */
function representative(tokens: ReturnType<typeof expandPattern>): string {
  return tokens.map((token) => (token.type === 'char' ? token.char : token.type === 'one' ? 'x' : token.type === 'class' ? classMember(token) : '')).join('');
}

function classMember(token: { readonly negated: boolean; test(char: string): boolean }): string {
  return [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-'].find((char) => token.test(char) !== token.negated) ?? 'x';
}
