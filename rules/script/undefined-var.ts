import { strongest, weakest, type Confidence } from '../../src/base/fact.ts';
import { nearest } from '../../src/base/text.ts';
import { scriptRule, type Edit, type Fix } from '../../src/lint/rule.ts';
import { changesTraffic } from '../../src/model/changes.ts';
import { actionsToJudge, concernsCluster, inScript, placeOf } from '../../src/model/timeline.ts';
import type { Script, Step, Word } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/undefined-var',
  severity: 'error',
  title: 'A variable is used that nothing sets.',
  needs: ['scripts'],
  docs: {
    what: 'A command that takes an address, or a test, uses a variable that neither the script nor a file that it sources sets; most often one of nearly the same name is set.',
    why: 'The variable is empty: `ifconfig lo:0 $LVS_IP up` and `ipvsadm -a -t $VIP:80 -r $LSV_RIP1 -g` lose their address, the words behind it move up, and the command fails or does something else. A test of it has one answer for ever.',
    repair: 'Write the name that is set, and `set -u` at the top: the shell then ends with a message that names the variable.',
    references: ['https://www.gnu.org/software/bash/manual/html_node/The-Set-Builtin.html', 'https://www.shellcheck.net/wiki/SC2154'],
  },
  proof: [{ kind: 'manual', cite: 'bash(1), Word Splitting', quote: 'Unquoted implicit null arguments, resulting from the expansion of parameters that have no values, are removed.' }],
  since: '0.1.0',
  *check({ script }) {
    if (script.syntaxErrors.length > 0 || (!concernsCluster(script) && !script.service)) return;
    const names = setNames(script);
    for (const [name, { uses, confidence }] of unsetNames(script)) {
      const meant = twinOf(name, names);
      const harmful = uses.filter(({ step, word }) => (meant !== undefined ? meant.toLowerCase() === name.toLowerCase() || step.effects.some((effect) => changesTraffic(effect) || effect.kind === 'ipvs') || isTest(step) : losesAddress(step, word)));
      const [first] = harmful;
      if (!first || names.has(name)) continue;
      yield {
        at: first.word.at,
        note: meant === undefined ? `nothing sets '${name}', so that '${commandOf(first.step)}' lacks an address` : `nothing sets '${name}'; what is set is '${meant}'`,
        related: harmful.slice(1).map(({ word }) => ({ at: word.at, note: 'empty here too' })),
        confidence: weakest(confidence, meant === undefined ? 'likely' : 'certain'),
        ...fixOf(script, name, meant, uses),
      };
    }
  },
});

interface Use {
  readonly step: Step;
  readonly word: Word;
}

/** Variables that nothing sets, with the words that use them, each place once. */
function unsetNames(script: Script): ReadonlyMap<string, { readonly uses: Use[]; confidence: Confidence }> {
  const found = new Map<string, { readonly uses: Use[]; confidence: Confidence }>();
  for (const action of actionsToJudge(script)) {
    for (const step of action.steps) {
      for (const word of step.words) {
        for (const name of word.unset ?? []) {
          if (!/^[A-Za-z_]\w*$/.test(name)) continue;
          const entry = found.get(name) ?? { uses: [], confidence: step.confidence };
          entry.confidence = strongest(entry.confidence, step.confidence);
          if (!entry.uses.some((use) => placeOf(use.word.at) === placeOf(word.at))) entry.uses.push({ step, word });
          found.set(name, entry);
        }
      }
    }
  }
  return found;
}

/** Every name that the script sets in any way and in any place. */
function setNames(script: Script): ReadonlySet<string> {
  const names = new Set(script.assignments.map(({ name }) => name));
  const text = script.source.text.replace(/^\s*#.*$/gm, '');
  for (const match of text.matchAll(/(?:^|[\s;&|({!])([A-Za-z_]\w*)(?:\[[^\]\n]*\])?\+?=/gm)) names.add(match[1]!);
  for (const match of text.matchAll(/\b(?:read|getopts\s+\S+|local|declare|typeset|export|readonly|mapfile|readarray|for|select)\s+((?:-\w+\s+|[A-Za-z_]\w*[ \t]*)+)/g)) for (const name of match[1]!.split(/\s+/)) if (/^[A-Za-z_]\w*$/.test(name)) names.add(name);
  for (const match of text.matchAll(/\$\{([A-Za-z_]\w*):?[=?]/g)) names.add(match[1]!);
  return names;
}

/** A name that is set and was meant: other case, one slip of the pen. Names that differ in digits only are different things. */
function twinOf(name: string, names: ReadonlySet<string>): string | undefined {
  const others = [...names].filter((other) => other !== name);
  const cased = others.find((other) => other.toLowerCase() === name.toLowerCase());
  if (cased !== undefined) return cased;
  if (name.length < 4) return undefined;
  const twin = nearest(name, others.filter((other) => other.length >= 4));
  return twin !== undefined && letters(twin) !== letters(name) ? twin : undefined;
}

function letters(name: string): string {
  return name.toLowerCase().replace(/\d+/g, '');
}

function isTest(step: Step): boolean {
  return step.name === '[' || step.name === 'test' || step.name === '[[';
}

/** Whether the empty variable leaves the place of an address empty: nothing of the word is left but a port or a prefix length, and the command says what it does to which device or table. */
function losesAddress(step: Step, word: Word): boolean {
  if (word.text === undefined || !/^(?:[:/]\S*)?$/.test(word.text)) return false;
  return step.effects.some((effect) => {
    if (effect.kind === 'address') return effect.does === 'add' && !effect.ip;
    if (effect.kind === 'route') return effect.does === 'remove' ? effect.to === undefined && effect.via === undefined : effect.does === 'add' && (effect.to === undefined || (effect.via === undefined && /^(?:gw|via)$/.test(step.words[step.words.indexOf(word) - 1]?.text ?? '')));
    if (effect.kind !== 'ipvs') return false;
    if (effect.does === 'add-destination') return !effect.rip || (effect.service.by === 'address' && !effect.service.vip);
    return effect.does === 'add-service' ? effect.service.by === 'address' && !effect.service.vip : effect.does === 'invalid' && word.text !== '';
  });
}

function commandOf(step: Step): string {
  const text = step.words.map((word) => word.raw).join(' ');
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function fixOf(script: Script, name: string, meant: string | undefined, uses: readonly Use[]): { readonly fix?: Fix } {
  if (meant === undefined || uses.some(({ word }) => !inScript(script, word.at))) return {};
  const edits = uses.map(({ word }): Edit => ({ at: word.at, text: word.raw.replace(new RegExp(`\\$(\\{?)${name}(?!\\w)`, 'g'), `$$$1${meant}`) }));
  return { fix: { title: `use '${meant}'`, safe: false, edits: edits as [Edit, ...Edit[]] } };
}
