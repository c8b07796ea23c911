import { scriptRule, type Fix } from '../../src/lint/rule.ts';
import { concernsCluster, effectsOf, inScript, nameOfAction } from '../../src/model/timeline.ts';
import type { Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/lockfile-path-mismatch',
  severity: 'error',
  title: 'A lock file is tested or removed at another path than it is made.',
  needs: ['scripts'],
  docs: {
    what: 'Start touches one lock file, and status or stop looks at another one that nothing makes: /var/lock/ipvsadm here, /var/lock/subsys/ipvsadm there.',
    why: 'Status says "stopped" for ever. A stop that first tests the lock does nothing, and one that removes the wrong path leaves a lock behind that makes the next start believe that it has run.',
    repair: '`LOCK=/var/lock/subsys/NAME` once at the top, and `"$LOCK"` everywhere.',
    references: ['https://refspecs.linuxfoundation.org/FHS_3.0/fhs/ch05s09.html'],
  },
  proof: [{ kind: 'manual', cite: 'bash(1), CONDITIONAL EXPRESSIONS', quote: '-e file True if file exists.' }],
  since: '0.1.0',
  *check({ script }) {
    if (!concernsCluster(script)) return;
    const locks = effectsOf(script, 'lock');
    const made = locks.filter(({ effect }) => effect.does === 'create');
    if (made.length === 0 || locks.some(({ effect }) => effect.path === undefined)) return;
    const paths = new Set(made.map(({ effect }) => effect.path!));
    const told = new Set<string>();
    for (const { action, step, effect } of locks) {
      const path = effect.path!;
      if (effect.does === 'create' || paths.has(path) || told.has(path)) continue;
      const twin = made.find((other) => alike(other.effect.path!, path));
      if (!twin) continue;
      told.add(path);
      yield {
        at: step.at,
        note: `'${path}' is ${effect.does === 'test' ? 'tested' : 'removed'} ${nameOfAction(action, script)}, but what is made is '${twin.effect.path}'`,
        related: [{ at: twin.step.at, note: `'${twin.effect.path}' is made here` }],
        confidence: step.confidence === 'possible' ? 'possible' : 'certain',
        ...fixOf(script, step, path, twin.effect.path!),
      };
    }
  },
});

/** Whether two paths are meant to be one lock: the same name in another folder, or another spelling in the same folder. */
function alike(a: string, b: string): boolean {
  const [folderA, nameA] = split(a);
  const [folderB, nameB] = split(b);
  return nameA === nameB || (folderA === folderB && (nameA.toLowerCase().includes(nameB.toLowerCase()) || nameB.toLowerCase().includes(nameA.toLowerCase()) || near(nameA, nameB)));
}

function split(path: string): readonly [string, string] {
  const at = path.lastIndexOf('/');
  return [path.slice(0, at), path.slice(at + 1).replace(/\.(?:lock|pid|lck)$/, '')];
}

function near(a: string, b: string): boolean {
  return Math.abs(a.length - b.length) <= 1 && a.length > 3 && [...a].filter((char, at) => char !== b[at]).length <= 2;
}

function fixOf(script: Script, step: Step, path: string, made: string): { readonly fix?: Fix } {
  const word = step.words.find((each) => each.text === path);
  if (!word || !inScript(script, word.at) || word.variables.length > 0 || !word.raw.includes(path)) return {};
  return { fix: { title: `use '${made}'`, safe: false, edits: [{ at: word.at, text: word.raw.replace(path, made) }] } };
}
