import { weakest } from '../../src/base/fact.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { sharedVips } from '../../src/model/dad.ts';

export default clusterRule({
  id: 'ipv6/vip-dad',
  severity: 'error',
  title: 'A real server asks its link for the IPv6 VIP, and finds the director.',
  needs: ['addresses', 'sysctl', 'peer'],
  docs: {
    what: 'A real server of direct routing or tunnelling holds an IPv6 VIP on a network card of the link that the director is on, and duplicate address detection runs there, as it does by default.',
    why: 'Before the kernel uses an IPv6 address on a network card it asks the link whether somebody has it. The director has: the address stays `tentative dadfailed` and is of no use, so that the real server drops every packet for the VIP. Where the real server boots first it is the director whose address fails.',
    repair: 'Hold the VIP on lo: `ip -6 addr add VIP/128 dev lo`. There nobody is asked, and nobody is answered: unlike IPv4, an IPv6 host answers for an address only on the card that holds it, so that no further setting is needed. A dummy device does as well.',
    exceptions: 'On lo, a dummy or a tunnel there is no detection. With `nodad`, `accept_dad = 0` or `dad_transmits = 0` the address works, and takes the director’s traffic: `ipv6/ndp-leak` tells that. A card on another link than the director’s hears nothing of it.',
    references: ['https://docs.kernel.org/networking/ip-sysctl.html', 'https://github.com/ClusterLabs/resource-agents/issues/180', 'https://www.rfc-editor.org/rfc/rfc4862#section-5.4'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'connect' },
    { kind: 'kernel-source', version: '6.1', cite: 'net/ipv6/addrconf.c: addrconf_dad_begin()', quote: 'if (dev->flags&(IFF_NOARP|IFF_LOOPBACK) ||' },
  ],
  since: '0.1.0',
  *check(cluster) {
    const shared = sharedVips(cluster);
    for (const host of new Set(shared.map((one) => one.host))) {
      const own = shared.filter((one) => one.host === host);
      if (own.some(({ detects }) => detects.state === 'unseen')) yield { lacks: 'sysctl', host: host.name };
      const found = own.filter(({ detects }) => detects.state !== 'unseen' && detects.value);
      const [first] = found;
      if (!first) continue;
      const { address, pairs } = first;
      const at = address.at;
      yield {
        at,
        note: `${address.device} holds ${listed(found.map((one) => one.address.ip.text))} and asks the link for ${found.length > 1 ? 'them' : 'it'} first, where ${pairs[0].director.name} answers: the address is not used (dadfailed)`,
        related: otherPlaces(at, [
          ...found.slice(1).map((one) => ({ at: one.address.at, note: `${one.address.device} holds ${one.address.ip.text} as well` })),
          ...found.flatMap((one) => one.pairs.map(({ director, service }) => ({ at: service.at, note: `${director.name} serves ${one.address.ip.text} here` }))),
        ]),
        confidence: weakest(...found.map(({ confidence }) => confidence)),
      };
    }
  },
});
