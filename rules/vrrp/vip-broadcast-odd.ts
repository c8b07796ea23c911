import { hostRule } from '../../src/lint/rule.ts';
import { hostPrefix, inSubnet } from '../../src/base/ip.ts';

export default hostRule({
  id: 'vrrp/vip-broadcast-odd',
  severity: 'info',
  title: 'The broadcast address of a VIP is none of its subnet.',
  needs: ['services'],
  docs: {
    what: 'An address of virtual_ipaddress names a broadcast address that is the VIP itself, or that lies outside the VIP\'s subnet.',
    why: 'The kernel puts the address into its table of local broadcasts: broadcasts of the real subnet are answered by the wrong address, and a VIP that is its own broadcast is refused as a source.',
    repair: 'Leave `brd` out, or write `brd +`; a VIP is best a /32 without a broadcast.',
    exceptions: 'A /32 whose broadcast is the address itself.',
    references: ['https://github.com/acassen/keepalived/issues/2522'],
  },
  proof: [{ kind: 'manual', cite: 'ip-address(8), broadcast', quote: 'It is possible to use the special symbols \'+\' and \'-\' instead of the broadcast address.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const { ip, prefix, broadcast } of (host.vrrp ?? []).flatMap(({ vips }) => vips)) {
      if (!broadcast || prefix === undefined || prefix >= hostPrefix(ip) - 1) continue;
      if (broadcast.value.text === ip.text) yield { at: broadcast.at, note: `${ip.text}/${prefix} is its own broadcast address` };
      else if (!inSubnet(broadcast.value, { ip, prefix })) yield { at: broadcast.at, note: `${broadcast.value.text} is no address of ${ip.text}/${prefix}` };
    }
  },
});
