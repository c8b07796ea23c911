import { clusterRule } from '../../src/lint/rule.ts';
import { vrrpTwins } from '../../src/model/vrrp-twins.ts';
import type { Host } from '../../src/model/host.ts';
import type { VrrpInstance } from '../../src/model/vrrp.ts';

export default clusterRule({
  id: 'vrrp/unicast-peer-missing',
  severity: 'error',
  title: 'A VRRP instance speaks to its peer by unicast, and the peer does not speak back.',
  needs: ['services'],
  docs: {
    what: 'Two hosts share an instance (virtual_router_id and VIPs). One names the other in unicast_peer, but not the other way round: the other’s list holds another address, or it has none and speaks by multicast.',
    why: 'Advertisements go one way only. The host that hears nothing becomes MASTER too, and both hold the VIP.',
    repair: '`unicast_peer { ADDRESS }` on each host with the address of the other, and unicast_src_ip where a host has several.',
    exceptions: 'A peer whose addresses are not known, and lists that conditions change, are not judged.',
    references: ['https://www.keepalived.org/manpage.html', 'https://github.com/acassen/keepalived/issues/657'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived.conf(5), unicast_peer', quote: 'Do not send VRRP adverts over a VRRP multicast group.' }],
  since: '0.1.0',
  *check({ hosts }) {
    for (const pair of vrrpTwins(hosts)) {
      for (const [one, other] of [pair, [pair[1], pair[0]] as const]) {
        const [a, b] = [one.instance, other.instance];
        const [asked] = a.unicastPeers;
        if (!asked || !a.unicastPeers.some(({ value }) => addressesOf(other.host, b).includes(value.text))) continue;
        const back = addressesOf(one.host, a);
        if (back.length === 0 || b.unicastPeers.some(({ value }) => back.includes(value.text))) continue;
        const [wrong] = b.unicastPeers;
        yield {
          at: wrong?.at ?? b.at,
          note: wrong ? `${b.name} of ${other.host.name} speaks to ${b.unicastPeers.map(({ value }) => value.text).join(', ')}, and not to ${back.join(' or ')} of ${one.host.name}` : `${b.name} of ${other.host.name} speaks by multicast, ${one.host.name} only by unicast`,
          related: [{ at: asked.at, note: `${one.host.name} speaks to ${asked.value.text}` }],
          confidence: a.unicastSource ? 'certain' : 'likely',
        };
      }
    }
  },
});

/** Addresses that an instance's advertisements may come from: the one that it names, else those of its device. */
function addressesOf(host: Host, { unicastSource, device, vips }: VrrpInstance): readonly string[] {
  if (unicastSource) return [unicastSource.value.text];
  return host.addresses.filter((address) => address.device === device?.value && !vips.some(({ ip }) => ip.text === address.ip.text)).map(({ ip }) => ip.text);
}
