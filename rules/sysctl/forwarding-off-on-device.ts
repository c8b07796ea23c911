import { weakest } from '../../src/base/fact.ts';
import { isLoopback } from '../../src/base/ip.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces, seenFrom } from '../../src/lint/words.ts';
import { deviceFacing, holdings } from '../../src/model/device.ts';
import type { Host } from '../../src/model/host.ts';
import type { Destination } from '../../src/model/service.ts';
import { assignmentsOf, forwards, sysctlNumber, type Assignment } from '../../src/model/sysctl.ts';

export default hostRule({
  id: 'sysctl/forwarding-off-on-device',
  severity: 'error',
  title: 'Forwarding is switched on for the host and off again for the device that the replies come in on.',
  needs: ['services', 'sysctl'],
  docs: {
    what: 'A director of NAT sets ip_forward to 1, and a later line sets forwarding of all devices, or of the device towards the real servers, to 0.',
    why: 'Writing ip_forward writes forwarding of every device; what is written afterwards to a device counts for that device. The replies of the real servers come in on it, are addressed to the clients, and are dropped, while `sysctl net.ipv4.ip_forward` shows 1.',
    repair: 'Take the later line out, or write `net.ipv4.conf.eth1.forwarding = 1`, with the device towards the real servers, in its place.',
    exceptions: 'The device that the clients’ requests come in on needs no forwarding: IPVS takes them over before the kernel asks. A line that comes before ip_forward is written over by it and harms nothing. Two lines in two sysctl files are told as sysctl/overridden.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'connect' },
    { kind: 'kernel-source', version: '6.1', cite: 'net/ipv4/devinet.c: inet_forward_change()', quote: 'IN_DEV_CONF_SET(in_dev, FORWARDING, on);' },
  ],
  silences: ['sysctl/nat-ip-forward-off', 'sysctl/ip-forward-written-late'],
  since: '0.1.0',
  *check({ host }) {
    const told = new Map<Assignment, { readonly device: string; readonly on: Assignment; readonly stopped: Destination[] }>();
    for (const destination of host.services.flatMap(({ destinations }) => destinations)) {
      const { forwarding, rip } = destination;
      const device = deviceFacing(host, rip);
      if (forwarding !== 'nat' || rip.family !== 4 || isLoopback(rip) || holdings(host, rip).length > 0 || device === undefined) continue;
      const lost = switchedOff(host, device);
      if (!lost) continue;
      const known = told.get(lost.off);
      if (known) known.stopped.push(destination);
      else told.set(lost.off, { device, on: lost.on, stopped: [destination] });
    }
    for (const [off, { device, on, stopped }] of told) {
      const key = off.key.replaceAll('/', '.');
      yield {
        at: off.at,
        note: `${key} is 0 here, after forwarding was switched on at ${seenFrom(off.at, on.at)}: replies of ${listed(stopped.map(({ rip }) => rip.text))} come in on ${device} and are dropped`,
        related: otherPlaces(off.at, [{ at: on.at, note: 'forwarding is switched on here' }, ...stopped.map(({ at, rip }) => ({ at, note: `${rip.text} is a destination by NAT` }))]),
        confidence: weakest(off.confidence, ...stopped.map(({ confidence }) => confidence)),
        ...(off.by === 'config' && !/[*?[]/.test(off.key) ? { fix: { title: `forward what comes in on ${device}`, safe: false, edits: [{ at: off.at, text: `${off.optional ? '-' : ''}${dotted(off.key)} = 1` }] as const } } : {}),
      };
    }
  },
});

/** The line that takes back what another one said for the whole host: of the device, or of conf/all under its other name. What two sysctl files say against each other is another rule’s. */
function switchedOff(host: Host, device: string): { readonly off: Assignment; readonly on: Assignment } | undefined {
  const fact = forwards(host, device);
  if (fact.state !== 'set' || fact.value) return undefined;
  const all = assignmentsOf(host, 'net/ipv4/ip_forward');
  const lines = [...assignmentsOf(host, `net/ipv4/conf/${device}/forwarding`), ...all];
  const off = lines.find((line) => line.at === fact.at);
  if (!off || off.key === 'net/ipv4/ip_forward') return undefined;
  const on = all.filter((line) => line !== off && (sysctlNumber(line.value) ?? 0) !== 0 && (line.order ?? 0) <= (off.order ?? 0) && (line.at.file === off.at.file || line.by === 'script')).at(-1);
  return on && { off, on };
}

function dotted(key: string): string {
  return key.split('/').some((part) => part.includes('.')) ? key : key.replaceAll('/', '.');
}
