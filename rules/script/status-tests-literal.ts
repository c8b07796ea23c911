import { scriptRule, type Edit } from '../../src/lint/rule.ts';
import { everyStep, inScript } from '../../src/model/timeline.ts';
import type { Script, Step, Word } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/status-tests-literal',
  severity: 'error',
  title: 'A test asks about the name of a variable, not about its value.',
  needs: ['scripts'],
  docs: {
    what: 'A test such as `[ ! "islothere" ]` holds the bare name of a variable that the script sets: the $ is missing.',
    why: 'A string that is not empty is true, whatever the variable holds. The test gives the same answer for ever: such a status says "running" on a host without a VIP, and whoever trusts it (monitoring, a cluster manager, an operator) is misled.',
    repair: '`[ -z "$islothere" ]`: the $ makes it the value, the quotes keep the test right when it is empty.',
    references: ['https://www.gnu.org/software/bash/manual/html_node/Bash-Builtins.html#index-test', 'https://www.shellcheck.net/wiki/SC2157'],
  },
  proof: [{ kind: 'manual', cite: 'bash(1), test', quote: '1 argument: The expression is true if and only if the argument is not null.' }],
  since: '0.1.0',
  *check({ script }) {
    for (const { step } of everyStep(script, (each) => (each.name === '[' || each.name === 'test' || each.name === '[[') && inScript(script, each.at))) {
      const words = literalOperands(script, step);
      if (words.length === 0) continue;
      const names = [...new Set(words.map((word) => `'${word.text}'`))];
      yield {
        at: step.at,
        note: `${names.join(' and ')} ${names.length > 1 ? 'are names, not values' : 'is a name, not a value'}: ${answerOf(step)}`,
        related: words.flatMap((word) => assignedAt(script, word.text!)),
        confidence: 'certain',
        fix: { title: `test the value of ${names.join(' and ')}`, safe: false, edits: words.map((word): Edit => ({ at: word.at, text: `"$${word.text}"` })) as [Edit, ...Edit[]] },
      };
    }
  },
});

const unary = /^-[a-zA-Z]$/;
const binary = /^(?:=|==|!=|<|>|=~|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/;
const joints = new Set(['!', '-a', '-o', '(', ')', '&&', '||']);

/** Operands that are the bare name of a variable of the script: alone, behind -z or -n, or compared with a constant. */
function literalOperands(script: Script, step: Step): readonly Word[] {
  const words = step.words.slice(1).filter((word) => word.text !== ']' && word.text !== ']]' || word.variables.length > 0);
  const found: Word[] = [];
  for (let at = 0; at < words.length; ) {
    const text = words[at]!.raw;
    if (joints.has(words[at]!.text ?? '') && !(at === words.length - 1 && at === 0)) at += 1;
    else if (words[at + 1] && binary.test(words[at + 1]!.raw) && words[at + 2]) {
      const [left, right] = [words[at]!, words[at + 2]!];
      if (isConstant(right) && isName(script, left)) found.push(left);
      else if (isConstant(left) && isName(script, right) && left.raw !== '""' && !isName(script, left)) found.push(right);
      at += 3;
    } else if (unary.test(text) && words[at + 1]) {
      if ((text === '-z' || text === '-n') && isName(script, words[at + 1]!)) found.push(words[at + 1]!);
      at += 2;
    } else {
      if (isName(script, words[at]!)) found.push(words[at]!);
      at += 1;
    }
  }
  return found;
}

function isConstant(word: Word): boolean {
  return word.variables.length === 0 && word.text !== undefined && !/[$`]/.test(word.raw);
}

/** A constant that is the name of a variable which the script sets somewhere. `[ true ]` and `[ 1 ]` of endless loops are none. */
function isName(script: Script, word: Word): boolean {
  if (!isConstant(word) || !/^[A-Za-z_]\w*$/.test(word.text!)) return false;
  return script.assignments.some((assigned) => assigned.name === word.text) || setsSomewhere(script, word.text!);
}

function setsSomewhere(script: Script, name: string): boolean {
  return new RegExp(`(?:^|[\\s;&|({])(?:${name}=|(?:read|for|local|declare|export|typeset)\\s(?:-\\w+\\s+)*${name}(?:[\\s;=]|$))`, 'm').test(script.source.text);
}

function answerOf(step: Step): string {
  const raws = step.words.map((word) => word.raw);
  return raws.some((raw) => binary.test(raw)) ? 'two constants are compared, so that the answer is always the same' : 'a constant that is not empty is always true, so that the answer is always the same';
}

function assignedAt(script: Script, name: string): readonly { readonly at: Script['assignments'][number]['at']; readonly note: string }[] {
  const assigned = script.assignments.find((each) => each.name === name);
  return assigned ? [{ at: assigned.at, note: `'${name}' gets its value here` }] : [];
}
