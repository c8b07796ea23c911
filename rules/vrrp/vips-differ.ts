import { listed } from '../../src/lint/words.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { advertised, vrrpTwins } from '../../src/model/vrrp-twins.ts';

export default clusterRule({
  id: 'vrrp/vips-differ',
  severity: 'error',
  title: 'The hosts of a VRRP instance do not list the same addresses.',
  needs: ['services'],
  docs: {
    what: 'Two hosts have an instance of one virtual_router_id and with a common VIP, and one of them has an address in virtual_ipaddress that the other has not.',
    why: 'Each compares the addresses of an advertisement with its own list, and drops the advertisement when they are not the same: `received an unexpected ip number count 2, expected 1!`. So each hears nobody, becomes master, and both answer for the VIPs. It was so with keepalived 2.2.7, by multicast and by unicast, with VRRP 2 and 3.',
    repair: 'Write the same addresses into virtual_ipaddress on all hosts; the order does not count. An address that one host alone shall hold belongs into virtual_ipaddress_excluded, which is not announced.',
    exceptions: 'Addresses in virtual_ipaddress_excluded may differ. Instances of which a condition (`@name`) decides are left alone.',
    references: ['https://www.rfc-editor.org/rfc/rfc5798#section-7.1'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived.conf(5), vrrp_skip_check_adv_addr', quote: "Setting this flag means the check won't be carried out if the advert is from the same master router as the previous advert received." }],
  since: '0.1.0',
  *check({ hosts }) {
    for (const [one, other] of vrrpTwins(hosts)) {
      const [here, there] = [one, other].map(({ instance }) => new Set(advertised(instance).map(({ ip }) => ip.text))) as [Set<string>, Set<string>];
      const more = advertised(other.instance).filter(({ ip }) => !here.has(ip.text));
      const fewer = advertised(one.instance).filter(({ ip }) => !there.has(ip.text));
      const [first] = more.length > 0 ? more : fewer;
      if (!first) continue;
      const [holder, lacker] = more.length > 0 ? [other, one] : [one, other];
      yield {
        at: first.at,
        note: `${listed((more.length > 0 ? more : fewer).map(({ ip }) => ip.text))} ${(more.length > 0 ? more : fewer).length > 1 ? 'stand' : 'stands'} in ${holder.instance.name} of ${holder.host.name}, and not in that of ${lacker.host.name}: each drops the other’s advertisements, and both are master`,
        related: [{ at: lacker.instance.at, note: `${lacker.host.name} lists ${listed(advertised(lacker.instance).map(({ ip }) => ip.text))}` }],
        confidence: 'likely',
      };
    }
  },
});
