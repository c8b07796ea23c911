import { hostRule } from '../../src/lint/rule.ts';
import { effectsIn, startSteps } from '../../src/model/timeline.ts';

export default hostRule({
  id: 'boot/ipvsadm-rules-not-restored',
  severity: 'warning',
  title: 'A saved IPVS table is not restored at boot.',
  needs: ['services', 'scripts'],
  docs: {
    what: 'A table is saved where the ipvsadm service keeps it, and boot does not start that service: `AUTO` in /etc/default/ipvsadm is not `true`, or no link of a runlevel or target starts it.',
    why: 'After the next boot the director has an empty table: it answers for the VIP with a reset.',
    repair: '`AUTO="true"` in /etc/default/ipvsadm (Debian); `systemctl enable ipvsadm` or `chkconfig ipvsadm on` (Red Hat).',
    exceptions: 'Nothing is said where keepalived or ldirectord makes the table, or a script of boot makes or restores one, or where it was not seen what boot starts.',
    references: ['https://manpages.debian.org/bookworm/ipvsadm/ipvsadm.8.en.html'],
  },
  proof: [{ kind: 'manual', cite: '/etc/default/ipvsadm of Debian', quote: 'if you want to start ipvsadm on boot set this to true' }],
  since: '0.1.0',
  *check({ host }) {
    const { saved, atBoot } = host.boot?.ipvsadm ?? {};
    if (!saved) return;
    if (!host.seen.has('scripts')) return yield { lacks: 'scripts', host: host.name };
    if (!atBoot || atBoot.value) return;
    if (host.services.some((service) => service.managed || service.at.file !== saved.file)) return;
    const made = host.scripts.some((script) => {
      const steps = startSteps(script);
      return effectsIn(steps, 'ipvs').some(({ effect }) => effect.does === 'restore' || effect.does === 'add-service') || effectsIn(steps, 'service').some(({ effect }) => effect.service === undefined || /^(?:ipvsadm|keepalived|ldirectord|heartbeat|pulse)$/.test(effect.service));
    });
    if (made || host.keepalived) return;
    yield { at: atBoot.at, note: `${atBoot.note}: the saved table is not loaded`, ...(atBoot.at === saved ? {} : { related: [{ at: saved, note: 'the saved table' }] }), confidence: 'likely' };
  },
});
