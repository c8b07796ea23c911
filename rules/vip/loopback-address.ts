import { weakest, type Confidence } from '../../src/base/fact.ts';
import { hostPrefix, isLoopback } from '../../src/base/ip.ts';
import type { Span } from '../../src/base/origin.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import type { Host } from '../../src/model/host.ts';
import type { AddressEffect } from '../../src/model/script.ts';
import { showService } from '../../src/model/service.ts';
import { servicesOnce } from '../../src/model/table.ts';
import { answersForVip, directs, effectsOf, nameOfAction, placeOf } from '../../src/model/timeline.ts';

export default hostRule({
  id: 'vip/loopback-address',
  severity: 'error',
  title: 'The VIP is a loopback address.',
  needs: ['services', 'scripts'],
  docs: {
    what: 'A director serves 127.0.0.1, or the script of a director or real server puts it on a device as the VIP: the value that a template came with was left in.',
    why: 'No client can send to a loopback address: it means the client itself, and a packet for it that does come in from a wire is dropped as a martian. The service is made, listed and healthy, and gets no connection. On lo:0 ifconfig is refused (`File exists`), so a real server holds no VIP at all; `ip addr del 127.0.0.1 dev lo` of a stop action takes lo’s own address away, and what talks to localhost breaks.',
    repair: 'Write the address that clients connect to: `VIP=` in the script, `virtual_server VIP 80`, `virtual = VIP:80`.',
    exceptions: 'Real servers may be named 127.0.0.1: that is the director itself. A script that gives lo its own 127.0.0.1/8 back, or a second loopback address such as 127.0.0.2 without the name of a VIP, is left alone.',
    references: ['https://www.rfc-editor.org/rfc/rfc1122#section-3.2.1.3', 'http://www.linuxvirtualserver.org/VS-DRouting.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check({ host }) {
    const places: { readonly at: Span; readonly note: string; readonly confidence: Confidence }[] = [
      ...scripted(host),
      ...servicesOnce(host).flatMap((service) => (service.key.by === 'address' && isLoopback(service.key.vip) ? [{ at: service.at, note: `${showService(service)} is served here: no client can reach ${service.key.vip.text}`, confidence: service.confidence }] : [])),
    ];
    const files = new Set(places.map(({ at }) => at.file));
    // One variable, one finding: all that a file does with it stands beside the first place.
    for (const file of files) {
      const [first, ...rest] = places.filter(({ at }) => at.file === file);
      if (!first) continue;
      yield { at: first.at, note: first.note, related: otherPlaces(first.at, rest.map(({ at, note }) => ({ at, note }))), confidence: weakest(first.confidence) };
    }
  },
});

/** Loopback addresses that scripts of a cluster hold as a VIP, and take away again. */
function scripted(host: Host): readonly { readonly at: Span; readonly note: string; readonly confidence: Confidence }[] {
  return host.scripts.flatMap((script) => {
    if (!answersForVip(script) && !directs(script) && !host.roles.includes('real-server') && !looksLikeVip(script.assignments.map(({ name }) => name))) return [];
    const found = effectsOf(script, 'address', ({ effect }) => effect.does !== 'flush' && meantAsVip(effect));
    if (!found.some(({ effect }) => effect.does === 'add')) return [];
    const seen = new Set<string>();
    return found.flatMap(({ action, step, effect }) => {
      if (seen.has(placeOf(step.at))) return [];
      seen.add(placeOf(step.at));
      const own = effect.does === 'remove' && effect.label === undefined && !effect.prefixWritten && effect.ip!.text === '127.0.0.1' ? ': lo loses its own address' : '';
      const does = effect.does === 'add' ? `is put on ${effect.label ?? effect.device ?? 'a device'} as the VIP: no client can reach it` : `is taken off ${effect.label ?? effect.device ?? 'a device'} ${nameOfAction(action, script)}${own}`;
      return [{ at: step.at, note: `${listed([effect.ip!.text])} ${does}`, confidence: step.confidence }];
    });
  });
}

function looksLikeVip(names: readonly string[]): boolean {
  return names.some((name) => /vip/i.test(name));
}

/** A loopback address is meant as a VIP where the variable says so, or where 127.0.0.1 itself is put on an alias or with a host prefix. */
function meantAsVip(effect: AddressEffect): boolean {
  if (!effect.ip || !isLoopback(effect.ip)) return false;
  if (looksLikeVip(effect.ipWord?.variables ?? [])) return true;
  return effect.ip.text === '127.0.0.1' && effect.does === 'add' && (effect.label?.includes(':') === true || (effect.prefixWritten && effect.prefix === hostPrefix(effect.ip)));
}
