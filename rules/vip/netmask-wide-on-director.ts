import { weakest } from '../../src/base/fact.ts';
import { hostPrefix, inSubnet, networkOf, showCidr } from '../../src/base/ip.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { kindOn } from '../../src/model/device.ts';
import type { Address, Host } from '../../src/model/host.ts';
import { showService } from '../../src/model/service.ts';
import { movesAway } from '../../src/model/floating.ts';
import { effective } from '../../src/model/sysctl.ts';
import { cidrOf } from '../../src/model/wide-vip.ts';

export default hostRule({
  id: 'vip/netmask-wide-on-director',
  severity: 'warning',
  title: 'A director holds the VIP with a netmask beside the card’s own address.',
  needs: ['addresses', 'services'],
  docs: {
    what: 'A director puts the VIP on a card as a further address, with a netmask that takes in the card’s own network: the same, or, where ifconfig was given none, that of the address’s class.',
    why: 'A wider netmask is a route: all of that network counts as the link, and clients, routers and real servers in it beyond a router are no longer reached; replies of NAT to them are lost. With the card’s own netmask the VIP is a secondary address: when the first address of the card is taken away or changed, the kernel takes the VIP away with it and nothing brings it back.',
    repair: 'Hold the VIP alone: `ip addr add VIP/32 dev eth0`, `ifconfig eth0:0 VIP netmask 255.255.255.255 broadcast VIP up`, in ifcfg-eth0:0 `NETMASK=255.255.255.255`. Or set `net.ipv4.conf.all.promote_secondaries = 1`, as systemd does for new devices.',
    exceptions: 'Addresses of VRRP are left alone: keepalived puts them back; so are those of heartbeat with the card’s own netmask, which it takes by itself. A VIP that is the only address of its network on the card needs its netmask. The same netmask as the card’s is only possible harm, and none where promote_secondaries is on.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html', 'https://man7.org/linux/man-pages/man8/ip-address.8.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'failover' },
    { kind: 'kernel-source', version: '6.1', cite: 'net/ipv4/devinet.c: __inet_del_ifa()', quote: '/* 1. Deleting primary ifaddr forces deletion all secondaries' },
  ],
  since: '0.1.0',
  *check({ host }) {
    const moving = new Set((host.vrrp ?? []).flatMap(({ vips }) => vips.map(({ ip }) => ip.text)));
    const served = new Set(host.services.flatMap(({ vips }) => vips.map(({ text }) => text)));
    const said = new Set<string>();
    for (const address of host.addresses) {
      if (!served.has(address.ip.text) || moving.has(address.ip.text) || said.has(address.ip.text) || address.ip.family !== 4 || address.prefix === undefined || address.prefix >= hostPrefix(address.ip) || kindOn(host, address.device) !== 'nic') continue;
      const own = ownOf(host, address, served);
      if (!own) continue;
      const wider = address.prefix < own.prefix!;
      // heartbeat takes the card's netmask for the VIP where none is said, and its samples write it so.
      if (!wider && movesAway(host, address.ip)?.by === 'heartbeat') continue;
      if (!wider && effective(host, 'promote_secondaries', address.device).state === 'set') continue;
      said.add(address.ip.text);
      const service = host.services.find(({ vips }) => vips.some(({ text }) => text === address.ip.text));
      yield {
        at: address.at,
        note: wider
          ? `${address.label ?? address.device} holds ${showCidr(cidrOf(address))}${address.prefixWritten ? '' : ', as the class has it where no netmask is written'}: all of ${showCidr(networkOf(cidrOf(address)))} counts as the link of ${address.device}, whose own network is ${showCidr(networkOf(cidrOf(own)))}`
          : `${address.label ?? address.device} holds ${showCidr(cidrOf(address))} in the network of ${showCidr(cidrOf(own))}: the VIP goes when that address goes`,
        related: otherPlaces(address.at, [{ at: own.at, note: `${own.device} holds ${showCidr(cidrOf(own))}` }, ...(service ? [{ at: service.at, note: `${showService(service)} is served here` }] : [])]),
        confidence: weakest(address.confidence, own.confidence, wider ? 'certain' : 'possible'),
      };
    }
  },
});

/** The card's own address within the network of a VIP, which is there before it. */
function ownOf(host: Host, vip: Address, served: ReadonlySet<string>): Address | undefined {
  return host.addresses.find((other) => other.device === vip.device && other !== vip && !served.has(other.ip.text) && other.prefix !== undefined && other.prefix >= vip.prefix! && other.prefix < hostPrefix(other.ip) && inSubnet(other.ip, cidrOf(vip)));
}
