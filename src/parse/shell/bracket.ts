import type { Span } from '../../base/origin.ts';
import { dispatchTest } from './dispatch.ts';
import type { Field } from './fields.ts';
import type { Frame } from './run.ts';
import type { State } from './state.ts';
import { binaryTest, unaryTest, type Answer } from './tests.ts';
import type { Arg } from './words.ts';

interface Bracket {
  readonly fields: readonly Field[];
  readonly frame: Frame;
  readonly state: State;
  readonly at: Span;
}

const wrong: Answer = { truth: false, wrong: true };
const binary = /^(=|==|!=|<|>|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/;
const unary = /^-[a-hknoprstuvwxzGLNORS]$/;

/** `[ … ]` and `test …`: by the number of arguments as POSIX says, then by precedence as bash does. Words that expanded to nothing are not there. */
export function evaluateBracket(args: readonly Arg[], frame: Frame, state: State, at: Span): Answer {
  if (args.some((arg) => arg.many)) return { truth: undefined, doubt: 'ask' };
  const on: Bracket = { fields: args.map((arg) => ({ text: arg.partial, many: false, ...(arg.from && { from: arg.from }) })), frame, state, at };
  return byCount(0, on.fields.length, on);
}

function byCount(from: number, to: number, on: Bracket): Answer {
  const text = (at: number) => on.fields[from + at]!.text;
  const count = to - from;
  switch (count) {
    case 0:
      return { truth: false };
    case 1:
      return unaryTest('-n', on.fields[from]!, on.frame, on.state);
    case 2:
      if (text(0) === '!') return negate(byCount(from + 1, to, on));
      return unary.test(text(0)) ? unaryTest(text(0), on.fields[from + 1]!, on.frame, on.state) : wrong;
    case 3:
      if (binary.test(text(1))) return compare(on.fields[from]!, text(1), on.fields[from + 2]!, on);
      if (text(1) === '-a' || text(1) === '-o') return expression(from, to, on) ?? wrong;
      if (text(0) === '!') return negate(byCount(from + 1, to, on));
      if (text(0) === '(' && text(2) === ')') return byCount(from + 1, to - 1, on);
      return wrong;
    case 4:
      if (text(0) === '!') return negate(byCount(from + 1, to, on));
      if (text(0) === '(' && text(3) === ')') return byCount(from + 1, to - 1, on);
      return expression(from, to, on) ?? wrong;
    default:
      return expression(from, to, on) ?? wrong;
  }
}

function negate(answer: Answer): Answer {
  if (answer.wrong) return answer;
  return { truth: answer.truth === undefined ? undefined : !answer.truth, doubt: answer.doubt === 'success' ? 'failure' : answer.doubt === 'failure' ? 'success' : answer.doubt };
}

function compare(a: Field, operator: string, b: Field, on: Bracket): Answer {
  const asked = dispatchTest(a, operator, b, on.frame, on.at);
  return asked ? { truth: asked.verdict } : binaryTest(a, operator, b);
}

/** Five and more arguments: `-o` over `-a` over `!`. Undefined: bash says "too many arguments". */
function expression(from: number, to: number, on: Bracket): Answer | undefined {
  let at = from;
  let depth = 0;
  const peek = () => (at < to ? on.fields[at]!.text : undefined);
  const either = (): Answer | undefined => {
    let left = both();
    while (left && peek() === '-o') {
      at++;
      const right = both();
      if (!right) return undefined;
      left = join(left, right, true);
    }
    return left;
  };
  const both = (): Answer | undefined => {
    let left = term();
    while (left && peek() === '-a') {
      at++;
      const right = term();
      if (!right) return undefined;
      left = join(left, right, false);
    }
    return left;
  };
  const term = (): Answer | undefined => {
    if (++depth > 100) return undefined;
    const first = peek();
    if (first === undefined) return undefined;
    if (first === '!') {
      at++;
      const inner = term();
      return inner && negate(inner);
    }
    if (at + 2 < to && binary.test(on.fields[at + 1]!.text)) {
      at += 3;
      return compare(on.fields[at - 3]!, on.fields[at - 2]!.text, on.fields[at - 1]!, on);
    }
    if (first === '(') {
      at++;
      const inner = either();
      if (peek() !== ')') return undefined;
      at++;
      return inner;
    }
    if (unary.test(first) && at + 1 < to) {
      at += 2;
      return unaryTest(first, on.fields[at - 1]!, on.frame, on.state);
    }
    at++;
    return unaryTest('-n', on.fields[at - 1]!, on.frame, on.state);
  };
  const answer = either();
  return at === to ? answer : undefined;
}

function join(a: Answer, b: Answer, or: boolean): Answer {
  if (a.wrong || b.wrong) return wrong;
  if (a.truth === or || b.truth === or) return { truth: or };
  if (a.truth !== undefined && b.truth !== undefined) return { truth: !or };
  return { truth: undefined, doubt: a.doubt === 'choice' || b.doubt === 'choice' ? 'choice' : (a.doubt ?? b.doubt) };
}
