import { moveUp } from '../../src/lint/edits.ts';
import { scriptRule, type Fix } from '../../src/lint/rule.ts';
import { deviceKind } from '../../src/model/device.ts';
import type { Script, Step } from '../../src/model/script.ts';
import { arpSetting, effectsIn, inScript, neverBoth, serviceMeant, startSteps, stopSteps } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'script/stop-order-director',
  severity: 'warning',
  title: 'Stop deletes the services while the VIP is still up.',
  needs: ['scripts'],
  docs: {
    what: 'Stop of a director deletes its services first and takes the VIP away afterwards.',
    why: 'In between the director holds the VIP without a service for it: it answers with a reset from its own closed port, so that clients see an error in place of a short silence that TCP bridges until the other director has taken over.',
    repair: '`ifconfig eth0:0 down` (or `ip addr del VIP/32 dev eth0`) first, `ipvsadm -D …` afterwards.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'RFC 9293, 3.5.2', quote: 'If the connection does not exist (CLOSED), then a reset is sent in response to any incoming segment except another reset.' }],
  since: '0.1.0',
  *check({ script }) {
    const steps = stopSteps(script);
    const services = effectsIn(steps, 'ipvs').find(({ effect }) => effect.does === 'clear' || serviceMeant(effect, 'delete-service') !== undefined);
    if (!services) return;
    const at = steps.indexOf(services.step);
    const onLo = vipsOnLo(script);
    const removes = (list: typeof steps) =>
      effectsIn(list, 'address').find(({ effect }) => effect.does !== 'add' && effect.device !== undefined && (deviceKind(effect.device) !== 'loopback' || onLo.has(effect.ip?.text ?? '') || onLo.has(effect.label ?? ''))) ??
      // `ifconfig tunl0 down`: the kernel takes what is local off a device that goes down.
      effectsIn(list, 'link').find(({ effect }) => !effect.up && effect.device !== undefined && deviceKind(effect.device) !== 'nic' && deviceKind(effect.device) !== 'loopback');
    if (removes(steps.slice(0, at))) return;
    const vip = removes(steps.slice(at + 1).filter((step) => !neverBoth(services.step, step)));
    if (!vip) return;
    yield {
      at: services.step.at,
      note: `the services go before ${vip.effect.kind === 'link' ? vip.effect.device : vip.effect.label ?? vip.effect.ip?.text ?? 'the VIP'} does (line ${vip.step.at.line}): until then the director refuses connections`,
      related: [{ at: vip.step.at, note: 'the VIP goes only here' }],
      confidence: services.step.confidence,
      ...fixOf(script, services.step, vip.step),
    };
  },
});

/** Addresses and labels of lo that start gives it and serves. A script that hides them from ARP makes a real server too, for which another order holds. */
function vipsOnLo(script: Script): ReadonlySet<string> {
  const steps = startSteps(script);
  if (effectsIn(steps, 'sysctl').some(({ effect }) => arpSetting(effect.key))) return new Set();
  const served = new Set(effectsIn(steps, 'ipvs').flatMap(({ effect }) => (effect.does === 'add-service' && effect.service.by === 'address' && effect.service.vip ? [effect.service.vip.text] : [])));
  return new Set(effectsIn(steps, 'address').flatMap(({ effect }) => (effect.does === 'add' && effect.device === 'lo' && effect.ip && served.has(effect.ip.text) ? [effect.ip.text, ...(effect.label ? [effect.label] : [])] : [])));
}

function fixOf(script: Script, services: Step, removal: Step): { readonly fix?: Fix } {
  if (!inScript(script, services.at) || !inScript(script, removal.at) || services.loop || removal.loop || removal.effects.length > 1) return {};
  const edits = moveUp(script.source, removal.at, services.at);
  return edits ? { fix: { title: 'take the VIP away before the services', safe: true, edits } } : {};
}
