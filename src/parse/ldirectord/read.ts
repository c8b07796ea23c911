import type { Span } from '../../base/origin.ts';
import { nearest, type SourceText } from '../../base/text.ts';
import { linesOf, lookAlike, spanIn, trimmed, type Line } from '../lines.ts';
import { hasPlaces, withoutPlaces } from '../places.ts';
import type { Statement } from '../statement.ts';
import { refusalOf, type Head } from './judge.ts';
import { directives, dropped } from './words.ts';

/** One line of ldirectord.cf: `NAME = VALUE`, global or, indented, of the virtual above it. */
export type LdirectordStatement = Statement &
  (
    | { readonly kind: 'set'; readonly name: string; readonly value: string; readonly keyAt: Span; readonly valueAt: Span; /** Indented lines of a virtual. */ readonly inVirtual: boolean; readonly fault?: LdirectordFault; /** Holds a place that a template fills. */ readonly place?: true }
    | { readonly kind: 'none' }
  );

/** Why ldirectord refuses a line, and with it the whole file. */
export interface LdirectordFault {
  readonly kind: 'unknown-keyword' | 'misplaced-keyword' | 'removed-keyword' | 'value-refused';
  readonly nearest?: string;
  /** What is wrong with its value, as a clause. */
  readonly why?: string;
  /** The directive is right, but its line is not indented by four blanks or a tab, or an empty line stands between it and its virtual. */
  readonly indent?: boolean;
  /** A global directive that is indented, before any virtual. */
  readonly first?: boolean;
}

