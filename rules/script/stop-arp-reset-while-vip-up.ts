import { scriptRule, type Fix } from '../../src/lint/rule.ts';
import { moveUp } from '../../src/lint/edits.ts';
import { deviceKind } from '../../src/model/device.ts';
import { sysctlNumber } from '../../src/model/sysctl.ts';
import { arpSetting, effectsIn, inScript, neverBoth, stopSteps } from '../../src/model/timeline.ts';
import type { Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/stop-arp-reset-while-vip-up',
  severity: 'error',
  title: 'Stop turns the ARP settings off while the VIP is still up.',
  needs: ['scripts'],
  docs: {
    what: 'The stop action writes 0 to arp_ignore or arp_announce first and takes the VIP away afterwards.',
    why: 'In between the host answers ARP requests for the VIP, in conflict with the director that still serves it. A router that asks in that moment keeps the answer for minutes, and sends all traffic to a server that has just been stopped.',
    repair: '`ip addr del VIP/32 dev lo` first; the ARP settings afterwards, or not at all.',
    references: ['https://docs.kernel.org/networking/ip-sysctl.html', 'http://www.linuxvirtualserver.org/docs/arp.html'],
  },
  proof: [{ kind: 'manual', cite: 'Documentation/networking/ip-sysctl.rst, arp_ignore', quote: '0 - (default): reply for any local target IP address, configured on any interface' }],
  since: '0.1.0',
  *check({ script }) {
    const steps = stopSteps(script);
    const reset = effectsIn(steps, 'sysctl').find(({ effect }) => {
      const device = effect.target === 'kernel' && sysctlNumber(effect.value ?? '') === 0 ? arpSetting(effect.key)?.device : undefined;
      return device !== undefined && (device === 'all' || deviceKind(device) === 'nic');
    });
    if (!reset) return;
    const at = steps.indexOf(reset.step);
    if (steps.slice(0, at).some(takesAway)) return;
    const removal = steps.slice(at + 1).find((step) => takesAway(step) && !neverBoth(reset.step, step));
    if (!removal) return;
    const setting = arpSetting(reset.effect.key)!;
    yield {
      at: reset.step.at,
      note: `${setting.parameter} of ${setting.device} is 0 before the VIP goes (line ${removal.at.line})`,
      related: [{ at: removal.at, note: 'the VIP goes only here' }],
      confidence: reset.step.confidence,
      ...fixOf(script, reset.step, removal),
    };
  },
});

/** A command that removes an address from a device that holds VIPs quietly. */
function takesAway(step: Step): boolean {
  return step.effects.some((effect) => effect.kind === 'address' && effect.does !== 'add' && (effect.device === undefined || deviceKind(effect.device) !== 'nic'));
}

function fixOf(script: Script, reset: Step, removal: Step): { readonly fix?: Fix } {
  if (!inScript(script, reset.at) || !inScript(script, removal.at) || reset.loop || removal.loop) return {};
  const edits = moveUp(script.source, removal.at, reset.at);
  return edits ? { fix: { title: 'take the VIP away before the ARP settings', safe: true, edits } } : {};
}
