import { weakest, type Confidence } from '../../src/base/fact.ts';
import { scriptRule, type Edit, type Problem } from '../../src/lint/rule.ts';
import { removeCommands } from '../../src/lint/edits.ts';
import type { Host } from '../../src/model/host.ts';
import { assignmentsOf, sysctlNumber, type Assignment } from '../../src/model/sysctl.ts';
import { concernsCluster, effectsIn, inScript, startSteps } from '../../src/model/timeline.ts';
import type { Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/sysctl-p-after-write',
  severity: 'error',
  title: 'A kernel parameter is written and then loaded over from a file.',
  needs: ['scripts'],
  docs: {
    what: 'Start writes a parameter (ip_forward, arp_ignore, …) and runs `sysctl -p` or `sysctl --system` afterwards, which writes what the files say.',
    why: 'The files win: /etc/sysctl.conf of Red Hat 5 and 6 holds net.ipv4.ip_forward = 0 and rp_filter = 1 from the installation on. NAT forwards nothing and the script shows no error.',
    repair: 'Drop `sysctl -p`: a write to /proc/sys counts at once. What is to stay goes into /etc/sysctl.d.',
    references: ['https://man7.org/linux/man-pages/man8/sysctl.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'sysctl(8), -p', quote: 'Load in sysctl settings from the file specified or /etc/sysctl.conf if none given.' }],
  since: '0.1.0',
  *check({ script, host }) {
    if (!concernsCluster(script)) return;
    const steps = startSteps(script);
    const told = new Set<Step>();
    for (const load of effectsIn(steps, 'sysctl-load')) {
      if (told.has(load.step)) continue;
      told.add(load.step);
      const before = effectsIn(steps.slice(0, steps.indexOf(load.step)), 'sysctl').filter(({ step, effect }) => effect.target === 'kernel' && effect.key !== undefined && sysctlNumber(effect.value ?? '') !== undefined && step !== load.step);
      const written = new Map(before.map((each) => [each.effect.key!, each]));
      // A file that the script itself writes just before is what it wants to load.
      const meant = new Set(effectsIn(steps, 'sysctl').filter(({ effect }) => effect.target === 'file').map(({ effect }) => effect.key));
      const lost = [...written.values()].flatMap(({ step, effect }) => {
        const over = meant.has(effect.key) ? undefined : overwrites(host, effect.key!, sysctlNumber(effect.value!)!, load.effect.file);
        return over ? [{ step, key: effect.key!, value: effect.value!, ...over }] : [];
      });
      const [first] = lost;
      if (first) yield problemOf(script, load.step, first, lost.map(({ step, key, value, line }) => ({ step, key, value, line })));
    }
  },
});

interface Lost {
  readonly step: Step;
  readonly key: string;
  readonly value: string;
  readonly line: Assignment | undefined;
}

/** What the file says of a key, when it is another value; where no file could be seen, what distributions ship. */
function overwrites(host: Host, key: string, value: number, file: string | undefined): { readonly line: Assignment | undefined; readonly sure: Confidence } | undefined {
  const lines = assignmentsOf(host, key).filter((line) => line.by !== 'script' && (file === undefined || `/${line.at.file}` === file));
  const last = lines.at(-1);
  if (last) return sysctlNumber(last.value) === value ? undefined : { line: last, sure: last.confidence };
  // The installer of Red Hat wrote it there.
  if (!host.seen.has('sysctl') && key === 'net/ipv4/ip_forward' && value === 1 && (file === undefined || file === '/etc/sysctl.conf')) return { line: undefined, sure: 'likely' };
  return undefined;
}

function problemOf(script: Script, load: Step, first: Lost & { readonly sure: Confidence }, lost: readonly Lost[]): Problem {
  const name = first.key.replace(/\//g, '.');
  const edits = inScript(script, load.at) ? removeCommands(script.source, [load.at]) : [];
  return {
    at: load.at,
    note: first.line ? `${name} is written to ${first.value} at line ${first.step.at.line}, and is ${first.line.value} again here` : `${name} is written to ${first.value} at line ${first.step.at.line}, and is what /etc/sysctl.conf says again here: 0 on Red Hat 5 and 6`,
    related: lost.flatMap(({ step, line, value }) => [{ at: step.at, note: `${value} is written here` }, ...(line ? [{ at: line.at, note: `${line.value} is loaded from here` }] : [])]),
    confidence: weakest(load.confidence, first.sure),
    ...(edits.length > 0 ? { fix: { title: 'do not load the files again', safe: false, edits: edits as [Edit, ...Edit[]] } } : {}),
  };
}
