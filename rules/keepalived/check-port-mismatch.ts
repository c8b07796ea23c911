import { weakest } from '../../src/base/fact.ts';
import { compareSpans } from '../../src/base/origin.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { destinationsOf, showEnd } from '../../src/model/table.ts';

/** Ports of services that speak no HTTP. */
const mute: ReadonlySet<number> = new Set([21, 22, 25, 53, 110, 143, 389, 465, 587, 636, 993, 995, 1433, 1521, 1883, 3306, 3389, 5060, 5432, 5433, 5671, 5672, 6379, 6432, 9042, 9092, 11211, 27017]);

export default hostRule({
  id: 'keepalived/check-port-mismatch',
  severity: 'warning',
  title: 'The only health check of a real server asks another port than the one that is served.',
  needs: ['services'],
  docs: {
    what: 'connect_port of the only checker of a real server is not the real server’s port.',
    why: 'keepalived then looks at another service: the balanced one may be dead while the check is content, or the other way round. Most often it is left over from a copied block.',
    repair: 'Delete connect_port, or write the port of the real server; with several checkers one may ask elsewhere.',
    exceptions: 'A port of its own for health checks, or the TCP side of a UDP service, may be meant; several checkers are not judged, nor one that asks another port of the same group, nor services of a mark or of every port.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived.conf(5), connect_port', quote: 'Optional port to connect to The default is the realserver port' }],
  since: '0.1.0',
  *check({ host }) {
    const all = [...destinationsOf(host)];
    for (const { service, destination } of all) {
      const [check, more] = destination.checks ?? [];
      if (service.managed?.by !== 'keepalived' || service.key.by !== 'address' || service.key.protocol !== 'tcp' || !check || more || check.port === undefined || destination.port === 0) continue;
      if (check.port === destination.port) continue;
      // What speaks no HTTP itself has its state told beside it: Patroni on 8008, clustercheck on 9200.
      if (/^(?:HTTP|SSL)_GET$/.test(check.name) && mute.has(destination.port)) continue;
      // A virtual_server_group serves several ports by one block, and one check can ask only one of them.
      if (all.some((other) => compareSpans(other.destination.at, destination.at) === 0 && other.destination.port === check.port)) continue;
      yield { at: check.portAt ?? check.at, note: `${check.name} asks port ${check.port} of ${showEnd(destination)}`, related: [{ at: destination.portAt ?? destination.at, note: `port ${destination.port} is served` }], confidence: weakest(service.confidence, destination.confidence, 'likely') };
    }
  },
});
