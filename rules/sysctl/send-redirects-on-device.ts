import { weakest } from '../../src/base/fact.ts';
import { isLoopback } from '../../src/base/ip.ts';
import { hostRule, type Fix } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { deviceFacing, deviceHolding, holdings, kindOn } from '../../src/model/device.ts';
import type { Host } from '../../src/model/host.ts';
import type { Destination } from '../../src/model/service.ts';
import { translatesSources } from '../../src/model/source-nat.ts';
import { assignmentsOf, effective, forwards, sysctlNumber, type Assignment } from '../../src/model/sysctl.ts';

export default hostRule({
  id: 'sysctl/send-redirects-on-device',
  severity: 'warning',
  title: 'ICMP redirects are switched off for all devices, and stay on for the one that counts.',
  needs: ['services', 'sysctl', 'addresses'],
  docs: {
    what: 'A director of NAT with one network for clients and real servers sets conf.all.send_redirects to 0, but the card’s own value is still 1, as every card’s is by default.',
    why: 'A card sends redirects when conf/all or its own value says so. The replies of the real servers come in and go out by the same card, and the director tells the real servers of a shorter way, past itself: replies that take it reach the client with the real server’s address and are refused.',
    repair: '`net.ipv4.conf.eth0.send_redirects = 0` beside the line for all, with the name of the card; or `net.ipv4.conf.default.send_redirects = 0` in a sysctl file, which cards take over when they come up.',
    exceptions: 'A director whose clients and real servers are in different networks on different cards sends no such redirects. A line of conf.default in a sysctl file reaches the cards, one in a script that runs later does not.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html', 'http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-NAT.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'connect' },
    { kind: 'kernel-source', version: '6.1', cite: 'include/linux/inetdevice.h', quote: '#define IN_DEV_TX_REDIRECTS(in_dev)	IN_DEV_ORCONF((in_dev), SEND_REDIRECTS)' },
    { kind: 'manual', cite: 'Documentation/networking/ip-sysctl.rst, send_redirects', quote: 'send_redirects for the interface will be enabled if at least one of conf/{all,interface}/send_redirects is set to TRUE, it will be disabled otherwise' },
  ],
  silences: ['route/nat-one-net-redirects'],
  since: '0.1.0',
  *check({ host, cluster }) {
    const off = assignmentsOf(host, 'net/ipv4/conf/all/send_redirects').at(-1);
    if (!off || sysctlNumber(off.value) !== 0) return;
    // A director that rewrites sources gets its replies addressed to itself.
    if (translatesSources(host) !== 'no') return;
    const told = new Set<string>();
    for (const service of host.services) {
      for (const destination of service.destinations) {
        const device = deviceFacing(host, destination.rip);
        if (destination.forwarding !== 'nat' || destination.rip.family !== 4 || isLoopback(destination.rip) || holdings(host, destination.rip).length > 0 || device === undefined || told.has(device)) continue;
        // Only what comes in and goes out by one card is redirected.
        const vip = service.vips.find((ip) => deviceHolding(host, ip) === device);
        if (!vip || [...host.devices.keys(), ...host.addresses.map((address) => address.device)].some((name) => name !== device && kindOn(host, name) === 'nic')) continue;
        const fact = effective(host, 'send_redirects', device);
        const forwarding = forwards(host, device);
        if (fact.state === 'unseen' || fact.value === 0 || (forwarding.state !== 'unseen' && !forwarding.value) || takesNone(cluster, destination)) continue;
        told.add(device);
        yield {
          at: off.at,
          note: `send_redirects is 0 for all, but ${device}’s own is ${fact.state === 'set' ? '1' : '1 by default'}, and one of the two is enough: real servers as ${destination.rip.text} are told of a way past the director`,
          related: otherPlaces(off.at, [...(fact.state === 'set' ? [{ at: fact.at, note: `${device} sends redirects` }] : []), { at: destination.at, note: `${destination.rip.text} is a destination by NAT on ${device}, which holds ${vip.text} as well` }]),
          confidence: weakest(off.confidence, service.confidence, destination.confidence),
          ...fixOf(host, off, device),
        };
      }
    }
  },
});

/** Whether the real server is known to take no redirects. */
function takesNone(cluster: Cluster, destination: Destination): boolean {
  const { realServer } = cluster.pairs.find((pair) => pair.destination === destination) ?? {};
  const device = realServer && deviceHolding(realServer, destination.rip);
  const takes = device === undefined || realServer === undefined ? undefined : effective(realServer, 'accept_redirects', device);
  return takes !== undefined && takes.state !== 'unseen' && takes.value === 0;
}

function fixOf(host: Host, off: Assignment, device: string): { readonly fix?: Fix } {
  if (off.by !== 'config' || /[*?[.]/.test(device) || assignmentsOf(host, `net/ipv4/conf/${device}/send_redirects`).length > 0) return {};
  const { endLine: line, endColumn: column } = off.at;
  return { fix: { title: `switch redirects off for ${device} too`, safe: false, edits: [{ at: { ...off.at, line, column }, text: `\nnet.ipv4.conf.${device}.send_redirects = 0` }] } };
}
