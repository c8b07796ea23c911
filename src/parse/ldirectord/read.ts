import type { Span } from '../../base/origin.ts';
import { nearest, type SourceText } from '../../base/text.ts';
import { linesOf, lookAlike, spanIn, trimmed, type Line } from '../lines.ts';
import type { Statement } from '../statement.ts';
import { choices, directives, dropped } from './words.ts';

/** One line of ldirectord.cf: `NAME = VALUE`, global or, indented, of the virtual above it. */
export type LdirectordStatement = Statement &
  (
    | { readonly kind: 'set'; readonly name: string; readonly value: string; readonly keyAt: Span; readonly valueAt: Span; /** Indented lines of a virtual. */ readonly inVirtual: boolean; readonly fault?: LdirectordFault }
    | { readonly kind: 'none' }
  );

/** Why ldirectord refuses a line, and with it the whole file. */
export interface LdirectordFault {
  readonly kind: 'unknown-keyword' | 'misplaced-keyword' | 'removed-keyword' | 'value-refused';
  readonly nearest?: string;
  /** The directive is right, but its line is not indented by four blanks or a tab, or an empty line stands between it and its virtual. */
  readonly indent?: boolean;
}

/** Reads ldirectord.cf as `read_config()` of ldirectord does: a virtual's lines are indented by at least four blanks or a tab, and the first line that is not, or is empty, ends it. */
export function readLdirectord(source: SourceText): readonly LdirectordStatement[] {
  let inVirtual = false;
  return linesOf(source).map((line): LdirectordStatement => {
    const body = trimmed(line.text);
    const at = spanIn(source, line, body.from, body.to);
    if (body.text.startsWith('#')) return { kind: 'none', at, state: 'ignored' };
    if (body.text === '') {
      inVirtual = false;
      return { kind: 'none', at, state: 'ignored' };
    }
    const indent = line.text.slice(0, body.from).replace(/\t/g, '    ');
    if (inVirtual && indent.length >= 4) return readDirective(source, line, true, false);
    const lost = indent.length > 0;
    inVirtual = false;
    const statement = readDirective(source, line, false, lost);
    if (statement.kind === 'set' && !statement.fault && /^virtual6?$/.test(statement.name)) inVirtual = true;
    return statement;
  });
}

function readDirective(source: SourceText, line: Line, inVirtual: boolean, lost: boolean): LdirectordStatement {
  // Within a virtual everything behind a # is a comment; elsewhere only a line of its own.
  const hash = inVirtual ? line.text.indexOf('#') : -1;
  const body = trimmed(line.text, 0, hash < 0 ? line.text.length : hash);
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
  if (equals < 0 && key.text !== 'supervised') return { ...set, state: 'wrong', note: 'has no =', fault: { kind: 'value-refused' } };
  if (lost) return { ...set, state: 'wrong', note: 'is indented, but belongs to no virtual: four blanks or a tab are needed, and no empty line above', fault: { kind: 'misplaced-keyword', indent: true } };
  if (inVirtual && place === 'global') return { ...set, state: 'wrong', note: `${key.text} is a global directive`, fault: { kind: 'misplaced-keyword' } };
  if (!inVirtual && place === 'virtual') return { ...set, state: 'wrong', note: `${key.text} belongs to a virtual, indented by four blanks or a tab`, fault: { kind: 'misplaced-keyword', indent: true } };
  const allowed = choices.get(key.text);
  if (allowed && !allowed.test(value.text)) return { ...set, state: 'wrong', note: `'${value.text}' is no value of ${key.text}`, fault: { kind: 'value-refused' } };
  return { ...set, state: 'modelled' };
}
