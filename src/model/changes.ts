import type { Effect } from './script.ts';

/** Whether an effect leaves the host's network, table, filter or locks other than before; questions, prompts, announcements and exits do not. */
export function changesHost(effect: Effect): boolean {
  switch (effect.kind) {
    case 'exit':
    case 'prompt':
    case 'source':
    case 'arp-announce':
      return false;
    case 'lock':
      return effect.does !== 'test';
    case 'ipvs':
      return effect.does !== 'list' && effect.does !== 'save' && effect.does !== 'invalid';
    case 'firewall':
      return effect.does !== 'other';
    case 'service':
      return !/^(?:status|is-active|is-enabled|show)$/.test(effect.does);
    default:
      return true;
  }
}

/** Whether an effect changes what packets meet: addresses, links, routes, kernel parameters, the table, the filter. Locks, modules and services do not count. */
export function changesTraffic(effect: Effect): boolean {
  return changesHost(effect) && !['lock', 'module', 'service', 'sysctl-load'].includes(effect.kind);
}
