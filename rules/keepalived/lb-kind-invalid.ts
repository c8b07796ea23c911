import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'keepalived/lb-kind-invalid',
  severity: 'error',
  title: 'A forwarding method is none that keepalived knows.',
  needs: ['services'],
  docs: {
    what: 'The value of lb_kind (lvs_method) is none of NAT, DR and TUN. They are compared letter by letter: dr in lower case is no method.',
    why: 'keepalived drops the line with a message in the log and forwards by its default, NAT. Real servers set up for direct routing get packets for their own address and answer past the director: no connection comes about.',
    repair: '`lb_kind DR` (or NAT, or TUN), in capitals. FULLNAT and FNAT exist in forks of keepalived only.',
    exceptions: 'A file written for a fork (with laddr_group_name and the like) is not judged.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [
    { kind: 'manual', cite: 'keepalived 2.2.7, check_parser.c: svr_forwarding_handler()', quote: 'PARSER : unknown [%s] routing method for %s server.' },
    { kind: 'manual', cite: 'keepalived.conf(5)', quote: 'Override default LVS forwarding method (default is NAT).' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const fault of faultsOf(host, 'keepalived', 'forwarding-refused')) {
      yield {
        at: fault.at,
        note: `'${fault.found}' is no forwarding method${fault.nearest ? `; ${fault.nearest} is` : ''}: ${fault.outcome}`,
        ...(fault.other ? { related: [{ at: fault.other, note: 'the other one' }] } : {}),
        confidence: fault.confidence,
        ...(fault.nearest ? { fix: { title: `write ${fault.nearest}`, safe: false, edits: [{ at: fault.at, text: fault.nearest }] as const } } : {}),
      };
    }
  },
});
