import { lineAt, spanAt } from '../../src/base/text.ts';
import { scriptRule } from '../../src/lint/rule.ts';
import { everyStep, inScript } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'script/world-writable-fix',
  severity: 'error',
  title: 'A script makes the code that root runs writable for everybody, or says to.',
  needs: ['scripts'],
  docs: {
    what: 'A command or a comment gives mode 777 (or a+w) to a file of /etc/init.d, most often to the function library, as a cure for "Permission denied".',
    why: 'Every init script sources that file as root. Whoever has an account on the host can write into it, and is root at the next boot. The error comes from a lost dot: the file is to be sourced, not run.',
    repair: '`. /etc/rc.d/init.d/functions`: a dot and a space; and `chmod 644` for the file.',
    references: ['https://cwe.mitre.org/data/definitions/732.html'],
  },
  proof: [{ kind: 'manual', cite: 'bash(1), . (source)', quote: 'The file searched for in PATH need not be executable.' }],
  since: '0.1.0',
  *check({ script }) {
    for (const { step } of everyStep(script, (each) => each.name === 'chmod' && inScript(script, each.at))) {
      const target = step.words.slice(2).find((word) => /^\/etc\/(?:rc\.d\/)?(?:init\.d|rc\d?\.d)(?:\/|$)/.test(word.text ?? ''));
      if (target && isOpen(step.words.slice(1).map((word) => word.text ?? ''))) yield { at: step.at, note: `'${target.text}' becomes writable for everybody, and root runs it`, confidence: step.confidence };
    }
    const { source } = script;
    for (const match of source.text.matchAll(/(?:^|[ \t])#.*$/gm)) {
      const advice = /\bchmod\s+(?:-\w+\s+)*(\S+)\s+(\S*\/etc\/(?:rc\.d\/)?init\.d(?:\/[\w.-]*)?)/.exec(match[0]);
      if (!advice || !isOpen([advice[1]!])) continue;
      const start = match.index + advice.index;
      const line = spanAt(source, start, start + advice[0].length);
      if (lineAt(source, line.line).includes('lvs-gen:')) continue;
      yield { at: line, note: `'${advice[0]}' makes a file writable for everybody that root runs` };
    }
  },
});

function isOpen(words: readonly string[]): boolean {
  return words.some((word) => /^[0-7]?[0-7]{2}[2367]$/.test(word) || /^(?:a|o|go|ugo|ug?o)?[+=]r?w/.test(word));
}
