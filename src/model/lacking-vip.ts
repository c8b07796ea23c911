import type { Fact } from '../base/fact.ts';
import type { Ip } from '../base/ip.ts';
import type { Cluster, Pair } from './cluster.ts';
import { kindOn } from './device.ts';
import { filterOf } from './filter.ts';
import { floatingAddresses } from './floating.ts';
import { heldVips, type HeldVip } from './held-vip.ts';
import type { Host } from './host.ts';
import { isLocal } from './local.ts';
import { takes } from './marks.ts';
import { sysctlValue } from './sysctl.ts';
import { faultsOf } from './table.ts';
import { effectsIn, startSteps } from './timeline.ts';

/** VIPs of DR or TUN whose packets a real server would drop: it neither holds them nor takes them in otherwise. What it serves itself it must hold as a director. */
export function lackingVips(host: Host, pairs: readonly Pair[]): readonly { readonly pair: Pair; readonly vip: Ip }[] {
  const own = new Set(host.services.flatMap((service) => service.vips.map((vip) => vip.text)));
  return pairs.flatMap((pair) => pair.service.vips.filter((vip) => !own.has(vip.text) && !isLocal(host, vip) && !redirects(host, vip) && !isHidden(host, vip) && !broughtByEvent(host, vip)).map((vip) => ({ pair, vip })));
}

/** The line that lets programs of a host bind addresses that it does not hold (`net.ipv4.ip_nonlocal_bind`), which makes no packet for them its own. */
export function bindsUnheld(host: Host): Extract<Fact<number>, { readonly state: 'set' }> | undefined {
  const fact = sysctlValue(host, 'net/ipv4/ip_nonlocal_bind');
  return fact.state === 'set' && fact.value !== 0 ? fact : undefined;
}

/** Addresses that a real server holds in the place of its directors' VIPs: held as a VIP is, served by no director among the hosts. None where some service's VIP is held as it should be. */
export function strayVips(host: Host, cluster: Cluster, pairs: readonly Pair[]): readonly HeldVip[] {
  const served = new Set(cluster.hosts.flatMap((other) => [...other.services.flatMap(({ vips }) => vips), ...floatingAddresses(other).map(({ ip }) => ip)]).map((ip) => ip.text));
  const held = heldVips(host, cluster);
  // Beside a VIP that is right another one belongs to a cluster that is not here.
  if (pairs.some(({ service }) => service.vips.length > 0 && service.vips.every((vip) => isLocal(host, vip)))) return [];
  return held.filter(({ ip }) => ip !== undefined && !served.has(ip.text) && pairs.every(({ service }) => service.vips.some((vip) => vip.family === ip.family)));
}

/** Whether a file names an address that is not applied: a cause of its own, told by boot/networkd-lo-matched-twice. */
function isHidden(host: Host, ip: Ip): boolean {
  return faultsOf(host, 'any', 'file-hidden').some(({ found }) => found.split('/')[0] === ip.text);
}

/** Whether a script that a manager of networks calls with a device and an event (NetworkManager's dispatcher) holds an address on one of its ways: its words come from the caller. */
function broughtByEvent(host: Host, ip: Ip): boolean {
  return host.scripts.some((script) => /(?:^|\/)dispatcher\.d\//.test(script.file) && script.actions.some((action) => effectsIn(action.steps, 'address').some(({ effect }) => effect.does === 'add' && effect.ip?.text === ip.text)));
}

/** Whether a rule takes packets for an address in; one of nft counts whatever it asks for. */
function redirects(host: Host, ip: Ip): boolean {
  return (
    takes(filterOf(host), ip) ||
    host.scripts.some((script) =>
      effectsIn(startSteps(script), 'firewall').some(({ effect }) => (effect.tool === 'nft' && (effect.loaded !== undefined || effect.words.some((word) => /\b(?:redirect|dnat|tproxy)\b/.test(word.text ?? '')))) || effect.loaded === 'unread'),
    )
  );
}

/** Whether a script adds an address to lo, a dummy or a tunnel whose value or device cannot be known. */
export function mayHoldUnknown(host: Host): boolean {
  return host.scripts.some((script) => effectsIn(startSteps(script), 'address').some(({ effect }) => effect.does === 'add' && (effect.ip === undefined ? effect.device === undefined || kindOn(host, effect.device) !== 'nic' : false) && effect.ipWord?.text !== ''));
}
