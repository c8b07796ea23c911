import { hostRule } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { sysctlValue } from '../../src/model/sysctl.ts';
import { servicesOnce } from '../../src/model/table.ts';

export default hostRule({
  id: 'sysctl/vs-expire-nodest',
  severity: 'info',
  title: 'Connections to a server that the health checker has removed are left hanging.',
  needs: ['services', 'sysctl'],
  docs: {
    what: 'net.ipv4.vs.expire_nodest_conn is set to 0 on a director whose health checker takes failed servers out of the table.',
    why: 'Packets of a connection whose server is gone are dropped without a word. The client learns nothing, and waits until its own timeout, or the 15 minutes of the table, are over.',
    repair: '`net.ipv4.vs.expire_nodest_conn = 1`: the connection ends at its next packet, and the client can open a new one.',
    exceptions: 'Only a line that says 0 is told, not the default. A server that comes back in time goes on with its connections, which may be what 0 is for. Where a failed server stays with weight 0 (inhibit_on_failure, quiescent=yes) the parameter says nothing.',
    references: ['https://docs.kernel.org/networking/ipvs-sysctl.html', 'https://github.com/kubernetes/kubernetes/issues/71358'],
  },
  proof: [{ kind: 'manual', cite: 'Documentation/networking/ipvs-sysctl.rst, expire_nodest_conn', quote: 'The default value is 0, the load balancer will silently drop packets when its destination server is not available.' }],
  since: '0.1.0',
  *check({ host }) {
    const fact = sysctlValue(host, 'net/ipv4/vs/expire_nodest_conn');
    if (fact.state !== 'set' || fact.value !== 0) return;
    const removing = servicesOnce(host).find(({ managed, destinations }) => managed && !managed.quiescent && destinations.some(({ checks }) => checks && checks.some(({ name }) => name !== 'off')));
    if (removing) yield { at: fact.at, note: `expire_nodest_conn is 0: packets for a server that ${removing.managed!.by} has removed are dropped without a word`, related: otherPlaces(fact.at, [{ at: removing.at, note: `${removing.managed!.by} removes failed servers of this service` }]), confidence: fact.confidence };
  },
});
