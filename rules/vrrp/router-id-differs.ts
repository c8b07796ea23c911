import { clusterRule } from '../../src/lint/rule.ts';
import type { Host } from '../../src/model/host.ts';
import { advertised, sidePairs, type VrrpSide } from '../../src/model/vrrp-twins.ts';

export default clusterRule({
  id: 'vrrp/router-id-differs',
  severity: 'error',
  title: 'Two hosts hold the same VIPs under different virtual_router_ids.',
  needs: ['services'],
  docs: {
    what: 'Two directors list the same VIPs in a vrrp_instance, and the virtual_router_id of the one is not that of the other.',
    why: 'The virtual_router_id says which advertisements are one’s own business. With two of them each host is the only one of its virtual router, becomes master, and both answer for the VIPs.',
    repair: 'The same `virtual_router_id` on both; no other cluster on that network may have it.',
    exceptions: 'Told only of hosts that balance the same real servers or name each other as unicast peers: others may be clusters that have nothing to do with each other.',
    references: ['https://www.rfc-editor.org/rfc/rfc5798#section-5.2.3'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived.conf(5), virtual_router_id', quote: 'Whilst in general it is important not to duplicate a virtual_router_id on the same network interface' }],
  since: '0.1.0',
  *check({ hosts }) {
    for (const [one, other] of sidePairs(hosts)) {
      const [mine, theirs] = [one.instance.virtualRouterId, other.instance.virtualRouterId];
      if (!mine || !theirs || mine.value === theirs.value || listOf(one) !== listOf(other) || !belongTogether(one, other)) continue;
      yield {
        at: theirs.at,
        note: `${other.instance.name} has virtual_router_id ${theirs.value} on ${other.host.name}, ${one.instance.name} has ${mine.value} on ${one.host.name}, and both hold ${listOf(one)}: both are master`,
        related: [{ at: mine.at, note: `${one.host.name} has ${mine.value}` }],
        confidence: 'likely',
      };
    }
  },
});

function listOf({ instance }: VrrpSide): string {
  return advertised(instance).map(({ ip }) => ip.text).sort().join(', ');
}

function belongTogether(one: VrrpSide, other: VrrpSide): boolean {
  const named = one.instance.unicastPeers.some(({ value }) => holds(other, value.text)) && other.instance.unicastPeers.some(({ value }) => holds(one, value.text));
  const ends = new Set(endsOf(one.host));
  return named || endsOf(other.host).some((end) => ends.has(end));
}

function holds({ host, instance }: VrrpSide, ip: string): boolean {
  return instance.unicastSource?.value.text === ip || host.addresses.some((address) => address.ip.text === ip);
}

function endsOf({ services }: Host): readonly string[] {
  return services.flatMap(({ vips, destinations }) => vips.flatMap((vip) => destinations.map(({ rip, port }) => `${vip.text} ${rip.text} ${port}`)));
}
