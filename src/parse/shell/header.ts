import type { Span } from '../../base/origin.ts';
import { lineAt, spanAt, type SourceText } from '../../base/text.ts';
import type { InitHeader, Script } from '../../model/script.ts';

/** The `#!` line: only the very first line counts, and only when it starts with these two characters. */
export function readShebang(source: SourceText): Script['shebang'] {
  const line = lineAt(source, 1).replace(/^\uFEFF/, '');
  if (!line.startsWith('#!')) return undefined;
  return { at: lineSpan(source, 1), interpreter: line.slice(2).trim() };
}

const maxHeaderLines = 400;

/** Comments that chkconfig, insserv and systemd-sysv read. */
export function readHeader(source: SourceText): InitHeader {
  const header: { chkconfig?: InitHeader['chkconfig']; description?: Span; lsb?: InitHeader['lsb'] } = {};
  for (let line = 1; line <= Math.min(source.lineStarts.length, maxHeaderLines); line++) {
    const text = lineAt(source, line);
    if (!/^\s*#/.test(text)) continue;
    const chkconfig = /^\s*#\s*chkconfig:\s*([0-9-]+)\s+(\d{1,3})\s+(\d{1,3})/i.exec(text);
    if (chkconfig) header.chkconfig ??= { at: lineSpan(source, line), levels: chkconfig[1]!, start: Number(chkconfig[2]), stop: Number(chkconfig[3]) };
    else if (/^\s*#+\s*BEGIN INIT INFO\b/.test(text)) {
      const block = readLsb(source, line);
      header.lsb ??= block.lsb;
      line = block.end;
    } else if (/^\s*#\s*description\s*:\s*\S/i.test(text)) header.description ??= lineSpan(source, line);
  }
  return header;
}

function readLsb(source: SourceText, begin: number): { readonly lsb: NonNullable<InitHeader['lsb']>; readonly end: number } {
  const fields = new Map<string, string>();
  let last: string | undefined;
  let line = begin + 1;
  for (; line <= source.lineStarts.length && line < begin + 60; line++) {
    const text = lineAt(source, line);
    if (/^\s*#+\s*END INIT INFO\b/.test(text) || !/^\s*#/.test(text)) break;
    const field = /^\s*#\s*([A-Za-z][\w-]*)\s*:\s*(.*?)\s*$/.exec(text);
    // A line that starts with a tab or two spaces goes on with the description above.
    const more = /^#(?:\t| {2,})\s*(.*?)\s*$/.exec(text);
    if (field) {
      last = field[1]!.toLowerCase();
      fields.set(last, field[2]!);
    } else if (more && last !== undefined) fields.set(last, `${fields.get(last)} ${more[1]}`.trim());
  }
  const start = source.lineStarts[begin - 1]!;
  return { lsb: { at: spanAt(source, start, lineEnd(source, Math.min(line, source.lineStarts.length))), fields }, end: line };
}

function lineEnd(source: SourceText, line: number): number {
  return source.lineStarts[line - 1]! + lineAt(source, line).length;
}

function lineSpan(source: SourceText, line: number): Span {
  return spanAt(source, source.lineStarts[line - 1]!, lineEnd(source, line));
}
