import { hostRule } from '../../src/lint/rule.ts';
import { servicesTwice } from '../../src/model/table-walk.ts';

export default hostRule({
  id: 'service/service-twice',
  severity: 'error',
  title: 'One virtual service is defined twice.',
  needs: ['services'],
  docs: {
    what: 'Two definitions have the same address, port and protocol, or the same firewall mark.',
    why: 'The kernel keeps one service for an address, port and protocol. ipvsadm answers “Service already exists” for the second; its destinations join the first, under the first one’s scheduler and persistence. ldirectord refuses the file. keepalived runs two sets of checks that work against each other on one service.',
    repair: 'Make one definition of the two, or correct the address, port or protocol of one. Of a master’s and a backup’s configuration only one belongs on a host.',
    exceptions: 'The same address with another port or another protocol is another service.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [
    { kind: 'kernel-source', version: '6.1', cite: 'net/netfilter/ipvs/ip_vs_ctl.c: do_ip_vs_set_ctl()', quote: 'case IP_VS_SO_SET_ADD: if (svc != NULL) ret = -EEXIST;' },
    { kind: 'manual', cite: 'ldirectord, read_config()', quote: 'duplicate virtual server' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const fault of servicesTwice(host)) {
      yield {
        at: fault.at,
        note: `${fault.found} is defined twice: ${fault.outcome}`,
        ...(fault.other ? { related: [{ at: fault.other, note: 'it is there already' }] } : {}),
        confidence: fault.confidence,
      };
    }
  },
});
