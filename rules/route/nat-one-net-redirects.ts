import { weakest } from '../../src/base/fact.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import type { Pair } from '../../src/model/cluster.ts';
import { deviceFacing, deviceHolding } from '../../src/model/device.ts';
import { clientDevice, clientsBeside } from '../../src/model/nat-net.ts';
import { surest } from '../../src/model/real-servers.ts';
import { translatesSources } from '../../src/model/source-nat.ts';
import { effective, forwards, lineOf } from '../../src/model/sysctl.ts';

export default clusterRule({
  id: 'route/nat-one-net-redirects',
  severity: 'warning',
  title: 'A director of NAT with one network tells its real servers to go round it.',
  needs: ['addresses', 'gateway', 'sysctl'],
  docs: {
    what: 'A director of NAT meets its clients and its real servers on one network card, and send_redirects is on for that card, as it is by default.',
    why: 'A reply comes in on the card and leaves by it again, towards the router. The kernel then sends the real server an ICMP redirect: the router is nearer. A real server that takes it sends its next replies to that client straight to the router for the next five minutes; they carry the RIP as their source, and the client resets them.',
    repair: '`net.ipv4.conf.all.send_redirects = 0` and `net.ipv4.conf.eth0.send_redirects = 0` in the director’s sysctl files, both, behind ip_forward: the kernel joins them by OR. On the real servers `net.ipv4.conf.all.accept_redirects = 0` and the same for eth0.',
    exceptions: 'Silent where all the real servers are among the hosts and take no redirects, where the director forwards nothing (that is another rule’s), where it rewrites sources too, so that replies are addressed to it, and where a spec’s clients all lie in that very network: they are another rule’s.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html', 'http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-NAT.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'connect' },
    { kind: 'manual', cite: 'Documentation/networking/ip-sysctl.rst, send_redirects', quote: 'send_redirects for the interface will be enabled if at least one of conf/{all,interface}/send_redirects is set to TRUE, it will be disabled otherwise' },
  ],
  since: '0.1.0',
  *check(cluster) {
    for (const director of cluster.hosts) {
      const pairs = cluster.pairs.filter((pair) => pair.director === director && pair.realServer !== director && pair.destination.forwarding === 'nat' && pair.service.vips.length > 0 && [pair.destination.rip, ...pair.service.vips].every(({ family }) => family === 4));
      if (pairs.length === 0 || translatesSources(director) !== 'no') continue;
      const device = clientDevice(director, pairs);
      if (device === undefined) continue;
      const here = pairs.filter((pair) => deviceFacing(director, pair.destination.rip) === device && pair.service.vips.every((vip) => (deviceHolding(director, vip) ?? device) === device) && !deaf(pair) && !allBeside(cluster.clients.length, clientsBeside(cluster, pair).length));
      const [first] = here;
      if (!first) continue;
      const forwarding = forwards(director, device);
      const sends = effective(director, 'send_redirects', device);
      if (sends.state === 'unseen' || forwarding.state === 'unseen') {
        yield { lacks: 'sysctl', host: director.name };
        continue;
      }
      if (sends.value === 0 || !forwarding.value) continue;
      const at = lineOf(sends) ?? lineOf(forwarding) ?? first.destination.at;
      yield {
        at,
        note: `send_redirects of ${device} is on (${sends.state === 'set' ? `all or ${device} is 1` : 'the default'}), and ${director.name} meets its clients and ${listed(here.map((pair) => pair.destination.rip.text).slice(0, 3))} on ${device} alone: it tells the real servers to send to the router instead`,
        related: otherPlaces(at, [
          { at: first.destination.at, note: `${first.destination.rip.text} is a destination by NAT here` },
          ...director.addresses.filter((address) => address.device === device).map((address) => ({ at: address.at, note: `${device} holds ${address.ip.text}` })),
        ]),
        confidence: weakest(surest(here), sends.state === 'set' ? sends.confidence : 'certain', forwarding.state === 'set' ? forwarding.confidence : 'certain'),
      };
    }
  },
});

function allBeside(clients: number, beside: number): boolean {
  return clients > 0 && beside === clients;
}

/** Whether a real server is known to take no redirects. */
function deaf({ realServer, destination }: Pair): boolean {
  const device = realServer && deviceHolding(realServer, destination.rip);
  if (!device) return false;
  const takes = effective(realServer, 'accept_redirects', device);
  return takes.state !== 'unseen' && takes.value === 0;
}
