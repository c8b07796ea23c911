import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { showService } from '../../src/model/service.ts';
import { assignmentsOf, sysctlValue } from '../../src/model/sysctl.ts';
import { servicesOnce } from '../../src/model/table.ts';

const key = 'net/ipv4/vs/expire_quiescent_template';

export default hostRule({
  id: 'sysctl/vs-expire-quiescent',
  severity: 'warning',
  title: 'Clients of a failed server stay bound to it by their persistence.',
  needs: ['services', 'sysctl'],
  docs: {
    what: 'A persistent service of keepalived keeps a failed server in the table with weight 0 (inhibit_on_failure), and net.ipv4.vs.expire_quiescent_template is not 1.',
    why: 'Weight 0 keeps new clients away, but not those that are bound to the server: their new connections go to the dead server until the persistence ends.',
    repair: '`net.ipv4.vs.expire_quiescent_template = 1`; or leave inhibit_on_failure out, so that a failed server is taken out of the table.',
    exceptions: 'A service without persistence, and one with a single real server. ldirectord’s quiescent=yes is told as ldirectord/quiescent-persistent, a weight 0 that was left as service/weight-zero-left.',
    references: ['https://docs.kernel.org/networking/ipvs-sysctl.html'],
  },
  proof: [{ kind: 'manual', cite: 'Documentation/networking/ipvs-sysctl.rst, expire_quiescent_template', quote: 'By default new persistent connections are allowed to quiescent destination servers.' }],
  since: '0.1.0',
  *check({ host }) {
    const services = servicesOnce(host).filter(({ managed, persistence, destinations }) => managed?.by === 'keepalived' && managed.quiescent && persistence && destinations.length > 1);
    if (services.length === 0) return;
    const fact = sysctlValue(host, key);
    if (fact.state === 'unseen') {
      if (assignmentsOf(host, key).length === 0) yield { lacks: 'sysctl', host: host.name };
      return;
    }
    if (fact.value !== 0) return;
    for (const service of services) {
      const at = service.persistenceAt ?? service.at;
      yield {
        at,
        note: `${showService(service)} is persistent and keeps a failed server with weight 0, with expire_quiescent_template ${fact.state === 'set' ? '0' : 'left at 0'}: its clients stay with it for ${service.persistence?.timeout ?? 'some'} seconds`,
        related: otherPlaces(at, [...(service.managed?.quiescentAt ? [{ at: service.managed.quiescentAt, note: 'a failed server stays with weight 0' }] : []), ...(fact.state === 'set' ? [{ at: fact.at, note: 'templates of such a server are kept' }] : [])]),
        confidence: weakest(service.confidence, fact.state === 'set' ? fact.confidence : 'certain'),
      };
    }
  },
});
