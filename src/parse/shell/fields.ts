import type { Source } from './state.ts';
import { anyText, isKnown, unknownText } from './value.ts';

/** A stretch of a word after expansion, before it is cut into fields. */
export interface Piece {
  readonly text: string;
  /** Subject to field splitting and, as far as it holds `*`, `?` and `[`, to pathname expansion: an expansion outside quotes. */
  readonly split?: boolean;
  /** Written glob characters. */
  readonly glob?: boolean;
  /** Starts a field of its own: the second and later elements of `"$@"`. */
  readonly opens?: boolean;
  /** Stands for an unknown number of fields. */
  readonly many?: boolean;
  readonly from?: Source;
}

/** One field: what a command gets as one argument. `many`: it may be none or several. */
export interface Field {
  readonly text: string;
  readonly many: boolean;
  readonly from?: Source;
}

interface Growing {
  text: string;
  has: boolean;
  many: boolean;
  glob: boolean;
  from: Source | undefined;
  before: string;
  after: string;
  pieces: number;
}

const nothing = (): Growing => ({ text: '', has: false, many: false, glob: false, from: undefined, before: '', after: '', pieces: 0 });

/** Cuts pieces into fields as bash does: at `ifs` where an expansion stands outside quotes. `ifs` undefined: not known. */
export function toFields(pieces: readonly Piece[], ifs: string | undefined, glob: boolean): readonly Field[] {
  const [only] = pieces;
  if (only && pieces.length === 1 && !only.split && !only.glob) return [joinPieces(pieces)];
  const fields: Field[] = [];
  let now = nothing();
  const flush = () => {
    if (now.has) fields.push(finish(now, glob));
    now = nothing();
  };
  const take = (text: string, piece: Piece) => {
    if (piece.from) {
      now.from = now.from ? undefined : piece.from;
      now.before = now.text;
    } else if (now.from) now.after += text;
    now.pieces++;
    now.text += text;
    now.has = true;
    if (piece.many) now.many = true;
    if (piece.glob || (piece.split && /[*?[]/.test(text))) now.glob = true;
  };
  for (const piece of pieces) {
    if (piece.opens) flush();
    if (!piece.split || (ifs === '' && piece.text !== '')) take(piece.text, piece);
    else if (piece.text === '') continue;
    else if (ifs === undefined) take(unknownText, { ...piece, many: true });
    // A number is one field. The script's own argument may be none: it is looked at as `$1` is, and bash drops it then.
    else if (piece.from && piece.from.by !== 'argument') take(piece.text, { ...piece, split: false });
    else if (!isKnown(piece.text)) splitInto(piece, ifs, () => now, flush, (text) => take(text, { ...piece, many: piece.many || text.includes(unknownText) }), fields);
    else splitInto(piece, ifs, () => now, flush, (text) => take(text, piece), fields);
  }
  flush();
  return fields;
}

/** Field splitting of one piece (bash(1), Word Splitting): IFS white space is trimmed and joined, every other IFS character delimits on its own. */
function splitInto(piece: Piece, ifs: string, now: () => Growing, flush: () => void, take: (text: string) => void, fields: Field[]): void {
  const { text } = piece;
  const white = (char: string) => ifs.includes(char) && (char === ' ' || char === '\t' || char === '\n');
  let at = 0;
  while (at < text.length) {
    const char = text[at]!;
    if (!ifs.includes(char)) {
      const start = at;
      while (at < text.length && !ifs.includes(text[at]!)) at++;
      take(text.slice(start, at));
    } else if (white(char)) {
      const ended = now().has;
      if (ended) flush();
      while (at < text.length && white(text[at]!)) at++;
      if (ended && at < text.length && ifs.includes(text[at]!)) {
        at++;
        while (at < text.length && white(text[at]!)) at++;
      }
    } else {
      if (now().has) flush();
      else fields.push({ text: '', many: false });
      at++;
      while (at < text.length && white(text[at]!)) at++;
    }
  }
}

function finish(now: Growing, glob: boolean): Field {
  const text = now.glob && glob ? globbed(now.text) : now.text;
  return now.from ? { text, many: now.many, from: placed(now) } : { text, many: now.many };
}

/** The source of a field that one expansion makes together with literal text around it. */
function placed(now: Growing): Source {
  const from = now.from!;
  if (from.by !== 'argument' || now.pieces === 1) return from;
  return { ...from, before: now.before + from.before, after: from.after + now.after };
}

/** Pathname expansion: a star may become any name of a folder that nobody can list. A lone bracket expression matches next to nothing, so it stays as it is. */
function globbed(text: string): string {
  if (!/[*?]/.test(text)) return text;
  return text.replaceAll('*', anyText).replaceAll('?', unknownText);
}

/** One string without splitting: what an assignment, a case word or a here-string gets. */
export function joinPieces(pieces: readonly Piece[]): Field {
  if (pieces.length === 1) {
    const [only] = pieces as readonly [Piece];
    return only.from ? { text: only.text, many: only.many ?? false, from: only.from } : { text: only.text, many: only.many ?? false };
  }
  let text = '';
  let from: Source | undefined;
  for (const [at, piece] of pieces.entries()) {
    if (piece.opens && at > 0) text += ' ';
    if (piece.from?.by === 'argument' && !from) from = { ...piece.from, before: text + piece.from.before };
    else if (from?.by === 'argument') from = { ...from, after: from.after + piece.text };
    text += piece.text;
  }
  return from ? { text, many: false, from } : { text, many: false };
}
