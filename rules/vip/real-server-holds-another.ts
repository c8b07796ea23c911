import { weakest } from '../../src/base/fact.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { kindOn } from '../../src/model/device.ts';
import { lackingVips, mayHoldUnknown, strayVips } from '../../src/model/lacking-vip.ts';
import { directedBy, surest } from '../../src/model/real-servers.ts';

export default clusterRule({
  id: 'vip/real-server-holds-another',
  severity: 'error',
  title: 'A real server holds another address than the VIP that the director serves.',
  needs: ['addresses', 'peer'],
  docs: {
    what: 'A director sends packets for a VIP to a real server by direct routing or tunnelling, and that real server holds another address in its place on lo, a dummy or a tunnel: one with a typing error, that of another cluster, or its own RIP.',
    why: 'The packets carry the VIP of the director’s table as their destination. The real server does not know it for its own and drops them, or routes them back. Every connection that is scheduled to this server times out, though its script reports that it is running.',
    repair: 'Write the director’s VIP into the real server’s script or file: `VIP=` as in the director’s, `ip addr add VIP/32 dev lo`, `IPADDR=VIP` in ifcfg-lo:0. Keep it in one place, from which the files of both are made.',
    exceptions: 'An address that a director among the hosts serves is in its place, and a real server may hold VIPs of further clusters beside the right one. Where nothing is held in the VIP’s place `vip/absent-on-real-server` speaks.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-DR.html', 'http://www.linuxvirtualserver.org/VS-DRouting.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check(cluster) {
    for (const { host, pairs } of directedBy(cluster, ['dr', 'tun'])) {
      const lacking = lackingVips(host, pairs);
      const [first] = lacking;
      const strays = strayVips(host, cluster, pairs);
      const [stray] = strays;
      if (!first || !stray?.ip) continue;
      if (!host.seen.has('addresses') || mayHoldUnknown(host)) {
        yield { lacks: 'addresses', host: host.name };
        continue;
      }
      const { pair } = first;
      const own = host.addresses.find((address) => address.ip.text === stray.ip!.text && kindOn(host, address.device) === 'nic');
      yield {
        at: stray.at,
        note: `${stray.device} holds ${listed(strays.flatMap(({ ip }) => ip?.text ?? []))}${own ? `, the address of ${own.device},` : ''} where ${listed(lacking.map(({ vip }) => vip.text))} is expected: ${pair.director.name} sends packets for that to ${pair.destination.rip.text}`,
        related: otherPlaces(stray.at, [
          { at: pair.service.at, note: `${pair.director.name} serves ${first.vip.text} here` },
          { at: pair.destination.at, note: `and sends it to ${pair.destination.rip.text} of ${host.name}` },
          ...(own ? [{ at: own.at, note: `${own.device} holds ${own.ip.text}` }] : []),
          ...strays.slice(1).map((other) => ({ at: other.at, note: `${other.device} holds ${other.ip!.text}` })),
        ]),
        confidence: weakest(surest(lacking.map((one) => one.pair)), pair.destination.confidence, stray.address?.confidence ?? 'likely'),
      };
    }
  },
});
