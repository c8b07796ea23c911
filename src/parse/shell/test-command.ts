import type { TestCommand, TestExpression, Word as ShellWord } from 'unbash';
import type { Effect, Word } from '../../model/script.ts';
import { lockTest } from './commands/lock.ts';
import { arithmeticOfText } from './arithmetic-text.ts';
import { expandPattern, expandString, expansion } from './expand.ts';
import type { Field } from './fields.ts';
import { absolutePath } from './files.ts';
import { regexOf } from './filters/regex.ts';
import { matchPattern } from './pattern.ts';
import { dispatchTest } from './dispatch.ts';
import { record } from './record.ts';
import type { Frame } from './run.ts';
import type { State } from './state.ts';
import { binaryTest, doubtOf, unaryTest, type Answer } from './tests.ts';
import { isKnown, knownText } from './value.ts';
import { expandOne } from './words.ts';

/** `[[ … ]]`: words are not split, the right side of `==` is a pattern. */
export function testExpression(node: TestCommand, frame: Frame, state: State): State {
  const words: Word[] = [];
  const effects: Effect[] = [];
  const answer = evaluate(node.expression, { frame, state, words, effects });
  record(frame, state, { at: frame.source.span(node.pos, node.end), name: '[[', wrappers: [], words: [{ raw: '[[', text: '[[', quoted: true, variables: [], at: frame.source.span(node.pos, node.pos + 2) }, ...words], redirects: [], effects, silenced: false });
  state.status = answer.truth === undefined ? undefined : answer.truth ? 0 : 1;
  state.doubt = answer.truth === undefined ? (answer.doubt ?? 'ask') : undefined;
  return state;
}

interface Testing {
  readonly frame: Frame;
  readonly state: State;
  readonly words: Word[];
  readonly effects: Effect[];
}

function evaluate(node: TestExpression, on: Testing): Answer {
  switch (node.type) {
    case 'TestGroup':
      return evaluate(node.expression, on);
    case 'TestNot': {
      const { truth, doubt } = evaluate(node.operand, on);
      if (node.negations.length % 2 === 0) return { truth, doubt };
      return { truth: truth === undefined ? undefined : !truth, doubt: doubt === 'success' ? 'failure' : doubt === 'failure' ? 'success' : doubt };
    }
    case 'TestLogical': {
      let all: Answer = { truth: node.operator === '&&' };
      for (const operand of node.operands) {
        const next = evaluate(operand, on);
        if (next.truth === (node.operator === '||')) return next;
        if (next.truth === undefined) all = { truth: undefined, doubt: all.doubt === 'choice' || next.doubt === 'choice' ? 'choice' : (all.doubt ?? next.doubt) };
      }
      return all;
    }
    case 'TestUnary':
      return unary(node.operator, node.operand, on);
    case 'TestBinary':
      return binary(node.operator, node.left, node.right, on);
  }
}

function operand(word: ShellWord, on: Testing): Field {
  on.words.push(expandOne(word, on.frame, on.state));
  return expandString(word, expansion(on.frame, on.state));
}

function unary(operator: string, word: ShellWord, on: Testing): Answer {
  const field = operand(word, on);
  const path = absolutePath(field.text, on.state);
  on.effects.push(...lockTest(operator, path ?? field.text));
  return unaryTest(operator, field, on.frame, on.state);
}

function binary(operator: string, left: ShellWord, right: ShellWord, on: Testing): Answer {
  const { frame, state } = on;
  const a = operand(left, on);
  const b = operand(right, on);
  if (operator === '==' || operator === '=' || operator === '!=') {
    const asked = dispatchTest(a, operator, b, frame, frame.source.span(left.pos, right.end));
    if (asked) return { truth: asked.verdict };
    const matched = matchPattern(expandPattern(right, expansion(frame, state)), a.text);
    return matched === undefined ? { truth: undefined, doubt: doubtOf(operator, a, b) } : { truth: matched !== (operator === '!=') };
  }
  if (operator === '=~') {
    const quoted = right.parts?.some((part) => part.type === 'DoubleQuoted' || part.type === 'SingleQuoted');
    const subject = knownText(a.text);
    const pattern = knownText(right.parts ? b.text : right.text);
    const regex = pattern === undefined || quoted ? undefined : regexOf(pattern, 'extended');
    if (!regex || subject === undefined || subject.length > 250 || subject.includes('\n')) return { truth: undefined, doubt: 'ask' };
    return { truth: regex.test(subject) };
  }
  if (/^-(eq|ne|lt|le|gt|ge)$/.test(operator) && isKnown(a.text) && isKnown(b.text)) {
    const ex = expansion(frame, state);
    const [x, y] = [arithmeticOfText(a.text, ex), arithmeticOfText(b.text, ex)];
    if (x !== undefined && y !== undefined) return binaryTest({ ...a, text: String(x) }, operator, { ...b, text: String(y) });
    return { truth: undefined, doubt: 'ask' };
  }
  return binaryTest(a, operator, b);
}
