import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { filterOf } from '../../src/model/filter.ts';
import { markRules } from '../../src/model/marks.ts';

export default hostRule({
  id: 'fwmark/ipv6-flag',
  severity: 'error',
  title: 'A service of a firewall mark is meant for IPv6, but was made for IPv4.',
  needs: ['services', 'scripts'],
  docs: {
    what: 'ipvsadm makes a service of a mark without `-6`, though only ip6tables sets that mark, or though its real servers have IPv6 addresses.',
    why: 'A mark has no address that would tell the version, so ipvsadm takes it for IPv4. IPv6 packets with the mark meet no service.',
    repair: '`ipvsadm -A -f N -6 …`, and `-6` in each `ipvsadm -a -f N -6 …`.',
    exceptions: 'A mark may have a service of each version. keepalived takes the version from its real servers. A tunnel may lead from IPv4 to a real server of IPv6.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), -6', quote: 'Use with -f to signify fwmark rule uses IPv6 addresses.' }],
  since: '0.1.0',
  *check({ host }) {
    const all = markRules(filterOf(host));
    for (const service of host.services) {
      const { key } = service;
      if (key.by !== 'fwmark' || key.family !== 4 || service.managed) continue;
      const twin = host.services.some((other) => other.key.by === 'fwmark' && other.key.mark === key.mark && other.key.family === 6);
      const [wide] = service.destinations.length > 0 && service.destinations.every(({ rip, forwarding }) => rip.family === 6 && forwarding !== 'tun') ? service.destinations : [];
      const ours = all.filter(({ mark }) => mark === key.mark || mark === undefined);
      const [rule] = !twin && ours.length > 0 && ours.every(({ chain, mark }) => chain.family === 6 && mark !== undefined) ? ours : [];
      if (!wide && !rule) continue;
      yield {
        at: service.at,
        note: `without -6 this is a service of IPv4, but ${rule ? `only ip6tables sets mark ${key.mark}` : `its real server ${wide!.rip.text} has an IPv6 address`}`,
        related: [...(rule ? [{ at: rule.rule.at, note: `mark ${key.mark} is set for IPv6 here` }] : []), ...(wide ? [{ at: wide.at, note: `${wide.rip.text} is one of IPv6` }] : [])],
        confidence: weakest(service.confidence, wide ? 'certain' : 'likely'),
      };
    }
  },
});
