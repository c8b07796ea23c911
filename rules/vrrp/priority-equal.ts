import { clusterRule } from '../../src/lint/rule.ts';
import { vrrpTwins } from '../../src/model/vrrp-twins.ts';

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
    for (const [one, other] of vrrpTwins(hosts)) {
      const [a, b] = [one.instance, other.instance];
      if (!a.priority || !b.priority) continue;
      if (a.priority.value === b.priority.value) {
        if (!(a.nopreempt && b.nopreempt)) yield { at: b.priority.at, note: `${b.name} has priority ${b.priority.value} on ${one.host.name} and ${other.host.name}`, related: [{ at: a.priority.at, note: `${one.host.name} has priority ${a.priority.value}` }] };
        continue;
      }
      const [high, low] = a.priority.value > b.priority.value ? [one, other] : [other, one];
      if (high.instance.state?.value !== 'BACKUP' || low.instance.state?.value !== 'MASTER') continue;
      yield { at: high.instance.priority!.at, note: `${high.host.name} is BACKUP with priority ${high.instance.priority!.value}, ${low.host.name} is MASTER with ${low.instance.priority!.value}`, related: [{ at: low.instance.priority!.at, note: low.host.name }] };
    }
  },
});
