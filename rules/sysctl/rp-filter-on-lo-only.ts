import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { kindOn, nics } from '../../src/model/device.ts';
import { heldVips, vipPlaces, type HeldVip } from '../../src/model/held-vip.ts';
import type { Host } from '../../src/model/host.ts';
import { assignmentsOf, effective, sysctlNumber, sysctlValue, type Assignment } from '../../src/model/sysctl.ts';

export default hostRule({
  id: 'sysctl/rp-filter-on-lo-only',
  severity: 'error',
  title: 'The reverse path filter is switched off for lo or a card, and stays on for all.',
  needs: ['sysctl', 'addresses'],
  docs: {
    what: 'A real server sets rp_filter of lo or of its card to 0, while rp_filter of all is 1.',
    why: 'In force is the greater one of conf/all and the device’s own value: it stays 1. What comes out of tunl0 has the client’s address, which is routed by the card and not by tunl0, so that a filter of 1 drops it, and no connection of tunnelling is ever made. With direct routing it drops the requests of clients whose way back leads through another card than they came by.',
    repair: '`net.ipv4.conf.all.rp_filter = 0` beside `net.ipv4.conf.tunl0.rp_filter = 0`; or 2 for the device alone (`net.ipv4.conf.tunl0.rp_filter = 2`), which is greater than 1, and looser.',
    exceptions: 'A device’s 2 beats 1 of all, and works. A 0 for the tunnel itself beside a 1 for all is told as tunnel/rp-filter-strict. With direct routing it matters only where the way back is another one, so that it is told as possible; a line for lo, which has no effect and no need of one, is left alone.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'connect' },
    { kind: 'manual', cite: 'Documentation/networking/ip-sysctl.rst, rp_filter', quote: 'The max value from conf/{all,interface}/rp_filter is used when doing source validation on the {interface}.' },
  ],
  silences: ['tunnel/rp-filter-strict'],
  since: '0.1.0',
  *check({ host, cluster }) {
    const all = sysctlValue(host, 'net/ipv4/conf/all/rp_filter');
    if (all.state !== 'set' || all.value !== 1) return;
    const vips = heldVips(host, cluster).filter(({ ip }) => ip?.family !== 6);
    const tunnelled = vips.filter(isTunnelled);
    const [vip] = tunnelled.length > 0 ? tunnelled : vips;
    if (!vip) return;
    const tunnel = tunnelled.length > 0 ? (kindOn(host, vip.device) === 'tunnel' ? vip.device : 'tunl0') : undefined;
    if (tunnel !== undefined) {
      const fact = effective(host, 'rp_filter', tunnel);
      if (fact.state === 'unseen' || fact.value !== 1) return;
    }
    if (tunnel !== undefined && clearing(host, tunnel)) return;
    const devices = tunnel === undefined ? nics(host) : ['lo', ...nics(host)];
    const lost = devices.flatMap((device) => {
      const line = clearing(host, device);
      return line ? [{ device, line }] : [];
    });
    const [first] = lost;
    if (!first) return;
    yield {
      at: first.line.at,
      note: `rp_filter of ${first.device} is 0 here, but 1 for all: max(all=1, ${first.device}=0) stays 1${tunnel === undefined ? '' : `, and ${tunnel} drops what comes out of it for ${vip.ip?.text ?? 'the VIP'}`}`,
      related: otherPlaces(first.line.at, [{ at: all.at, note: 'rp_filter of all is 1' }, ...lost.slice(1).map(({ device, line }) => ({ at: line.at, note: `without effect on ${device} as well` })), ...vipPlaces([vip])]),
      confidence: weakest(all.confidence, first.line.confidence, vip.confidence, tunnel === undefined ? 'possible' : 'certain'),
    };
  },
});

function isTunnelled({ pairs, device }: HeldVip): boolean {
  return pairs.some(({ destination }) => destination.forwarding === 'tun') || (pairs.length === 0 && /^tunl\d/.test(device));
}

/** The line that leaves a device's own filter off. */
function clearing(host: Host, device: string): Assignment | undefined {
  const line = assignmentsOf(host, `net/ipv4/conf/${device}/rp_filter`).at(-1);
  return line && !/[*?[]/.test(line.key) && sysctlNumber(line.value) === 0 ? line : undefined;
}
