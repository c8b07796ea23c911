import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';
import { servicesOnce } from '../../src/model/table.ts';
import { refusedLines } from '../../src/model/table-walk.ts';

export default hostRule({
  id: 'service/port-zero-without-persistence',
  severity: 'error',
  title: 'A service of every port is not persistent.',
  needs: ['services'],
  docs: {
    what: 'A service has no port, or port 0, and no persistence.',
    why: 'Without a port a service takes connections to every port of the VIP, and the kernel does that for persistent services only. ipvsadm refuses the line, and its destinations fail after it; keepalived makes the service persistent on its own, for six minutes.',
    repair: 'Name the port (`-t VIP:80`), or make it persistent (`-p 360`, `persistence_timeout 360`), or group ports by a firewall mark.',
    exceptions: 'With persistence, port 0 is right; so is a service of a firewall mark.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [
    { kind: 'manual', cite: 'ipvsadm(8), --tcp-service', quote: 'A Port of zero is only valid if the service is persistent as the -p|--persistent option' },
    { kind: 'manual', cite: 'keepalived.conf(5)', quote: 'Note: The port for the virtual server can only be omitted if the virtual service is persistent.' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const service of servicesOnce(host)) {
      if (service.key.by !== 'address' || service.key.port !== 0 || service.persistence) continue;
      yield { at: service.at, note: `${showService(service)} takes every port and is not persistent`, confidence: service.confidence };
    }
    for (const fault of refusedLines(host, 'port-refused')) yield { at: fault.at, note: `a service without a port is not persistent: ${fault.outcome}`, confidence: fault.confidence };
  },
});
