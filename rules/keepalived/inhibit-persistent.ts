import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';
import { assignmentsOf, sysctlNumber } from '../../src/model/sysctl.ts';
import { servicesOnce } from '../../src/model/table.ts';

const key = 'net/ipv4/vs/expire_quiescent_template';

export default hostRule({
  id: 'keepalived/inhibit-persistent',
  severity: 'warning',
  title: 'A failed server of a persistent keepalived service stays in the table.',
  needs: ['services', 'sysctl'],
  docs: {
    what: 'A persistent virtual_server has inhibit_on_failure, and net.ipv4.vs.expire_quiescent_template is not 1.',
    why: 'A dead server keeps its place with weight 0. Clients that it served before are bound to it by their persistence and are sent to it until the timeout ends, as if the whole service were down.',
    repair: '`sysctl -w net.ipv4.vs.expire_quiescent_template=1`, kept in /etc/sysctl.d; or leave out inhibit_on_failure.',
    exceptions: 'A service without persistence, and one with a single real server.',
    references: ['https://docs.kernel.org/networking/ipvs-sysctl.html'],
  },
  proof: [
    { kind: 'manual', cite: 'keepalived.conf(5), inhibit_on_failure', quote: 'Set weight to 0 when healthchecker detects failure' },
    { kind: 'kernel-source', version: '6.1', cite: 'Documentation/networking/ipvs-sysctl.rst, expire_quiescent_template', quote: 'When set to a non-zero value, the load balancer will expire persistent templates when the destination server is quiescent.' },
  ],
  since: '0.1.0',
  *check({ host }) {
    const services = servicesOnce(host).filter(({ managed, persistence, destinations }) => managed?.by === 'keepalived' && managed.quiescent && persistence && destinations.length > 1);
    if (services.length === 0) return;
    const setting = assignmentsOf(host, key).at(-1);
    if (!setting && !host.seen.has('sysctl')) {
      yield { lacks: 'sysctl', host: host.name };
      return;
    }
    if (setting && sysctlNumber(setting.value) !== 0) return;
    for (const service of services) {
      const at = service.managed?.quiescentAt;
      yield {
        at: at ?? service.at,
        note: `${showService(service)} is persistent and keeps a failed server with weight 0: its clients stay with it for ${service.persistence?.timeout ?? 'some'} seconds`,
        related: [...(service.persistenceAt ? [{ at: service.persistenceAt, note: 'persistent here' }] : []), ...(setting ? [{ at: setting.at, note: 'templates of such a server are kept' }] : [])],
        confidence: service.confidence,
      };
    }
  },
});
