import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'ldirectord/indent',
  severity: 'error',
  title: 'A line of ldirectord.cf stands outside the virtual that it belongs to.',
  needs: ['services'],
  docs: {
    what: 'A line such as real= or scheduler= is indented by less than four blanks or a tab, or an empty line stands between it and its virtual=, or a global directive is indented or stands within a virtual.',
    why: 'ldirectord ends a virtual at the first line that is not indented, empty lines included. The next line is then no directive, and ldirectord refuses the whole file: it does not start, or goes on with the old one.',
    repair: 'Indent each line of a virtual by a tab or four blanks, without empty lines between them.',
    exceptions: 'Comment lines may stand between them, at any indentation.',
    references: ['https://github.com/ClusterLabs/resource-agents/tree/main/ldirectord'],
  },
  proof: [
    { kind: 'manual', cite: 'ldirectord(8), Section virtual', quote: 'The following commands must follow a virtual entry and must be indented with a minimum of 4 spaces or one tab.' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const fault of faultsOf(host, 'ldirectord', 'misplaced-keyword')) {
      yield {
        at: fault.at,
        note: `${fault.found} ${fault.belongs?.includes('the first column') ? 'is indented, and a global directive begins in the first column' : `stands outside ${fault.belongs ? 'its virtual' : 'the global directives'}`}: ${fault.outcome}`,
        ...(fault.other ? { related: [{ at: fault.other, note: 'the other one' }] } : {}),
        confidence: fault.confidence,
      };
    }
  },
});
