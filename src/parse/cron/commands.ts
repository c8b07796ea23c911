import { sourceText, type SourceText } from '../../base/text.ts';
import type { ParsedFile } from '../draft.ts';
import type { CronStatement } from './read.ts';

/** The `@reboot` commands of tables of cron as scripts at their places, one a file. */
export function rebootCommands(files: readonly ParsedFile<CronStatement>[]): readonly SourceText[] {
  return files.flatMap(({ source, statements }) => {
    const lines: string[] = [];
    for (const statement of statements) if (statement.kind === 'reboot') lines[statement.at.line - 1] = statement.command.padStart(statement.at.column - 1 + statement.command.length);
    return lines.length === 0 ? [] : [sourceText(source.host, source.file, `${Array.from(lines, (line) => line ?? '').join('\n')}\n`)];
  });
}
