import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'keepalived/real-servers-absent',
  severity: 'error',
  title: 'A virtual_server lists no real server.',
  needs: ['services'],
  docs: {
    what: 'A virtual_server block has no real_server in it.',
    why: 'keepalived logs “has no real servers - ignoring” and makes no service: connections to the VIP end on the director itself.',
    repair: 'Add real_server blocks, or delete the virtual_server. A sorry_server alone is not enough.',
    exceptions: 'Real servers that an included file brings count.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [
    { kind: 'manual', cite: 'keepalived 2.2.7, check_data.c: validate_check_config()', quote: 'Virtual server %s has no real servers - ignoring' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const fault of faultsOf(host, 'keepalived', 'real-servers-absent')) {
      yield {
        at: fault.at,
        note: `virtual_server ${fault.found} has no real_server: ${fault.outcome}`,
        ...(fault.other ? { related: [{ at: fault.other, note: 'the other one' }] } : {}),
        confidence: fault.confidence,
      };
    }
  },
});
