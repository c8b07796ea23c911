import { hostRule, type Problem } from '../../src/lint/rule.ts';
import { everyStep } from '../../src/model/timeline.ts';
import type { Script, Step } from '../../src/model/script.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'boot/ipvsadm-save-without-n',
  severity: 'warning',
  title: 'An IPVS table is saved with names instead of numbers.',
  needs: ['scripts'],
  docs: {
    what: '`ipvsadm -S` or `ipvsadm-save` writes a file without `-n`; or a saved table holds names where addresses are meant.',
    why: 'Addresses and ports are written as the names that the resolver gives. When boot restores the file before DNS answers, or a name means another address by then, the service is not made or goes elsewhere.',
    repair: '`ipvsadm-save -n > FILE`, `ipvsadm -S -n > FILE`.',
    exceptions: 'A table that is only printed, to a terminal or into a pipe, may have names.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), -n', quote: 'IP addresses and port numbers will be printed in numeric format rather than as as host names and services respectively, which is the default.' }],
  since: '0.1.0',
  *check({ host }) {
    const [first, ...others] = faultsOf(host, 'ipvsadm', 'name-for-address');
    if (first) {
      yield {
        at: first.at, note: `${first.found} is a name: ${first.outcome}, when nobody may answer yet`, confidence: first.confidence,
        related: others.filter(({ found }, at) => found !== first.found && others.findIndex((other) => other.found === found) === at).map(({ at, found }) => ({ at, note: `so is ${found}` })),
      };
    }
    for (const script of host.scripts) yield* savesOf(script);
  },
});

function* savesOf(script: Script): Generator<Problem> {
  for (const { step } of everyStep(script, (step) => step.effects.some((effect) => effect.kind === 'ipvs' && effect.does === 'save'))) {
    const target = step.redirects.find(({ operator }) => /^1?>[>|]?$/.test(operator))?.target;
    if (!target || target.text?.startsWith('/dev/') || step.words.some(({ text }) => text === undefined) || isNumeric(step)) continue;
    const option = step.name === 'ipvsadm' ? step.words.find(({ text }) => text === '--save' || /^-\w*S\w*$/.test(text ?? '')) : step.words[0];
    yield {
      at: step.at, note: `${target.raw} is written without -n, so that addresses and ports become names`, confidence: step.confidence,
      ...(option ? { fix: { title: 'save numbers', safe: true, edits: [{ at: { ...option.at, line: option.at.endLine, column: option.at.endColumn }, text: ' -n' }] as const } } : {}),
    };
  }
}

function isNumeric(step: Step): boolean {
  return step.words.slice(1).some(({ text = '' }) => text === '--numeric' || /^-\w*n\w*$/.test(text));
}
