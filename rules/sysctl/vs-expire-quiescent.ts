import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed } from '../../src/lint/words.ts';
import { showService } from '../../src/model/service.ts';
import { assignmentsOf, sysctlValue } from '../../src/model/sysctl.ts';
import { servicesOnce } from '../../src/model/table.ts';

const key = 'net/ipv4/vs/expire_quiescent_template';

export default hostRule({
  id: 'sysctl/vs-expire-quiescent',
  severity: 'warning',
  title: 'Clients of a failed server stay bound to it by their persistence.',
  needs: ['services', 'sysctl'],
  silences: ['keepalived/inhibit-persistent', 'ldirectord/quiescent-persistent'],
  docs: {
    what: 'net.ipv4.vs.expire_quiescent_template is set to 0, and a daemon keeps failed servers of a persistent service in the table with weight 0 (inhibit_on_failure of keepalived, quiescent=yes of ldirectord).',
    why: 'Weight 0 keeps new clients away, but not those that are bound to the server: their new connections go to the dead server until the persistence ends.',
    repair: '`net.ipv4.vs.expire_quiescent_template = 1`; or let the daemon take a failed server out of the table.',
    exceptions: 'A service without persistence, and one with a single real server. Where the setting was never written, keepalived/inhibit-persistent and ldirectord/quiescent-persistent tell it at the daemon’s own line; a weight 0 that was left is service/weight-zero-left.',
    references: ['https://docs.kernel.org/networking/ipvs-sysctl.html'],
  },
  proof: [{ kind: 'manual', cite: 'Documentation/networking/ipvs-sysctl.rst, expire_quiescent_template', quote: 'By default new persistent connections are allowed to quiescent destination servers.' }],
  since: '0.1.0',
  *check({ host }) {
    const services = servicesOnce(host).filter(({ managed, persistence, destinations }) => managed?.quiescent && persistence && destinations.length > 1);
    const [first] = services;
    if (!first) return;
    const fact = sysctlValue(host, key);
    if (fact.state === 'unseen' && assignmentsOf(host, key).length === 0) yield { lacks: 'sysctl', host: host.name };
    if (fact.state !== 'set' || fact.value !== 0) return;
    yield {
      at: fact.at,
      note: `expire_quiescent_template is 0, but ${first.managed?.by} keeps failed servers of ${listed(services.map(showService))} with weight 0, and ${services.length === 1 ? 'it is' : 'they are'} persistent: clients stay with a dead server for ${first.persistence?.timeout ?? 'some'} seconds`,
      related: services.flatMap((service) => [
        ...(service.managed?.quiescentAt ? [{ at: service.managed.quiescentAt, note: 'a failed server stays with weight 0' }] : []),
        { at: service.persistenceAt ?? service.at, note: `${showService(service)} is persistent here` },
      ]),
      confidence: weakest(fact.confidence, ...services.map(({ confidence }) => confidence)),
    };
  },
});
