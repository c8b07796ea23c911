import type { AndOr, Command, CommandNode, CompoundList, PipelineNode, Statement } from 'unbash';
import { evaluateCase } from './case.ts';
import { evaluateCondition } from './condition.ts';
import { caseBranch } from './dispatch.ts';
import { arithmetic, expansion } from './expand.ts';
import { enterDispatch, fork } from './fork.ts';
import { evaluateFor, evaluateForArithmetic, evaluateSelect, evaluateWhile } from './loops.ts';
import { evaluateAndOr, evaluatePipeline } from './pipeline.ts';
import { evaluateRedirected } from './redirects.ts';
import { spend, type Frame } from './run.ts';
import { evaluateCommand } from './simple.ts';
import { cloneState, defineFunction, mergeAll, type State } from './state.ts';
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
      defineFunction(state, node, frame.source);
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
    now.doubt = undefined;
    if (!otherwise) {
      now.status = 0;
      return now;
    }
    if (condition.dispatches) caseBranch(frame.run, condition.dispatches, '*', frame.source.span(otherwise.pos, Math.min(otherwise.end, otherwise.pos + 1)));
    return evaluateCompound(otherwise, inner, now);
  };
  if (condition.verdict !== undefined) return (condition.verdict ? then : other)(branch, condition.state);
  return fork(branch, condition, then, other);
}
