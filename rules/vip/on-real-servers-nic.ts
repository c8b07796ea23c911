import { weakest } from '../../src/base/fact.ts';
import { clusterRule, type Problem } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { answersArpFor } from '../../src/model/arp.ts';
import { filtersArp } from '../../src/model/arp-leak.ts';
import { hostPrefix } from '../../src/base/ip.ts';
import { holdings, kindOn } from '../../src/model/device.ts';
import { floatingAddresses } from '../../src/model/floating.ts';
import type { Address, Host } from '../../src/model/host.ts';
import { directedBy, surest } from '../../src/model/real-servers.ts';
import { arpSetting, effectsIn, startSteps } from '../../src/model/timeline.ts';

export default clusterRule({
  id: 'vip/on-real-servers-nic',
  severity: 'error',
  title: 'A real server holds the VIP on a network card.',
  needs: ['addresses', 'peer'],
  docs: {
    what: 'A director sends packets for a VIP to a real server by direct routing or tunnelling, and that real server holds the VIP on a network card (eth0, or an alias such as eth0:0), where the wire asks for it.',
    why: 'A card answers ARP requests for its own addresses, whatever arp_ignore 1 or 2 say: director and real server both answer for the VIP, and whose answer the router takes gets all the traffic, past the director.',
    repair: 'Hold the VIP on lo: `ip addr add VIP/32 dev lo` in the script, or `DEVICE=lo:0`, `IPADDR=VIP` and `NETMASK=255.255.255.255` in an ifcfg-lo:0, behind `net.ipv4.conf.all.arp_ignore = 1` and `net.ipv4.conf.all.arp_announce = 2`. A dummy or tunl0 does as well.',
    exceptions: 'Where a script adds arptables or nft rules for ARP, nothing is said: they may drop the requests. arp_ignore 8 answers nothing at all, and is not reported. A host that serves the VIP itself, as a second director does, may hold it. Where no director is among the files, a script is judged that sets arp_ignore and puts the VIP with a host prefix on a card. Of IPv6 nothing is said.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'balance' }],
  since: '0.1.0',
  *check(cluster) {
    for (const host of cluster.hosts) if (!cluster.pairs.some(({ realServer }) => realServer === host)) yield* alone(host);
    for (const { host, pairs } of directedBy(cluster, ['dr', 'tun'])) {
      if (filtersArp(host)) continue;
      const own = new Set([...host.services.flatMap((service) => service.vips), ...floatingAddresses(host).map(({ ip }) => ip)].map((ip) => ip.text));
      const found = pairs.flatMap((pair) =>
        pair.service.vips.flatMap((vip) => {
          // A director that sends to the VIP itself has another fault (service/rip-is-vip).
          if (vip.family !== 4 || own.has(vip.text) || vip.text === pair.destination.rip.text) return [];
          return holdings(host, vip).flatMap((address) => (answers(host, address) ? [{ pair, address }] : []));
        }),
      );
      const [first] = found;
      if (!first) continue;
      const { address, pair } = first;
      const addresses = [...new Set(found.map((one) => one.address))];
      yield {
        at: address.at,
        note: `${address.label ?? address.device} holds ${listed(new Set(addresses.map(({ ip }) => ip.text)))}, for which ${pair.director.name} is to be asked alone: ${address.device} answers for it as well`,
        related: otherPlaces(address.at, [
          ...addresses.slice(1).map((other) => ({ at: other.at, note: `${other.label ?? other.device} holds ${other.ip.text}` })),
          ...found.map((one) => ({ at: one.pair.service.at, note: `${one.pair.director.name} serves ${one.address.ip.text} here` })),
        ]),
        confidence: weakest(address.confidence, surest(found.map((one) => one.pair))),
      };
    }
  },
});

/** A script that sets the host quiet as a real server, and then puts the VIP on a card all the same; for a host whose director is not among the files. */
function* alone(host: Host): Iterable<Problem> {
  if (host.services.length > 0 || host.vrrp !== undefined || host.piranha !== undefined || filtersArp(host)) return;
  for (const script of host.scripts) {
    const steps = startSteps(script);
    const quiet = effectsIn(steps, 'sysctl').find(({ effect }) => effect.target === 'kernel' && arpSetting(effect.key)?.parameter === 'arp_ignore' && /^[12]$/.test(effect.value ?? ''));
    if (!quiet) continue;
    const put = effectsIn(steps, 'address').find(({ step, effect: { does, ip, ipWord, device, label, prefix } }) =>
      does === 'add' && !step.aside && ip?.family === 4 && prefix === hostPrefix(ip) && (label !== undefined || (ipWord?.variables ?? []).some((name) => /vip/i.test(name))) && device !== undefined && kindOn(host, device) === 'nic');
    if (!put?.effect.ip || put.effect.device === undefined) continue;
    const { ip, device, label } = put.effect;
    // Of two addresses the one on lo may be the VIP.
    if (effectsIn(steps, 'address').some(({ effect }) => effect.does === 'add' && effect.device !== undefined && kindOn(host, effect.device) !== 'nic')) continue;
    const held = host.addresses.find((address) => address.device === device && address.ip.text === ip.text);
    if (!held || !answers(host, held)) continue;
    yield { at: put.step.at, note: `${label ?? device} holds ${ip.text}: arp_ignore hides it on other devices than ${device} only`, related: [{ at: quiet.step.at, note: 'this host is to leave requests for it unanswered' }], confidence: weakest(put.step.confidence, quiet.step.confidence, 'likely') };
  }
}

/** Whether the card that holds an address answers for it; no setting but 8 keeps it from that, so that settings which are unseen are taken to let it. */
function answers(host: Host, address: Address): boolean {
  if (kindOn(host, address.device) !== 'nic') return false;
  const fact = answersArpFor(host, address.ip, address.device);
  return fact.state === 'unseen' || fact.value;
}
