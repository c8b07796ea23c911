import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';
import { faultsOf, servicesOnce } from '../../src/model/table.ts';

export default hostRule({
  id: 'keepalived/lb-kind-missing',
  severity: 'error',
  title: 'A virtual_server does not say how it forwards.',
  needs: ['services'],
  docs: {
    what: 'A virtual_server has no lb_kind (lvs_method) line, nor have all its real servers one of their own.',
    why: 'keepalived says “no forwarding method set, setting default NAT”, while ipvsadm’s default is direct routing. Real servers that are set up for direct routing or tunnelling then answer past the director from an address that the client never asked, and no connection comes about.',
    repair: '`lb_kind DR`, `lb_kind NAT` or `lb_kind TUN`, as the real servers are set up.',
    exceptions: 'Where a real server’s port differs from the service’s, NAT is meant, and nothing is said.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [
    { kind: 'manual', cite: 'keepalived.conf(5)', quote: 'Override default LVS forwarding method (default is NAT).' },
    { kind: 'manual', cite: 'keepalived 2.2.7, check_data.c: validate_check_config()', quote: 'Virtual server %s: no forwarding method set, setting default NAT' },
  ],
  since: '0.1.0',
  *check({ host }) {
    const refused = faultsOf(host, 'keepalived', 'forwarding-refused', 'unknown-keyword').filter(({ kind, found }) => kind === 'forwarding-refused' || /^lb|^lvs|kind|method/i.test(found));
    for (const service of servicesOnce(host)) {
      if (service.managed?.by !== 'keepalived' || service.managed.forwardingAt || service.destinations.length === 0) continue;
      const bare = service.destinations.filter((destination) => !destination.forwardingWritten);
      const { key } = service;
      if (bare.length === 0 || (key.by === 'address' && service.destinations.some((destination) => destination.portWritten && destination.port !== key.port))) continue;
      // A misspelt line of the same block says it already.
      if (refused.some(({ at }) => at.file === service.at.file && at.line > service.at.line && at.line < service.destinations.at(-1)!.at.line)) continue;
      yield { at: service.at, note: `${showService(service)} has no lb_kind, so keepalived forwards by NAT`, confidence: weakest(service.confidence, ...bare.map((destination) => destination.confidence)) };
    }
  },
});
