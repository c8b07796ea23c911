import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';
import { destinationsOf, showEnd } from '../../src/model/table.ts';

export default hostRule({
  id: 'service/port-mapped-without-nat',
  severity: 'error',
  title: 'A destination names another port than its service, and the forwarding cannot change ports.',
  needs: ['services'],
  docs: {
    what: 'A real server of direct routing or tunnelling is listed with a port that is not the port of its service.',
    why: 'Direct routing and tunnelling hand the packet on as it came, with the VIP and its port in it: only NAT rewrites ports. ipvsadm exits with 0 and the kernel stores the service’s port; keepalived and ldirectord reset it. Requests then reach the service’s port on a real server whose daemon listens on the other one, and are refused.',
    repair: 'Name the service’s port (or none), and let the daemon listen there; or forward by NAT: `-m`, `lb_kind NAT`, `masq`.',
    exceptions: 'With NAT any port is right. Services of a firewall mark and services of every port (0) have no port of their own to compare with.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [
    { kind: 'manual', cite: 'ipvsadm(8), --real-server', quote: 'With the tunneling and direct routing methods, port must be equal to that of the service address.' },
    { kind: 'manual', cite: 'Piranha, ipvs_exec.c: shutdownDev()', quote: 'sprintf (remoteName, "%s:%d", inet_ntoa (*remoteAddr), rport);' },
    { kind: 'manual', cite: 'ldirectord(8), real', quote: 'port-mapping is only available to if the real server is another machine and the forwarding method is masq.' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const { service, destination } of destinationsOf(host)) {
      const { key } = service;
      if (key.by !== 'address' || key.port === 0 || destination.forwarding === 'nat' || !destination.portWritten || destination.port === 0 || destination.port === key.port) continue;
      const how = destination.forwarding === 'dr' ? 'direct routing' : 'tunnelling';
      // nanny deletes by the written port, and the kernel holds the service's.
      const ends = service.managed?.by === 'piranha' && !service.managed.quiescent ? ', and nanny ends lvsd when it cannot delete a failed server by that port' : '';
      yield {
        at: destination.portAt ?? destination.at,
        note: `${showEnd(destination)} under ${showService(service)}: ${how}${destination.forwardingWritten ? '' : ' (the default)'} cannot change the port, so port ${key.port} is asked${ends}`,
        related: [{ at: service.at, note: `the service has port ${key.port}` }],
        confidence: weakest(service.confidence, destination.confidence),
        ...(destination.portAt && service.managed ? { fix: { title: `name port ${key.port}`, safe: false, edits: [{ at: destination.portAt, text: String(key.port) }] as const } } : {}),
      };
    }
  },
});
