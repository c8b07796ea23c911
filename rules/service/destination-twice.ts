import { hostRule } from '../../src/lint/rule.ts';
import { destinationsTwice } from '../../src/model/table-walk.ts';

export default hostRule({
  id: 'service/destination-twice',
  severity: 'error',
  title: 'A service lists one real server twice.',
  needs: ['services'],
  docs: {
    what: 'The same address and port stand twice among the destinations of one service.',
    why: 'The kernel has one entry for an address and port of a service: ipvsadm answers “Destination already exists” and keepalived removes the second. Most often the second was meant to be another server, so the service has one server less than planned.',
    repair: 'Correct the address of the second, or delete it. A larger share is a larger weight.',
    exceptions: 'The same address under another port, or under another service, is another destination.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [
    { kind: 'kernel-source', version: '6.1', cite: 'net/netfilter/ipvs/ip_vs_ctl.c: ip_vs_add_dest()', quote: 'if (dest != NULL) { IP_VS_DBG(1, "%s(): dest already exists\\n", __func__); return -EEXIST; }' },
    { kind: 'manual', cite: 'keepalived 2.2.7, check_data.c: validate_check_config()', quote: 'VS %s: real server %s is duplicated - removing second rs' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const fault of destinationsTwice(host)) {
      yield {
        at: fault.at,
        note: `${fault.found} is listed twice: ${fault.outcome}`,
        ...(fault.other ? { related: [{ at: fault.other, note: 'it is there already' }] } : {}),
        confidence: fault.confidence,
      };
    }
  },
});
