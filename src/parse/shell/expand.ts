import type { ArithmeticExpression, HereDocBody, Word as ShellWord, WordPart } from 'unbash';
import { evaluateArithmetic, type Cells } from './arithmetic.ts';
import { expandBraces } from './brace.ts';
import { joinPieces, toFields, type Field, type Piece } from './fields.ts';
import { fieldSeparators, lookUp } from './lookup.ts';
import { expandParameter } from './parameter.ts';
import { literalPattern, parsePattern, type PatternToken } from './pattern.ts';
import type { Frame } from './run.ts';
import type { State } from './state.ts';
import { bounded, isKnown, unknownText } from './value.ts';
import { storeElement } from './store.ts';

/** Everything that one expansion needs, and what it notes for the word that it makes. */
export interface Expansion {
  readonly frame: Frame;
  readonly state: State;
  readonly variables: string[];
  readonly unset: string[];
  /** An expansion stands outside double quotes. */
  bare: boolean;
  /** `${X:?}` with nothing in X: the command does not run and the script ends. */
  fatal: boolean;
  /** A command was substituted; its exit status is the state's. */
  substituted: boolean;
}

export function expansion(frame: Frame, state: State): Expansion {
  return { frame, state, variables: [], unset: [], bare: false, fatal: false, substituted: false };
}

/** The fields that an argument word becomes. */
export function expandFields(word: ShellWord, ex: Expansion): readonly Field[] {
  const words = bracesOf(word);
  if (words) {
    ex.bare = true;
    return words.flatMap((one) => toFields(piecesOf(one, ex), fieldSeparators(ex.state), !ex.state.noglob));
  }
  return toFields(piecesOf(word, ex), fieldSeparators(ex.state), !ex.state.noglob);
}

/** One string: the right side of an assignment, a case word, a redirect's target. */
export function expandString(word: ShellWord, ex: Expansion): Field {
  const { text, from } = joinPieces(piecesOf(word, ex));
  return from ? { text: bounded(text), many: false, from } : { text: bounded(text), many: false };
}

