import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'ldirectord/directive-refused',
  severity: 'error',
  title: 'A line of ldirectord.cf is none that ldirectord takes.',
  needs: ['services'],
  docs: {
    what: 'A directive is misspelt or no longer exists, its value is none of those that ldirectord(8) lists, or a real server has a forwarding method other than gate, masq and ipip. A value is more than it seems where a comment or a blank stands behind a yes or no outside the virtuals, and less where its quotes are missing or not the straight ones.',
    why: 'ldirectord refuses the whole file for one such line: it does not start, and no real server is put into the table. With autoreload it goes on with what it read before.',
    repair: 'Spell the line as ldirectord(8) does; give each comment a line of its own.',
    exceptions: 'Lines that only stand at the wrong place, which another rule reports. Within a virtual, and behind numbers, comments do no harm.',
    references: ['https://github.com/ClusterLabs/resource-agents/tree/main/ldirectord'],
  },
  proof: [{ kind: 'manual', cite: 'ldirectord, read_config()', quote: `($1 eq "yes" || $1 eq "no") or &config_error($line, "quiescent must be 'yes' or 'no'");` }],
  since: '0.1.0',
  *check({ host }) {
    for (const fault of faultsOf(host, 'ldirectord', 'unknown-keyword', 'removed-keyword', 'value-refused', 'forwarding-refused')) {
      const meant = fault.nearest;
      yield {
        at: fault.at,
        note: `'${fault.found}' is ${fault.kind === 'value-refused' ? 'given a value that it does not have' : fault.kind === 'forwarding-refused' ? 'no forwarding method' : fault.kind === 'removed-keyword' ? 'no directive any more' : 'no directive'}${meant ? ` (${meant}?)` : ''}: ${fault.outcome}`,
        confidence: fault.confidence,
        ...(meant && fault.found !== meant && !/\s/.test(fault.found) ? { fix: { title: `write ${meant}`, safe: false, edits: [{ at: fault.at, text: meant }] as const } } : {}),
      };
    }
  },
});
