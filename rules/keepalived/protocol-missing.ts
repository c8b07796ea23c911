import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';
import { faultsOf, servicesOnce } from '../../src/model/table.ts';

export default hostRule({
  id: 'keepalived/protocol-missing',
  severity: 'error',
  title: 'A virtual_server does not say its protocol.',
  needs: ['services'],
  docs: {
    what: 'A virtual_server of an address has no protocol line that keepalived takes.',
    why: 'keepalived says “no protocol set - defaulting to UDP” and makes a UDP service: TCP connections to the VIP end on the director itself. (Old versions took TCP.)',
    repair: '`protocol TCP` in the virtual_server.',
    exceptions: 'A service of a firewall mark has no protocol.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived 2.2.7, check_data.c: validate_check_config()', quote: 'Virtual server %s: no protocol set - defaulting to UDP' }],
  since: '0.1.0',
  *check({ host }) {
    const refused = faultsOf(host, 'keepalived', 'protocol-refused');
    for (const fault of refused) yield { at: fault.at, note: `'${fault.found}' is no protocol: ${fault.outcome} and takes UDP`, confidence: fault.confidence };
    for (const service of servicesOnce(host)) {
      if (service.managed?.by !== 'keepalived' || service.managed.protocolWritten || service.key.by !== 'address') continue;
      yield { at: service.at, note: `${showService(service).replace(/\/udp$/, '')} has no protocol line, so keepalived takes UDP`, confidence: weakest(service.confidence, 'certain') };
    }
  },
});
