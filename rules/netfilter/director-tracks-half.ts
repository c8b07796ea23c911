import { weakest } from '../../src/base/fact.ts';
import { isLoopback } from '../../src/base/ip.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { holdings } from '../../src/model/device.ts';
import { filterOf } from '../../src/model/filter.ts';
import type { Fate, Packet } from '../../src/model/filter-walk.ts';
import { showService, type Service } from '../../src/model/service.ts';
import { placeOf } from '../../src/model/timeline.ts';
import { fateComingIn, laterState, untracked } from '../../src/model/tracking.ts';

export default hostRule({
  id: 'netfilter/director-tracks-half',
  severity: 'error',
  title: 'The packet filter of the director asks connection tracking, which does not know the connections of IPVS.',
  needs: ['services', 'scripts', 'sysctl'],
  docs: {
    what: 'The director’s chain INPUT (or a chain before it) would let a new connection to a service in, and drops the packets that follow, or all of them: `! --syn` with `--state NEW`, `--syn` beside ESTABLISHED, INVALID, or `--state NEW` for packets that raw marks NOTRACK.',
    why: 'With net.ipv4.vs.conntrack = 0, the default, IPVS takes its packets out of connection tracking: each packet of a client is NEW, never ESTABLISHED (INVALID with nf_conntrack_tcp_loose = 0). With 1, the director of direct routing and tunnelling sees only what the clients send: what follows the SYN is INVALID. The client’s SYN arrives, its ACK does not, and every connection hangs.',
    repair: '`iptables -I INPUT -d VIP -p tcp --dport PORT -j ACCEPT` in front of the rule that drops: no state, no --syn. For NAT, net.ipv4.vs.conntrack = 1 does as well.',
    exceptions: '`--state NEW` with `--dport` lets every packet in while conntrack is 0, and is right. A director of NAT with net.ipv4.vs.conntrack = 1 tracks both halves. A rule that asks for what is not known here may let packets in, and then nothing is said; nor where rules may come from something that is not read. Where the first packet is dropped too, `netfilter/vip-blocked` speaks.',
    references: ['https://docs.kernel.org/networking/ipvs-sysctl.html', 'http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.filter_rules.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check({ host }) {
    const filter = filterOf(host);
    if (filter.chains.length === 0) return;
    const drops = new Map<string, { readonly fate: Fate; readonly state: Packet['state']; readonly services: Set<Service> }>();
    for (const service of host.services) {
      const { key } = service;
      if (key.by !== 'address' || key.protocol !== 'tcp') continue;
      const base: Packet = { family: key.vip.family, destination: key.vip, protocol: 'tcp', ...(key.port === 0 ? {} : { port: key.port }) };
      const passes = untracked(filter, 'PREROUTING', base);
      // A SYN that is dropped as such is no matter of states: netfilter/vip-blocked.
      if (passes === undefined || fateComingIn(filter, { ...base, state: 'NEW', syn: true }).fate !== 'pass') continue;
      for (const { rip, forwarding } of service.destinations) {
        if (isLoopback(rip) || holdings(host, rip).length > 0) continue;
        const state = passes ? 'UNTRACKED' : laterState(host, forwarding);
        if (state === undefined) {
          yield { lacks: 'sysctl', host: host.name };
          break;
        }
        const fates = [...(passes ? [true] : []), false].map((syn) => fateComingIn(filter, { ...base, state, syn }));
        const fate = fates.find((one) => one.fate === 'drop');
        if (!fate?.at || (!filter.whole && (host.seen.has('scripts') || host.filterUnread || fate.at.file !== service.at.file))) continue;
        const known = drops.get(placeOf(fate.at)) ?? { fate, state, services: new Set() };
        drops.set(placeOf(fate.at), known);
        known.services.add(service);
      }
    }
    for (const { fate, state, services } of drops.values()) {
      const all = [...services];
      yield {
        at: fate.at!,
        note: `${fate.by === 'policy' ? 'the policy' : 'this rule'} drops what clients send to ${listed([...new Set(all.map(showService))])}${state === 'UNTRACKED' ? '' : ' behind the SYN'}: to connection tracking it is ${state}${fate.by === 'policy' ? ', and no rule lets that in' : ''}`,
        related: otherPlaces(fate.at!, all.map((service) => ({ at: service.at, note: `${showService(service)} is served here` }))),
        confidence: weakest(fate.confidence, filter.whole ? 'certain' : 'likely', ...all.map(({ confidence }) => confidence)),
      };
    }
  },
});
