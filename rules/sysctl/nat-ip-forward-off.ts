import { weakest, type Fact } from '../../src/base/fact.ts';
import { isLoopback } from '../../src/base/ip.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { deviceFacing, holdings } from '../../src/model/device.ts';
import type { Host } from '../../src/model/host.ts';
import { showService, type Destination, type Service } from '../../src/model/service.ts';
import { assignmentsOf, forwards, sysctlNumber, sysctlValue } from '../../src/model/sysctl.ts';
import type { Family } from '../../src/model/words.ts';

export default hostRule({
  id: 'sysctl/nat-ip-forward-off',
  severity: 'error',
  title: 'A director of NAT does not forward packets.',
  needs: ['services', 'sysctl'],
  docs: {
    what: 'A director has a destination of NAT, and forwarding is off on the device that the real server’s replies come in on: ip_forward is 0, or was never set, which is the kernel’s default.',
    why: 'The request reaches the real server, but its reply is addressed to the client, and a host that does not forward drops what is not for itself. No connection is ever made; on the director the entries stay in SYN_RECV.',
    repair: 'Write `net.ipv4.ip_forward = 1` into a file below /etc/sysctl.d (in a script: `echo 1 > /proc/sys/net/ipv4/ip_forward`), in front of other net.ipv4.conf settings, which it resets. For IPv6: `net.ipv6.conf.all.forwarding = 1`.',
    exceptions: 'Direct routing and tunnelling need no forwarding: ip_forward=0 is right there. With ip_forward=0 the device towards the real servers alone is enough (`net.ipv4.conf.eth1.forwarding = 1`). Destinations on the director itself are delivered without forwarding.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html', 'http://www.linuxvirtualserver.org/VS-NAT.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'connect' },
    { kind: 'kernel-source', version: '6.1', cite: 'net/ipv4/route.c: ip_route_input_slow()', quote: 'if (!IN_DEV_FORWARD(in_dev)) { err = -EHOSTUNREACH; goto no_route; }' },
  ],
  silences: ['sysctl/ip-forward-written-late'],
  since: '0.1.0',
  *check({ host }) {
    for (const family of [4, 6] as const) {
      const sent = host.services.flatMap((service) => service.destinations.filter((destination) => destination.forwarding === 'nat' && destination.rip.family === family && !isLoopback(destination.rip) && holdings(host, destination.rip).length === 0).map((destination) => ({ service, destination })));
      const off = sent.map((one) => ({ ...one, fact: towards(host, one.destination, family) }));
      if (off.some(({ fact }) => fact.state === 'unseen')) {
        yield { lacks: 'sysctl', host: host.name };
        continue;
      }
      const stopped = off.filter(({ fact }) => fact.state !== 'unseen' && !fact.value);
      const [first] = stopped;
      if (!first) continue;
      const at = first.fact.state === 'set' ? first.fact.at : first.destination.at;
      const device = deviceFacing(host, first.destination.rip);
      yield {
        at,
        note: `${showState(host, first.fact, device, family)}, so replies of ${listed(stopped.map(({ destination }) => destination.rip.text))} to clients of ${showService(first.service)} are dropped`,
        related: otherPlaces(at, [...stopped.map(({ destination }) => ({ at: destination.at, note: `${destination.rip.text} is a destination by NAT` })), ...lostLines(host, device, family)]),
        confidence: weakest(...stopped.map(sure)),
      };
    }
  },
});

/** Whether what comes in from a real server is forwarded; where the device is unknown, any device that forwards will do. */
function towards(host: Host, destination: Destination, family: Family): Fact<boolean> {
  const device = deviceFacing(host, destination.rip);
  if (device !== undefined || family === 6) return forwards(host, device ?? 'all', undefined, family);
  const devices = [...host.sysctls.keys()].flatMap((key) => /^net\/ipv4\/conf\/([^/*?[]+)\/forwarding$/.exec(key)?.[1] ?? []);
  return devices.filter((name) => name !== 'default').map((name) => forwards(host, name)).find((fact) => fact.state !== 'unseen' && fact.value) ?? forwards(host, 'all');
}

function showState(host: Host, fact: Fact<boolean>, device: string | undefined, family: Family): string {
  if (family === 6) return 'net.ipv6.conf.all.forwarding is 0';
  const all = sysctlValue(host, 'net/ipv4/ip_forward');
  if (fact.state === 'default') return 'ip_forward is set nowhere and 0 by default';
  return all.state === 'set' && all.value !== 0 && device !== undefined ? `forwarding of ${device} is 0` : 'ip_forward is 0';
}

/** Lines that switched forwarding on before another switched it off. */
function lostLines(host: Host, device: string | undefined, family: Family): readonly { readonly at: Service['at']; readonly note: string }[] {
  const keys = family === 6 ? ['net/ipv6/conf/all/forwarding'] : ['net/ipv4/ip_forward', ...(device ? [`net/ipv4/conf/${device}/forwarding`] : [])];
  return keys.flatMap((key) => assignmentsOf(host, key).filter((line) => (sysctlNumber(line.value) ?? 0) !== 0).map((line) => ({ at: line.at, note: `forwarding is ${line.value.trim()} here, which a later line sets back` })));
}

function sure({ service, destination, fact }: { readonly service: Service; readonly destination: Destination; readonly fact: Fact<boolean> }): 'certain' | 'likely' | 'possible' {
  return weakest(service.confidence, destination.confidence, fact.state === 'set' ? fact.confidence : 'certain');
}
