import { weakest } from '../../src/base/fact.ts';
import { hostRule, type Fix, type Problem } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { vipPlaces } from '../../src/model/held-vip.ts';
import type { Host } from '../../src/model/host.ts';
import { dottedKey } from '../../src/model/sysctl-names.ts';
import { sysctlLine } from '../../src/model/sysctl.ts';
import { overriddenLine } from '../../src/model/sysctl-overridden.ts';
import { filteredOut, filterKeys, filterPasses, showFilter, type Filtered } from '../../src/model/tunnel-filter.ts';
import { tunnelEnds } from '../../src/model/tunnel.ts';

export default hostRule({
  id: 'tunnel/rp-filter-strict',
  severity: 'error',
  title: 'The reverse path filter of a real server drops what comes out of the tunnel.',
  needs: ['sysctl', 'addresses'],
  docs: {
    what: 'On the device that a director’s tunnel ends on (tunl0), the rp_filter in force is 1: the greater one of conf/all and conf/tunl0, after all files and scripts were applied; what nothing sets for tunl0 itself comes from conf/default. Or it is 2 and the device holds no address.',
    why: 'The packets that come out of the tunnel have the client’s address as their source, and the way back to the client leads over the network card, not through tunl0. With 1 the kernel takes that for a forgery and drops each of them without a word. With 2 any way back will do, but a device without any address is judged as strictly. Connections time out, while the director shows them as SYN_RECV or InActConn.',
    repair: 'Hold the VIP on tunl0 and write `net.ipv4.conf.tunl0.rp_filter = 2` into a file below /etc/sysctl.d that no later one overrides (in a script, behind `modprobe ipip`: `echo 2 > /proc/sys/net/ipv4/conf/tunl0/rp_filter`): the greater value counts, so that 2 beats a 1 for all. With the VIP on lo and nothing on tunl0, both `net.ipv4.conf.all.rp_filter` and `net.ipv4.conf.tunl0.rp_filter` must be 0.',
    exceptions: 'The kernel’s own default is 0 and works. 1 for the network card alone is fine, and so is 1 for all with 2 for a tunl0 that holds an address. Nothing is said where a route leads through the tunnel device, or where another tunnel device lets the packets in. A VIP of direct routing may be held on tunl0 under any rp_filter: no packet comes in there.',
    references: ['https://docs.kernel.org/networking/ip-sysctl.html', 'https://journal.petrausch.info/post/2022/11/til-ipvs-openstack/', 'http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-Tun.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'connect' },
    { kind: 'kernel-source', version: '6.1', cite: 'net/ipv4/fib_frontend.c: __fib_validate_source()', quote: 'if (no_addr) goto last_resort; if (rpf == 1) goto e_rpf;' },
  ],
  since: '0.1.0',
  *check({ host, cluster }) {
    for (const end of tunnelEnds(host, cluster)) {
      if (end.wrapping.inner !== 4) continue;
      const found = filteredOut(host, end);
      if (found === 'unseen') {
        yield { lacks: 'sysctl', host: host.name };
        continue;
      }
      const [first] = found;
      // What a later file sets back is told by sysctl/overridden.
      if (!first || filterKeys(first).some((key) => overriddenLine(host, key, filterPasses(first)))) continue;
      const { device, fact, bare } = first;
      const at = fact.at;
      const problem: Problem = {
        at,
        note: `${listed(found.map((one) => one.device))} drops what comes out of the tunnel: rp_filter is ${showFilter(host, device)}${bare ? `, and ${device} holds no address` : ''}`,
        related: otherPlaces(at, [
          ...vipPlaces(end.vips),
          ...end.pairs.map(({ director, destination }) => ({ at: destination.at, note: `${director.name} sends to ${destination.rip.text} by tunnel here` })),
        ]),
        confidence: weakest(end.confidence, first.confidence),
      };
      const fix = mend(host, first);
      yield fix ? { ...problem, fix } : problem;
    }
  },
});

/** The line's value loosened where the device holds an address, else turned off; only in a sysctl file's line of one key. */
function mend(host: Host, { device, fact, bare }: Filtered): Fix | undefined {
  const line = sysctlLine(host, fact.at);
  if (line?.by !== 'config' || /[*?[]/.test(line.key)) return undefined;
  const value = bare ? 0 : 2;
  return { title: `let ${device} take what comes out of the tunnel`, safe: false, edits: [{ at: line.at, text: `${line.optional ? '-' : ''}${dottedKey(line.key)} = ${value}` }] };
}
