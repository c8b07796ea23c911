import { weakest } from '../../src/base/fact.ts';
import { scriptRule } from '../../src/lint/rule.ts';
import { deviceKind } from '../../src/model/device.ts';
import { actionsToJudge, effectsIn, everyStep, startSteps } from '../../src/model/timeline.ts';
import type { Script } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/gratuitous-arp-absent',
  severity: 'info',
  title: 'A director takes over a VIP without telling its neighbours.',
  needs: ['scripts'],
  docs: {
    what: 'A script that is one of two directors (it starts a sync daemon, or knows actions such as master and backup) puts the VIP on a NIC and sends no gratuitous ARP.',
    why: 'Routers and neighbours keep the MAC of the other director until their entry expires, for minutes: after a failover the traffic goes to a host that is gone.',
    repair: '`arping -c 3 -U -I eth0 VIP` right after the address is there.',
    exceptions: 'A single director has nobody to take over from; and `net.ipv4.conf.eth0.arp_notify=1` announces only when a device comes up.',
    references: ['https://man7.org/linux/man-pages/man8/arping.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'arping(8), -U', quote: "Unsolicited ARP mode to update neighbours' ARP caches. No replies are expected." }],
  since: '0.1.0',
  *check({ script }) {
    if (!isOneOfTwo(script)) return;
    if (actionsToJudge(script).some((action) => effectsIn(action.steps, 'arp-announce').length > 0) || everyStep(script, (step) => /^(?:arping\d?|send_arp|ndsend|arpsend|garp)$/.test(step.name ?? '')).length > 0) return;
    const steps = [...startSteps(script), ...script.actions.filter(({ name }) => /^(?:master|MASTER|takeover|acquire)$/.test(name)).flatMap((action) => action.steps)];
    const taken = effectsIn(steps, 'address').find(({ effect }) => effect.does === 'add' && effect.ip?.family === 4 && effect.device !== undefined && deviceKind(effect.device) === 'nic');
    if (taken) yield { at: taken.step.at, note: `${taken.effect.ip!.text} comes to ${taken.effect.label ?? taken.effect.device}, and nobody is told by ARP`, confidence: weakest(taken.step.confidence, 'likely') };
  },
});

/** Signs of a second director: connections are synchronised, or the script is told which one it is. */
function isOneOfTwo(script: Script): boolean {
  return script.actions.some(({ name }) => /^(?:master|backup|takeover|acquire)$/i.test(name)) || actionsToJudge(script).some((action) => effectsIn(action.steps, 'ipvs').some(({ effect }) => effect.does === 'start-daemon'));
}
