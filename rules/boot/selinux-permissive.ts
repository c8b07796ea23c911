import { hostRule } from '../../src/lint/rule.ts';
import { everyStep } from '../../src/model/timeline.ts';

export default hostRule({
  id: 'boot/selinux-permissive',
  severity: 'warning',
  title: 'A director runs with SELinux permissive.',
  needs: ['services'],
  docs: {
    what: 'A director’s /etc/selinux/config says `SELINUX=permissive`, or a script of its cluster runs `setenforce 0`: mostly so that keepalived’s notify scripts may run ipvsadm and ip, and its checks may connect.',
    why: 'Permissive only logs what it would refuse. The host that stands before all others on the network is unprotected, and a director that somebody sets back to enforcing, as updates and audits do, fails over to a partner whose scripts are refused.',
    repair: '`SELINUX=enforcing`; let keepalived connect with `setsebool -P keepalived_connect_any on`, and give notify scripts their rights by a module made of the refusals: `ausearch -m AVC -c keepalived | audit2allow -M lvs` and `semodule -i lvs.pp`.',
    exceptions: 'A host without an IPVS table is left alone, and so is `SELINUX=disabled`, which is a decision of another kind.',
    references: ['https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/10/html/using_selinux/selinux-states-and-modes'],
  },
  proof: [{ kind: 'manual', cite: 'Red Hat Enterprise Linux 10, Using SELinux, 1.5', quote: 'it does not actually deny any operations. While not recommended for production systems, permissive mode can be helpful for SELinux policy development and debugging.' }],
  since: '0.1.0',
  *check({ host }) {
    if (!host.roles.includes('director')) return;
    const mode = host.boot?.selinux;
    if (mode?.value === 'permissive') yield { at: mode.at, note: `SELinux is permissive on ${host.name}, a director: it refuses nothing` };
    for (const script of host.scripts) {
      for (const { step } of everyStep(script, ({ name, words }) => name === 'setenforce' && /^(?:0|permissive)$/i.test(words[1]?.text ?? ''))) yield { at: step.at, note: `SELinux is set permissive on ${host.name}, a director`, confidence: step.confidence };
    }
  },
});
