import { scriptRule, type Fix } from '../../src/lint/rule.ts';
import { deviceOfLabel } from '../../src/model/device.ts';
import { effectsIn, inScript, startSteps, stopSteps } from '../../src/model/timeline.ts';
import type { Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/alias-mismatch',
  severity: 'error',
  title: 'Stop takes another alias down than start brings up.',
  needs: ['scripts'],
  docs: {
    what: 'Start gives the VIP to one alias (eth0:0), stop takes another one down (eth0:1) that start never made.',
    why: 'The VIP stays on the host after stop: on a director two hosts own it after a failover, and on a real server that was taken out it still swallows traffic. The command that stop runs fails.',
    repair: '`ALIAS=eth0:0` once at the top, and `"$ALIAS"` in both actions.',
    references: ['https://man7.org/linux/man-pages/man8/ifconfig.8.html'],
  },
  proof: [{ kind: 'kernel-source', version: '6.1', cite: 'net/ipv4/devinet.c: devinet_ioctl(), SIOCSIFFLAGS', quote: 'ret = -EADDRNOTAVAIL; if (!ifa) break;' }],
  since: '0.1.0',
  *check({ script }) {
    const added = effectsIn(startSteps(script), 'address').filter(({ effect }) => effect.does === 'add' && isAlias(effect.label));
    const removed = effectsIn(stopSteps(script), 'address').filter(({ effect }) => effect.does !== 'add');
    if (added.length === 0 || removed.some(({ effect }) => effect.does === 'flush' || (effect.label === undefined && effect.ip === undefined))) return;
    const made = new Set(added.map(({ effect }) => effect.label!));
    const gone = new Set(removed.map(({ effect }) => effect.label));
    const byAddress = new Set(removed.flatMap(({ effect }) => effect.ip?.text ?? []));
    const left = added.filter(({ effect }) => !gone.has(effect.label) && !(effect.ip && byAddress.has(effect.ip.text)));
    for (const { step, effect } of removed) {
      const { label } = effect;
      // An address that is named as well goes whatever the label.
      if (!isAlias(label) || made.has(label!) || effect.ip !== undefined || startSteps(script).some((other) => other.effects.some((one) => one.kind === 'address' && one.label === label))) continue;
      const meant = left.find((other) => deviceOfLabel(other.effect.label!) === deviceOfLabel(label!)) ?? left[0];
      if (!meant) continue;
      yield {
        at: step.at,
        note: `stop takes ${label} down, but start brings ${meant.effect.label} up`,
        related: [{ at: meant.step.at, note: `${meant.effect.label} comes up here and stays` }],
        confidence: step.confidence === 'certain' ? meant.step.confidence : step.confidence,
        ...(left.length === 1 ? fixOf(script, step, label!, meant.effect.label!) : {}),
      };
    }
  },
});

function isAlias(label: string | undefined): boolean {
  return label?.includes(':') ?? false;
}

function fixOf(script: Script, step: Step, label: string, meant: string): { readonly fix?: Fix } {
  const word = step.words.find((each) => each.raw === label || each.raw === `"${label}"`);
  return word && inScript(script, word.at) ? { fix: { title: `take ${meant} down`, safe: false, edits: [{ at: word.at, text: word.raw.replace(label, meant) }] } } : {};
}
