import { weakest } from '../../src/base/fact.ts';
import { scriptRule } from '../../src/lint/rule.ts';
import { deviceKind } from '../../src/model/device.ts';
import { actionNamed, effectsIn, holdsQuietly, inScript, startSteps, stopSteps } from '../../src/model/timeline.ts';
import type { Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/stop-vip-left-up',
  severity: 'warning',
  title: 'Stop leaves the VIP on the real server.',
  needs: ['scripts'],
  docs: {
    what: 'Start takes the VIP on lo, a dummy or a tunnel; stop does not give it back, or takes it again.',
    why: 'The host goes on accepting packets for the VIP after it was taken out, and its own requests to the VIP never leave it. Once the ARP settings go, it answers for the VIP in place of the director.',
    repair: '`ip addr del VIP/32 dev lo` (or `ifconfig lo:0 down`) as the first command of stop.',
    references: ['https://man7.org/linux/man-pages/man8/ip-address.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'LSB Core 5.0, 22.2 Init Script Actions', quote: 'start start the service, stop stop the service' }],
  since: '0.1.0',
  *check({ script }) {
    const stop = actionNamed(script, 'stop');
    const taken = effectsIn(startSteps(script), 'address').filter(({ effect }) => holdsQuietly(effect));
    const [first] = taken;
    if (!stop || !first) return;
    const steps = stopSteps(script);
    const again = effectsIn(stop.steps, 'address').find(({ step, effect }) => holdsQuietly(effect) && !mayRemove(step) && !laterRemoved(steps, step));
    if (again && inScript(script, again.step.at)) {
      yield { at: again.step.at, note: `stop puts ${again.effect.ip?.text ?? 'the VIP'} on ${again.effect.label ?? again.effect.device} again`, related: [{ at: first.step.at, note: 'start takes it here' }], confidence: again.step.confidence };
      return;
    }
    if (stop.steps.length === 0 || steps.some(mayRemove)) return;
    yield {
      at: first.step.at,
      note: `${first.effect.ip?.text ?? 'the VIP'} comes to ${first.effect.label ?? first.effect.device} here, and stop does not take it away`,
      related: [{ at: stop.at, note: 'stop removes no address' }],
      confidence: weakest(first.step.confidence, 'likely'),
    };
  },
});

function laterRemoved(steps: readonly Step[], added: Step): boolean {
  return steps.slice(steps.indexOf(added) + 1).some(mayRemove);
}

/** Anything that may take an address away: a removal, a link or tunnel that goes down, a restart of the network, a command that is not known. */
function mayRemove(step: Step): boolean {
  if (step.effects.some((effect) => (effect.kind === 'address' && effect.does !== 'add') || (effect.kind === 'link' && !effect.up && (effect.device === undefined || deviceKind(effect.device) !== 'nic')) || effect.kind === 'service' || (effect.kind === 'module' && !effect.load))) return true;
  return step.name === undefined || /^(?:ifdown|ip|ifconfig|nmcli|tunctl|brctl)$/.test(step.name) && step.effects.length === 0 && !step.tested && step.words.some((word) => word.text === undefined);
}
