import { lineAt, positionAt } from '../../src/base/text.ts';
import { insertAbove, linePlace, linesSpan } from '../../src/lint/edits.ts';
import { scriptRule, type Edit } from '../../src/lint/rule.ts';
import { concernsCluster, directs, inScript } from '../../src/model/timeline.ts';
import type { Script } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/header-not-on-top',
  severity: 'warning',
  title: 'The header of an init script is incomplete or stands below code.',
  needs: ['scripts'],
  docs: {
    what: 'There is a chkconfig line without a description, or the chkconfig line or the LSB block stands behind the first command.',
    why: 'chkconfig wants both lines ("service does not support chkconfig" otherwise), and readers of the header look for it in the comments at the top: the order at boot and at shutdown is lost.',
    repair: '`# chkconfig: 2345 90 10` and `# description: LVS director` one below the other, right under the #! line.',
    references: ['https://linux.die.net/man/8/chkconfig', 'https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/initscrcomconv.html'],
  },
  proof: [{ kind: 'manual', cite: 'chkconfig(8), RUNLEVEL FILES', quote: 'The second line contains a description for the service, and may be extended across multiple lines with backslash continuation.' }],
  since: '0.1.0',
  *check({ script }) {
    const { chkconfig, lsb, description } = script.header;
    if (!script.service || !concernsCluster(script)) return;
    const header = chkconfig?.at ?? lsb?.at;
    if (!header || !inScript(script, header)) return;
    const code = firstCode(script);
    if (code !== undefined && header.line > code) {
      yield { at: header, note: `the header stands below the command of line ${code}`, related: [{ at: linePlace(script.source, code), note: 'code begins here' }], ...moved(script) };
      return;
    }
    if (chkconfig && !description && !lsb) {
      const text = `# description: ${directs(script) ? 'LVS director' : 'LVS real server'}`;
      yield { at: chkconfig.at, note: `'${lineAt(script.source, chkconfig.at.line).trim()}' has no description line: chkconfig refuses the script`, fix: { title: 'add a description', safe: true, edits: [insertAbove(script.source, chkconfig.at.line + 1, [text], '')] } };
    }
  },
});

/** First line that is neither blank nor a comment. */
function firstCode(script: Script): number | undefined {
  const lines = script.source.lineStarts.length;
  for (let line = 1; line <= lines; line++) if (!/^\s*(?:#.*)?$/.test(lineAt(script.source, line))) return line;
  return undefined;
}

/** The block of comments that holds the header goes below line 1. */
function moved(script: Script): { readonly fix?: { readonly title: string; readonly safe: boolean; readonly edits: readonly [Edit, ...Edit[]] } } {
  const at = script.header.chkconfig?.at ?? script.header.lsb!.at;
  if (!script.shebang || (script.header.chkconfig && script.header.lsb)) return {};
  let [first, last] = [at.line, at.line];
  if (script.header.lsb) {
    const end = script.source.text.indexOf('### END INIT INFO', script.source.lineStarts[at.line - 1]);
    if (end < 0) return {};
    last = positionAt(script.source, end).line;
  } else {
    const description = script.header.description?.line;
    if (description === undefined || Math.abs(description - at.line) > 1) return {};
    [first, last] = [Math.min(first, description), Math.max(last, description)];
  }
  const lines = linesSpan(script.source, first, last);
  const text = script.source.text.slice(script.source.lineStarts[first - 1], script.source.lineStarts[last]);
  if (!text.endsWith('\n')) return {};
  return { fix: { title: 'move the header to the top', safe: true, edits: [{ at: { ...linesSpan(script.source, 2, 2), endLine: 2, endColumn: 1 }, text }, { at: lines, text: '' }] } };
}
