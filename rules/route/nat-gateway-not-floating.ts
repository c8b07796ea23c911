import { weakest, type Confidence } from '../../src/base/fact.ts';
import type { Ip } from '../../src/base/ip.ts';
import { clusterRule, type Place, type Problem } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import type { Cluster, Pair } from '../../src/model/cluster.ts';
import { floatingAddresses, movesAway } from '../../src/model/floating.ts';
import type { Address, Host } from '../../src/model/host.ts';
import { mayAdd } from '../../src/model/local.ts';
import { directedBy, holderOf, surest } from '../../src/model/real-servers.ts';
import { defaultGateway } from '../../src/model/route.ts';
import { translatesSources } from '../../src/model/source-nat.ts';
import type { VrrpInstance } from '../../src/model/vrrp.ts';

export default clusterRule({
  id: 'route/nat-gateway-not-floating',
  severity: 'warning',
  title: 'The gateway of a real server of NAT does not move with the VIP.',
  needs: ['gateway', 'peer', 'addresses'],
  docs: {
    what: 'Two directors can serve the VIP, and the default gateway of a real server is an address of one of them alone; or VRRP moves it by an instance of its own, which no vrrp_sync_group ties to the instance of the VIP.',
    why: 'With NAT the replies must pass the director that took the request. After a failover the VIP is on the other director and the replies still go to the first: to a dead host, or to one that does not know the connection. No request is answered until somebody changes the real servers.',
    repair: 'Let an inner address move along with the VIP and make it the gateway: a second instance with `virtual_ipaddress { 192.168.14.1/24 dev eth1 }`, both instances in one `vrrp_sync_group { group { … } }`, or both addresses in one instance; in lvs.cf `nat_router = 192.168.14.1 eth1:1`; on the real servers `GATEWAY=` that address.',
    exceptions: 'Silent where the gateway stands in the instance of the VIP or in one of its sync group, where a script of the other director may take it over, where heartbeat or Pacemaker may hold it, and where the director rewrites sources too. With direct routing the gateway is a router.',
    references: ['https://www.keepalived.org/doc/case_study_failover.html', 'http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.failover.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'failover' }],
  since: '0.1.0',
  *check(cluster) {
    for (const { host, pairs, directors } of directedBy(cluster, ['nat'])) {
      const gateway = defaultGateway(host);
      if (gateway.state === 'unseen') {
        yield { lacks: 'gateway', host: host.name };
        continue;
      }
      const via = gateway.value?.via;
      if (gateway.state !== 'set' || !via || directors.some((director) => translatesSources(director) !== 'no')) continue;
      const holder = holderOf(directors, via);
      if (!holder) continue;
      const floating = cluster.hosts.some((other) => floatingAddresses(other).some(({ ip }) => ip.text === via.text));
      const found = floating ? apart(via, pairs) : alone(cluster, holder, via, pairs);
      if (!found) continue;
      yield {
        at: gateway.at,
        note: found.note,
        related: otherPlaces(gateway.at, found.related),
        confidence: weakest(gateway.confidence, surest(pairs), found.confidence),
      };
    }
  },
});

type Found = Pick<Problem, 'note'> & { readonly related: readonly Place[]; readonly confidence: Confidence };

function instanceOf(host: Host, ip: Ip): VrrpInstance | undefined {
  return host.vrrp?.find((instance) => instance.vips.some((vip) => vip.ip.text === ip.text));
}

/** The gateway is one director's own, though its VIP may move to another. */
function alone(cluster: Cluster, { director, address }: { readonly director: Host; readonly address: Address }, via: Ip, pairs: readonly Pair[]): Found | undefined {
  const vips = pairs.filter((pair) => pair.director === director).flatMap(({ service }) => service.vips);
  const partners = cluster.hosts.filter((other) => other !== director && pairs.some((pair) => pair.director === other && pair.service.vips.some((vip) => vips.some((own) => own.text === vip.text))));
  const moving = vips.find((vip) => movesAway(director, vip));
  if ((partners.length === 0 && !moving) || partners.some((partner) => mayAdd(partner, via) || !partner.seen.has('addresses')) || address.by === 'script') return undefined;
  if (!director.seen.has('addresses')) return undefined;
  const vip = moving ?? vips[0];
  const instance = vip && instanceOf(director, vip);
  const mover = vip && movesAway(director, vip);
  return {
    note: `the default gateway ${via.text} is ${director.name}’s own address: ${partners.length > 0 ? `${listed(partners.map(({ name }) => name))}, which ${partners.length > 1 ? 'serve' : 'serves'} ${vip?.text ?? 'the VIP'} as well, ${partners.length > 1 ? 'do' : 'does'} not take it over` : `${mover?.by ?? 'VRRP'} moves ${vip!.text}, and not this address`}`,
    related: [
      { at: address.at, note: `${director.name} holds ${via.text} on ${address.device}` },
      ...(instance ? [{ at: instance.at, note: `${instance.name} moves ${vip!.text}` }] : mover ? [{ at: mover.at, note: `${mover.by} moves ${vip!.text}` }] : []),
      ...partners.flatMap((partner) => pairs.filter((pair) => pair.director === partner).slice(0, 1).map((pair) => ({ at: pair.service.at, note: `${partner.name} serves ${vip?.text ?? 'it'} too` }))),
    ],
    confidence: partners.length > 0 ? 'certain' : 'likely',
  };
}

/** The gateway moves by another instance than the VIP, and nothing ties them. */
function apart(via: Ip, pairs: readonly Pair[]): Found | undefined {
  for (const { director, service } of pairs) {
    if (!director.keepalived?.whole) continue;
    const inner = instanceOf(director, via);
    for (const vip of service.vips) {
      const outer = instanceOf(director, vip);
      if (!inner || !outer || inner === outer || inner.conditional || outer.conditional) continue;
      if (director.keepalived.syncGroups.some((group) => group.includes(inner.name) && group.includes(outer.name))) continue;
      return {
        note: `the default gateway ${via.text} moves with ${inner.name}, the VIP ${vip.text} with ${outer.name}, and no vrrp_sync_group of ${director.name} ties them`,
        related: [
          { at: inner.at, note: `${inner.name} moves ${via.text}` },
          { at: outer.at, note: `${outer.name} moves ${vip.text}` },
        ],
        confidence: 'likely',
      };
    }
  }
  return undefined;
}
