import { hostRule } from '../../src/lint/rule.ts';
import { orphans } from '../../src/model/table-walk.ts';

export default hostRule({
  id: 'service/destination-without-service',
  severity: 'error',
  title: 'A destination is added to a service that does not exist.',
  needs: ['services'],
  docs: {
    what: 'A line adds a real server to an address, port and protocol (or mark) for which no line above it adds a service.',
    why: 'ipvsadm answers “Service not defined” and adds nothing: the service that was meant has one real server less, or none.',
    repair: 'Add the service first (`ipvsadm -A -t VIP:PORT -s wlc`), with the very same address, port and protocol: -t and -u are two services.',
    exceptions: 'A service that a line with values not known here may add counts as there.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [
    { kind: 'kernel-source', version: '6.1', cite: 'net/netfilter/ipvs/ip_vs_ctl.c: do_ip_vs_set_ctl()', quote: 'if (cmd != IP_VS_SO_SET_ADD && (svc == NULL || svc->protocol != usvc.protocol)) { ret = -ESRCH; goto out_unlock; }' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const fault of orphans(host)) {
      yield {
        at: fault.at,
        note: `${fault.found} is no service at this point: ${fault.outcome}`,
        ...(fault.other ? { related: [{ at: fault.other, note: 'it is there already' }] } : {}),
        confidence: fault.confidence,
      };
    }
  },
});
