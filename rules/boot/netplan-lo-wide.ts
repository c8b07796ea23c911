import { weakest } from '../../src/base/fact.ts';
import { showCidr } from '../../src/base/ip.ts';
import { hostRule, type Edit } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { heldVips, vipPlaces } from '../../src/model/held-vip.ts';
import { cidrOf, tooWide, wideConsequence, wideNeighbours } from '../../src/model/wide-vip.ts';

export default hostRule({
  id: 'boot/netplan-lo-wide',
  severity: 'error',
  title: 'The VIP that netplan gives lo has the netmask of a network.',
  needs: ['addresses'],
  docs: {
    what: 'A real server of direct routing or tunnelling lists the VIP under `lo:` in netplan, with a prefix shorter than /32, as addresses of cards are written there.',
    why: 'From boot on the whole network of the VIP is local to lo: replies to clients in it, to the director and to neighbours never leave the host. Clients from behind a router still get answers, so the test from outside passes.',
    repair: '`addresses: [VIP/32]` under `lo:` (and `127.0.0.1/8` beside it, where an address of lo is listed at all), then `netplan apply`.',
    exceptions: 'A /32 is right. Other ways to hold the VIP with a wide netmask are told by `vip/netmask-wide-on-lo`.',
    references: ['https://netplan.readthedocs.io/en/stable/netplan-yaml/', 'http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.non-linux_realservers.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'connect' },
    { kind: 'kernel-source', version: '6.1', cite: 'net/ipv4/fib_frontend.c: fib_add_ifaddr()', quote: 'dev->flags & IFF_LOOPBACK ? RTN_LOCAL : RTN_UNICAST' },
  ],
  silences: ['vip/netmask-wide-on-lo'],
  since: '0.1.0',
  *check({ host, cluster }) {
    const wide = heldVips(host, cluster).flatMap((vip) => (vip.device === 'lo' && vip.address?.by === 'config' && vip.address.prefixWritten && host.devices.get('lo')?.manager?.name === 'netplan' && tooWide(host, vip.address) ? [{ vip, address: vip.address }] : []));
    const [first] = wide;
    if (!first) return;
    const { vip, address } = first;
    yield {
      at: vip.at,
      note: `lo gets ${listed(wide.map((one) => showCidr(cidrOf(one.address))))}, ${wideConsequence(host, address)}`,
      related: otherPlaces(vip.at, [...wide.slice(1).map((other) => ({ at: other.vip.at, note: `and ${showCidr(cidrOf(other.address))}` })), ...vipPlaces([vip]).slice(1), ...wideNeighbours(host, wide.map((one) => one.vip))]),
      confidence: weakest(vip.confidence, address.confidence),
      fix: { title: 'hold the VIP alone', safe: false, edits: wide.map((one) => ({ at: one.vip.at, text: `${one.address.ip.text}/32` })) as unknown as [Edit, ...Edit[]] },
    };
  },
});
