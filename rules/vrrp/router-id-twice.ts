import { hostRule } from '../../src/lint/rule.ts';
import type { VrrpInstance } from '../../src/model/vrrp.ts';

export default hostRule({
  id: 'vrrp/router-id-twice',
  severity: 'error',
  title: 'Two VRRP instances on one device have the same virtual_router_id.',
  needs: ['services'],
  docs: {
    what: 'Two vrrp_instance blocks of a host have the same interface, address family and virtual_router_id.',
    why: 'The id tells the instances of a link apart. With one id for two, each takes the other’s advertisements for its own: addresses flap, or keepalived refuses the second instance.',
    repair: 'Give each instance of a link its own number, 1 to 255, the same on all hosts of that instance.',
    exceptions: 'The same number on another device, for the other address family, or between different unicast peers is right.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived.conf(5), virtual_router_id', quote: 'arbitrary unique number from 1 to 255 used to differentiate multiple instances of vrrpd running on the same network interface and address family and multicast/unicast (and hence same socket).' }],
  since: '0.1.0',
  *check({ host }) {
    const seen = new Map<string, VrrpInstance>();
    for (const instance of host.vrrp ?? []) {
      const { virtualRouterId, device, vips, unicastPeers, unicastSource, conditional } = instance;
      // Without an address its family is not known, and the families count apart.
      if (!virtualRouterId || !device || conditional || unicastPeers.length > 0 || unicastSource || vips.length === 0) continue;
      const key = `${virtualRouterId.value} ${device.value} ${vips.find(({ excluded }) => !excluded)?.ip.family ?? 4}`;
      const other = seen.get(key);
      if (!other) seen.set(key, instance);
      else yield { at: virtualRouterId.at, note: `${instance.name} has the virtual_router_id ${virtualRouterId.value} of ${other.name}, on ${device.value} as well`, related: [{ at: other.virtualRouterId!.at, note: other.name }] };
    }
  },
});
