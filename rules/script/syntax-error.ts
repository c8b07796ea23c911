import { scriptRule } from '../../src/lint/rule.ts';

export default scriptRule({
  id: 'script/syntax-error',
  severity: 'error',
  title: 'A script is not valid shell.',
  needs: ['scripts'],
  docs: {
    what: 'The shell cannot read the script: a quote, `fi`, `done`, `esac` or `;;` is missing, or something stands where it may not.',
    why: 'bash reads as far as the fault, runs what stood before it, and ends with status 2: half of start is done, and stop does nothing.',
    repair: '`bash -n FILE` names the line where the shell gives up; the fault is there or above. What is left open is most often a quote or an `if`.',
    references: ['https://www.gnu.org/software/bash/manual/html_node/Invoking-Bash.html'],
  },
  proof: [{ kind: 'manual', cite: 'bash(1), EXIT STATUS', quote: 'Bash itself returns the exit status of the last command executed, unless a syntax error occurs, in which case it exits with a non-zero value.' }],
  since: '0.1.0',
  *check({ script }) {
    const [first] = script.syntaxErrors;
    if (first) yield { at: first.at, note: first.note };
  },
});
