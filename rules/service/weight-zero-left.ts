import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';
import { destinationsOf, showEnd } from '../../src/model/table.ts';

export default hostRule({
  id: 'service/weight-zero-left',
  severity: 'warning',
  title: 'A real server starts with weight 0 beside others that work.',
  needs: ['services'],
  docs: {
    what: 'A rules file or a script puts a real server into the table with weight 0 (-w 0), while another server of the service has a weight.',
    why: 'After every boot it gets no new connection: mostly a maintenance was saved with `ipvsadm -S` and forgotten. With persistence, clients that are bound to it are sent to it all the same.',
    repair: 'Give it a weight again (`-w 1`), or remove its line.',
    exceptions: 'A health checker’s configuration (weight 0 is its own means), and a service all of whose weights are 0, which another rule reports.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), --weight', quote: 'A quiescent server will receive no new jobs but still serve the existing jobs, for all scheduling algorithms distributed with the Linux Virtual Server.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const { service, destination } of destinationsOf(host)) {
      if (service.managed || destination.weight !== 0) continue;
      const working = service.destinations.find(({ weight }) => weight !== undefined && weight > 0);
      if (!working) continue;
      yield { at: destination.weightAt ?? destination.at, note: `${showEnd(destination)} of ${showService(service)} has weight 0 and gets no new connection`, related: [{ at: working.at, note: `${showEnd(working)} has weight ${working.weight}` }], confidence: weakest(service.confidence, destination.confidence) };
    }
  },
});
