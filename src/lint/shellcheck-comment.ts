/** One remark of ShellCheck. Lines and columns start at 1 and count as everywhere here (`Span`): UTF-16 units, a tab is one column, the end is behind the last character. */
export interface ShellCheckComment {
  /** 2086 for SC2086. */
  readonly code: number;
  readonly level: 'error' | 'warning' | 'info' | 'style';
  readonly message: string;
  readonly line: number;
  readonly endLine: number;
  readonly column: number;
  readonly endColumn: number;
  /** Replacements that belong together, in the order of the text, none overlapping another. */
  readonly fix?: readonly ShellCheckEdit[];
}

/** Replaces one stretch of the script (an empty stretch inserts). */
export interface ShellCheckEdit {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly text: string;
}

type Stretch = Pick<ShellCheckEdit, 'line' | 'column' | 'endLine' | 'endColumn'>;
type Json = Readonly<Record<string, unknown>>;

/** How an edition of ShellCheck counts a tab in what it prints: its JSON of old (and the WebAssembly build) to the next stop of 8, `json1` as one column. */
export type TabWidth = 1 | 8;

const levels: readonly unknown[] = ['error', 'warning', 'info', 'style'];

/** Codes that tell how ShellCheck was run and nothing of the script. SC1091: a sourced file was not given to it; we never give it one. */
const aboutTheRun: ReadonlySet<number> = new Set([1091]);

/** ShellCheck's answer (either JSON form, parsed) as comments on `script`, ordered by place. Throws an Error when the answer has another shape. */
export function readComments(answer: unknown, script: string, tabWidth: TabWidth): readonly ShellCheckComment[] {
  const list = Array.isArray(answer) ? answer : isJson(answer) ? answer['comments'] : undefined;
  if (!Array.isArray(list)) throw new Error(isJson(answer) && typeof answer['error'] === 'string' ? answer['error'] : 'an answer of another shape');
  const place = placer(script, tabWidth);
  return list
    .map((item: unknown) => readComment(item, place))
    .filter((comment) => !aboutTheRun.has(comment.code))
    .sort((a, b) => byPlace(a, b) || a.code - b.code);
}

/** Whether a value read back from the cache is such a list. */
export function areComments(value: unknown): value is readonly ShellCheckComment[] {
  return Array.isArray(value) && value.every((item) => isComment(item) && (item['fix'] === undefined || (Array.isArray(item['fix']) && item['fix'].every(isEdit))));
}

function isComment(value: unknown): value is Json {
  return isStretch(value) && isCount(value['code']) && levels.includes(value['level']) && typeof value['message'] === 'string';
}

function isEdit(value: unknown): boolean {
  return isStretch(value) && typeof value['text'] === 'string';
}

function isStretch(value: unknown): value is Json {
  return isJson(value) && isCount(value['line']) && isCount(value['column']) && isCount(value['endLine']) && isCount(value['endColumn']);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function readComment(item: unknown, place: (at: Stretch) => Stretch): ShellCheckComment {
  if (!isJson(item)) throw new Error('a comment of another shape');
  const line = item['line'];
  const column = item['column'];
  const comment = { code: item['code'], level: item['level'] ?? item['severity'], message: item['message'], line, column, endLine: item['endLine'] ?? line, endColumn: item['endColumn'] ?? column };
  if (!isComment(comment)) throw new Error('a comment of another shape');
  const { code, level, message } = comment as unknown as ShellCheckComment;
  const fix = readFix(item['fix'], place);
  return { code, level, message, ...place(comment as unknown as Stretch), ...(fix === undefined ? {} : { fix }) };
}

/** A fix that we do not understand, or whose parts touch (their order would be a guess), is left out: the comment stands without it. */
function readFix(fix: unknown, place: (at: Stretch) => Stretch): readonly ShellCheckEdit[] | undefined {
  const parts = isJson(fix) ? fix['replacements'] : undefined;
  if (!Array.isArray(parts) || parts.length === 0) return undefined;
  const edits: ShellCheckEdit[] = [];
  for (const part of parts as readonly unknown[]) {
    if (!isJson(part)) return undefined;
    const edit = { line: part['line'] ?? part['startLine'], column: part['column'] ?? part['startColumn'], endLine: part['endLine'], endColumn: part['endColumn'], text: part['replacement'] ?? part['text'] };
    if (!isEdit(edit)) return undefined;
    const sure = edit as ShellCheckEdit;
    edits.push({ ...place(sure), text: sure.text });
  }
  edits.sort(byPlace);
  const apart = edits.every((edit, i) => i === 0 || startsBehind(edit, edits[i - 1]!));
  return apart ? edits : undefined;
}

function startsBehind(edit: Stretch, before: Stretch): boolean {
  if (edit.line === before.line && edit.column === before.column) return false;
  return edit.line > before.endLine || (edit.line === before.endLine && edit.column >= before.endColumn);
}

function byPlace(a: Stretch, b: Stretch): number {
  return a.line - b.line || a.column - b.column || a.endLine - b.endLine || a.endColumn - b.endColumn;
}

/** Turns ShellCheck's columns (code points, tabs wide) into ours. What points behind a line or behind the script is drawn back to its end. */
function placer(script: string, tabWidth: TabWidth): (at: Stretch) => Stretch {
  const lines = script.split('\n');
  const rulers = new Map<number, Uint32Array>();
  const point = (line: number, column: number): readonly [number, number] => {
    const text = lines[line - 1];
    if (text === undefined) return [lines.length, lines[lines.length - 1]!.length + 1];
    let ruler = rulers.get(line);
    if (ruler === undefined) rulers.set(line, (ruler = rulerOf(text, tabWidth)));
    return [line, firstAtLeast(ruler, column - 1) + 1];
  };
  return (at) => {
    const [line, column] = point(at.line, at.column);
    const [endLine, endColumn] = point(at.endLine, at.endColumn);
    const backward = endLine < line || (endLine === line && endColumn < column);
    return backward ? { line, column, endLine: line, endColumn: column } : { line, column, endLine, endColumn };
  };
}

/** For each UTF-16 unit of a line how far ShellCheck has counted where its character begins (so a low surrogate has its partner's number). */
function rulerOf(line: string, tabWidth: TabWidth): Uint32Array {
  const ruler = new Uint32Array(line.length);
  let seen = 0;
  for (let i = 0; i < line.length; i++) {
    ruler[i] = seen;
    if (line.codePointAt(i)! > 0xffff) ruler[++i] = seen;
    seen += line[i] === '\t' ? tabWidth - (seen % tabWidth) : 1;
  }
  return ruler;
}

function firstAtLeast(ruler: Uint32Array, wanted: number): number {
  let low = 0;
  let high = ruler.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ruler[middle]! >= wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
