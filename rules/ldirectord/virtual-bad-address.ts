import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'ldirectord/virtual-bad-address',
  severity: 'error',
  title: 'An address is none that ldirectord can take.',
  needs: ['services'],
  docs: {
    what: 'The value of virtual= is neither ADDRESS:PORT nor a firewall mark, or that of real= is no address with a method.',
    why: 'ldirectord refuses the whole file and does not start.',
    repair: '`virtual=192.168.1.110:80`, or `virtual=1` for a mark; IPv6: `virtual6=[2001:db8::1]:80`.',
    exceptions: 'Host names and names of ports are looked up when it starts; they are not judged.',
    references: ['https://github.com/ClusterLabs/resource-agents/tree/main/ldirectord'],
  },
  proof: [
    { kind: 'manual', cite: 'ldirectord, read_config()', quote: 'invalid address for virtual server' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const fault of faultsOf(host, 'ldirectord', 'address-refused')) {
      yield {
        at: fault.at,
        note: `'${fault.found}' is no address that ldirectord takes: ${fault.outcome}`,
        ...(fault.other ? { related: [{ at: fault.other, note: 'the other one' }] } : {}),
        confidence: fault.confidence,
      };
    }
  },
});
