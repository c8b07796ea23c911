import { scriptRule } from '../../src/lint/rule.ts';
import { concernsCluster, everyStep, inScript } from '../../src/model/timeline.ts';
import type { Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/functions-executed',
  severity: 'warning',
  title: 'The function library of init scripts is run instead of sourced.',
  needs: ['scripts'],
  docs: {
    what: 'The script runs /etc/rc.d/init.d/functions (or /lib/lsb/init-functions) as a program: the dot in front is lost, or `sh` stands there.',
    why: 'The file is not executable ("Permission denied"), and where somebody has made it so, or calls it by `sh`, its functions are defined in another process and are gone at once. `daemon`, `success`, `status` do not exist afterwards.',
    repair: '`[ -r /etc/rc.d/init.d/functions ] && . /etc/rc.d/init.d/functions`: a dot and a space. Never make the file executable or writable.',
    references: ['https://www.gnu.org/software/bash/manual/html_node/Bourne-Shell-Builtins.html#index-_002e'],
  },
  proof: [{ kind: 'manual', cite: 'bash(1), . (source)', quote: 'Read and execute commands from filename in the current shell environment and return the exit status of the last command executed from filename.' }],
  since: '0.1.0',
  *check({ script }) {
    if (!concernsCluster(script)) return;
    for (const { step } of everyStep(script, (each) => inScript(script, each.at) && libraryOf(each) !== undefined)) {
      const { path, from } = libraryOf(step)!;
      yield {
        at: step.at,
        note: `'${step.words.map((word) => word.raw).join(' ')}' runs ${path} in a process of its own; its functions are not there afterwards`,
        confidence: step.confidence,
        ...(step.tested || from.some((word) => !inScript(script, word.at)) ? {} : { fix: { title: 'source it', safe: false, edits: [{ at: { ...step.at, endLine: from.at(-1)!.at.endLine, endColumn: from.at(-1)!.at.endColumn }, text: `[ -r ${path} ] && . ${path}` }] } }),
      };
    }
  },
});

const library = /^\.?(\/etc\/(?:rc\.d\/)?init\.d\/functions|\/lib\/lsb\/init-functions)$/;

/** The library that a command runs, and the words that do it. */
function libraryOf(step: Step): { readonly path: string; readonly from: Step['words'] } | undefined {
  const [first, second] = step.words;
  const own = library.exec(first?.text ?? '')?.[1];
  if (own !== undefined) return { path: own, from: [first!] };
  const called = /^(?:sh|bash|dash|ksh|exec)$/.test(step.name ?? '') ? library.exec(second?.text ?? '')?.[1] : undefined;
  return called === undefined ? undefined : { path: called, from: [first!, second!] };
}
