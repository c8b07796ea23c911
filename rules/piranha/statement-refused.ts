import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'piranha/statement-refused',
  severity: 'error',
  title: 'A line of lvs.cf is none that pulse takes.',
  needs: ['services'],
  docs: {
    what: 'A statement of Piranha’s lvs.cf is misspelt, stands in the wrong block, has a value that it does not have or more words than it takes, lacks the blanks around its `=` or before its `{`; a comment stands behind a statement; or a block is not closed.',
    why: 'pulse and lvsd give up at the first such line (`pulse: error parsing …/lvs.cf at line 12`): neither the VIPs nor the table are set up, and a director that reloads keeps what it had.',
    repair: 'Write the line as lvs.cf(5) does: `name = value`, one statement a line, words with blanks in quotes, comments on lines of their own.',
    exceptions: 'Words of keepalived.conf are reported by piranha/syntax-mixed. Lines that a template is to fill are not judged. The manual’s `debug = NONE` is taken by no version; `debug_level = NONE` is.',
    references: ['https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/6/html/load_balancer_administration/'],
  },
  proof: [{ kind: 'manual', cite: 'Piranha, lvsconfig.c: CHECK_ARGS()', quote: 'if (toks.argv[count + 2]) return LVS_ERROR_EXTRAARGS;' }],
  since: '0.1.0',
  *check({ host }) {
    for (const { at, found, nearest, outcome, confidence, other } of faultsOf(host, 'pulse', 'unknown-keyword', 'misplaced-keyword', 'value-refused', 'unbalanced-brace')) {
      const fixable = nearest !== undefined && /^[a-z_]+$/.test(found);
      yield {
        at,
        note: `'${found}'${nearest ? ` (${nearest}?)` : ''}: ${outcome}`,
        confidence,
        ...(other ? { related: [{ at: other, note: 'the block that is still open' }] } : {}),
        ...(fixable ? { fix: { title: `write ${nearest}`, safe: false, edits: [{ at, text: nearest }] as const } } : {}),
      };
    }
  },
});
