import { putBack } from '../../src/lint/put-back.ts';
import { scriptRule } from '../../src/lint/rule.ts';
import { sysctlNumber } from '../../src/model/sysctl.ts';
import { arpSetting, effectsIn, placeOf, stopSteps } from '../../src/model/timeline.ts';
import type { Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/stop-global-arp-reset',
  severity: 'warning',
  title: 'Stop turns the ARP settings of all devices off.',
  needs: ['scripts'],
  docs: {
    what: 'The stop action writes 0 to conf/all/arp_ignore or conf/all/arp_announce.',
    why: 'The settings of conf/all guard every VIP of the host: those of a second script, and those that /etc/sysctl.conf asks for. From then on the host answers ARP requests for VIPs that it still holds. What start found there is lost as well.',
    repair: 'Delete the lines: without a VIP arp_ignore=1 and arp_announce=2 do no harm. Or write back what start found.',
    exceptions: 'A reset behind a test whether any VIP is left is not reported.',
    references: ['https://docs.kernel.org/networking/ip-sysctl.html'],
  },
  proof: [{ kind: 'manual', cite: 'Documentation/networking/ip-sysctl.rst, arp_ignore', quote: 'The max value from conf/{all,interface}/arp_ignore is used when ARP request is received on the {interface}' }],
  since: '0.1.0',
  *check({ script }) {
    const steps = stopSteps(script);
    const resets = effectsIn(steps, 'sysctl').filter(({ step, effect }) => effect.target === 'kernel' && arpSetting(effect.key) && sysctlNumber(effect.value ?? '') === 0 && !asksWhatIsLeft(steps, step));
    const global = resets.filter(({ effect }) => arpSetting(effect.key)!.device === 'all');
    const [first, ...others] = global;
    if (!first) return;
    yield {
      at: first.step.at,
      note: `stop sets ${[...new Set(global.map(({ effect }) => arpSetting(effect.key)!.parameter))].join(' and ')} of all devices to 0, also for VIPs that this script does not know`,
      related: others.filter(({ step }) => placeOf(step.at) !== placeOf(first.step.at)).map(({ step, effect }) => ({ at: step.at, note: `${arpSetting(effect.key)!.parameter} too` })),
      confidence: first.step.confidence,
      ...putBack(script, 'arp', resets.map(({ step }) => step), (effect) => arpSetting(effect.key) !== undefined),
    };
  },
});

/** A look at the addresses between the VIP's removal and the reset: the script resets only when none is left. */
function asksWhatIsLeft(steps: readonly Step[], reset: Step): boolean {
  const before = steps.slice(0, steps.indexOf(reset));
  const removal = before.findLastIndex((step) => step.effects.some((effect) => effect.kind === 'address' && effect.does === 'remove'));
  return reset.confidence !== 'certain' && removal >= 0 && before.slice(removal + 1).some((step) => step.name === 'ip' || step.name === 'ifconfig' || step.name === 'grep');
}
