import type { Span } from '../base/origin.ts';
import type { SourceText } from '../base/text.ts';
import { linesOf, spanIn, trimmed, type Line } from './lines.ts';
import type { Statement } from './statement.ts';

/** One line of a file of `[Section]` and `Key=value`, as systemd and GLib write them: comments on lines of their own, values to the end of the line. */
export type IniStatement = Statement &
  (
    | { readonly kind: 'section'; readonly section: string }
    /** `index`: which of the sections of that name, from 0: they do not merge. */
    | { readonly kind: 'entry'; readonly section: string; readonly index: number; readonly key: string; readonly value: string; readonly valueAt: Span }
    | { readonly kind: 'none' }
  );

/** Reads such a file; `judge` gives the state of an entry, `judgeSection` that of a section that the program passes over. A line that ends in a backslash goes on (systemd.syntax(7)) where `continues`. */
export function readIni(source: SourceText, judge: (section: string, key: string, value: string) => Pick<Statement, 'state' | 'note'>, continues: boolean, judgeSection?: (section: string) => Pick<Statement, 'state' | 'note'> | undefined): readonly IniStatement[] {
  const statements: IniStatement[] = [];
  const counts = new Map<string, number>();
  const lines = linesOf(source);
  let section: string | undefined;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const body = trimmed(line.text);
    const none = (state: Statement['state'], note?: string, end: Line = line): void => void statements.push({ kind: 'none', at: across(source, line, body.from, end, end === line ? body.to : end.text.length), state, ...(note ? { note } : {}) });
    if (body.text === '' || body.text.startsWith('#') || body.text.startsWith(';')) {
      none('ignored');
      continue;
    }
    if (body.text.startsWith('[')) {
      if (!body.text.endsWith(']')) {
        none('wrong', 'a section is not closed by ]');
        continue;
      }
      section = body.text.slice(1, -1);
      counts.set(section, (counts.get(section) ?? -1) + 1);
      statements.push({ kind: 'section', section, at: spanIn(source, line, body.from, body.to), ...(judgeSection?.(section) ?? { state: 'modelled' }) });
      continue;
    }
    let last = line;
    let text = line.text;
    while (continues && last.text.endsWith('\\') && at + 1 < lines.length) {
      last = lines[++at]!;
      text = `${text.slice(0, -1)} ${last.text}`;
    }
    const equals = text.indexOf('=');
    if (equals < 0) none('wrong', 'is no assignment: there is no =', last);
    else if (section === undefined) none('wrong', 'stands in no section', last);
    else {
      const key = trimmed(text, body.from, equals).text;
      const value = trimmed(text, equals + 1);
      const end = last === line ? body.to : last.text.length;
      statements.push({ kind: 'entry', section, index: counts.get(section)!, key, value: value.text, at: across(source, line, body.from, last, end), valueAt: across(source, line, Math.min(value.from, line.text.length), last, end), ...judge(section, key, value.text) });
    }
  }
  return statements;
}

function across(source: SourceText, first: Line, from: number, last: Line, to: number): Span {
  return { host: source.host, file: source.file, line: first.number, column: from + 1, endLine: last.number, endColumn: to + 1 };
}

export type IniEntry = Extract<IniStatement, { kind: 'entry' }>;

/** Entries of a file by section, each section by itself, in order. */
export function sectionsOf(statements: readonly IniStatement[]): readonly { readonly section: string; readonly entries: readonly IniEntry[] }[] {
  const found = new Map<string, { section: string; entries: IniEntry[] }>();
  for (const statement of statements) {
    if (statement.kind !== 'entry') continue;
    const id = `${statement.section}\0${statement.index}`;
    const known = found.get(id) ?? { section: statement.section, entries: [] };
    known.entries.push(statement);
    found.set(id, known);
  }
  return [...found.values()];
}
