import type { Ip } from '../base/ip.ts';
import { firstDoing } from './filter-meet.ts';
import type { FilterRule } from './filter-rule.ts';
import { filterOf } from './filter.ts';
import type { Host } from './host.ts';
import { routeTo } from './route.ts';
import { sysctlValue } from './sysctl.ts';
import { effectsIn, startSteps } from './timeline.ts';

/**
 * Whether a director rewrites the source of what it sends to its real servers, so that their replies come back to it whatever their gateway is (full NAT): net.ipv4.vs.conntrack=1 and a SNAT or MASQUERADE rule
 * in POSTROUTING. Without conntrack such a rule never sees IPVS packets (measured). `maybe`: conntrack is on, but no rule was read; it may stand where nothing is read.
 */
export function translatesSources(host: Host): 'yes' | 'maybe' | 'no' {
  const conntrack = sysctlValue(host, 'net/ipv4/vs/conntrack');
  if (conntrack.state === 'unseen' || conntrack.value === 0) return 'no';
  const rewrites = filterOf(host).chains.some(({ rules }) => rules.some(({ verdict }) => verdict.does === 'hide')) || host.scripts.some((script) =>
    effectsIn(startSteps(script), 'firewall').some(({ effect }) => effect.does === 'add' && effect.tool === 'nft' && effect.words.some((word) => /\b(?:masquerade|snat)\b/.test(word.text ?? ''))),
  );
  return rewrites ? 'yes' : 'maybe';
}

/** The rule of nat in POSTROUTING that replaces the source of every packet of TCP that IPVS sends to a real server, whoever the client is. `to`: the destination in the packet: the RIP for NAT, the VIP for DR. */
export function hidingRule(host: Host, rip: Ip, to: Ip): FilterRule | undefined {
  const way = routeTo(host, rip);
  const device = way.state === 'unseen' ? undefined : way.value?.device;
  const found = firstDoing(filterOf(host), 'POSTROUTING', ({ table, priority }) => table === 'nat' || priority === 100, { family: to.family, destination: to, protocol: 'tcp', ...(device === undefined ? {} : { out: device }) }, 'hide');
  return found === 'unknown' ? undefined : found;
}
