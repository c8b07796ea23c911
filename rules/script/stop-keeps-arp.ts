import { scriptRule } from '../../src/lint/rule.ts';
import { sysctlNumber } from '../../src/model/sysctl.ts';
import { actionNamed, arpSetting, effectsIn, inScript, startSteps } from '../../src/model/timeline.ts';
import type { Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/stop-keeps-arp',
  severity: 'info',
  title: 'Stop resets only a part of the ARP settings, or sets them again.',
  needs: ['scripts'],
  docs: {
    what: 'Stop writes 1 or 2 to an ARP setting as start does, or puts back some of the settings that start wrote and not the others.',
    why: 'It does no harm while no VIP is held, but it is not what was meant: a line was copied and not changed, and the host is left in a state that neither start nor stop describes.',
    repair: 'Delete the ARP lines of stop: the settings may stay. Or write all of them back.',
    references: ['https://docs.kernel.org/networking/ip-sysctl.html'],
  },
  proof: [{ kind: 'manual', cite: 'Documentation/networking/ip-sysctl.rst, arp_ignore', quote: 'The max value from conf/{all,interface}/arp_ignore is used when ARP request is received on the {interface}' }],
  since: '0.1.0',
  *check({ script }) {
    const stop = actionNamed(script, 'stop');
    if (!stop) return;
    const start = settings(startSteps(script));
    const end = settings(stop.steps);
    const written = new Set(effectsIn(startSteps(script), 'sysctl').map(({ effect }) => effect.key));
    if (end.size === 0 || start.size === 0) return;
    const again = [...end].find(([key, { value }]) => value > 0 && start.get(key)?.value === value);
    if (again) {
      const [key, { step, value }] = again;
      if (inScript(script, step.at)) yield { at: step.at, note: `stop writes ${value} to ${key.replace(/\//g, '.')}, as start does`, related: [{ at: start.get(key)!.step.at, note: 'start writes it here' }], confidence: step.confidence };
      return;
    }
    const reset = [...end].filter(([, { value }]) => value === 0);
    const touched = effectsIn(stop.steps, 'sysctl').filter(({ effect }) => effect.target === 'kernel').map(({ effect }) => effect.key);
    const kept = [...start].filter(([key, { value }]) => value > 0 && !touched.includes(key));
    const [last] = reset.slice(-1);
    // One key in the place of another is another slip: script/wrong-proc-key.
    const strange = new Set(touched.filter((key) => !written.has(key)));
    if (strange.has(undefined) || (strange.size === 1 && kept.length === 1)) return;
    if (!last || kept.length === 0 || !inScript(script, last[1].step.at)) return;
    yield {
      at: last[1].step.at,
      note: `stop resets ${reset.length} of the ${start.size} settings of start: ${kept.map(([key]) => key.replace(/\//g, '.')).join(' and ')} ${kept.length === 1 ? 'stays' : 'stay'}`,
      related: kept.map(([, { step }]) => ({ at: step.at, note: 'not reset' })),
      confidence: last[1].step.confidence,
    };
  },
});

/** ARP settings as a list of steps leaves them. */
function settings(steps: readonly Step[]): ReadonlyMap<string, { readonly step: Step; readonly value: number }> {
  const found = new Map<string, { readonly step: Step; readonly value: number }>();
  for (const { step, effect } of effectsIn(steps, 'sysctl')) {
    const value = sysctlNumber(effect.value ?? '');
    if (effect.target === 'kernel' && arpSetting(effect.key) && value !== undefined) found.set(effect.key!, { step, value });
  }
  return found;
}
