import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'ldirectord/directive-twice',
  severity: 'info',
  title: 'A directive of ldirectord.cf is given twice with different values.',
  needs: ['services'],
  docs: {
    what: 'One virtual, or the part outside the virtuals, has two lines of the same directive (checktype, checkport, request, logfile …) that do not say the same.',
    why: 'ldirectord stores one value and says nothing: the line that comes last counts, the other is only read by people.',
    repair: 'Delete the line that is not meant.',
    exceptions: 'real, real6, virtual, virtual6 and execute are lists. A line that repeats the same value, and a virtual’s own value beside a global one, are no conflict.',
    references: ['https://github.com/ClusterLabs/resource-agents/tree/main/ldirectord'],
  },
  proof: [{ kind: 'manual', cite: 'ldirectord(8), checktimeout', quote: 'If defined in a virtual server section then the global value is overridden.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const fault of faultsOf(host, 'ldirectord', 'keyword-twice')) {
      yield { at: fault.at, note: `${fault.found} does not count: ${fault.outcome}`, confidence: fault.confidence, ...(fault.other ? { related: [{ at: fault.other, note: 'the line that counts' }] } : {}) };
    }
  },
});
