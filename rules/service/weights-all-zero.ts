import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';
import { servicesOnce } from '../../src/model/table.ts';

export default hostRule({
  id: 'service/weights-all-zero',
  severity: 'error',
  title: 'Every real server of a service has weight 0.',
  needs: ['services'],
  docs: {
    what: 'All destinations of a service are quiesced: their weight is 0.',
    why: 'A scheduler gives no new connection to a server of weight 0. When all have it, every request is answered with “port unreachable” or dropped, though the table looks complete.',
    repair: 'Give the servers that shall work a weight above 0: `-w 1`, `weight 1`.',
    exceptions: 'One server of weight 0 among others is a server in maintenance.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), --weight', quote: 'A quiescent server will receive no new jobs but still serve the existing jobs, for all scheduling algorithms distributed with the Linux Virtual Server.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const service of servicesOnce(host)) {
      const [first, ...others] = service.destinations;
      if (!first || service.destinations.some((destination) => destination.weight !== 0)) continue;
      yield {
        at: first.weightAt ?? first.at,
        note: `${showService(service)} has ${others.length === 0 ? 'one real server, of weight 0' : `${others.length + 1} real servers, all of weight 0`}`,
        related: others.map((destination) => ({ at: destination.weightAt ?? destination.at, note: 'weight 0 as well' })),
        confidence: weakest(service.confidence, ...service.destinations.map((destination) => destination.confidence)),
      };
    }
  },
});
