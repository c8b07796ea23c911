import { hostPrefix } from '../../src/base/ip.ts';
import { removeCommands } from '../../src/lint/edits.ts';
import { scriptRule, type Edit } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { deviceKind } from '../../src/model/device.ts';
import { effectsIn, inScript, placeOf, startSteps } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'route/vip-route-redundant',
  severity: 'info',
  title: 'A script adds a route through lo or a tunnel to the VIP that its host holds.',
  needs: ['scripts'],
  docs: {
    what: 'Start adds a host route through lo or tunl0 to a VIP that the host holds itself, there or elsewhere (`route add -host $VIP dev lo:0`).',
    why: 'It changes nothing: the address itself has put the VIP into table local, which is asked before table main. The line dates from kernels before 2.2. A route that route(8) adds goes with the address; one of `ip route add` stays behind when the alias is taken down.',
    repair: 'Leave the line out, and what deletes the route in stop.',
    exceptions: 'Nothing is said of routes through a card, of networks, of `ip route add local`, which makes an address local that no device holds, or where neither the script nor a network file puts the VIP on the host.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-DR.html', 'https://man7.org/linux/man-pages/man8/ip-rule.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'ip-rule(8), DESCRIPTION', quote: 'The local table is a special routing table containing high priority control routes for local and broadcast addresses.' }],
  since: '0.1.0',
  *check({ script, host }) {
    const start = startSteps(script);
    const said = new Set<string>();
    for (const { step, effect } of effectsIn(start, 'route')) {
      const { to, device, via, table } = effect;
      if (effect.does !== 'add' || to === undefined || to === 'default' || device === undefined || (device !== 'lo' && deviceKind(device) !== 'tunnel') || via || (table !== undefined && table !== 'main') || to.prefix !== hostPrefix(to.ip) || said.has(placeOf(step.at))) continue;
      const added = effectsIn(start, 'address').find(({ effect: address }) => address.does === 'add' && address.ip?.text === to.ip.text);
      const held = added ? { at: added.step.at, label: added.effect.label, device: added.effect.device } : host.addresses.find((address) => address.by === 'config' && address.ip.text === to.ip.text);
      if (!held) continue;
      said.add(placeOf(step.at));
      const edits = inScript(script, step.at) ? removeCommands(script.source, [step.at]) : [];
      yield {
        at: step.at,
        note: `${held.device ?? 'the host'} holds ${to.ip.text}, so table local has it already: this route is never asked`,
        related: otherPlaces(step.at, [{ at: held.at, note: `${held.label ?? held.device ?? 'a device'} gets ${to.ip.text} here` }]),
        confidence: step.confidence,
        ...(edits.length > 0 ? { fix: { title: 'leave the route out', safe: false, edits: edits as [Edit, ...Edit[]] } } : {}),
      };
    }
  },
});
