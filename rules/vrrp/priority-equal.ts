import { clusterRule } from '../../src/lint/rule.ts';

export default clusterRule({
  id: 'vrrp/priority-equal',
  severity: 'warning',
  title: 'Two hosts of a VRRP instance have the same priority, or the backup has the higher one.',
  needs: ['services'],
  docs: {
    what: 'Two hosts have an instance with the same virtual_router_id and common addresses, with equal priorities, or with `state BACKUP` at the higher priority beside a MASTER.',
    why: 'The priority decides who is master; `state` is only where it starts. At equal priorities the higher address wins, which is by chance; and with the higher priority on the backup the VIP moves away from the intended master as soon as both run.',
    repair: 'Give the host that shall be master the higher priority, by more than the weights of its track_script blocks.',
    exceptions: 'Two hosts with state BACKUP and different priorities are right. nopreempt on both makes equal priorities harmless.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived.conf(5), priority', quote: 'for electing MASTER, highest priority wins.' }],
  since: '0.1.0',
  *check({ hosts }) {
    const all = hosts.flatMap((host) => (host.vrrp ?? []).filter(({ conditional, priority }) => !conditional && priority).map((instance) => ({ host, instance })));
    for (const [index, one] of all.entries()) {
      for (const other of all.slice(index + 1)) {
        const [a, b] = [one.instance, other.instance];
        if (one.host.name === other.host.name || a.virtualRouterId === undefined || a.virtualRouterId.value !== b.virtualRouterId?.value) continue;
        if (!a.vips.some(({ ip }) => b.vips.some((each) => each.ip.text === ip.text))) continue;
        const related = [{ at: a.priority!.at, note: `${one.host.name} has priority ${a.priority!.value}` }];
        if (a.priority!.value === b.priority!.value) {
          if (!(a.nopreempt && b.nopreempt)) yield { at: b.priority!.at, note: `${b.name} has priority ${b.priority!.value} on ${one.host.name} and ${other.host.name}`, related };
          continue;
        }
        const [high, low] = a.priority!.value > b.priority!.value ? [one, other] : [other, one];
        if (high.instance.state?.value !== 'BACKUP' || low.instance.state?.value !== 'MASTER') continue;
        yield { at: high.instance.priority!.at, note: `${high.host.name} is BACKUP with priority ${high.instance.priority!.value}, ${low.host.name} is MASTER with ${low.instance.priority!.value}`, related: [{ at: low.instance.priority!.at, note: low.host.name }] };
      }
    }
  },
});
