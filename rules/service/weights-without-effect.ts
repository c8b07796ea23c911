import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed } from '../../src/lint/words.ts';
import { showService } from '../../src/model/service.ts';
import { servicesOnce } from '../../src/model/table.ts';

/** Schedulers that only ask whether a weight is 0, with the sibling that looks at it. */
const blind: ReadonlyMap<string, string> = new Map([
  ['rr', 'wrr'],
  ['lc', 'wlc'],
  ['dh', 'wrr'],
]);

export default hostRule({
  id: 'service/weights-without-effect',
  severity: 'warning',
  title: 'Weights differ, but the scheduler does not look at them.',
  needs: ['services'],
  docs: {
    what: 'The real servers of a service have different weights, and its scheduler is rr, lc or dh.',
    why: 'These schedulers only ask whether a weight is 0. Every server gets an equal share, the weak one too: it is overloaded first.',
    repair: 'Take the scheduler that weighs: `-s wrr` for rr, `-s wlc` for lc; or give all servers one weight.',
    exceptions: 'Equal weights, and weight 0 to quiesce a server. Where keepalived counts weights towards a quorum they have a use.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [
    { kind: 'manual', cite: 'ipvsadm(8), --scheduler', quote: 'rr - Round Robin: distributes jobs equally amongst the available real servers.' },
    { kind: 'kernel-source', version: '6.1', cite: 'net/netfilter/ipvs/ip_vs_rr.c: ip_vs_rr_schedule()', quote: 'if (!(dest->flags & IP_VS_DEST_F_OVERLOAD) && atomic_read(&dest->weight) > 0)' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const service of servicesOnce(host)) {
      const sibling = blind.get(service.scheduler);
      if (sibling === undefined || service.managed?.quorum) continue;
      const weights = service.destinations.map((destination) => destination.weight);
      const working = weights.filter((weight) => weight !== 0);
      if (working.includes(undefined) || new Set(working).size < 2) continue;
      yield {
        at: service.schedulerAt ?? service.at,
        note: `${service.scheduler} of ${showService(service)} does not look at the weights ${listed(working.map(String))}`,
        related: service.destinations.filter(({ weight }) => weight !== 0).map((destination) => ({ at: destination.weightAt ?? destination.at, note: `weight ${destination.weight}` })),
        confidence: weakest(service.confidence, ...service.destinations.map((destination) => destination.confidence)),
        ...(service.schedulerAt ? { fix: { title: `schedule by ${sibling}`, safe: false, edits: [{ at: service.schedulerAt, text: sibling }] as const } } : {}),
      };
    }
  },
});
