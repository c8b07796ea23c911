import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { destinationsOf, showEnd } from '../../src/model/table.ts';
import { refusedLines } from '../../src/model/table-walk.ts';

export default hostRule({
  id: 'service/thresholds-inverted',
  severity: 'error',
  title: 'A real server’s lower connection threshold is above the upper one, or alone.',
  needs: ['services'],
  docs: {
    what: 'The lower threshold (-y, lthreshold, l:) is greater than the upper one (-x, uthreshold, u:), or there is no upper one.',
    why: 'The upper threshold takes a server out, the lower one brings it back. ipvsadm and the kernel refuse a lower one that is above; keepalived says nothing of it, and the server is missing from the table. A lower threshold alone is above an upper one of 0, and refused in the same way.',
    repair: 'Set the upper threshold above the lower one: `-x 1000 -y 800`; without -y the kernel takes three quarters of the upper one.',
    exceptions: 'Equal thresholds, or an upper threshold alone.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [
    { kind: 'kernel-source', version: '6.1', cite: 'net/netfilter/ipvs/ip_vs_ctl.c: ip_vs_add_dest()', quote: 'if (udest->l_threshold > udest->u_threshold) { pr_err("%s(): lower threshold is higher than upper threshold\\n", __func__); return -ERANGE; }' },
    { kind: 'manual', cite: 'ipvsadm(8), --l-threshold', quote: 'the server will receive new connections when the number of its connections drops below its lower connection threshold.' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const { service, destination } of destinationsOf(host)) {
      const lower = destination.lowerThreshold ?? 0;
      const upper = destination.upperThreshold ?? 0;
      if (lower === 0 || lower <= upper) continue;
      yield {
        at: destination.at,
        note: `${showEnd(destination)} has the lower threshold ${lower}${upper === 0 ? ' and no upper one' : `, above the upper one ${upper}`}`,
        confidence: weakest(service.confidence, destination.confidence),
      };
    }
    for (const fault of refusedLines(host, 'threshold-refused')) yield { at: fault.at, note: `${fault.found}: ${fault.outcome}`, confidence: fault.confidence };
  },
});
