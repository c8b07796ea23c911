import { clusterRule } from '../../src/lint/rule.ts';
import type { VrrpInstance } from '../../src/model/vrrp.ts';
import { vrrpTwins } from '../../src/model/vrrp-twins.ts';

export default clusterRule({
  id: 'vrrp/advert-differs',
  severity: 'error',
  title: 'The hosts of a VRRP instance advertise at different intervals.',
  needs: ['services'],
  docs: {
    what: 'Two hosts have an instance of one virtual_router_id and with a common VIP, speak VRRP version 2, and have not the same advert_int.',
    why: 'Version 2 demands one interval: an advertisement with another one is dropped (`advertisement interval mismatch mine=2 sec rcv’d=1 sec`). The backup hears nobody, becomes master, too, and both answer for the VIPs.',
    repair: 'The same `advert_int` on all hosts (1 where the line is left out); or `vrrp_version 3` in global_defs of all of them.',
    exceptions: 'Version 3 takes the interval of the master, and IPv6 always speaks it.',
    references: ['https://www.rfc-editor.org/rfc/rfc3768#section-7.1'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived.conf(5), advert_int', quote: 'VRRP Advert interval in seconds (e.g. 0.92) (use default)' }],
  since: '0.1.0',
  *check({ hosts }) {
    for (const [one, other] of vrrpTwins(hosts)) {
      if (versionOf(one.instance) !== 2 || versionOf(other.instance) !== 2) continue;
      const [mine, theirs] = [one.instance.interval?.value ?? usual, other.instance.interval?.value ?? usual];
      if (mine === theirs) continue;
      yield {
        at: other.instance.interval?.at ?? one.instance.interval!.at,
        note: `${other.instance.name} has advert_int ${theirs} on ${other.host.name}, and ${mine} on ${one.host.name}: each drops the other’s advertisements, and both are master`,
        related: [{ at: (other.instance.interval ? one.instance.interval?.at : undefined) ?? (other.instance.interval ? one.instance.at : other.instance.at), note: `${other.instance.interval ? one.host.name : other.host.name} has ${other.instance.interval ? mine : theirs}` }],
        confidence: 'likely',
      };
    }
  },
});

/** keepalived's own. */
const usual = 1;

function versionOf({ version, vips }: VrrpInstance): number {
  return vips.some(({ ip }) => ip.family === 6) ? 3 : (version?.value ?? 2);
}
