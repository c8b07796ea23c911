import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { releaseOf } from '../../src/model/boot.ts';
import { assignmentsOf, sysctlValue } from '../../src/model/sysctl.ts';

export default hostRule({
  id: 'sysctl/vs-conn-reuse-1s',
  severity: 'warning',
  title: 'New connections from a client port that was used before wait a second.',
  needs: ['services', 'sysctl'],
  docs: {
    what: 'A director of NAT has net.ipv4.vs.conntrack on and conn_reuse_mode not 0, and its kernel is older than 5.9.',
    why: 'When a busy client takes a port again while its old connection is still remembered, such a kernel drops the first SYN to get rid of the conntrack entry. The client sends it again after a second: slow answers now and then, more of them under load.',
    repair: 'A kernel of 5.9 or later; or `net.ipv4.vs.conn_reuse_mode = 0` knowingly: then such a connection goes to the server that had the old one.',
    exceptions: 'Kernels before 4.1 have no such parameter. The mend was carried back into the stable kernels of August 2020 (5.7.16 and others) and into kernels of distributions: for those it is only told as possible. Nothing is said where no kernel is known.',
    references: ['https://github.com/kubernetes/kubernetes/issues/70747', 'https://docs.kernel.org/networking/ipvs-sysctl.html'],
  },
  proof: [{ kind: 'kernel-source', version: '5.4', cite: 'net/netfilter/ipvs/ip_vs_core.c: ip_vs_in()', quote: 'if (uses_ct) return NF_DROP;' }],
  since: '0.1.0',
  *check({ host }) {
    const kernels = host.boot?.kernels ?? [];
    const [kernel] = kernels;
    if (!kernel || !kernels.every(({ release }) => isOld(release)) || !host.services.some(({ destinations }) => destinations.some(({ forwarding }) => forwarding === 'nat'))) return;
    const conntrack = sysctlValue(host, 'net/ipv4/vs/conntrack');
    const reuse = sysctlValue(host, 'net/ipv4/vs/conn_reuse_mode');
    if (conntrack.state !== 'set' || conntrack.value === 0 || reuse.state === 'unseen' || reuse.value === 0) return;
    yield {
      at: conntrack.at,
      note: `conntrack is 1 with conn_reuse_mode ${reuse.state === 'set' ? reuse.value : 'left at 1'} on Linux ${kernel.release}: the first SYN from a port used before is dropped`,
      related: otherPlaces(conntrack.at, [...assignmentsOf(host, 'net/ipv4/vs/conn_reuse_mode').slice(-1).map(({ at }) => ({ at, note: 'conn_reuse_mode is set here' })), { at: kernel.at, note: `Linux ${kernel.release} is installed` }]),
      confidence: weakest(conntrack.confidence, kernels.every(({ release }) => neverMended(release)) ? 'likely' : 'possible'),
    };
  },
});

function isOld(release: string): boolean {
  const [major, minor] = releaseOf(release);
  return (major === 4 && minor >= 1) || (major === 5 && minor < 9);
}

/** The mend came into the stable kernels of August 2020 (5.7.16 and its contemporaries), and distributions took it over; lines that had ended by then never got it. */
function neverMended(release: string): boolean {
  const [major, minor] = releaseOf(release);
  const ended = major === 4 ? ![4, 9, 14, 19].includes(minor) : ![4, 7, 8].includes(minor);
  return ended && !/\.el\d|\.amzn|-generic|-(?:aws|azure|gcp|oracle|kvm)$/.test(release);
}
