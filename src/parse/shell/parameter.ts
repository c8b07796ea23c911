import type { ParameterOperation, Word as ShellWord } from 'unbash';
import { arithmeticOfText } from './arithmetic-text.ts';
import { note, piecesOf, type Expansion } from './expand.ts';
import { joinPieces, type Piece } from './fields.ts';
import { fieldSeparators, keysOf, lookUp, type Held } from './lookup.ts';
import { operate } from './parameter-operation.ts';
import { storeElement } from './store.ts';
import { isEmpty, isKnown, unknownText } from './value.ts';

/** `${name}` with all that may stand around the name. */
export interface Parameter {
  readonly name: string;
  readonly prefix: '!' | '#' | undefined;
  readonly index: ShellWord | undefined;
  readonly operation: ParameterOperation | undefined;
}

const plumbing = /^[#?$!_-]$/;

/** The pieces that a parameter expansion becomes. */
export function expandParameter(parameter: Parameter, quoted: boolean, ex: Expansion): readonly Piece[] {
  const { name, prefix, operation } = parameter;
  if (!plumbing.test(name)) {
    note(ex.variables, name);
    if (!quoted) ex.bare = true;
  }
  if (operation?.type === 'Names') return [{ text: unknownText, many: true, split: !quoted }];
  const index = parameter.index && indexText(parameter.index, name, ex);
  if (prefix === '!' && (index === '@' || index === '*')) return emit(keysOf(name, ex.state), name, index, quoted, ex);
  let held = lookUp(name, index, ex.frame, ex.state);
  if (prefix === '!') {
    const target = held.items[0]?.text ?? '';
    const named = /^([A-Za-z_]\w*|\d+|[@*])(?:\[(.*)\])?$/s.exec(target);
    if (!named || !isKnown(target)) return [{ text: unknownText, split: !quoted }];
    note(ex.variables, named[1]!);
    held = lookUp(named[1]!, named[2], ex.frame, ex.state);
    if (held.set === false) missing(named[1]!, ex);
  }
  if (prefix === '#') return [lengthOf(held, index, name, quoted)];
  if (operation?.type === 'Default') return defaulted(operation.operator, operation.operand, held, { name, index, quoted }, ex);
  if (held.set === false && prefix !== '!') missing(name, ex);
  return emit(operation ? operate(operation, held, name, ex) : held, name, index, quoted, ex);
}

function missing(name: string, ex: Expansion): void {
  if (ex.state.nounset && name !== '@' && name !== '*') ex.fatal = true;
  if (/^[A-Za-z_]/.test(name) && !ex.state.variables.has(name)) note(ex.unset, name);
}

/** The key that `[…]` names: an expression for an indexed array, a string for an associative one. */
export function indexText(word: ShellWord, name: string, ex: Expansion): string {
  const { text } = joinPieces(piecesOf(word, ex));
  if (text === '@' || text === '*' || /^\d+$/.test(text) || !isKnown(text)) return text;
  const held = ex.state.variables.get(name);
  if (held?.kind === 'array' && held.associative) return text;
  const value = arithmeticOfText(text, ex);
  return value === undefined ? unknownText : String(value);
}

function emit(held: Held, name: string, index: string | undefined, quoted: boolean, ex: Expansion): readonly Piece[] {
  const star = name === '*' || index === '*';
  const listed = name === '@' || name === '*' || index === '@' || index === '*';
  if (!listed) {
    const [only] = held.items;
    if (!only) return held.set === false ? [quoted ? { text: '' } : { text: '', split: true }] : [{ text: unknownText, split: !quoted }];
    const piece = only.from ? { text: only.text, from: only.from } : { text: only.text };
    return [quoted ? piece : { ...piece, split: true }];
  }
  if (quoted && star) {
    const separator = fieldSeparators(ex.state)?.[0] ?? '';
    return [{ text: held.open ? unknownText : held.items.map((item) => item.text).join(separator) }];
  }
  // Bash puts the first character of IFS between them and splits again: an empty one before a character that is not white space stays a field.
  const keepsEmpty = !quoted && /^[^ \t\n]/.test(fieldSeparators(ex.state) ?? '');
  const pieces = held.items.map((item, at): Piece => ({ text: item.text, split: !quoted && !(keepsEmpty && item.text === '' && at < held.items.length - 1), opens: at > 0, ...(item.from && { from: item.from }) }));
  if (held.open) pieces.push({ text: unknownText, split: !quoted, opens: pieces.length > 0, many: true, ...(held.rest && { from: held.rest }) });
  return pieces;
}

function lengthOf(held: Held, index: string | undefined, name: string, quoted: boolean): Piece {
  const listed = name === '@' || name === '*' || index === '@' || index === '*';
  const text = listed ? (held.open ? unknownText : String(held.items.length)) : held.set === false ? '0' : lengthText(held.items[0]?.text ?? unknownText);
  return quoted ? { text } : { text, split: true };
}

/** Bytes or characters: bash counts what the locale says, so only ASCII is sure. */
function lengthText(text: string): string {
  return isKnown(text) && /^[\x00-\x7f]*$/.test(text) ? String(text.length) : unknownText;
}

interface Named {
  readonly name: string;
  readonly index: string | undefined;
  readonly quoted: boolean;
}

/** `${X-d}` `${X:-d}` `${X=d}` `${X+d}` `${X?d}` and their kin with a colon. */
function defaulted(operator: string, operand: ShellWord, held: Held, at: Named, ex: Expansion): readonly Piece[] {
  const colon = operator.startsWith(':');
  const text = held.list ? (held.items.length > 1 ? 'x' : (held.items[0]?.text ?? '')) : (held.items[0]?.text ?? '');
  const present = held.set === false ? false : !colon ? held.set : held.set === undefined && held.items.length === 0 ? undefined : not(isEmpty(text));
  const alternative = () => piecesOf(operand, ex, at.quoted).map((piece): Piece => (at.quoted || piece.split ? piece : unquotedOperand(piece, operand)));
  const own = () => emit(held, at.name, at.index, at.quoted, ex);
  const unknown = (): readonly Piece[] => [{ text: unknownText, split: !at.quoted, ...(held.items[0]?.from && { from: held.items[0].from }) }];
  switch (operator.at(-1)) {
    case '+':
      return present === undefined ? [{ text: unknownText, split: !at.quoted, many: true }] : present ? alternative() : empty(at.quoted);
    case '?':
      if (present === false) ex.fatal = true;
      return own();
    case '=': {
      if (present) return own();
      const value = joinPieces(piecesOf(operand, ex, at.quoted)).text;
      storeElement(ex.state, at.name, at.index, present === false ? value : unknownText);
      return [{ text: present === false ? value : unknownText, split: !at.quoted }];
    }
    default:
      return present === undefined ? unknown() : present ? own() : alternative();
  }
}

function empty(quoted: boolean): readonly Piece[] {
  return [quoted ? { text: '' } : { text: '', split: true }];
}

/** Literal text of an operand outside quotes is split like a value: `${X:-a b}` makes two words. */
function unquotedOperand(piece: Piece, operand: ShellWord): Piece {
  return operand.parts?.some((part) => part.type === 'DoubleQuoted' || part.type === 'SingleQuoted') ? piece : { ...piece, split: true };
}

function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}
