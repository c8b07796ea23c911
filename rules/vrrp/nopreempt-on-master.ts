import { hostRule } from '../../src/lint/rule.ts';

export default hostRule({
  id: 'vrrp/nopreempt-on-master',
  severity: 'warning',
  title: 'A VRRP instance that starts as MASTER has nopreempt.',
  needs: ['services'],
  docs: {
    what: 'A vrrp_instance has `state MASTER` and `nopreempt`.',
    why: 'nopreempt keeps a host of higher priority from taking over while another is master. One that starts as master takes over all the same: keepalived says that nopreempt will not work with initial state MASTER, and the VIP moves back each time the host comes up.',
    repair: '`state BACKUP` on all hosts; the priority alone decides who is first.',
    exceptions: 'nopreempt with state BACKUP, or without a state, is right.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived.conf(5), nopreempt', quote: 'NOTE: For this to work, the initial state must not be MASTER.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const { name, state, nopreempt, conditional } of host.vrrp ?? []) {
      if (!nopreempt || state?.value !== 'MASTER' || conditional) continue;
      yield {
        at: nopreempt,
        note: `${name} starts as MASTER, where nopreempt does not work`,
        related: [{ at: state.at, note: 'state MASTER' }],
        fix: { title: 'start as BACKUP', safe: false, edits: [{ at: state.at, text: 'BACKUP' }] },
      };
    }
  },
});
