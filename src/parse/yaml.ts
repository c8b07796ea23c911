import type { Span } from '../base/origin.ts';
import { spanAt, type SourceText } from '../base/text.ts';
import { linesOf } from './lines.ts';
import type { Statement } from './statement.ts';

/**
 * What a file says in the YAML that people write by hand: block maps and lists, flow lists and maps, quoted and plain scalars of one line, comments. Anchors, tags and block scalars are not
 * followed and say so. `entry`: a scalar with the keys that lead to it, list places as numbers; `open`: a key whose value stands below.
 */
export type YamlStatement = Statement & ({ readonly kind: 'entry' | 'open'; readonly path: readonly string[]; readonly value: string; readonly valueAt: Span } | { readonly kind: 'none' });

interface Level {
  readonly indent: number;
  readonly list: boolean;
  readonly path: readonly string[];
  next: number;
}

const maxDepth = 40;

/** Reads such a file: every line gives at least one statement. */
export function readYaml(source: SourceText): readonly YamlStatement[] {
  const statements: YamlStatement[] = [];
  const lines = linesOf(source);
  let levels: Level[] = [];
  let pending: { readonly path: readonly string[]; readonly indent: number } | undefined = { path: [], indent: -1 };
  let blockIndent: number | undefined;
  const none = (from: number, to: number, state: Statement['state'], note?: string): void => void statements.push({ kind: 'none', at: spanAt(source, from, to), state, ...(note ? { note } : {}) });

  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const start = source.lineStarts[line.number - 1]!;
    const indent = /^ */.exec(line.text)![0].length;
    if (blockIndent !== undefined) {
      if (line.text.trim() === '' || indent > blockIndent) {
        none(start, start, 'ignored');
        continue;
      }
      blockIndent = undefined;
    }
    let end = commentStart(line.text);
    let text = line.text.slice(0, end).trimEnd();
    if (text.trim() === '' || /^(?:---|\.\.\.|%)/.test(text)) {
      if (text.startsWith('---') && statements.some(({ kind }) => kind !== 'none')) [levels, pending] = [[], { path: [], indent: -1 }];
      none(start + indent, start + line.text.length, 'ignored');
      continue;
    }
    if (line.text[indent] === '\t') {
      none(start, start + line.text.length, 'wrong', 'a tab may not indent in YAML');
      continue;
    }
    // A flow list or map may go on over lines.
    const first = start;
    let joined = text;
    while (isOpen(joined) && at + 1 < lines.length && joined.length < 20_000) {
      const more = lines[++at]!;
      const gap = source.lineStarts[more.number - 1]! - first - joined.length;
      joined += ' '.repeat(Math.max(0, gap)) + more.text.slice(0, commentStart(more.text)).trimEnd();
    }
    text = joined;
    let column = indent;
    let fault: string | undefined;
    const before = statements.length;
    for (;;) {
      const rest = text.slice(column);
      if (rest === '-' || /^- /.test(rest)) {
        const level = enter(levels, pending, column, true);
        if (!level || levels.length > maxDepth) {
          fault = 'stands at a depth that fits nothing above it';
          break;
        }
        pending = { path: [...level.path, String(level.next++)], indent: column };
        column += 1 + /^ */.exec(rest.slice(1))![0].length;
        if (rest === '-') break;
        continue;
      }
      const key = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s"'[{&*!|>%@`#-][^#]*?|-[^\s#][^#]*?)) *:(?= |$)/.exec(rest);
      const name = key === null ? undefined : (key[1] ?? key[2] ?? key[3]);
      if (key && name !== undefined && !/^[^"']*: /.test(name)) {
        const level = enter(levels, pending, column, false);
        if (!level || levels.length > maxDepth) {
          fault = 'stands at a depth that fits nothing above it';
          break;
        }
        const path = [...level.path, name];
        const valueFrom = column + key[0].length + /^ */.exec(rest.slice(key[0].length))![0].length;
        const value = text.slice(valueFrom);
        pending = value === '' ? { path, indent: column } : undefined;
        if (/^[|>][-+0-9]*$/.test(value)) {
          blockIndent = column;
          none(first + column, first + text.length, 'ignored');
        } else emit(source, statements, path, first + column, first + valueFrom, value);
        break;
      }
      if (pending === undefined) fault = 'is neither a key nor an item';
      else emit(source, statements, pending.path, first + column, first + column, rest);
      pending = undefined;
      break;
    }
    end = Math.min(first + text.length, source.text.length);
    if (fault !== undefined) none(first + indent, end, 'wrong', fault);
    else if (statements.length === before) none(first + indent, end, 'ignored');
  }
  return statements;
}

/** The level that a column belongs to: one above, or a new one below the key or item that waits for its value. */
function enter(levels: Level[], pending: { readonly path: readonly string[]; readonly indent: number } | undefined, column: number, list: boolean): Level | undefined {
  while (levels.length > 0 && (levels.at(-1)!.indent > column || (levels.at(-1)!.indent === column && levels.at(-1)!.list && !list))) levels.pop();
  const top = levels.at(-1);
  // A list may stand at the column of its key.
  if (top && top.indent === column && top.list === list) return top;
  if (!pending || pending.indent > column || (pending.indent === column && !(list && top && !top.list))) return undefined;
  const level: Level = { indent: column, list, path: pending.path, next: 0 };
  levels.push(level);
  return level;
}

