import { filterOf } from './filter.ts';
import type { Host } from './host.ts';
import { startSteps } from './timeline.ts';

/** Whether a command of a host's scripts sets an MTU or a segment size of a device or a route (`mtu 1480`, `advmss 1440`, `mss 1440`). */
export function namesSizes(host: Host): boolean {
  return host.scripts.some((script) => startSteps(script).some(({ words }) => words.some(({ text }) => text !== undefined && /^(?:mtu|advmss|mss|--set-mss)$|^(?:MTU|mtu)=/.test(text))));
}

/** Whether anything on a real server may make its clients send smaller segments than its card takes. */
export function minds(host: Host): boolean {
  return namesSizes(host) || filterOf(host).chains.some(({ rules }) => rules.some(({ spec }) => /--set-mss\b|maxseg/.test(spec)));
}
