import { lineAt, spanAt } from '../../src/base/text.ts';
import { scriptRule, type Edit } from '../../src/lint/rule.ts';
import { actionsToJudge, concernsCluster, effectsIn, effectsOf, inScript, liesInInit, placeOf, serviceName } from '../../src/model/timeline.ts';
import type { Script } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/lockfile-name-mismatch',
  severity: 'warning',
  title: 'The lock file has another name than the script.',
  needs: ['scripts'],
  docs: {
    what: 'Start touches /var/lock/subsys/X in a script that is not installed as X.',
    why: 'At shutdown rc looks for the lock of the script by the name of the script, does not find it, and does not call stop. Where X is a service of its own (ipvsadm most often), its stop and status believe that they own the lock: rc stops that one instead, and the other lock is taken away under ours.',
    repair: '`touch /var/lock/subsys/NAME` with the name under which the script lies in init.d, and the same path in stop and status.',
    references: ['https://fedoraproject.org/wiki/EPEL:SysVInitScripts'],
  },
  proof: [{ kind: 'manual', cite: 'Fedora Packaging:SysVInitScript, Why do SysV initscripts with resident daemons require lock files?', quote: 'When a correctly configured service is started through an init script, a file is touched in the /var/lock/subsys/ directory with the same name as the init script.' }],
  since: '0.1.0',
  *check({ script }) {
    if (!script.service || !concernsCluster(script)) return;
    const name = serviceName(script);
    const created = effectsOf(script, 'lock', ({ effect }) => effect.does === 'create' && nameOf(effect.path) !== undefined);
    // One of several locks with the right name is enough for rc.
    if (created.some(({ effect }) => isNamed(nameOf(effect.path)!, name))) return;
    for (const { step, effect } of created.slice(0, 1)) {
      const lock = nameOf(effect.path)!;
      if (!liesInInit(script) && !packaged.has(lock)) continue;
      if (script.header.lsb?.fields.get('provides')?.split(/\s+/).includes(lock) && !liesInInit(script)) continue;
      const others = actionsToJudge(script).flatMap((action) => effectsIn(action.steps, 'lock')).filter(({ step: other, effect: own }) => own.path === effect.path && placeOf(other.at) !== placeOf(step.at));
      const edits = inScript(script, step.at) ? renames(script, lock, name) : [];
      yield {
        at: step.at,
        note: `the lock is '${lock}', the script is '${name}'${packaged.has(lock) ? `: the service ${lock} believes that it owns the lock` : ''}`,
        related: [...new Map(others.map((other) => [placeOf(other.step.at), other])).values()].map(({ step: other, effect: own }) => ({ at: other.at, note: own.does === 'test' ? 'tested here' : own.does === 'remove' ? 'removed here' : 'touched here' })),
        confidence: liesInInit(script) ? step.confidence : 'likely',
        ...(edits.length > 0 && liesInInit(script) ? { fix: { title: `name the lock '${name}'`, safe: false, edits: edits as [Edit, ...Edit[]] } } : {}),
      };
    }
  },
});

/** Services of distributions that keep a lock of their own. */
const packaged = new Set(['ipvsadm', 'keepalived', 'ldirectord', 'network', 'iptables', 'heartbeat', 'pulse', 'local', 'httpd']);

function nameOf(path: string | undefined): string | undefined {
  return /^\/var\/lock\/subsys\/([^/]+)$/.exec(path ?? '')?.[1];
}

function isNamed(lock: string, name: string): boolean {
  return lock === name || lock === name.replace(/\.sh$/, '');
}

/** The path wherever it is written out, comments aside. */
function renames(script: Script, lock: string, name: string): readonly Edit[] {
  const path = `/var/lock/subsys/${lock}`;
  const { text } = script.source;
  const edits: Edit[] = [];
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
    if (/[\w.-]/.test(text[at + path.length] ?? '')) continue;
    const span = spanAt(script.source, at + path.length - lock.length, at + path.length);
    if (!/^\s*#/.test(lineAt(script.source, span.line))) edits.push({ at: span, text: name });
  }
  return edits;
}
