import { lineAt } from '../../src/base/text.ts';
import { scriptRule } from '../../src/lint/rule.ts';
import { textOf } from '../../src/lint/edits.ts';
import type { Script, Step } from '../../src/model/script.ts';
import { concernsCluster, effectsOf, inScript } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'script/functions-unguarded',
  severity: 'info',
  title: 'A function library is sourced without a look whether it is there.',
  needs: ['scripts'],
  docs: {
    what: 'The script sources /etc/rc.d/init.d/functions, which only Red Hat has, or /lib/lsb/init-functions, without a test.',
    why: 'Where the file is missing (Debian, Ubuntu, Alpine, Red Hat from version 9 on) dash and a bash that is called as sh end the script at this line: neither start nor stop does anything. bash goes on after an error message.',
    repair: '`[ -r /etc/rc.d/init.d/functions ] && . /etc/rc.d/init.d/functions`.',
    references: ['https://pubs.opengroup.org/onlinepubs/9699919799/utilities/V3_chap02.html#dot'],
  },
  proof: [{ kind: 'manual', cite: 'POSIX.1-2017, dot', quote: 'If no readable file is found, a non-interactive shell shall abort; an interactive shell shall write a diagnostic message to standard error, but this condition shall not be considered a syntax error.' }],
  since: '0.1.0',
  *check({ script }) {
    if (!concernsCluster(script)) return;
    const sources = effectsOf(script, 'source', ({ step, effect }) => !effect.found && library.test(effect.path ?? '') && !isGuarded(script, step) && step.confidence === 'certain' && inScript(script, step.at));
    for (const { step, effect } of sources) {
      yield { at: step.at, note: `'${effect.path}' is sourced without a test whether it is there`, fix: { title: 'source it where it is there', safe: true, edits: [{ at: step.at, text: `if [ -r ${effect.path} ]; then ${textOf(script.source, step.at)}; fi` }] } };
    }
  },
});

const library = /^(?:\/etc\/(?:rc\.d\/)?init\.d\/functions|\/lib\/lsb\/init-functions)$/;

/** Whether the line itself looks at the outcome; an `exit $?` far below is no guard. */
function isGuarded(script: Script, step: Step): boolean {
  return step.tested && /\|\||&&|\b(?:if|elif|while|until)\b/.test(lineAt(script.source, step.at.line));
}
