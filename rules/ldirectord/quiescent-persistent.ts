import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';
import { sysctlNumber, assignmentsOf } from '../../src/model/sysctl.ts';
import { servicesOnce } from '../../src/model/table.ts';

const key = 'net/ipv4/vs/expire_quiescent_template';

export default hostRule({
  id: 'ldirectord/quiescent-persistent',
  severity: 'warning',
  title: 'A failed server of a persistent ldirectord service stays in the table.',
  needs: ['services', 'sysctl'],
  docs: {
    what: 'A persistent service has quiescent=yes and net.ipv4.vs.expire_quiescent_template is not 1. Where quiescent is left out this is only possible: the manual and old versions take it for yes, versions since 2010 for no.',
    why: 'A dead server keeps its place with weight 0. Clients that it served before are bound to it by their persistence and are sent to it until the timeout ends, as if the whole service were down.',
    repair: '`quiescent=no`, so that a dead server leaves the table; or `sysctl -w net.ipv4.vs.expire_quiescent_template=1`.',
    exceptions: 'A service without persistence, and one with a single real server.',
    references: ['https://docs.kernel.org/networking/ipvs-sysctl.html'],
  },
  proof: [{ kind: 'manual', cite: 'ldirectord(8), quiescent', quote: 'This has the side effect, that if the real server has persistent connections, new connections from any existing clients will continue to be routed to the real server, until the persistent timeout can expire.' }],
  since: '0.1.0',
  *check({ host }) {
    const services = servicesOnce(host).filter(({ managed, persistence, destinations }) => managed?.by === 'ldirectord' && (managed.quiescent || !managed.quiescentAt) && persistence && destinations.length > 1);
    if (services.length === 0) return;
    const setting = assignmentsOf(host, key).at(-1);
    if (!setting && !host.seen.has('sysctl')) {
      yield { lacks: 'sysctl', host: host.name };
      return;
    }
    const value = setting && sysctlNumber(setting.value);
    if (setting && value !== 0) return;
    for (const service of services) {
      const at = service.managed?.quiescentAt;
      yield {
        at: service.persistenceAt ?? service.at,
        note: `${showService(service)} is persistent and quiescent${at ? '=yes' : ' is left out, which is yes by the manual and in old versions'}: clients of a dead server stay with it for ${service.persistence?.timeout ?? 'some'} second${service.persistence?.timeout === 1 ? '' : 's'}`,
        related: [...(at ? [{ at, note: 'a dead server stays with weight 0' }] : []), ...(setting ? [{ at: setting.at, note: 'templates of a quiesced server are kept' }] : [])],
        confidence: weakest(service.confidence, at ? 'certain' : 'possible'),
        ...(at ? { fix: { title: 'take dead servers out of the table', safe: false, edits: [{ at, text: 'no' }] as const } } : {}),
      };
    }
  },
});
