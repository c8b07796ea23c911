import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { filterOf } from '../../src/model/filter.ts';
import { fateAt, type Fate, type Packet } from '../../src/model/filter-walk.ts';
import type { Pair } from '../../src/model/cluster.ts';
import { directPairs } from '../../src/model/held-vip.ts';
import { showService } from '../../src/model/service.ts';
import { placeOf } from '../../src/model/timeline.ts';
import { fateComingIn, untracked } from '../../src/model/tracking.ts';

export default hostRule({
  id: 'netfilter/real-server-tracks-half',
  severity: 'error',
  title: 'A real server keeps one half of its connections out of connection tracking, and its packet filter drops what is left.',
  needs: ['scripts', 'peer'],
  docs: {
    what: 'On a real server of direct routing or tunnelling, raw marks the requests for the VIP NOTRACK, or the replies, or both, and a rule that asks for a state then drops packets of the same connections.',
    why: 'A real server sees both halves of a connection, so that a stateful filter works there as anywhere. With the requests untracked, its SYN-ACK belongs to no connection and is INVALID; with the replies untracked, the client’s ACK is INVALID; an untracked packet is neither NEW nor ESTABLISHED. Every connection that is scheduled to this server times out.',
    repair: 'Take NOTRACK away; or mark both halves (`-t raw -A PREROUTING -d VIP -p tcp --dport 80 -j NOTRACK` and `-t raw -A OUTPUT -s VIP -p tcp --sport 80 -j NOTRACK`), and let them in and out without a state: `iptables -I INPUT -d VIP -p tcp --dport 80 -j ACCEPT`.',
    exceptions: 'NOTRACK alone harms nothing, nor does INVALID: a real server of direct routing that drops INVALID packets works. A rule that asks for what is not known here may let the packets in, and then nothing is said; nor where rules may come from something that is not read.',
    references: ['https://man7.org/linux/man-pages/man8/iptables-extensions.8.html', 'http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.filter_rules.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check({ host, cluster }) {
    const filter = filterOf(host);
    if (!filter.chains.some(({ rules }) => rules.some(({ verdict }) => verdict.does === 'untrack'))) return;
    const drops = new Map<string, { readonly fate: Fate; readonly what: string; readonly pairs: Pair[] }>();
    for (const pair of directPairs(cluster, host)) {
      const { key } = pair.service;
      if (key.by !== 'address' || key.protocol !== 'tcp') continue;
      const request: Packet = { family: key.vip.family, destination: key.vip, protocol: 'tcp', ...(key.port === 0 ? {} : { port: key.port }) };
      const reply: Packet = { family: key.vip.family, source: key.vip, protocol: 'tcp', ...(key.port === 0 ? {} : { sourcePort: key.port }), syn: false };
      const [requests, replies] = [untracked(filter, 'PREROUTING', request), untracked(filter, 'OUTPUT', reply)];
      if (requests === undefined || replies === undefined || (!requests && !replies)) continue;
      const fateOf = (packet: Packet): Fate => (packet === request || packet.destination ? fateComingIn(filter, packet) : fateAt(filter, 'OUTPUT', packet));
      // What a filter drops in any state is no matter of tracking.
      const right: readonly Packet[] = [{ ...request, syn: true, state: 'NEW' }, { ...request, syn: false, state: 'ESTABLISHED' }, { ...reply, state: 'ESTABLISHED' }];
      if (right.some((packet) => fateOf(packet).fate !== 'pass')) continue;
      const real: readonly (readonly [string, Packet])[] = [
        ['the requests', { ...request, syn: true, state: requests ? 'UNTRACKED' : 'NEW' }],
        ['the replies', { ...reply, state: replies ? 'UNTRACKED' : 'INVALID' }],
        ['what clients send behind the SYN', { ...request, syn: false, state: requests ? 'UNTRACKED' : 'INVALID' }],
      ];
      const [found] = real.flatMap(([what, packet]) => {
        const fate = fateOf(packet);
        return fate.fate === 'drop' && fate.at ? [{ fate, what: `${what}, which ${what === 'what clients send behind the SYN' ? 'is' : 'are'} ${packet.state} to connection tracking` }] : [];
      });
      if (!found?.fate.at || (!filter.whole && (host.seen.has('scripts') || host.filterUnread))) continue;
      const known = drops.get(placeOf(found.fate.at)) ?? { ...found, pairs: [] };
      drops.set(placeOf(found.fate.at), known);
      known.pairs.push(pair);
    }
    const marks = filter.chains.flatMap(({ rules }) => rules.flatMap(({ verdict, at }) => (verdict.does === 'untrack' ? [{ at, note: 'packets are marked NOTRACK here' }] : [])));
    for (const { fate, what, pairs } of drops.values()) {
      yield {
        at: fate.at!,
        note: `${fate.by === 'policy' ? 'the policy' : 'this rule'} drops, of ${listed([...new Set(pairs.map(({ service }) => showService(service)))])}, ${what}`,
        related: otherPlaces(fate.at!, [...marks, ...pairs.map(({ director, service }) => ({ at: service.at, note: `${director.name} sends ${showService(service)} here` }))]),
        confidence: weakest(fate.confidence, filter.whole ? 'certain' : 'likely', ...pairs.map(({ confidence }) => confidence)),
      };
    }
  },
});
