import { hostRule } from '../../src/lint/rule.ts';
import { sysctlValue } from '../../src/model/sysctl.ts';

export default hostRule({
  id: 'sysctl/tcp-tw-recycle',
  severity: 'error',
  title: 'Clients behind one address lose connections at random.',
  needs: ['sysctl'],
  docs: {
    what: 'tcp_tw_recycle is switched on, on a host of a cluster.',
    why: 'With it the kernel remembers the last TCP timestamp of an address and drops every SYN with an older one. Several clients behind one NAT, and everything that a NAT director sends, share an address but not a clock: their SYNs vanish without an answer. Linux 4.12 has removed the parameter.',
    repair: 'Delete the line. Against many sockets in TIME-WAIT, `net.ipv4.tcp_tw_reuse = 1` helps on the side that opens connections.',
    exceptions: '0 is right, and tcp_tw_reuse is another parameter.',
    references: ['https://vincent.bernat.ch/en/blog/2014-tcp-time-wait-state-linux', 'https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/commit/?id=4396e46187ca'],
  },
  proof: [{ kind: 'manual', cite: 'tcp(7), tcp_tw_recycle', quote: 'Enabling this option is not recommended as the remote IP may not use monotonically increasing timestamps (devices behind NAT, devices with per-connection timestamp offsets).' }],
  since: '0.1.0',
  *check({ host }) {
    if (host.roles.length === 0) return;
    const fact = sysctlValue(host, 'net/ipv4/tcp_tw_recycle');
    if (fact.state === 'set' && fact.value !== 0) yield { at: fact.at, note: `net.ipv4.tcp_tw_recycle is ${fact.value}: SYNs of clients that share an address are dropped (before Linux 4.12; later there is no such parameter)`, confidence: fact.confidence ?? 'certain' };
  },
});
