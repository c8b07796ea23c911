import { scriptRule } from '../../src/lint/rule.ts';
import { deviceKind } from '../../src/model/device.ts';
import { concernsCluster, inScript, startSteps } from '../../src/model/timeline.ts';
import type { Effect } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/race-network',
  severity: 'warning',
  title: 'An init script is started before the network.',
  needs: ['scripts'],
  docs: {
    what: 'The chkconfig line gives a number up to 10, the one of the network itself on Red Hat, though start needs a NIC.',
    why: 'The script runs before eth0 is up, or beside it: the alias or the route fails at boot and works when somebody tries it by hand.',
    repair: '`# chkconfig: 2345 90 10`: start late, stop early.',
    references: ['https://linux.die.net/man/8/chkconfig'],
  },
  proof: [{ kind: 'manual', cite: 'chkconfig(8), RUNLEVEL FILES', quote: 'The first line tells chkconfig what runlevels the service should be started in by default, as well as the start and stop priority levels.' }],
  since: '0.1.0',
  *check({ script }) {
    const { chkconfig, lsb } = script.header;
    if (!chkconfig || chkconfig.start > 10 || !inScript(script, chkconfig.at) || !concernsCluster(script)) return;
    // insserv and the generator of systemd follow the LSB block where there is one.
    if (/\$(?:network|all|remote_fs|named)/.test(lsb?.fields.get('required-start') ?? '')) return;
    const needs = startSteps(script).find((step) => step.effects.some(needsNic));
    if (needs) yield { at: chkconfig.at, note: `it starts as number ${chkconfig.start}, the network as number 10`, related: [{ at: needs.at, note: 'this needs a NIC' }], confidence: 'likely' };
  },
});

function needsNic(effect: Effect): boolean {
  if (effect.kind === 'address') return effect.does === 'add' && effect.device !== undefined && deviceKind(effect.device) === 'nic';
  return effect.kind === 'route' && effect.does === 'add' && effect.via !== undefined;
}
