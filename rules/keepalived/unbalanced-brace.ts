import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'keepalived/unbalanced-brace',
  severity: 'error',
  title: 'The braces of keepalived.conf do not match.',
  needs: ['services'],
  docs: {
    what: 'A block is not opened or not closed, or a brace closes nothing.',
    why: 'keepalived reads what follows as part of the wrong block and drops it line by line: whole virtual servers or VRRP instances are missing, while the daemon starts.',
    repair: 'Open each block with a brace, also around a single line (`track_interface {`), and close it where it ends; `keepalived -t` says whether the braces match.',
    exceptions: 'A brace may stand on the next line, and without a blank in front (`80{`).',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [
    { kind: 'manual', cite: 'keepalived 2.2.7, lib/parser.c: init_data()', quote: 'There are %d missing \'%s\'s or extra \'%s\'s' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const fault of faultsOf(host, 'keepalived', 'unbalanced-brace')) {
      yield {
        at: fault.at,
        note: fault.found === '}' ? `this brace closes nothing: ${fault.outcome}` : fault.found === '{' ? (fault.other ? `the block that begins here is not closed: ${fault.outcome}` : `this brace opens nothing: ${fault.outcome}`) : `no brace opens ${fault.found}: ${fault.outcome}`,
        ...(fault.other ? { related: [{ at: fault.other, note: 'the file goes on here' }] } : {}),
        confidence: fault.confidence,
      };
    }
  },
});
