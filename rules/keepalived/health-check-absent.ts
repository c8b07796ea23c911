import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { destinationsOf, faultsOf, showEnd } from '../../src/model/table.ts';

export default hostRule({
  id: 'keepalived/health-check-absent',
  severity: 'warning',
  title: 'A real server of keepalived has no health check.',
  needs: ['services'],
  docs: {
    what: 'A real_server block of keepalived holds no checker (TCP_CHECK, HTTP_GET, SSL_GET, SMTP_CHECK, DNS_CHECK, MISC_CHECK, PING_CHECK, UDP_CHECK, BFD_CHECK, FILE_CHECK).',
    why: 'Without a checker keepalived takes the server as alive for ever. When it dies, every connection that is scheduled to it hangs.',
    repair: '`TCP_CHECK { connect_timeout 3 }` in the real_server, or what asks the service itself.',
    exceptions: 'UDP and SCTP services, for which no check may fit, and a service with ha_suspend are left alone.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived.conf(5)', quote: 'Every virtual server defines a set of real servers, you can attach healthcheckers to each real server.' }],
  since: '0.1.0',
  *check({ host }) {
    const broken = new Set((host.faults ?? []).filter(({ kind }) => kind === 'unknown-keyword' || kind === 'unbalanced-brace').map(({ at }) => at.file));
    // A check on the same line as a brace that opens nothing is lost with that brace, which is told of itself.
    const odd = new Set(faultsOf(host, 'keepalived', 'unbalanced-brace').map(({ at }) => `${at.file}:${at.line}`));
    for (const { service, destination } of destinationsOf(host)) {
      if (odd.has(`${destination.at.file}:${destination.at.line}`)) continue;
      if (service.managed?.by !== 'keepalived' || service.managed.suspended || !destination.checks || destination.checks.length > 0) continue;
      if (service.key.by === 'address' && service.key.protocol !== 'tcp' && service.managed.protocolWritten) continue;
      yield {
        at: destination.at,
        note: `nothing checks whether ${showEnd(destination)} is alive`,
        confidence: weakest(service.confidence, destination.confidence, broken.has(destination.at.file) ? 'likely' : 'certain'),
      };
    }
  },
});
