import type { Span } from '../base/origin.ts';
import { spanAt, type SourceText } from '../base/text.ts';
import type { Statement } from './statement.ts';

/** One statement of a file of shell assignments (`/etc/sysconfig/*`, `/etc/default/*`), as the shell that sources it takes it. `value` undefined: it depends on what this file does not say. */
export type ShellAssign = Statement &
  ({ readonly kind: 'assign'; readonly name: string; readonly value: string | undefined; readonly keyAt: Span; /** With its quotes. */ readonly valueAt: Span } | { readonly kind: 'none' });

/** Reads a file of assignments: quotes, `$NAME` of an earlier line, trailing comments, several on a line. Every line gives at least one statement. */
export function readShellAssigns(source: SourceText): readonly ShellAssign[] {
  const statements: ShellAssign[] = [];
  const values = new Map<string, string | undefined>();
  const { text } = source;
  let at = 0;
  const none = (start: number, end: number, state: Statement['state'], note?: string): void => {
    statements.push({ kind: 'none', at: spanAt(source, start, end), state, ...(note ? { note } : {}) });
  };
  while (at < text.length) {
    const lineStart = at;
    const before = statements.length;
    const found: ShellAssign[] = [];
    let other: { readonly start: number; readonly end: number } | undefined;
    let comment = false;
    for (;;) {
      at = skip(text, at, /[ \t\r\v\f]/);
      if (at >= text.length || text[at] === '\n') break;
      if (text.startsWith('\\\n', at) || text.startsWith('\\\r\n', at)) {
        at = text.indexOf('\n', at) + 1;
        continue;
      }
      if (text[at] === '#') {
        at = lineEnd(text, at);
        comment = true;
        break;
      }
      if (text[at] === ';' || text[at] === '&' || text[at] === '|') {
        at++;
        continue;
      }
      const name = /^[A-Za-z_][A-Za-z0-9_]*(?==)/.exec(text.slice(at, at + 200))?.[0];
      if (name === undefined || other) {
        const start = at;
        at = readWord(text, at, values).end;
        if (name === undefined && /^(?:export|declare|readonly|local|typeset)$/.test(text.slice(start, at)) && found.length === 0) continue;
        other ??= { start, end: at };
        other = { start: other.start, end: at };
        continue;
      }
      const word = readWord(text, at + name.length + 1, values);
      const value = word.value;
      found.push({
        kind: 'assign', name, value, at: spanAt(source, at, word.end), keyAt: spanAt(source, at, at + name.length), valueAt: spanAt(source, at + name.length + 1, word.end),
        state: word.open ? 'wrong' : value === undefined ? 'partly' : 'modelled',
        ...(word.open ? { note: 'a quote is not closed' } : value === undefined ? { note: 'its value is not known before it runs' } : {}),
      });
      at = word.end;
    }
    if (other) {
      // In the shell this is a command: an assignment in front of it lasts for that command only.
      const text_ = text.slice(other.start, other.end);
      const spaced = found.length === 0 && /^[A-Za-z_][A-Za-z0-9_]*[ \t]+=/.test(text_);
      const note = spaced ? 'a shell assignment has no blank before its =' : found.length > 0 ? 'what follows the value makes it a command, and the assignment is lost' : 'is no assignment';
      none(statementStart(source, found, other.start, lineStart), other.end, spaced || found.length > 0 ? 'wrong' : 'unread', note);
    } else if (found.length > 0) {
      for (const statement of found) if (statement.kind === 'assign') values.set(statement.name, statement.value);
      statements.push(...found);
    } else {
      const from = skip(text, lineStart, /[ \t\r\v\f]/);
      none(comment ? from : lineStart, comment ? at : lineStart, 'ignored');
    }
    coverLines(source, statements, before, lineStart, at);
    at = Math.min(text.length, at + 1);
  }
  return statements;
}

/** Gives a state to the lines of a continued line on which no statement stands. */
function coverLines(source: SourceText, statements: ShellAssign[], before: number, from: number, to: number): void {
  if (source.text.indexOf('\n', from) >= to || !source.text.slice(from, to).includes('\n')) return;
  const added = statements.splice(before);
  const covered = new Set(added.flatMap(({ at }) => Array.from({ length: at.endLine - at.line + 1 }, (_, index) => at.line + index)));
  const last = spanAt(source, to, to).line;
  for (let line = spanAt(source, from, from).line; line <= last; line++) {
    const start = source.lineStarts[line - 1]!;
    if (!covered.has(line)) added.push({ kind: 'none', at: spanAt(source, start, start), state: 'ignored' });
  }
  statements.push(...added.sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column));
}

function statementStart(source: SourceText, found: readonly ShellAssign[], other: number, lineStart: number): number {
  const first = found[0]?.at;
  return first ? Math.max(lineStart, source.lineStarts[first.line - 1]! + first.column - 1) : other;
}

function skip(text: string, from: number, what: RegExp): number {
  let at = from;
  while (at < text.length && what.test(text[at]!)) at++;
  return at;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** A shell word from `start`: where it ends, what it means as far as this file tells, and whether a quote stays open. */
function readWord(text: string, start: number, values: ReadonlyMap<string, string | undefined>): { readonly end: number; readonly value: string | undefined; readonly open: boolean } {
  let at = start;
  let value: string | undefined = '';
  let quote = '';
  const add = (piece: string | undefined): void => {
    value = value === undefined || piece === undefined ? undefined : value + piece;
  };
  for (; at < text.length; at++) {
    const char = text[at]!;
    if (quote === "'") {
      if (char === "'") quote = '';
      else add(char);
    } else if (char === '\\') {
      const next = text[at + 1];
      if (next === undefined) {
        add(char);
        continue;
      }
      // Within double quotes a backslash stays before what it does not protect.
      add(next === '\n' ? '' : quote === '"' && !'"\\$`'.includes(next) ? `\\${next}` : next);
      at++;
    } else if (char === '"') quote = quote === '"' ? '' : '"';
    else if (char === "'" && quote === '') quote = "'";
    else if (char === '$' || char === '`') {
      const expansion = readExpansion(text, at, values);
      add(expansion.value);
      at = expansion.end - 1;
    } else if (quote === '' && /[ \t\r\n\v\f;&|]/.test(char)) break;
    else add(char);
  }
  return { end: at, value, open: quote !== '' };
}

function readExpansion(text: string, at: number, values: ReadonlyMap<string, string | undefined>): { readonly end: number; readonly value: string | undefined } {
  const rest = text.slice(at, at + 400);
  const name = /^\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})/.exec(rest);
  if (name) return { end: at + name[0].length, value: values.get((name[1] ?? name[2])!) };
  if (!/^(?:\$[{(@*#?$!0-9-]|`)/.test(rest)) return { end: at + 1, value: '$' };
  const [open, close] = rest.startsWith('`') ? ['`', '`'] : rest[1] === '{' ? ['{', '}'] : rest[1] === '(' ? ['(', ')'] : ['', ''];
  if (close === '') return { end: Math.min(text.length, at + 2), value: undefined };
  let depth = 0;
  for (let end = at + 1; end < text.length && text[end] !== '\n'; end++) {
    if (open !== '`' && text[end] === open) depth++;
    else if (text[end] === close && (open === '`' || --depth === 0)) return { end: end + 1, value: undefined };
  }
  return { end: lineEnd(text, at), value: undefined };
}
