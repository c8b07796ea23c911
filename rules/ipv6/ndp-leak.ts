import { weakest } from '../../src/base/fact.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { sharedVips } from '../../src/model/dad.ts';
import type { Host } from '../../src/model/host.ts';
import { sysctlNumber } from '../../src/model/sysctl.ts';

export default clusterRule({
  id: 'ipv6/ndp-leak',
  severity: 'error',
  title: 'A real server answers neighbour solicitations for the IPv6 VIP.',
  needs: ['addresses', 'sysctl', 'peer'],
  docs: {
    what: 'A real server of direct routing or tunnelling holds an IPv6 VIP on a network card of the link that the director is on, and duplicate address detection is switched off there (`nodad`, `accept_dad = 0`, `dad_transmits = 0`).',
    why: 'A card answers neighbour solicitations for every address that it holds, and IPv6 has nothing like arp_ignore: settings below net.ipv4 say nothing of it. Director and real server both answer for the VIP, the later answer stands, and the router sends all traffic there, past the director: no balancing, no health checks.',
    repair: 'Hold the VIP on lo: `ip -6 addr add VIP/128 dev lo`. An IPv6 host answers for an address only on the card that holds it, so that nothing further is needed. A dummy device does as well.',
    exceptions: 'lo, dummies and tunnels answer nobody. A card on another link than the director’s is not asked. A host that serves the VIP itself, as a second director does, may hold it. Where detection runs, the address is not even used: `ipv6/vip-dad` tells that.',
    references: ['https://docs.kernel.org/networking/ip-sysctl.html', 'https://www.rfc-editor.org/rfc/rfc4861#section-7.2'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'balance' },
    { kind: 'kernel-source', version: '6.1', cite: 'net/ipv6/ndisc.c: ndisc_recv_ns()', quote: 'ifp = ipv6_get_ifaddr(dev_net(dev), &msg->target, dev, 1);' },
  ],
  since: '0.1.0',
  *check(cluster) {
    const shared = sharedVips(cluster);
    for (const host of new Set(shared.map((one) => one.host))) {
      const found = shared.filter((one) => one.host === host && one.detects.state !== 'unseen' && !one.detects.value);
      const [first] = found;
      if (!first) continue;
      const { address, pairs, detects } = first;
      const at = address.at;
      yield {
        at,
        note: `${address.device} holds ${listed(found.map((one) => one.address.ip.text))} and answers for ${found.length > 1 ? 'them' : 'it'}, as ${pairs[0].director.name} does`,
        related: otherPlaces(at, [
          ...(detects.state === 'set' ? [{ at: detects.at, note: 'duplicate address detection is switched off here' }] : []),
          ...found.slice(1).map((one) => ({ at: one.address.at, note: `${one.address.device} holds ${one.address.ip.text} as well` })),
          ...found.flatMap((one) => one.pairs.map(({ director, service }) => ({ at: service.at, note: `${director.name} serves ${one.address.ip.text} here` }))),
          ...arpSettings(host),
        ]),
        confidence: weakest(...found.map((one) => weakest(one.confidence, one.detects.state === 'set' ? one.detects.confidence : 'certain'))),
      };
    }
  },
});

/** The line that was to keep the host quiet. */
function arpSettings(host: Host): readonly { readonly at: Host['addresses'][number]['at']; readonly note: string }[] {
  const lines = [...host.sysctls].flatMap(([key, values]) => (/^net\/ipv4\/conf\/[^/]+\/arp_ignore$/.test(key) ? values.filter(({ value }) => (sysctlNumber(value) ?? 0) > 0) : []));
  return lines.slice(0, 1).map(({ at }) => ({ at, note: 'arp_ignore speaks of IPv4 alone' }));
}
