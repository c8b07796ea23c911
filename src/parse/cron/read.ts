import type { SourceText } from '../../base/text.ts';
import { linesOf, spanIn, trimmed } from '../lines.ts';
import type { Statement } from '../statement.ts';

/** One line of a crontab(5): a command that cron runs once, when it starts at boot; or one that is nothing to LVS. */
export type CronStatement = Statement & ({ readonly kind: 'reboot'; /** As the shell gets it. */ readonly command: string } | { readonly kind: 'none' });

/** Tables of single users have no column for the user. */
const personal = /(?:^|\/)spool\/cron\/(?:crontabs\/|tabs\/)?[^/]+$/;

/** Reads a table of cron. The shell gets what stands before the first `%` that no backslash escapes: the rest is its standard input, and a command that has one is left out. */
export function readCron(source: SourceText): readonly CronStatement[] {
  const line = personal.test(source.file) ? /^@reboot[ \t]+(?=\S)/i : /^@reboot[ \t]+\S+[ \t]+(?=\S)/i;
  return linesOf(source).map((each): CronStatement => {
    const body = trimmed(each.text);
    const head = line.exec(body.text)?.[0];
    if (head === undefined) return { kind: 'none', at: spanIn(source, each, body.from, body.to), state: 'ignored' };
    const at = spanIn(source, each, body.from + head.length, body.to);
    const text = body.text.slice(head.length);
    if (/(?<!\\)%/.test(text)) return { kind: 'none', at, state: 'partly', note: 'what stands behind % is the standard input of the command' };
    return { kind: 'reboot', command: text, at, state: 'modelled' };
  });
}
