import type { Field } from './fields.ts';
import { fileIsThere } from './files.ts';
import type { Frame } from './run.ts';
import type { Doubt, State } from './state.ts';
import { isEmpty, isKnown, sameText } from './value.ts';

/** Outcome of a test: unknown when `truth` is undefined. `wrong`: the test itself fails (status 2). */
export interface Answer {
  readonly truth: boolean | undefined;
  readonly doubt?: Doubt | undefined;
  readonly wrong?: boolean;
}

/** `-n`, `-z` and the questions about files. Only a file of configuration that the tree holds is sure to be there; that one is not is never sure. */
export function unaryTest(operator: string, field: Field, frame: Frame, state: State): Answer {
  switch (operator) {
    case '-n': {
      const empty = field.many ? undefined : isEmpty(field.text);
      return { truth: empty === undefined ? undefined : !empty, doubt: 'ask' };
    }
    case '-z':
      return { truth: field.many ? undefined : isEmpty(field.text), doubt: 'ask' };
    case '-f':
    case '-e':
    case '-r':
    case '-a':
      return { truth: isKnown(field.text) && field.text === '' ? false : fileIsThere(field.text, frame, state), doubt: 'ask' };
    default:
      return { truth: undefined, doubt: 'ask' };
  }
}

/** `=`, `!=`, `-eq` and their like, as `[` compares. */
export function binaryTest(a: Field, operator: string, b: Field): Answer {
  switch (operator) {
    case '=':
    case '==':
    case '!=': {
      const same = a.many || b.many ? undefined : sameText(a.text, b.text);
      return same === undefined ? { truth: undefined, doubt: doubtOf(operator, a, b) } : { truth: same === (operator !== '!=') };
    }
    case '<':
    case '>':
      return { truth: isKnown(a.text) && isKnown(b.text) && /^[a-z0-9.]*$/.test(a.text + b.text) ? (operator === '<' ? a.text < b.text : a.text > b.text) : undefined, doubt: 'ask' };
    case '-eq':
    case '-ne':
    case '-lt':
    case '-le':
    case '-gt':
    case '-ge': {
      if (!isKnown(a.text) || !isKnown(b.text) || a.many || b.many) return atLeast(a, operator, b) ?? { truth: undefined, doubt: doubtOf(operator, a, b) };
      const [x, y] = [integer(a.text), integer(b.text)];
      if (x === undefined || y === undefined) return { truth: false, wrong: true };
      const table = { '-eq': x === y, '-ne': x !== y, '-lt': x < y, '-le': x <= y, '-gt': x > y, '-ge': x >= y };
      return { truth: table[operator] };
    }
    default:
      return { truth: undefined, doubt: 'ask' };
  }
}

/** `$# -gt 0` where one argument is known and more may follow. */
function atLeast(a: Field, operator: string, b: Field): Answer | undefined {
  const bound = integer(b.text);
  if (a.from?.by !== 'count' || bound === undefined) return undefined;
  const { least } = a.from;
  if (operator === '-gt' && least > bound) return { truth: true };
  if (operator === '-ge' && least >= bound) return { truth: true };
  if (operator === '-ne' && least > bound) return { truth: true };
  if ((operator === '-eq' || operator === '-le') && least > bound) return { truth: false };
  return operator === '-lt' && least >= bound ? { truth: false } : undefined;
}

function integer(text: string): number | undefined {
  return /^\s*[-+]?\d{1,15}\s*$/.test(text) ? Number(text) : undefined;
}

/**
 * Why a comparison cannot be decided. With the status of a command that changes the host: whether that worked. With a word that names something: a choice
 * between cases. With a number or nothing: a question.
 */
export function doubtOf(operator: string, a: Field, b: Field): Doubt {
  const [status, other] = a.from?.by === 'status' ? [a.from, b.text] : b.from?.by === 'status' ? [b.from, a.text] : [undefined, ''];
  if (status) {
    if (status.of === 'ask') return 'ask';
    if (other === '0') return /^(=|==|-eq|-le)$/.test(operator) ? 'success' : 'failure';
    return /^(!=|-ne|-lt|-le)$/.test(operator) ? 'success' : 'failure';
  }
  return /^(=|==|!=)$/.test(operator) && [a.text, b.text].some((text) => isKnown(text) && /[A-Za-z]{2}/.test(text)) ? 'choice' : 'ask';
}