function commentStart(text: string): number {
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote) {
      if (char === '\\' && quote === '"') at++;
      else if (char === quote) quote = '';
    } else if ((char === '"' || char === "'") && (at === 0 || /[\s[{,:]/.test(text[at - 1]!))) quote = char;
    else if (char === '#' && (at === 0 || /\s/.test(text[at - 1]!))) return at;
  }
  return text.length;
}

function isOpen(text: string): boolean {
  if (!/(?:^|[\s:])[[{]/.test(text)) return false;
  let depth = 0;
  let quote = '';
  for (const char of text) {
    if (quote) quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === '[' || char === '{') depth++;
    else if (char === ']' || char === '}') depth--;
  }
  return depth > 0;
}

function emit(source: SourceText, statements: YamlStatement[], path: readonly string[], from: number, valueFrom: number, value: string): void {
  const end = Math.min(valueFrom + value.length, source.text.length);
  const [start, place] = [Math.min(from, end), Math.min(valueFrom, end)];
  const at = spanAt(source, start, end);
  if (value === '') {
    statements.push({ kind: 'open', path, value: '', at, valueAt: spanAt(source, end, end), state: 'modelled' });
  } else if (/^[[{]/.test(value)) {
    const flow = readFlow(value, 0, 0);
    if (!flow || value.slice(flow.end).trim() !== '') {
      statements.push({ kind: 'none', at, state: 'unread', note: 'is no list or map that can be followed' });
      return;
    }
    statements.push({ kind: 'open', path, value: '', at, valueAt: spanAt(source, place, end), state: 'modelled' });
    for (const item of flow.items) {
      const valueAt = spanAt(source, Math.min(place + item.from, end), Math.min(place + item.to, end));
      statements.push({ kind: 'entry', path: [...path, ...item.path], value: item.value, at: valueAt, valueAt, state: 'modelled' });
    }
  } else if (/^[&*!|>%@`]/.test(value)) {
    statements.push({ kind: 'none', at, state: 'unread', note: 'anchors, tags and block texts are not followed' });
  } else if (/^[^"'].*:(?: |$)|^- /.test(value)) {
    statements.push({ kind: 'none', at, state: 'wrong', note: 'a second key or item stands on the line' });
  } else {
    statements.push({ kind: 'entry', path, value: unquoted(value), at, valueAt: spanAt(source, place, end), state: 'modelled' });
  }
}

interface FlowItem {
  readonly path: readonly string[];
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

/** A flow list or map that begins at `at`: its scalars. */
function readFlow(text: string, at: number, depth: number): { readonly end: number; readonly items: readonly FlowItem[] } | undefined {
  if (depth > maxDepth) return undefined;
  const list = text[at] === '[';
  const close = list ? ']' : '}';
  const items: FlowItem[] = [];
  let index = 0;
  let cursor = at + 1;
  for (;;) {
    while (cursor < text.length && /[\s,]/.test(text[cursor]!)) cursor++;
    if (cursor >= text.length) return undefined;
    if (text[cursor] === close) return { end: cursor + 1, items };
    let name = String(index++);
    const key = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,[\]{}"':][^,[\]{}"']*?)\s*:(?=[\s[{"']|$)\s*/.exec(text.slice(cursor, cursor + 500));
    if (key) {
      // In a list `key: value` is a map of one.
      const from = cursor;
      const path = list ? [name, unquoted(key[1]!)] : [unquoted(key[1]!)];
      cursor += key[0].length;
      if (cursor >= text.length || /[,\]}]/.test(text[cursor]!)) {
        items.push({ path, value: '', from, to: cursor });
        continue;
      }
      name = path.at(-1)!;
      const value = flowValue(text, cursor, depth);
      if (!value) return undefined;
      cursor = value.end;
      items.push(...value.items.map((item) => ({ ...item, path: [...path, ...item.path] })));
      continue;
    }
    const value = flowValue(text, cursor, depth);
    if (!value || value.end === cursor) return undefined;
    cursor = value.end;
    items.push(...value.items.map((item) => ({ ...item, path: [name, ...item.path] })));
  }
}

function flowValue(text: string, at: number, depth: number): { readonly end: number; readonly items: readonly FlowItem[] } | undefined {
  if (text[at] === '[' || text[at] === '{') return readFlow(text, at, depth + 1);
  const scalar = /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^,[\]{}]*)/.exec(text.slice(at))![0].trimEnd();
  return { end: at + scalar.length, items: [{ path: [], value: unquoted(scalar), from: at, to: at + scalar.length }] };
}

function unquoted(text: string): string {
  if (/^'.*'$/s.test(text) && text.length > 1) return text.slice(1, -1).replace(/''/g, "'");
  if (/^".*"$/s.test(text) && text.length > 1) return text.slice(1, -1).replace(/\\(.)/g, '$1');
  return text;
}
