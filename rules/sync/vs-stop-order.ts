import { weakest } from '../../src/base/fact.ts';
import { scriptRule, type Problem } from '../../src/lint/rule.ts';
import type { Action, Script, Step } from '../../src/model/script.ts';
import { effectsIn, effectsOf, nameOfAction, placeOf, timeline } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'sync/vs-stop-order',
  severity: 'info',
  title: 'A sync daemon is started while it still runs.',
  needs: ['scripts'],
  docs: {
    what: 'One action of a script starts the sync daemon of a role twice, with no stop of it between the two; or it starts the daemon first and stops it behind that.',
    why: 'A second daemon of the same role is refused (`Daemon has already run`, exit 255): its device and its sync ID are not taken, and the first one goes on with its own. What is stopped behind its start is not running at the end.',
    repair: '`ipvsadm --stop-daemon master` first, then `ipvsadm --start-daemon master --mcast-interface eth0 --syncid 1`; one daemon a role.',
    exceptions: 'Master and backup are two daemons that may run side by side: a script that starts the one before it stops the other is right. The action stop may do as it likes.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'kernel-source', version: '6.1', cite: 'net/netfilter/ipvs/ip_vs_sync.c: start_sync_thread()', quote: 'if (state == IP_VS_STATE_MASTER) { result = -EEXIST; if (ipvs->ms) goto out_early;' }],
  since: '0.1.0',
  *check({ script }) {
    if (effectsOf(script, 'ipvs', ({ effect }) => effect.does === 'start-daemon').length === 0) return;
    const told = new Set<string>();
    for (const action of script.actions) {
      if (action.name === 'stop') continue;
      for (const problem of problems(script, action)) {
        if (told.has(placeOf(problem.at))) continue;
        told.add(placeOf(problem.at));
        yield problem;
      }
    }
  },
});

function* problems(script: Script, action: Action): Iterable<Problem> {
  const running = new Map<'master' | 'backup', Step>();
  for (const { step, effect } of effectsIn((action.name === 'top' ? undefined : timeline(script, action.name)) ?? action.steps, 'ipvs')) {
    if (effect.does !== 'start-daemon' && effect.does !== 'stop-daemon') continue;
    // A way that may not be taken shows nothing of the others.
    if (step.confidence !== 'certain' || step.aside || step.loop) {
      running.clear();
      continue;
    }
    const roles = effect.role ? [effect.role] : (['master', 'backup'] as const);
    for (const role of roles) {
      const before = running.get(role);
      if (effect.does === 'start-daemon') {
        if (effect.role === undefined) return;
        if (before) yield { at: step.at, note: `the ${role} daemon runs already ${nameOfAction(action, script)}: this start is refused`, related: [{ at: before.at, note: 'it is started here' }], confidence: weakest(step.confidence, before.confidence) };
        running.set(role, step);
      } else {
        if (before && effect.role) yield { at: step.at, note: `stops the ${role} daemon that was started a moment before; expected the stop in front of the start`, related: [{ at: before.at, note: 'it is started here' }], confidence: weakest(step.confidence, before.confidence) };
        running.delete(role);
      }
    }
  }
}
