import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'keepalived/keyword-wrong-block',
  severity: 'warning',
  title: 'A keepalived keyword stands in a block that does not take it.',
  needs: ['services'],
  docs: {
    what: 'A word that keepalived knows stands in another block than its own, for instance nopreempt in a virtual_server.',
    why: 'keepalived looks a word up among those of its block only: the line is logged as unknown and has no effect.',
    repair: 'Move the line into the block that takes it.',
    exceptions: 'Included files are judged in the block that includes them.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [
    { kind: 'manual', cite: 'keepalived 2.2.7, lib/parser.c: process_stream()', quote: 'Unknown keyword \'%s\'' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const fault of faultsOf(host, 'keepalived', 'misplaced-keyword')) {
      yield {
        at: fault.at,
        note: `${fault.found} is no word of ${fault.block ?? 'this block'}${fault.belongs && fault.belongs.length <= 3 ? ` but of ${fault.belongs.join(', ')}` : ''}: ${fault.outcome}`,
        ...(fault.other ? { related: [{ at: fault.other, note: 'the other one' }] } : {}),
        confidence: fault.confidence,
      };
    }
  },
});
