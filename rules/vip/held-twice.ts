import { atLeast, weakest, type Confidence } from '../../src/base/fact.ts';
import { isLoopback } from '../../src/base/ip.ts';
import type { Span } from '../../src/base/origin.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { kindOn, unnamed } from '../../src/model/device.ts';
import { floatingAddresses } from '../../src/model/floating.ts';
import type { Host } from '../../src/model/host.ts';
import { effectsIn, startSteps } from '../../src/model/timeline.ts';

export default hostRule({
  id: 'vip/held-twice',
  severity: 'warning',
  title: 'A host holds the same VIP twice.',
  needs: ['addresses'],
  docs: {
    what: 'The same VIP is put on two aliases of one device (lo:0 and lo:1), or on two network cards of one host.',
    why: 'A device takes an address with the same netmask only once: the second command fails, and when the first alias goes down the VIP is gone though the second seems to be there. Two cards on one wire both answer ARP for it, and the traffic goes now to the one and now to the other; taking it off one of them leaves it on the other.',
    repair: 'Hold it once: delete one of the two lines, or give the second alias the address that was meant.',
    exceptions: 'A VIP on a card and on lo is how a director that is also a real server holds it. One on lo and on a tunnel serves two methods. A command that puts the address where a network file has put it already, under the same label or none, is only said twice.',
    references: ['https://man7.org/linux/man-pages/man8/ip-address.8.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'failover' }],
  since: '0.1.0',
  *check({ host, cluster }) {
    const groups = new Map<string, Held[]>();
    const vips = vipsOf(host, cluster);
    for (const held of heldBy(host)) if (vips.has(held.ip) || (held.label?.includes(':') && !isLoopback({ family: 4, text: held.ip }))) groups.set(held.ip, [...(groups.get(held.ip) ?? []), held]);
    for (const [ip, all] of groups) {
      const [first, second] = clashing(host, all) ?? [];
      if (!first || !second) continue;
      yield {
        at: second.at,
        note: `${second.label ?? second.device} is given ${ip}, which ${first.label ?? first.device} holds already${first.device === second.device ? `: ${first.device} takes it only once` : ''}`,
        related: otherPlaces(second.at, all.filter((one) => one !== second).map((one) => ({ at: one.at, note: `${one.label ?? one.device} holds ${listed([ip])}` }))),
        confidence: weakest(first.confidence, second.confidence, first.device === second.device ? 'certain' : 'likely'),
      };
    }
  },
});

interface Held {
  readonly ip: string;
  readonly device: string;
  readonly label?: string;
  readonly at: Span;
  readonly confidence: Confidence;
}

/** Addresses that are served by some director, or moved by a daemon. */
function vipsOf(host: Host, cluster: Cluster): ReadonlySet<string> {
  return new Set([host, ...cluster.hosts].flatMap((other) => [...other.services.flatMap((service) => service.vips), ...floatingAddresses(other).map(({ ip }) => ip)]).map(({ text }) => text));
}

/** Every time that an address is put on a device and stays there: what network files hold, and what the starts of scripts add without taking it away again. */
function heldBy(host: Host): readonly Held[] {
  const moving = new Set(floatingAddresses(host).map(({ at }) => at));
  const held: Held[] = host.addresses.filter((address) => address.by !== 'script' && !moving.has(address.at)).map(({ ip, device, label, at, confidence }) => ({ ip: ip.text, device, ...(label === undefined ? {} : { label }), at, confidence }));
  for (const script of host.scripts) {
    for (const { step, effect } of effectsIn(startSteps(script), 'address')) {
      if (step.aside || effect.device === undefined) continue;
      if (effect.does === 'add') {
        // Another address under a label takes the place of the one that was there.
        if (effect.tool === 'ifconfig') drop(held, (one) => one.device === effect.device && one.label === effect.label && one.ip !== effect.ip?.text);
        if (effect.ip && atLeast(step.confidence, 'likely')) held.push({ ip: effect.ip.text, device: effect.device, ...(effect.label === undefined ? {} : { label: effect.label }), at: step.at, confidence: step.confidence });
      } else drop(held, (one) => one.device === effect.device && (effect.ip ? one.ip === effect.ip.text : effect.label === undefined || one.label === effect.label));
    }
  }
  return held;
}

function drop(held: Held[], gone: (one: Held) => boolean): void {
  for (let at = held.length - 1; at >= 0; at--) if (gone(held[at]!)) held.splice(at, 1);
}

/** Two that cannot both be right: two aliases of one device, or two cards. */
function clashing(host: Host, all: readonly Held[]): readonly [Held, Held] | undefined {
  for (const [index, second] of all.entries()) {
    const first = all.slice(0, index).find((other) => {
      if (other.device === second.device) return other.label !== second.label && other.label?.includes(':') && second.label?.includes(':');
      return kindOn(host, other.device) === 'nic' && kindOn(host, second.device) === 'nic' && other.device !== unnamed && second.device !== unnamed;
    });
    if (first) return [first, second];
  }
  return undefined;
}
