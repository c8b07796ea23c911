import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'keepalived/persistence-zero',
  severity: 'warning',
  title: 'A persistence_timeout is none that keepalived takes.',
  needs: ['services'],
  docs: {
    what: 'persistence_timeout is 0, or no number of seconds.',
    why: 'The lowest value is 1. keepalived logs “persistence_timeout invalid” and drops the line, so the service is not persistent.',
    repair: 'To have no persistence, delete the line; else write seconds, `persistence_timeout 360`.',
    exceptions: 'Without a value it is right: keepalived then takes six minutes.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [
    { kind: 'manual', cite: 'keepalived 2.2.7, check_parser.c: pto_handler()', quote: 'persistence_timeout invalid' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const fault of faultsOf(host, 'keepalived', 'persistence-refused')) {
      yield {
        at: fault.at,
        note: `persistence_timeout ${fault.found}: ${fault.outcome}`,
        ...(fault.other ? { related: [{ at: fault.other, note: 'the other one' }] } : {}),
        confidence: fault.confidence,
      };
    }
  },
});
