import { hostRule } from '../../src/lint/rule.ts';

export default hostRule({
  id: 'vrrp/nopreempt-on-master',
  severity: 'warning',
  title: 'A VRRP instance that starts as MASTER, or owns the addresses, has nopreempt.',
  needs: ['services'],
  docs: {
    what: 'A vrrp_instance has `nopreempt` beside `state MASTER` or `priority 255`.',
    why: 'nopreempt keeps a host of higher priority from taking over while another is master. One that starts as master takes over all the same: keepalived says that nopreempt will not work with initial state MASTER, and the VIP moves back each time the host comes up. Priority 255 is that of the owner of the addresses, who always takes over.',
    repair: '`state BACKUP` and a priority below 255 on all hosts; the priority alone decides who is first.',
    exceptions: 'nopreempt with state BACKUP, or without a state, is right.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived.conf(5), nopreempt', quote: 'NOTE: For this to work, the initial state must not be MASTER.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const { name, state, priority, nopreempt, conditional } of host.vrrp ?? []) {
      if (!nopreempt || conditional) continue;
      if (state?.value !== 'MASTER') {
        if (priority?.value === 255) yield { at: nopreempt, note: `${name} owns the addresses, where nopreempt does not work`, related: [{ at: priority.at, note: 'priority 255' }] };
        continue;
      }
      yield {
        at: nopreempt,
        note: `${name} starts as MASTER, where nopreempt does not work`,
        related: [{ at: state.at, note: 'state MASTER' }],
        fix: { title: 'start as BACKUP', safe: false, edits: [{ at: state.at, text: 'BACKUP' }] },
      };
    }
  },
});
