import { weakest } from '../../src/base/fact.ts';
import { inSubnet, type Ip } from '../../src/base/ip.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { holdings, kindOn, vipHoldings } from '../../src/model/device.ts';
import { filterOf } from '../../src/model/filter.ts';
import type { Host } from '../../src/model/host.ts';
import { takes } from '../../src/model/marks.ts';
import { directedBy, surest } from '../../src/model/real-servers.ts';
import { faultsOf } from '../../src/model/table.ts';
import { effectsIn, startSteps } from '../../src/model/timeline.ts';

export default clusterRule({
  id: 'vip/absent-on-real-server',
  severity: 'error',
  title: 'A real server of direct routing or tunnelling does not hold the VIP.',
  needs: ['addresses', 'peer'],
  docs: {
    what: 'A director sends packets for a VIP to a real server by direct routing or tunnelling, and no device of that real server holds the VIP, neither from boot nor by the start of a script.',
    why: 'With these methods the packets still carry the VIP as their destination when they arrive. A host that does not hold it drops them, or sends them on like a router, back to the director. Every connection that is scheduled to this server times out.',
    repair: 'Hold the VIP on lo of the real server, behind the ARP settings: `ip addr add VIP/32 dev lo` in its script, or an ifcfg-lo:0 with `IPADDR=VIP` and `NETMASK=255.255.255.255`.',
    exceptions: 'lo, a dummy, a tunnel device or any other will do. A network on lo that takes the VIP in makes it local too. Where a script redirects packets for the VIP (REDIRECT, DNAT, TPROXY), or makes it local by a route, nothing is said; where a script adds an address that cannot be known, the rule is skipped. With NAT the real server needs no VIP.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-DR.html', 'https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/7/html/load_balancer_administration/s2-lvs-direct-iptables-vsa'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check(cluster) {
    for (const { host, pairs } of directedBy(cluster, ['dr', 'tun'])) {
      // What it serves itself it must hold as a director.
      const own = new Set(host.services.flatMap((service) => service.vips.map((vip) => vip.text)));
      const lacking = pairs.flatMap((pair) => pair.service.vips.filter((vip) => !own.has(vip.text) && !isLocal(host, vip) && !redirects(host, vip) && !isHidden(host, vip)).map((vip) => ({ pair, vip })));
      const [first] = lacking;
      if (!first) continue;
      if (!host.seen.has('addresses') || addsUnknown(host)) {
        yield { lacks: 'addresses', host: host.name };
        continue;
      }
      const { pair } = first;
      const at = pair.destination.at;
      const held = vipHoldings(host);
      const rips = holdings(host, pair.destination.rip);
      yield {
        at,
        note: `${pair.director.name} sends packets for ${listed(lacking.map(({ vip }) => vip.text))} to ${pair.destination.rip.text}, but ${host.name} holds ${held.length > 0 ? `only ${listed(held.map((address) => address.ip.text))}` : 'no such address'}`,
        related: otherPlaces(at, [
          ...held.map((address) => ({ at: address.at, note: `${host.name} holds ${address.ip.text} on ${address.device}` })),
          ...rips.map((address) => ({ at: address.at, note: `${host.name} holds ${address.ip.text} here` })),
          ...lacking.slice(1).map((other) => ({ at: other.pair.destination.at, note: `${other.vip.text} is sent here as well` })),
        ]),
        confidence: weakest(surest(lacking.map((one) => one.pair)), pair.destination.confidence),
      };
    }
  },
});

/** Whether packets for an address are delivered on a host: a device holds it, or a network of lo takes it in, or a route makes it local. */
function isLocal(host: Host, ip: Ip): boolean {
  return (
    holdings(host, ip).length > 0 ||
    host.addresses.some((address) => kindOn(host, address.device) === 'loopback' && address.prefix !== undefined && inSubnet(ip, { ip: address.ip, prefix: address.prefix })) ||
    host.routes.some((route) => route.to !== 'default' && inSubnet(ip, route.to) && (route.device === 'lo' || route.table === 'local'))
  );
}

/** Whether a file names an address that is not applied: a cause of its own, told by boot/networkd-lo-matched-twice. */
function isHidden(host: Host, ip: Ip): boolean {
  return faultsOf(host, 'networkd', 'file-hidden').some(({ found }) => found.split('/')[0] === ip.text);
}

/** Whether a rule takes packets for an address in; one of nft counts whatever it asks for. */
function redirects(host: Host, ip: Ip): boolean {
  return (
    takes(filterOf(host), ip) ||
    host.scripts.some((script) =>
      effectsIn(startSteps(script), 'firewall').some(({ effect }) => (effect.tool === 'nft' && (effect.loaded !== undefined || effect.words.some((word) => /\b(?:redirect|dnat|tproxy)\b/.test(word.text ?? '')))) || effect.loaded === 'unread'),
    )
  );
}

/** Whether a script adds an address to lo, a dummy or a tunnel whose value or device cannot be known. */
function addsUnknown(host: Host): boolean {
  return host.scripts.some((script) => effectsIn(startSteps(script), 'address').some(({ effect }) => effect.does === 'add' && (effect.ip === undefined ? effect.device === undefined || kindOn(host, effect.device) !== 'nic' : false) && effect.ipWord?.text !== ''));
}
