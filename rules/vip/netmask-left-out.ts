import { weakest } from '../../src/base/fact.ts';
import { showCidr } from '../../src/base/ip.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { heldVips, vipPlaces } from '../../src/model/held-vip.ts';
import { cidrOf, tooWide, wideConsequence, wideNeighbours } from '../../src/model/wide-vip.ts';

export default hostRule({
  id: 'vip/netmask-left-out',
  severity: 'error',
  title: 'A real server holds the VIP without a netmask, and so with that of the address’s class.',
  needs: ['addresses'],
  docs: {
    what: 'A real server of direct routing or tunnelling puts the VIP on lo, a dummy or a tunnel by ifconfig or an ifcfg file that names no netmask.',
    why: 'net-tools and initscripts then take the mask of the old classes: /8 for 10.0.0.1, /16 for 172.16.1.100, /24 for 192.168.1.10. On lo all of that network counts as local: replies to clients and neighbours in it never leave the real server. Only what lies in the longer network of a card is still reached.',
    repair: 'Write the netmask: `ifconfig lo:0 VIP netmask 255.255.255.255 broadcast VIP up`, or `ip addr add VIP/32 dev lo`; in ifcfg-lo:0 `NETMASK=255.255.255.255`.',
    exceptions: '`ip addr add VIP dev lo` without a prefix takes /32, and so do netplan’s and keepalived’s lists. Where a wide netmask is written out, `vip/netmask-wide-on-lo` speaks.',
    references: ['https://man7.org/linux/man-pages/man8/ifconfig.8.html', 'http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.non-linux_realservers.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'connect' },
    { kind: 'manual', cite: 'ifconfig(8), netmask addr', quote: 'This value defaults to the usual class A, B or C network mask (as derived from the interface IP address), but it can be set to any value.' },
  ],
  since: '0.1.0',
  *check({ host, cluster }) {
    const wide = heldVips(host, cluster).flatMap((vip) => (vip.address && !vip.address.prefixWritten && tooWide(host, vip.address) ? [{ vip, address: vip.address }] : []));
    const [first] = wide;
    if (!first) return;
    const { vip, address } = first;
    yield {
      at: vip.at,
      note: `no netmask is written, so ${vip.device} holds ${listed(wide.map((one) => showCidr(cidrOf(one.address))))} as the class has it, ${wideConsequence(host, address)}`,
      related: otherPlaces(vip.at, [...wide.slice(1).map((other) => ({ at: other.vip.at, note: `${other.vip.device} holds ${showCidr(cidrOf(other.address))} as well` })), ...vipPlaces([vip]).slice(1), ...wideNeighbours(host, wide.map((one) => one.vip))]),
      confidence: weakest(vip.confidence, address.confidence),
    };
  },
});
