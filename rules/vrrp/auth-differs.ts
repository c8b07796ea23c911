import { clusterRule } from '../../src/lint/rule.ts';
import { vrrpTwins } from '../../src/model/vrrp-twins.ts';
import type { VrrpInstance } from '../../src/model/vrrp.ts';

export default clusterRule({
  id: 'vrrp/auth-differs',
  severity: 'warning',
  title: 'The hosts of a VRRP instance do not share one password, or it is too long.',
  needs: ['services'],
  docs: {
    what: 'Two hosts have an instance with the same virtual_router_id and common addresses, but another auth_type or auth_pass; or auth_pass has more than eight characters.',
    why: 'A host drops advertisements whose password is not its own (“bogus VRRP packet”), takes itself for the only one, and becomes master too: both hold the VIP. Of a password only the first eight characters count.',
    repair: 'Write the same auth_type and an auth_pass of at most eight characters on all hosts, or no authentication at all.',
    exceptions: 'Passwords that agree in their first eight characters work.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived.conf(5), auth_pass', quote: 'Only the first eight (8) characters are used.' }],
  since: '0.1.0',
  *check({ hosts }) {
    for (const instance of hosts.flatMap(({ vrrp }) => vrrp ?? [])) {
      if (instance.conditional) continue;
      const pass = instance.auth?.pass;
      if (pass && pass.value.length > 8 && !pass.value.includes('$')) yield { at: pass.at, note: `${instance.name} has a password of ${pass.value.length} characters, of which eight count` };
    }
    for (const [one, other] of vrrpTwins(hosts)) {
      if (said(one.instance) === said(other.instance)) continue;
      const at = other.instance.auth?.pass?.at ?? other.instance.auth?.at ?? other.instance.at;
      yield { at, note: `${other.instance.name} of ${other.host.name} authenticates otherwise than ${one.instance.name} of ${one.host.name}`, related: [{ at: one.instance.auth?.pass?.at ?? one.instance.auth?.at ?? one.instance.at, note: one.host.name }] };
    }
  },
});

function said({ auth }: VrrpInstance): string {
  return auth?.type ? `${auth.type.value} ${(auth.pass?.value ?? '').slice(0, 8)}` : 'none';
}
