import { strongest, type Confidence } from '../../src/base/fact.ts';
import { scriptRule, type Edit } from '../../src/lint/rule.ts';
import { addressWords } from '../../src/model/address-words.ts';
import { actionsToJudge, concernsCluster, inScript, placeOf } from '../../src/model/timeline.ts';
import type { Script, Step, Word } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/unquoted-vars',
  severity: 'warning',
  title: 'An address whose value is not known stands unquoted in a command.',
  needs: ['scripts'],
  docs: {
    what: 'A variable that comes from outside the script (a file, an argument, a command) is used unquoted as the address of ifconfig, ip, route or ipvsadm, and nothing checks that it holds one. Variables that the script itself sets to an address are not reported: there the missing quotes do no harm.',
    why: 'When the value is empty the word vanishes and the others move up: `ifconfig lo:0 $VIP netmask 255.255.255.255 up` gives lo:0 the address 255.255.255.255.',
    repair: '`"${VIP:?VIP is not set}"`: the quotes keep the word, the `:?` ends the script with a message where it is empty.',
    references: ['https://www.shellcheck.net/wiki/SC2086', 'https://www.gnu.org/software/bash/manual/html_node/Shell-Parameter-Expansion.html'],
  },
  proof: [{ kind: 'manual', cite: 'bash(1), Word Splitting', quote: 'Unquoted implicit null arguments, resulting from the expansion of parameters that have no values, are removed.' }],
  since: '0.1.0',
  *check({ script }) {
    if (!concernsCluster(script)) return;
    for (const [name, { uses, confidence }] of looseNames(script)) {
      const [first] = uses;
      if (!first || isChecked(script, name) || neverEmpty(script, name)) continue;
      const bare = uses.flatMap(({ step }) => step.words.filter((word) => word.raw === `$${name}` || word.raw === `\${${name}}`));
      const own = [...new Map([...uses.map(({ word }) => word), ...bare].filter((word) => inScript(script, word.at)).map((word) => [placeOf(word.at), word])).values()];
      const edits = own.map((word): Edit => ({ at: word.at, text: `"${word.raw}"` }));
      yield {
        at: first.word.at,
        note: `$${name} stands unquoted as ${first.role}, and nothing checks that it is set`,
        related: uses.slice(1).map(({ word, role }) => ({ at: word.at, note: `${role} too` })),
        confidence,
        ...(edits.length > 0 ? { fix: { title: `quote $${name}`, safe: true, edits: edits as [Edit, ...Edit[]] } } : {}),
      };
    }
  },
});

interface Use {
  readonly step: Step;
  readonly word: Word;
  readonly role: string;
}

/** Variables of unknown value that stand unquoted where an address belongs. */
function looseNames(script: Script): ReadonlyMap<string, { readonly uses: Use[]; confidence: Confidence }> {
  const found = new Map<string, { readonly uses: Use[]; confidence: Confidence }>();
  for (const action of actionsToJudge(script)) {
    for (const step of action.steps) {
      if (step.loop) continue;
      for (const { word, role } of addressWords(step).filter(({ adds }) => adds)) {
        const name = word.variables[0];
        if (name === undefined || word.variables.length > 1 || word.text !== undefined || word.quoted || (word.unset?.length ?? 0) > 0 || !/^\$\{?[A-Za-z_]\w*\}?$/.test(word.raw)) continue;
        const entry = found.get(name) ?? { uses: [], confidence: step.confidence };
        entry.confidence = strongest(entry.confidence, step.confidence);
        if (!entry.uses.some((use) => placeOf(use.word.at) === placeOf(word.at))) entry.uses.push({ step, word, role });
        found.set(name, entry);
      }
    }
  }
  return found;
}

/** Whether every assignment gives it something: a text of the script's own in it (`$(…).100`), or another variable that is checked (`[ -n "$2" ] && VIP=$2`). */
function neverEmpty(script: Script, name: string): boolean {
  const given = [...script.source.text.matchAll(new RegExp(`(?:^|[\\s;&(])${name}=("[^"\n]*"|'[^'\n]*'|\\$\\([^\n]*\\)[^\\s;&|]*|[^\\s;&|]*)`, 'g'))].map((match) => match[1]!.replace(/^(["'])(.*)\1$/, '$2'));
  return given.length > 0 && given.every((text) => {
    const other = /^\$\{?(\w+)\}?$/.exec(text)?.[1];
    if (other !== undefined) return isChecked(script, other) || (/^\d+$/.test(other) && countsArguments(script));
    return text.replace(/\$\([^\n]*\)|`[^`]*`|\$\{[^}]*\}|\$\w+|\$./g, '').trim() !== '';
  });
}

/** A test of the number of arguments: the words that a function or the script takes from them are there. */
function countsArguments(script: Script): boolean {
  return /(?:\[|\btest\b|\(\()[^\n\]]*\$\{?#\}?(?![\w-])/.test(script.source.text.replace(/^\s*#.*$/gm, ''));
}

/** A test whether the variable is set, or an expansion that ends the script where it is not. */
function isChecked(script: Script, name: string): boolean {
  return new RegExp(`\\$\\{${name}:?[?=-]|-[zn]\\s+"?\\$\\{?${name}\\b|"?\\$\\{?${name}\\}?"?\\s*(?:=|==|!=)\\s*(?:""|'')|"x\\$\\{?${name}|set\\s+-\\w*u`).test(script.source.text);
}
