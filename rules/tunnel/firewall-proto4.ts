import { weakest } from '../../src/base/fact.ts';
import { hostRule, type Place } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { filterOf } from '../../src/model/filter.ts';
import { showVips } from '../../src/model/held-vip.ts';
import { placeOf } from '../../src/model/timeline.ts';
import { fateComingIn } from '../../src/model/tracking.ts';
import { outerPackets, tunnelEnds, type Wrapping } from '../../src/model/tunnel.ts';

export default hostRule({
  id: 'tunnel/firewall-proto4',
  severity: 'error',
  title: 'The packet filter of a real server drops the packets that come through the tunnel.',
  needs: ['scripts', 'peer'],
  docs: {
    what: 'A director sends to a real server by tunnelling, and the real server’s chain INPUT (or a chain before it) drops what the director sends: IP protocol 4 for IP in IP (41 where IPv6 is within, 47 for GRE, UDP for GUE), by a rule, or by the policy DROP with no rule that lets it in.',
    why: 'The chain INPUT sees each packet twice: first as it comes from the director, protocol 4 from its DIP to the RIP, then what was within, TCP to the VIP. A firewall that lets in port 80 alone drops the first, and the second never comes to be. Every connection that is scheduled to this server times out.',
    repair: '`iptables -I INPUT -p 4 -s DIP -j ACCEPT` in front of the rule that drops (nft: `ip protocol 4 ip saddr DIP accept`), and let the VIP’s port in as well. Protocol 4 is called ipencap or ipv4 in /etc/protocols; `-p ipip` is protocol 94, another one.',
    exceptions: 'A rule that asks for what is not known here (a device, a set, a director’s address that is not among the files) may let the packets in, and then nothing is said; nor where rules may come from something that is not read. A rule for ESTABLISHED or RELATED connections lets none of them in: nothing is ever sent back through the tunnel.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-Tun.html', 'https://www.iana.org/assignments/protocol-numbers/protocol-numbers.xhtml'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check({ host, cluster }) {
    const filter = filterOf(host);
    if (filter.chains.length === 0) return;
    const told = new Set<string>();
    for (const end of tunnelEnds(host, cluster)) {
      if (end.pairs.length === 0) continue;
      const fates = outerPackets(end).map((packet) => ({ packet, fate: fateComingIn(filter, packet) }));
      const drop = fates.find(({ fate }) => fate.fate === 'drop')?.fate;
      // Of several directors one that comes through shows that not everything is dropped: still the other is lost.
      if (!drop?.at || (!filter.whole && (host.seen.has('scripts') || host.filterUnread))) continue;
      const place = placeOf(drop.at);
      if (told.has(place)) continue;
      told.add(place);
      yield {
        at: drop.at,
        note: `${drop.by === 'policy' ? 'the policy' : 'this rule'} drops ${nameOf(end.wrapping)} from ${listed(end.pairs.map(({ director }) => director.name))}, in which the packets for ${showVips(end.vips)} come${drop.by === 'policy' ? '; no rule lets it in' : ''}`,
        related: otherPlaces(drop.at, [
          ...namesakes(end.wrapping),
          ...end.pairs.map(({ director, destination }) => ({ at: destination.at, note: `${director.name} sends to ${destination.rip.text} by tunnel here` })),
          ...end.vips.map((vip) => ({ at: vip.at, note: `${vip.device} holds ${vip.ip?.text ?? 'the VIP'}` })),
        ]),
        confidence: weakest(end.confidence, drop.confidence, filter.whole ? 'certain' : 'likely'),
      };
    }

    /** Rules that mean IP in IP and name another protocol. */
    function namesakes({ protocol }: Wrapping): readonly Place[] {
      if (protocol !== 'ipencap') return [];
      return filter.chains.flatMap(({ rules }) => rules.flatMap((rule) => (rule.verdict.does === 'accept' && rule.conditions.some((condition) => condition.of === 'protocol' && condition.protocol === 'ipip' && !condition.not) ? [{ at: rule.at, note: 'ipip is protocol 94, not 4' }] : [])));
    }

  },
});

function nameOf({ protocol, port }: Wrapping): string {
  if (protocol === 'udp') return `UDP${port === undefined ? '' : ` port ${port}`} (GUE)`;
  return protocol === 'gre' ? 'protocol 47 (gre)' : protocol === 'ipencap' ? 'protocol 4 (ipencap)' : 'protocol 41 (ipv6)';
}