/** Reads ldirectord.cf as `read_config()` of ldirectord does: a virtual's lines are indented by at least four blanks or a tab, and the first line that is not, or is empty, ends it. */
export function readLdirectord(source: SourceText): readonly LdirectordStatement[] {
  let head: Head | undefined;
  let begun = false;
  return linesOf(source).map((line): LdirectordStatement => {
    const body = trimmed(line.text);
    const at = spanIn(source, line, body.from, body.to);
    if (body.text.startsWith('#')) return { kind: 'none', at, state: 'ignored' };
    const indent = line.text.slice(0, body.text === '' ? line.text.length : body.from).replace(/\t/g, '    ').length;
    if (body.text === '') {
      if (head && indent > 4) return blanks(source, line);
      head = undefined;
      return { kind: 'none', at, state: 'ignored' };
    }
    if (hasPlaces(body.text.replace(/"[^"]*"/g, ''))) {
      const rest = withoutPlaces(body.text).trim();
      const six = /^virtual(6?)\s*=/.exec(rest)?.[1];
      if (six !== undefined) [head, begun] = [{ six: six === '6', mark: false, place: true }, true];
      return { kind: 'set', name: /^\w+/.exec(rest)?.[0] ?? body.text, value: '', at, keyAt: at, valueAt: at, inVirtual: head !== undefined && six === undefined, place: true, state: 'partly', note: 'holds a place that a template fills' };
    }
    if (head && indent >= 4) return readDirective(source, line, head, false, begun);
    head = undefined;
    const statement = readDirective(source, line, undefined, indent > 0, begun);
    if (statement.kind === 'set' && /^virtual6?$/.test(statement.name)) {
      begun = true;
      if (!statement.fault) head = { six: statement.name === 'virtual6', mark: isMark(statement.value) };
    }
    return statement;
  });
}

/** What ldirectord takes for a firewall mark: digits in front of anything that is neither `ADDRESS:PORT` nor `NAME:PORT`. */
export function isMark(value: string): boolean {
  return /^\d/.test(value) && !/^[0-9A-Za-z._+-]+:[0-9A-Za-z_-]/.test(value);
}

/** A line of a virtual that holds blanks alone: one that holds more than four does not end it, but is read as a directive. */
function blanks(source: SourceText, line: Line): LdirectordStatement {
  const at = spanIn(source, line);
  return {
    kind: 'set', name: 'a line of blanks', value: '', at, keyAt: at, valueAt: at, inVirtual: true,
    state: 'wrong', note: 'holds more than four blanks, and is no empty line', fault: { kind: 'unknown-keyword', why: 'more than four blanks make no empty line within a virtual' },
  };
}

function readDirective(source: SourceText, line: Line, head: Head | undefined, lost: boolean, begun: boolean): LdirectordStatement {
  const inVirtual = head !== undefined;
  // Within a virtual everything behind a # is a comment; elsewhere only a line of its own.
  const hash = inVirtual ? line.text.indexOf('#') : -1;
  const stop = hash < 0 ? line.text.length : hash;
  const body = trimmed(line.text, 0, stop);
  const at = spanIn(source, line, body.from, body.to);
  const equals = line.text.indexOf('=', body.from);
  const key = trimmed(line.text, body.from, equals < 0 || equals > body.to ? body.to : equals);
  const value = equals < 0 || equals > body.to ? { from: body.to, to: body.to, text: '' } : trimmed(line.text, equals + 1, body.to);
  const set = { kind: 'set' as const, name: key.text, value: value.text, at, keyAt: spanIn(source, line, key.from, key.to), valueAt: spanIn(source, line, value.from, value.to), inVirtual };
  const place = directives.get(key.text);
  if (place === undefined) {
    const near = dropped.get(key.text) ?? nearest(key.text, directives.keys());
    const odd = lookAlike(key.text);
    return { ...set, state: 'wrong', note: `'${key.text}' is no directive${odd ? ` (it holds ${odd})` : ''}`, fault: { kind: dropped.has(key.text) ? 'removed-keyword' : 'unknown-keyword', ...(near ? { nearest: near } : {}) } };
  }
  if (equals < 0 && key.text !== 'supervised') return { ...set, state: 'wrong', note: 'has no =', fault: { kind: 'value-refused', why: 'a = is expected behind it' } };
  if (lost && !begun && place !== 'virtual') return { ...set, state: 'wrong', note: 'is indented: a global directive begins in the first column', fault: { kind: 'misplaced-keyword', indent: true, first: true } };
  if (lost) return { ...set, state: 'wrong', note: 'is indented, but belongs to no virtual: four blanks or a tab are needed, and no empty line above', fault: { kind: 'misplaced-keyword', indent: true } };
  if (inVirtual && place === 'global') return { ...set, state: 'wrong', note: `${key.text} is a global directive`, fault: { kind: 'misplaced-keyword' } };
  if (!inVirtual && place === 'virtual') return { ...set, state: 'wrong', note: `${key.text} belongs to a virtual, indented by four blanks or a tab`, fault: { kind: 'misplaced-keyword', indent: true } };
  const other = head && /^(?:real|fallback)6?$/.test(key.text) && key.text.endsWith('6') !== head.six ? (head.six ? `${key.text}6` : key.text.slice(0, -1)) : undefined;
  if (other !== undefined) return { ...set, state: 'wrong', note: `a virtual${head!.six ? '6' : ''} has ${other} lines`, fault: { kind: 'unknown-keyword', why: `a virtual${head!.six ? '6' : ''} has ${other} lines` } };
  const why = equals < 0 ? undefined : refusalOf(key.text, restOf(source, line, value.from, stop, inVirtual), head);
  if (why !== undefined) return { ...set, state: 'wrong', note: `'${value.text}' is no value of ${key.text}${why ? `: ${why}` : ''}`, fault: { kind: 'value-refused', ...(why ? { why } : {}) } };
  return { ...set, state: 'modelled' };
}

/** What stands behind a `=`, to the end of the line or to a comment, with the CR that belongs to it. */
function restOf(source: SourceText, line: Line, from: number, stop: number, inVirtual: boolean): string {
  const end = source.lineStarts[line.number - 1]! + line.text.length;
  const cr = stop === line.text.length && source.text[end] === '\r' ? '\r' : '';
  const rest = line.text.slice(Math.min(from, stop), stop) + cr;
  return inVirtual ? rest.replace(/\t/g, '    ') : rest;
}
