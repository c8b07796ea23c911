import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'keepalived/keyword-twice',
  severity: 'error',
  title: 'A keyword stands twice in one block, with different values.',
  needs: ['services'],
  docs: {
    what: 'A block has two lines of one keyword of which it takes only one: notify_master three times for the three states, two priorities, two weights.',
    why: 'Of notify scripts and of state the first line counts and the others are passed over with a message in the log, so that the script for backup and fault never runs. Of all other keywords the last line counts, without a word.',
    repair: 'Keep the line that is meant; for the other states write notify_backup, notify_fault and notify_stop.',
    exceptions: 'Lines with the same value, lines for hosts of a certain name (`@host`), and checks: a real server may have several.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived 2.2.7, -t', quote: '(VI_1) notify_master script already specified - ignoring' }],
  since: '0.1.0',
  *check({ host }) {
    for (const fault of faultsOf(host, 'keepalived', 'keyword-twice')) {
      yield {
        at: fault.at,
        note: `'${fault.found}' has no effect: ${fault.outcome}`,
        ...(fault.other ? { related: [{ at: fault.other, note: 'this one counts' }] } : {}),
        confidence: fault.confidence,
      };
    }
  },
});
