import { weakest } from '../../src/base/fact.ts';
import { isLoopback, showCidr, type Ip } from '../../src/base/ip.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { addressFacing, holdings, kindOn } from '../../src/model/device.ts';
import type { Host } from '../../src/model/host.ts';
import { isLocal, mayAdd } from '../../src/model/local.ts';
import { showService, type Service } from '../../src/model/service.ts';
import { servicesOnce } from '../../src/model/table.ts';

export default hostRule({
  id: 'vip/director-lacks-it',
  severity: 'error',
  title: 'A director serves a VIP that it does not hold.',
  needs: ['addresses', 'services'],
  docs: {
    what: 'A service of the IPVS table names a VIP, and no device of the director holds it: no network file, no script and no VRRP instance brings it.',
    why: 'IPVS sees only packets that are delivered to the director itself. Nobody answers ARP for the VIP, and what a router sends all the same is routed on or dropped. The table looks right, and no connection ever appears in it.',
    repair: 'Hold the VIP on the card that faces the clients: `ip addr add VIP/32 dev eth0` before the ipvsadm lines, an ifcfg-eth0:0 with `IPADDR=VIP` and `NETMASK=255.255.255.255`, or `virtual_ipaddress { VIP/32 dev eth0 }`. Where one digit differs from an address that is held, correct it.',
    exceptions: 'An address of keepalived counts as held, and so does one that any action of a script may bring, a network on lo, or a local route. A rule that redirects packets for the VIP does not do: IPVS then sees the address that they were redirected to. Services of firewall marks are another rule’s. The rule is skipped where heartbeat, Pacemaker, DHCP or a script may bring addresses that are not written here.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.routing_to_VIP-less_director.html', 'http://www.linuxvirtualserver.org/docs/arp.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check({ host, cluster }) {
    const lacking = new Map<string, { readonly vip: Ip; readonly services: Service[] }>();
    for (const service of servicesOnce(host)) {
      const { key } = service;
      if (key.by !== 'address' || isLoopback(key.vip) || key.vip.text === '0.0.0.0' || isLocal(host, key.vip) || mayAdd(host, key.vip)) continue;
      const known = lacking.get(key.vip.text);
      if (known) known.services.push(service);
      else lacking.set(key.vip.text, { vip: key.vip, services: [service] });
    }
    if (lacking.size === 0) return;
    if (!host.seen.has('addresses')) return yield { lacks: 'addresses', host: host.name };
    for (const { vip, services } of lacking.values()) {
      const [first, ...rest] = services as [Service, ...Service[]];
      const facing = cardsFacing(host, vip);
      yield {
        at: first.at,
        note: `${listed(services.slice(0, 3).map(showService))} ${services.length > 1 ? 'are' : 'is'} served here, but no device of ${host.name} holds ${vip.text}${facing.length > 0 ? `: ${listed(facing.map((address) => `${address.label ?? address.device} holds ${showCidr({ ip: address.ip, prefix: address.prefix! })}`))}` : ''}`,
        related: otherPlaces(first.at, [
          ...facing.map((address) => ({ at: address.at, note: `${address.label ?? address.device} holds ${address.ip.text}` })),
          ...rest.map((service) => ({ at: service.at, note: `${showService(service)} as well` })),
          ...cluster.hosts.flatMap((other) => (other === host ? [] : holdings(other, vip).map((address) => ({ at: address.at, note: `${other.name} holds ${vip.text} on ${address.device}` })))),
        ]),
        confidence: weakest(...services.map((service) => service.confidence)),
      };
    }
  },
});

/** Addresses in whose company the VIP would lie: those of the card that faces it, else of all cards. */
function cardsFacing(host: Host, vip: Ip): readonly Host['addresses'][number][] {
  const facing = addressFacing(host, vip)?.device;
  return host.addresses.filter((address) => address.ip.family === vip.family && address.prefix !== undefined && kindOn(host, address.device) === 'nic' && (facing === undefined || address.device === facing));
}
