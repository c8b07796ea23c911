import { hostRule } from '../../src/lint/rule.ts';
import { listed } from '../../src/lint/words.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'piranha/syntax-mixed',
  severity: 'warning',
  title: 'The file of Piranha holds words of keepalived.conf.',
  needs: ['services'],
  docs: {
    what: 'A line of Piranha’s lvs.cf is written as for keepalived: `virtual_server`, `real_server`, `lb_kind`, `global_defs`.',
    why: 'The two programs share no word of their configuration. pulse refuses the whole file at such a line and starts nothing.',
    repair: 'In lvs.cf: `virtual NAME { address = VIP eth0:1 … server NAME { address = RIP … } }`; or put the lines into /etc/keepalived/keepalived.conf and run keepalived instead of pulse.',
    references: ['https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/6/html/load_balancer_administration/'],
  },
  proof: [{ kind: 'manual', cite: 'Piranha, lvsconfig.c: lvsStrerror()', quote: 'case LVS_ERROR_BADCOMMAND: return "unknown command";' }],
  since: '0.1.0',
  *check({ host }) {
    const [first, ...rest] = faultsOf(host, 'pulse', 'foreign-keyword');
    if (!first) return;
    const words = [...new Set([first, ...rest].map(({ found }) => found))];
    yield {
      at: first.at,
      note: `${listed(words.slice(0, 4))} ${words.length > 1 ? 'are words' : 'is a word'} of keepalived.conf: pulse refuses the whole file`,
      related: rest.slice(0, 4).map(({ at, found }) => ({ at, note: `${found} as well` })),
      confidence: first.confidence,
    };
  },
});
