import { weakest, type Confidence } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { releaseOf } from '../../src/model/boot.ts';
import type { Host } from '../../src/model/host.ts';
import { sysctlValue } from '../../src/model/sysctl.ts';

export default hostRule({
  id: 'sysctl/vs-conn-reuse-mode-0',
  severity: 'warning',
  title: 'A new connection from a used port goes to the old server, whatever has become of that.',
  needs: ['services', 'sysctl'],
  docs: {
    what: 'A director sets net.ipv4.vs.conn_reuse_mode to 0, advice of the time of kernels before 5.9, and has services of its own.',
    why: 'With 0 a SYN that meets a remembered connection is no new connection: it goes to the same real server, also when that one has got weight 0 or is heavily loaded. Behind a proxy, whose ports come round quickly, servers that are to be emptied never are, and new ones get nothing.',
    repair: '`net.ipv4.vs.conn_reuse_mode = 1`, the kernel’s default.',
    exceptions: 'With conntrack = 1 on a kernel of 4.1 to 5.8 it spares a delay of a second, and is left alone.',
    references: ['https://github.com/kubernetes/kubernetes/issues/81775', 'https://github.com/kubernetes/kubernetes/issues/93297'],
  },
  proof: [{ kind: 'manual', cite: 'Documentation/networking/ipvs-sysctl.rst, conn_reuse_mode', quote: '0: disable any special handling on port reuse. The new connection will be delivered to the same real server that was servicing the previous connection.' }],
  since: '0.1.0',
  *check({ host }) {
    const fact = sysctlValue(host, 'net/ipv4/vs/conn_reuse_mode');
    if (fact.state !== 'set' || fact.value !== 0 || !host.services.some(({ destinations }) => destinations.length > 1)) return;
    const sure = howSure(host);
    if (sure) yield { at: fact.at, note: 'conn_reuse_mode is 0: a SYN from a port used before goes to the server of the old connection, also at weight 0; 1 schedules it anew', confidence: weakest(fact.confidence, sure) };
  },
});

/** Undefined: a kernel that has its reasons. */
function howSure(host: Host): Confidence | undefined {
  const conntrack = sysctlValue(host, 'net/ipv4/vs/conntrack');
  if (conntrack.state !== 'unseen' && conntrack.value === 0) return 'certain';
  const kernels = host.boot?.kernels ?? [];
  if (kernels.length === 0) return 'possible';
  return kernels.every(({ release }) => releaseOf(release)[0] > 5 || (releaseOf(release)[0] === 5 && releaseOf(release)[1] >= 9)) ? 'certain' : undefined;
}
