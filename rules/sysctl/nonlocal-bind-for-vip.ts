import { weakest } from '../../src/base/fact.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { bindsUnheld, lackingVips, mayHoldUnknown, strayVips } from '../../src/model/lacking-vip.ts';
import { directedBy, surest } from '../../src/model/real-servers.ts';

export default clusterRule({
  id: 'sysctl/nonlocal-bind-for-vip',
  severity: 'error',
  title: 'A real server binds the VIP by ip_nonlocal_bind and does not hold it.',
  needs: ['addresses', 'peer', 'sysctl'],
  docs: {
    what: 'A real server of direct routing or tunnelling sets net.ipv4.ip_nonlocal_bind to 1, and no device of it holds the VIP.',
    why: 'The parameter lets a program bind an address that the host does not have, so that the service starts and listens. It does not make packets for that address the host’s own: they are dropped, and every connection that is sent here times out.',
    repair: 'Hold the VIP on lo, behind the ARP settings: `ip addr add VIP/32 dev lo`. The parameter may go.',
    exceptions: 'On a host that holds the VIP the parameter is harmless, and on directors it lets services start before the VIP has come over.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'connect' },
    { kind: 'manual', cite: 'Documentation/networking/ip-sysctl.rst, ip_nonlocal_bind', quote: 'If set, allows processes to bind() to non-local IP addresses, which can be quite useful - but may break some applications.' },
  ],
  since: '0.1.0',
  *check(cluster) {
    for (const { host, pairs } of directedBy(cluster, ['dr', 'tun'])) {
      const fact = bindsUnheld(host);
      const lacking = lackingVips(host, pairs);
      const [first] = lacking;
      if (!first || !fact || strayVips(host, cluster, pairs).length > 0) continue;
      if (!host.seen.has('addresses') || mayHoldUnknown(host)) {
        yield { lacks: 'addresses', host: host.name };
        continue;
      }
      yield {
        at: fact.at,
        note: `ip_nonlocal_bind lets a service bind ${listed(lacking.map(({ vip }) => vip.text))}, but no device of ${host.name} holds it: what ${first.pair.director.name} sends here is dropped`,
        related: otherPlaces(fact.at, lacking.map(({ pair, vip }) => ({ at: pair.destination.at, note: `${pair.director.name} sends packets for ${vip.text} here` }))),
        confidence: weakest(fact.confidence, surest(lacking.map(({ pair }) => pair)), first.pair.destination.confidence),
      };
    }
  },
});
