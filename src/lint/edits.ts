import type { Span } from '../base/origin.ts';
import { lineAt, offsetAt, positionAt, spanAt, type SourceText } from '../base/text.ts';
import type { Edit } from './rule.ts';

/** The text that a place covers. */
export function textOf(source: SourceText, at: Span): string {
  return source.text.slice(offsetAt(source, at.line, at.column), offsetAt(source, at.endLine, at.endColumn));
}

/** The white space in front of a line. */
export function indentOf(source: SourceText, line: number): string {
  return /^[ \t\u00a0]*/.exec(lineAt(source, line))![0].replace(/\u00a0/g, ' ');
}

/** LF, or CRLF where the file has it. */
export function lineEnd(source: SourceText): string {
  return /\r\n/.test(source.text) ? '\r\n' : '\n';
}

/** Whole lines, with their line ends. */
export function linesSpan(source: SourceText, first: number, last: number): Span {
  return spanAt(source, source.lineStarts[first - 1] ?? source.text.length, source.lineStarts[last] ?? source.text.length);
}

/** An empty stretch at the beginning of a line. */
export function beforeLine(source: SourceText, line: number): Span {
  const at = source.lineStarts[line - 1] ?? source.text.length;
  return spanAt(source, at, at);
}

/** Whether nothing else stands on the lines of a command: white space before it, behind it at most a semicolon. */
export function standsAlone(source: SourceText, at: Span): boolean {
  const before = lineAt(source, at.line).slice(0, at.column - 1);
  const behind = lineAt(source, at.endLine).slice(at.endColumn - 1);
  return /^[ \t]*$/.test(before) && /^[ \t]*;?[ \t]*$/.test(behind) && !/[^;]\\$|^\\$/.test(lineAt(source, at.line - 1));
}

const opens = /(?:^|[\s;&|])(?:then|do|else|\{|\()\s*$|(?:^|[\s;])\{\s*$/;
const closes = /^\s*(?:fi|done|else|elif|\}|\))(?:[\s;&|)]|$)/;

/** Takes commands out: their lines where they stand alone, else a `:` takes their place, also where a body would be left empty. */
export function removeCommands(source: SourceText, places: readonly Span[]): readonly Edit[] {
  const gone = new Set(places.filter((at) => standsAlone(source, at)).flatMap((at) => range(at.line, at.endLine)));
  const kept = new Set<number>();
  return places.map((at) => {
    if (!standsAlone(source, at)) return { at, text: ':' };
    const body = emptied(source, at, gone);
    if (body === undefined || kept.has(body)) return { at: linesSpan(source, at.line, at.endLine), text: '' };
    kept.add(body);
    return { at, text: ':' };
  });
}

/** The line that opens a body which would be left empty. */
function emptied(source: SourceText, at: Span, gone: ReadonlySet<number>): number | undefined {
  let above = at.line - 1;
  while (above > 0 && (gone.has(above) || isBlank(source, above))) above--;
  let below = at.endLine + 1;
  while (below <= source.lineStarts.length && (gone.has(below) || isBlank(source, below))) below++;
  return opens.test(lineAt(source, above).replace(/(?:^|\s)#.*$/, '')) && closes.test(lineAt(source, below)) ? above : undefined;
}

function isBlank(source: SourceText, line: number): boolean {
  return /^\s*(?:#.*)?$/.test(lineAt(source, line));
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** A command's place taken by lines, each with the indentation of the first; undefined where other text shares the line and there is more than one. */
export function replaceCommand(source: SourceText, at: Span, lines: readonly string[]): Edit | undefined {
  if (lines.length === 1) return { at, text: lines[0]! };
  if (!standsAlone(source, at)) return undefined;
  return { at, text: lines.join(`${lineEnd(source)}${indentOf(source, at.line)}`) };
}

/** Lines inserted above a line, each with that line's indentation. */
export function insertAbove(source: SourceText, line: number, lines: readonly string[], indent: string = indentOf(source, line)): Edit {
  return { at: beforeLine(source, line), text: lines.map((text) => (text === '' ? '' : indent + text) + lineEnd(source)).join('') };
}

/** Words of the shell that begin or end a body: text between two commands without any of them is straight-line code. */
const control = /(?:^|[\s;&|(])(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|select|function)(?=[\s;]|$)|;;|[{}]|\(\)/m;

/** Whether two commands belong to one run of straight-line code: nothing between them opens or closes a body. */
export function straightBetween(source: SourceText, from: Span, to: Span): boolean {
  if (from.file !== to.file || from.file !== source.file) return false;
  const between = source.text.slice(offsetAt(source, from.endLine, from.endColumn), offsetAt(source, to.line, to.column));
  return !control.test(between.replace(/(?:^|[ \t])#[^\n]*/g, '').replace(/"[^"\n]*"|'[^'\n]*'|\$\{[^}\n]*\}/g, '""'));
}

/** Position behind the last line of comments and blank lines that opens a script, as a line number: where code begins. */
export function firstCodeLine(source: SourceText): number {
  let line = 1;
  while (line <= source.lineStarts.length && isBlank(source, line)) line++;
  return line;
}

/** The place of a whole line without its line end and leading white space. */
export function linePlace(source: SourceText, line: number): Span {
  const text = lineAt(source, line);
  const start = (source.lineStarts[line - 1] ?? 0) + /^\s*/.exec(text)![0].length;
  return spanAt(source, start, Math.max(start, (source.lineStarts[line - 1] ?? 0) + text.trimEnd().length));
}

/** Line of an offset. */
export function lineOfOffset(source: SourceText, offset: number): number {
  return positionAt(source, offset).line;
}

/** Moves a command's lines up to another command of the same straight run; undefined where that cannot be done line by line. */
export function moveUp(source: SourceText, command: Span, before: Span): readonly [Edit, Edit] | undefined {
  if (!standsAlone(source, command) || !standsAlone(source, before) || !straightBetween(source, before, command)) return undefined;
  const lines = linesSpan(source, command.line, command.endLine);
  const text = textOf(source, lines);
  return text.endsWith('\n') ? [{ at: beforeLine(source, before.line), text }, { at: lines, text: '' }] : undefined;
}
