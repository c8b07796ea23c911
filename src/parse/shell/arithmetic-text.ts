import { parse } from 'unbash';
import { numberOf } from './arithmetic.ts';
import { arithmetic, cellsOf, type Expansion } from './expand.ts';
import { isKnown } from './value.ts';

/** The value of an expression that only exists as text: an operand of `let`, an offset of `${x:n}`, an index. */
export function arithmeticOfText(text: string, ex: Expansion): number | undefined {
  if (!isKnown(text)) return undefined;
  if (/^\s*-?\d*\s*$/.test(text)) return numberOf(text, cellsOf(ex), 0);
  if (text.length > 500) return undefined;
  const command = parse(`((${text}))`).commands[0]?.command;
  return command?.type === 'ArithmeticCommand' && command.expression ? arithmetic(command.expression, ex) : undefined;
}
