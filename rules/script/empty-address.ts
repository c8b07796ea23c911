import { scriptRule, type Place } from '../../src/lint/rule.ts';
import { strongest, type Confidence } from '../../src/base/fact.ts';
import { addressWords } from '../../src/model/address-words.ts';
import { actionsToJudge, isServiceAction, placeOf } from '../../src/model/timeline.ts';
import type { Assigned, Script, Step, Word } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/empty-address',
  severity: 'error',
  title: 'A variable that holds an address is left empty.',
  needs: ['scripts'],
  docs: {
    what: 'A variable such as VIP= or RIP1= is left empty, nothing fills it later and nothing checks it, and commands use it as an address.',
    why: 'The empty word vanishes and the next one takes its place: `ifconfig lo:1 $VIP broadcast $VIP netmask 255.255.255.255 up` gives lo:1 the address 255.255.255.255/0, `ipvsadm -A -t $VIP:80` fails, `route add -host $VIP dev lo:1` adds another route than meant. The script ends all the same, with a table that serves nobody.',
    repair: '`VIP=172.16.1.100`, or read it from /etc/sysconfig/NAME, and before anything is changed `[ -n "$VIP" ] || { echo "VIP is not set" >&2; exit 6; }`.',
    references: ['https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/iniscrptact.html', 'https://www.shellcheck.net/wiki/SC2086'],
  },
  proof: [{ kind: 'manual', cite: 'bash(1), Word Splitting', quote: 'Unquoted implicit null arguments, resulting from the expansion of parameters that have no values, are removed.' }],
  since: '0.1.0',
  *check({ script }) {
    for (const { cause, name, uses, confidence } of causes(script)) {
      const [first] = uses;
      if (!first) continue;
      const at = cause?.at ?? first.step.at;
      const related = uses.slice(cause ? 0 : 1).map(({ step, role }): Place => ({ at: step.at, note: `${role} is empty here` }));
      yield { at, note: cause ? `'${name}' is left empty, and ${first.role} is taken from it at line ${first.step.at.line}` : `${first.role} is '${name}', which is empty here`, related, confidence };
    }
  },
});

interface Use {
  readonly step: Step;
  readonly role: string;
}

interface Cause {
  readonly cause: Assigned | undefined;
  readonly name: string;
  readonly uses: Use[];
  confidence: Confidence;
}

/** Uses of empty addresses by the variable that is empty: one a cause, however often it is used. */
function causes(script: Script): readonly Cause[] {
  const found = new Map<string, Cause>();
  const seen = new Set<string>();
  for (const action of actionsToJudge(script)) {
    if (!isServiceAction(action.name) && action.name !== '*') continue;
    for (const step of action.steps) {
      for (const { word, role } of addressWords(step).filter(({ adds }) => adds)) {
        for (const name of emptyVariables(script, word)) {
          const cause = emptyAssignment(script, name);
          // A name that nothing ever sets is a slip of another kind: script/undefined-var.
          if (!cause && (word.unset ?? []).includes(name)) continue;
          const key = `${placeOf(step.at)} ${name}`;
          const entry: Cause = found.get(name) ?? { cause, name, uses: [], confidence: step.confidence };
          if (!seen.has(key)) entry.uses.push({ step, role });
          seen.add(key);
          entry.confidence = strongest(entry.confidence, step.confidence);
          found.set(name, entry);
        }
      }
    }
  }
  return [...found.values()];
}

/** Variables of a word that leave the place of its address empty: the word is empty, or nothing but a port or a prefix length is left. */
function emptyVariables(script: Script, word: Word): readonly string[] {
  if (word.text === undefined || !/^(?:[:/]\S*)?$/.test(word.text)) return [];
  return word.variables.filter((name) => emptyAssignment(script, name) !== undefined || (word.unset ?? []).includes(name));
}

/** The assignment that leaves a variable empty: the last one of its name. */
function emptyAssignment(script: Script, name: string): Assigned | undefined {
  const last = script.assignments.filter((assigned) => assigned.name === name).at(-1);
  return last && last.value.text === '' ? last : undefined;
}
