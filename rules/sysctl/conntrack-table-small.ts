import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { assignmentsOf, sysctlNumber, sysctlValue } from '../../src/model/sysctl.ts';

const names = ['net/netfilter/nf_conntrack_max', 'net/nf_conntrack_max', 'net/ipv4/netfilter/ip_conntrack_max', 'net/ipv4/ip_conntrack_max'];
const enough = 65_536;

export default hostRule({
  id: 'sysctl/conntrack-table-small',
  severity: 'info',
  title: 'A director tracks its connections in a table that is set small.',
  needs: ['services', 'sysctl'],
  docs: {
    what: 'A director of NAT has net.ipv4.vs.conntrack on, so that every connection takes a place in the conntrack table, and a line sets that table’s size below 65536, the least that a kernel gives itself on a server.',
    why: 'When the table is full new connections are dropped: “nf_conntrack: table full, dropping packet” in the kernel’s log. A connection that has ended keeps its place for two minutes, so that 30000 places are gone at 250 new connections a second.',
    repair: '`net.netfilter.nf_conntrack_max = 262144`; or `net.ipv4.vs.conntrack = 0` where no rule of the packet filter needs it.',
    exceptions: 'With conntrack = 0 IPVS takes no place in the table, and nothing is said; nor of the kernel’s own size, which depends on the memory.',
    references: ['https://docs.kernel.org/networking/nf_conntrack-sysctl.html', 'https://docs.kernel.org/networking/ipvs-sysctl.html'],
  },
  proof: [{ kind: 'kernel-source', version: '6.1', cite: 'net/netfilter/nf_conntrack_core.c: __nf_conntrack_alloc()', quote: 'net_warn_ratelimited("nf_conntrack: table full, dropping packet\\n");' }],
  since: '0.1.0',
  *check({ host }) {
    const nat = host.services.find(({ destinations }) => destinations.some(({ forwarding }) => forwarding === 'nat'));
    const conntrack = sysctlValue(host, 'net/ipv4/vs/conntrack');
    if (!nat || conntrack.state !== 'set' || conntrack.value === 0) return;
    const lines = names.flatMap((name) => assignmentsOf(host, name)).sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
    const last = lines.at(-1);
    const size = last && sysctlNumber(last.value);
    if (last && size !== undefined && size > 0 && size < enough) yield { at: last.at, note: `the conntrack table is set to ${size} places, and every connection takes one while net.ipv4.vs.conntrack is ${conntrack.value}`, related: otherPlaces(last.at, [{ at: conntrack.at, note: 'IPVS connections are tracked' }]), confidence: weakest(last.confidence, conntrack.confidence) };
  },
});
