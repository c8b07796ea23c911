import type { ConfigFault, FaultKind } from './config-fault.ts';
import type { Host } from './host.ts';
import { showService, type Destination, type Service } from './service.ts';

/** Questions about a director's table and about what its programs refuse. */

/** Lines of some kinds that a program refuses or takes for something else. */
export function faultsOf(host: Pick<Host, 'faults'>, program: ConfigFault['program'] | 'any', ...kinds: readonly FaultKind[]): readonly ConfigFault[] {
  return (host.faults ?? []).filter((fault) => (program === 'any' || fault.program === program) && kinds.includes(fault.kind));
}

/** Destinations with their services, each place once: the entries of a group, and of a service that several actions make, share their lines. */
export function destinationsOf(host: Pick<Host, 'services'>): readonly { readonly service: Service; readonly destination: Destination }[] {
  const seen = new Set<string>();
  return host.services.flatMap((service) =>
    service.destinations.flatMap((destination) => {
      // One line may stand for several (a range, a loop): they differ by address, the entries of a group do not.
      const place = `${destination.at.file}:${destination.at.line}:${destination.at.column} ${destination.rip.text} ${destination.port}${service.managed?.group === undefined ? ` ${showService(service)}` : ''}`;
      if (seen.has(place)) return [];
      seen.add(place);
      return [{ service, destination }];
    }),
  );
}

/** Services, those of one group once. */
export function servicesOnce(host: Pick<Host, 'services'>): readonly Service[] {
  const groups = new Set<string>();
  return host.services.filter(({ managed, at }) => {
    if (managed?.group === undefined) return true;
    const key = `${at.file}:${at.line}:${managed.group}`;
    if (groups.has(key)) return false;
    groups.add(key);
    return true;
  });
}

/** `10.0.0.1:80`, `[2001:db8::1]:80`. */
export function showEnd(destination: Pick<Destination, 'rip' | 'port'>): string {
  return `${destination.rip.family === 6 ? `[${destination.rip.text}]` : destination.rip.text}:${destination.port}`;
}
