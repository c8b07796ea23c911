import { spanAt, offsetAt } from '../../src/base/text.ts';
import { scriptRule, type Fix } from '../../src/lint/rule.ts';
import { concernsCluster, effectsOf, inScript } from '../../src/model/timeline.ts';
import type { Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/lockfile-masked-error',
  severity: 'info',
  title: 'The error of making a lock file is hidden.',
  needs: ['scripts'],
  docs: {
    what: 'The error output of the command that makes the lock file goes to /dev/null, and nothing looks at its exit status.',
    why: '/var/lock/subsys does not exist outside Red Hat: the file is not made, nobody hears of it, and a status that tests it says "stopped" on a host that serves.',
    repair: '`mkdir -p /var/lock/subsys && touch /var/lock/subsys/NAME`, without the redirect.',
    references: ['https://refspecs.linuxfoundation.org/FHS_3.0/fhs/ch05s09.html'],
  },
  proof: [{ kind: 'manual', cite: 'bash(1), Redirecting Standard Output and Standard Error', quote: 'This construct allows both the standard output and the standard error output to be redirected to the file whose name is the expansion of word.' }],
  since: '0.1.0',
  *check({ script }) {
    if (!concernsCluster(script)) return;
    for (const { step, effect } of effectsOf(script, 'lock', (done) => done.effect.does === 'create' && !done.step.tested && hidesErrors(done.step))) {
      yield { at: step.at, note: `an error of making ${effect.path === undefined ? 'the lock file' : `'${effect.path}'`} goes to /dev/null`, confidence: step.confidence, ...fixOf(script, step) };
    }
  },
});

function hidesErrors(step: Step): boolean {
  const toNull = (operator: RegExp) => step.redirects.some((redirect) => operator.test(redirect.operator) && redirect.target?.text === '/dev/null');
  return toNull(/^(?:2>>?|&>>?|>&)$/) || (toNull(/^1?>>?$/) && step.redirects.some((redirect) => redirect.operator.startsWith('2>&') || (/^2?>&$/.test(redirect.operator) && redirect.target?.text === '1')));
}

/** The redirects go. */
function fixOf(script: Script, step: Step): { readonly fix?: Fix } {
  const last = step.words.at(-1);
  const first = step.redirects[0];
  if (!last || !first || !inScript(script, step.at) || step.effects.length > 1) return {};
  const from = offsetAt(script.source, last.at.endLine, last.at.endColumn);
  const to = offsetAt(script.source, step.at.endLine, step.at.endColumn);
  if (offsetAt(script.source, first.at.line, first.at.column) < from || to <= from) return {};
  return { fix: { title: 'let the error be seen', safe: true, edits: [{ at: spanAt(script.source, from, to), text: '' }] } };
}
