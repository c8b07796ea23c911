import type { ArithmeticExpression, ArithmeticWord } from 'unbash';
import { isKnown } from './value.ts';

/** What an arithmetic expression needs of the shell. Values are texts as a variable holds them; unknown ones are undefined. */
export interface Cells {
  /** Text of a variable or array element; '' when unset, undefined when unknown. */
  get(name: string, index: string | undefined): string | undefined;
  set(name: string, index: string | undefined, value: number | undefined): void;
  /** The text of a word that holds expansions. */
  text(word: ArithmeticWord): string;
  /** The value of `$(…)` standing in an expression. */
  command(expression: ArithmeticExpression): string;
}

/** The value of an expression as bash computes it, or undefined: unknown, an error, or beyond what a double holds exactly. */
export function evaluateArithmetic(node: ArithmeticExpression, cells: Cells, depth = 0): number | undefined {
  if (depth > 60) return undefined;
  const value = (inner: ArithmeticExpression) => evaluateArithmetic(inner, cells, depth + 1);
  switch (node.type) {
    case 'ArithmeticGroup':
      return value(node.expression);
    case 'ArithmeticCommandExpansion':
      return numberOf(cells.command(node), cells, depth);
    case 'ArithmeticWord':
      return node.parts ? numberOf(cells.text(node), cells, depth) : numberOf(node.value, cells, depth);
    case 'ArithmeticTernary': {
      const test = value(node.test);
      if (test !== undefined) return value(test !== 0 ? node.consequent : node.alternate);
      forget(node.consequent, cells);
      forget(node.alternate, cells);
      return undefined;
    }
    case 'ArithmeticUnary':
      return unary(node.operator, node.prefix, node.operand, value, cells);
    case 'ArithmeticBinary':
      return binary(node.operator, node.left, node.right, value, cells);
  }
}

function unary(operator: string, prefix: boolean, operand: ArithmeticExpression, value: (node: ArithmeticExpression) => number | undefined, cells: Cells): number | undefined {
  const before = value(operand);
  if (operator === '++' || operator === '--') {
    const after = before === undefined ? undefined : exact(operator === '++' ? before + 1 : before - 1);
    assign(operand, after, cells);
    return prefix ? after : before;
  }
  if (before === undefined) return undefined;
  switch (operator) {
    case '-':
      return exact(-before);
    case '+':
      return before;
    case '!':
      return before === 0 ? 1 : 0;
    case '~':
      return exact(-before - 1);
    default:
      return undefined;
  }
}

function binary(operator: string, left: ArithmeticExpression, right: ArithmeticExpression, value: (node: ArithmeticExpression) => number | undefined, cells: Cells): number | undefined {
  if (operator === '=') {
    const result = value(right);
    assign(left, result, cells);
    return result;
  }
  const a = value(left);
  if (operator === '&&' || operator === '||') {
    if (a !== undefined && (a !== 0) === (operator === '||')) return operator === '||' ? 1 : 0;
    if (a === undefined) {
      forget(right, cells);
      return undefined;
    }
    const b = value(right);
    return b === undefined ? undefined : b !== 0 ? 1 : 0;
  }
  const b = value(right);
  if (operator === ',') return b;
  const compound = /^(\*\*|<<|>>|[-+*/%&^|])=$/.exec(operator);
  if (compound) {
    const result = a === undefined || b === undefined ? undefined : compute(compound[1]!, a, b);
    assign(left, result, cells);
    return result;
  }
  return a === undefined || b === undefined ? undefined : compute(operator, a, b);
}

function compute(operator: string, a: number, b: number): number | undefined {
  const truth = (is: boolean) => (is ? 1 : 0);
  switch (operator) {
    case '+':
      return exact(a + b);
    case '-':
      return exact(a - b);
    case '*':
      return exact(a * b);
    case '/':
      return b === 0 ? undefined : Math.trunc(a / b) + 0;
    case '%':
      return b === 0 ? undefined : (a % b) + 0;
    case '**':
      return b < 0 ? undefined : exact(a ** b);
    case '<':
      return truth(a < b);
    case '>':
      return truth(a > b);
    case '<=':
      return truth(a <= b);
    case '>=':
      return truth(a >= b);
    case '==':
      return truth(a === b);
    case '!=':
      return truth(a !== b);
    case '&':
      return exact(Number(BigInt.asIntN(64, BigInt(a) & BigInt(b))));
    case '|':
      return exact(Number(BigInt.asIntN(64, BigInt(a) | BigInt(b))));
    case '^':
      return exact(Number(BigInt.asIntN(64, BigInt(a) ^ BigInt(b))));
    case '<<':
      return b < 0 || b > 52 ? undefined : exact(a * 2 ** b);
    case '>>':
      return b < 0 || b > 63 ? undefined : exact(Number(BigInt(a) >> BigInt(b)));
    default:
      return undefined;
  }
}

function exact(value: number): number | undefined {
  return Number.isSafeInteger(value) ? value + 0 : undefined;
}

const element = /^([A-Za-z_]\w*)(?:\[(.*)\])?$/s;

function assign(target: ArithmeticExpression, value: number | undefined, cells: Cells): void {
  if (target.type !== 'ArithmeticWord' || target.parts) return;
  const name = element.exec(target.value.trim());
  if (name) cells.set(name[1]!, name[2], value);
}

/** Variables that a branch not decided may set are unknown afterwards. */
function forget(node: ArithmeticExpression, cells: Cells): void {
  if (node.type === 'ArithmeticGroup') forget(node.expression, cells);
  else if (node.type === 'ArithmeticTernary') [node.test, node.consequent, node.alternate].forEach((part) => forget(part, cells));
  else if (node.type === 'ArithmeticUnary') {
    forget(node.operand, cells);
    if (node.operator === '++' || node.operator === '--') assign(node.operand, undefined, cells);
  } else if (node.type === 'ArithmeticBinary') {
    forget(node.left, cells);
    forget(node.right, cells);
    if (/^[^=!<>]*=$/.test(node.operator) || /^(<<|>>)=$/.test(node.operator)) assign(node.left, undefined, cells);
  }
}

/** A number as bash reads it in an expression: decimal, octal, hexadecimal, BASE#DIGITS, or the value of a variable. */
export function numberOf(written: string, cells: Cells | undefined, depth: number): number | undefined {
  const text = written.trim();
  if (text === '') return 0;
  if (!isKnown(text) || depth > 60) return undefined;
  const sign = /^([-+])\s*(.+)$/s.exec(text);
  if (sign) {
    const value = numberOf(sign[2]!, cells, depth + 1);
    return value === undefined ? undefined : sign[1] === '-' ? exact(-value) : value;
  }
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return exact(Number.parseInt(text.slice(2), 16));
  if (/^0[0-7]*$/.test(text)) return exact(Number.parseInt(text, 8));
  if (/^[1-9][0-9]*$/.test(text)) return exact(Number(text));
  const based = /^([0-9]{1,2})#([0-9a-zA-Z]+)$/.exec(text);
  if (based) {
    const base = Number(based[1]);
    return base >= 2 && base <= 36 && [...based[2]!.toLowerCase()].every((digit) => Number.parseInt(digit, 36) < base) ? exact(Number.parseInt(based[2]!, base)) : undefined;
  }
  const name = cells && element.exec(text);
  if (!name) return undefined;
  const held = cells.get(name[1]!, name[2]);
  return held === undefined ? undefined : numberOf(held, cells, depth + 1);
}
