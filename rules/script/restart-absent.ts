import { compareSpans } from '../../src/base/origin.ts';
import { lineAt } from '../../src/base/text.ts';
import { indentOf, insertAbove } from '../../src/lint/edits.ts';
import { scriptRule, type Fix } from '../../src/lint/rule.ts';
import type { Action, Script } from '../../src/model/script.ts';
import { actionNamed, concernsCluster, inScript, liesInInit } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'script/restart-absent',
  severity: 'info',
  title: 'An init script does not know restart.',
  needs: ['scripts'],
  docs: {
    what: 'The script tells start from stop but has no branch for restart.',
    why: '`service NAME restart`, which packages, configuration managers and people use, prints the usage line and changes nothing: new addresses in the script are believed to be in force and are not.',
    repair: '`restart|force-reload) "$0" stop; "$0" start ;;`',
    references: ['https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/iniscrptact.html'],
  },
  proof: [{ kind: 'manual', cite: 'LSB Core 5.0, 22.2 Init Script Actions', quote: 'The start, stop, restart, force-reload, and status actions shall be supported by all init scripts' }],
  since: '0.1.0',
  *check({ script }) {
    const start = actionNamed(script, 'start');
    if (!start || !actionNamed(script, 'stop') || !(liesInInit(script) || script.header.chkconfig || script.header.lsb) || !concernsCluster(script) || !inScript(script, start.at)) return;
    if (script.actions.some(({ name }) => /restart|reload/.test(name))) return;
    const usage = actionNamed(script, '*');
    // A default branch that does more than tell the usage may be the restart.
    if (usage?.steps.some((step) => step.effects.some((effect) => effect.kind !== 'exit'))) return;
    // Behind a syntax error the words of commands look like patterns.
    const broken = script.syntaxErrors[0]?.at;
    yield { at: start.at, note: `there is ${script.actions.filter(({ name, at }) => name !== 'top' && name !== '*' && !(broken && compareSpans(at, broken) >= 0)).map(({ name }) => name).join(', ')}, but no restart`, ...fixOf(script, start) };
  },
});

/** A branch in front of start, in the manner of start's own line. */
function fixOf(script: Script, start: Action): { readonly fix?: Fix } {
  const line = lineAt(script.source, start.at.line);
  if (!/^[ \t]*\(?["']?start["']?\)/.test(line)) return {};
  const lines = ['restart|force-reload)', '    "$0" stop', '    "$0" start', '    ;;'];
  return { fix: { title: 'add restart and force-reload', safe: true, edits: [insertAbove(script.source, start.at.line, lines, indentOf(script.source, start.at.line))] } };
}