/** The body of a here-document. */
export function expandHereDoc(body: HereDocBody, quoted: boolean, strip: boolean, ex: Expansion): string {
  const strips = (text: string) => (strip ? text.replace(/^\t+/gm, '') : text);
  if (quoted) return strips(body.text);
  if (!body.parts) return strips(body.text.replace(/\\\n/g, '').replace(/\\([\\$`])/g, '$1'));
  let text = '';
  for (const part of body.parts) {
    // Tabs are stripped from the lines as written, not from what an expansion brings.
    if (part.type === 'Literal') text += strip ? part.value.replace(text === '' || text.endsWith('\n') ? /^\t+/gm : /(?<=\n)\t+/g, '') : part.value;
    else text += joinPieces(piecesOfPart(part, true, ex)).text;
  }
  return bounded(text);
}

/** A word as a pattern: quoted text matches itself, the rest may hold `*`, `?` and `[…]`. */
export function expandPattern(word: ShellWord, ex: Expansion): PatternToken[] {
  if (!word.parts) return literalPattern(tilde(word) ?? word.value);
  return word.parts.flatMap((part) => {
    if (part.type === 'Glob') return parsePattern(part.text);
    if (part.type === 'ExtendedGlob') return [{ type: 'unknown' } as const];
    if (part.type === 'BraceExpansion') return literalPattern(part.text);
    const quoted = part.type !== 'SimpleExpansion' && part.type !== 'ParameterExpansion' && part.type !== 'CommandExpansion';
    const { text } = joinPieces(piecesOfPart(part, false, ex));
    return quoted ? literalPattern(text) : parsePattern(text);
  });
}

/** Pieces of a whole word. `quoted`: the word stands inside double quotes, as the operand of `"${X:-word}"` does. */
export function piecesOf(word: ShellWord, ex: Expansion, quoted = false): Piece[] {
  if (!word.parts) return word.text === '' ? [] : [{ text: tilde(word) ?? word.value }];
  const pieces: Piece[] = [];
  for (const part of word.parts) pieces.push(...piecesOfPart(part, quoted, ex));
  const home = word.text.startsWith('~') && word.parts[0]?.type === 'Literal' && !quoted ? /^~[\w-]*/.exec(pieces[0]?.text ?? '') : null;
  if (home) pieces[0] = { text: homeOf(home[0]) + pieces[0]!.text.slice(home[0].length) };
  return pieces;
}

function tilde(word: ShellWord): string | undefined {
  const home = /^~[\w-]*(?=\/|$)/.exec(word.text);
  return home ? homeOf(home[0]) + word.value.slice(home[0].length) : undefined;
}

function homeOf(user: string): string {
  return user === '~root' ? '/root' : unknownText;
}

export function piecesOfPart(part: WordPart, quoted: boolean, ex: Expansion): readonly Piece[] {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [{ text: part.value }];
    case 'Glob':
      return [quoted ? { text: part.text } : { text: part.text, glob: true }];
    case 'ExtendedGlob':
    case 'ProcessSubstitution':
      return [{ text: unknownText }];
    case 'BraceExpansion':
      return bracesAsText(part);
    case 'DoubleQuoted':
    case 'LocaleString':
      // "" is a word; "$@" without arguments is none.
      return part.parts.length === 0 ? [{ text: '' }] : part.parts.flatMap((child) => piecesOfPart(child, true, ex));
    case 'SimpleExpansion':
      return expandParameter({ name: part.text.slice(1), prefix: undefined, index: undefined, operation: undefined }, quoted, ex);
    case 'ParameterExpansion':
      return expandParameter({ name: part.parameter, prefix: part.prefix, index: part.index, operation: part.operation }, quoted, ex);
    case 'CommandExpansion': {
      if (!quoted) ex.bare = true;
      ex.substituted = true;
      const text = ex.frame.run.capture(part, ex.frame, ex.state);
      return [quoted ? { text } : { text, split: true }];
    }
    case 'ArithmeticExpansion': {
      const value = part.expression ? arithmetic(part.expression, ex) : part.text.replace(/\s/g, '') === '$(())' ? 0 : undefined;
      const text = value === undefined ? unknownText : String(value);
      return [quoted ? { text } : { text, split: true }];
    }
  }
}

/** Where braces are not expanded (an assignment) they are text; with expansions in them that text is not followed. */
function bracesAsText(part: Extract<WordPart, { type: 'BraceExpansion' }>): readonly Piece[] {
  if (!/[$`"'\\]/.test(part.text)) return [{ text: part.text }];
  return [{ text: unknownText }];
}

/** Value of an arithmetic expression, with its assignments made. */
export function arithmetic(expression: ArithmeticExpression, ex: Expansion): number | undefined {
  return evaluateArithmetic(expression, cellsOf(ex));
}

/** Variables as arithmetic sees them. */
export function cellsOf(ex: Expansion): Cells {
  const { frame, state } = ex;
  const keyOf = (index: string | undefined): string | undefined => {
    if (index === undefined) return undefined;
    const name = /^\$?\{?([A-Za-z_]\w*)\}?$/.exec(index.trim());
    return name ? (lookUp(name[1]!, undefined, frame, state).items[0]?.text ?? '0') : index.trim();
  };
  return {
    get(name, index) {
      note(ex.variables, name);
      const held = lookUp(name, keyOf(index), frame, state);
      const [first] = held.items;
      if (!first) return held.set === false ? '' : undefined;
      return isKnown(first.text) ? first.text : undefined;
    },
    set(name, index, value) {
      storeElement(state, name, keyOf(index), value === undefined ? unknownText : String(value));
    },
    text: (word) => (word.parts ?? []).map((part) => joinPieces(piecesOfPart(part, true, ex)).text).join(''),
    command: (node) => (node.type === 'ArithmeticCommandExpansion' ? frame.run.capture(node, frame, state) : unknownText),
  };
}

/** Adds a name once. */
export function note(names: string[], name: string): void {
  if (!names.includes(name)) names.push(name);
}

/** The words that brace expansion makes of one, or undefined when it has none. It comes before all other expansions, on the text as written. */
function bracesOf(word: ShellWord): readonly ShellWord[] | undefined {
  if (!word.parts?.some((part) => part.type === 'BraceExpansion')) return undefined;
  return expandBraces(word);
}
