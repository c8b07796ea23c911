import { clusterRule } from '../../src/lint/rule.ts';

export default clusterRule({
  id: 'vrrp/router-name-twice',
  severity: 'info',
  title: 'Two directors call themselves by the same router_id.',
  needs: ['services'],
  docs: {
    what: 'The router_id of global_defs is the same on two hosts, usually the LVS_DEVEL of the shipped sample.',
    why: 'It stands in the alert mails and in the log: nobody can tell which of the two changed its state.',
    repair: '`router_id lvs2`: leave the line out, and keepalived takes the host’s own name.',
    exceptions: 'Hosts that share no VRRP instance may be called what they like.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived.conf(5), router_id', quote: 'String identifying the machine (doesn\'t have to be hostname).' }],
  since: '0.1.0',
  *check({ hosts }) {
    for (const [index, host] of hosts.entries()) {
      const own = host.keepalived?.routerId;
      const twin = own && hosts.slice(0, index).find((other) => other.keepalived?.routerId?.value === own.value && (other.vrrp ?? []).some((a) => (host.vrrp ?? []).some((b) => a.virtualRouterId?.value === b.virtualRouterId?.value && a.vips.some(({ ip }) => b.vips.some((each) => each.ip.text === ip.text)))));
      if (own && twin) yield { at: own.at, note: `router_id is '${own.value}' here and on ${twin.name}`, related: [{ at: twin.keepalived!.routerId!.at, note: twin.name }] };
    }
  },
});
