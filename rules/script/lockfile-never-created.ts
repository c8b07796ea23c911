import { scriptRule } from '../../src/lint/rule.ts';
import { concernsCluster, effectsOf, everyStep, nameOfAction } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'script/lockfile-never-created',
  severity: 'warning',
  title: 'A lock file is tested that nothing makes.',
  needs: ['scripts'],
  docs: {
    what: 'Status or stop tests a lock file, but no action of the script touches one.',
    why: 'The test has one answer for ever: status says "stopped" on a host that serves, and a stop that hangs on it does nothing.',
    repair: '`touch /var/lock/subsys/NAME` at the end of start and `rm -f` at the end of stop; better, let status look at the VIP or at `ipvsadm -Ln`.',
    exceptions: 'The lock of another service that the script starts or asks about is not reported.',
    references: ['https://refspecs.linuxfoundation.org/FHS_3.0/fhs/ch05s09.html'],
  },
  proof: [{ kind: 'manual', cite: 'bash(1), CONDITIONAL EXPRESSIONS', quote: '-e file True if file exists.' }],
  since: '0.1.0',
  *check({ script }) {
    if (!script.service || !concernsCluster(script)) return;
    const locks = effectsOf(script, 'lock');
    if (locks.some(({ effect }) => effect.does === 'create' || effect.path === undefined)) return;
    const services = new Set(effectsOf(script, 'service').map(({ effect }) => effect.service ?? '*'));
    if (services.has('*') || everyStep(script, (step) => /^(?:daemon|start_daemon|start-stop-daemon|lockfile\w*|flock|ldirectord|keepalived)$/.test(step.name ?? '')).length > 0) return;
    const told = new Set<string>();
    for (const { action, step, effect } of locks) {
      const path = effect.path!;
      if (effect.does !== 'test' || told.has(path) || !/^(?:\/var\/lock|\/run\/lock|\/var\/run|\/run)\//.test(path)) continue;
      const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
      if (services.has(name) || foreign.has(name) || /\.pid$/.test(path)) continue;
      told.add(path);
      yield { at: step.at, note: `'${path}' is tested ${nameOfAction(action, script)}, but nothing makes it`, confidence: step.confidence === 'possible' ? 'possible' : 'likely' };
    }
  },
});

/** Locks of other services that a script may well ask about. */
const foreign = new Set(['network', 'NetworkManager', 'keepalived', 'ldirectord', 'heartbeat', 'pulse', 'iptables', 'httpd', 'nginx', 'corosync', 'pacemaker']);
