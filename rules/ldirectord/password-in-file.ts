import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';

export default hostRule({
  id: 'ldirectord/password-in-file',
  severity: 'warning',
  title: 'The file of ldirectord holds a password that everybody on the host can read.',
  needs: ['services'],
  docs: {
    what: 'The file has a `passwd` or a `secret`, and its permissions let users other than its owner read it.',
    why: 'Whoever gets any account on the director can log in to the database or mail server that is checked, mostly on every real server at once.',
    repair: '`chmod 600 /etc/ha.d/ldirectord.cf`: ldirectord reads it as root. Better still, check with an account that may do nothing else.',
    exceptions: 'Anonymous FTP, and places that a template fills. Nothing is said where the permissions are not known.',
    references: ['https://github.com/ClusterLabs/resource-agents/tree/main/ldirectord'],
  },
  proof: [{ kind: 'manual', cite: 'ldirectord(8), passwd', quote: 'Password to use to login to FTP, IMAP, LDAP, MySQL, Oracle, POP, PostgreSQL and SIP servers.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const { mode, virtuals } of host.ldirectord ?? []) {
      if (mode === undefined || (mode & 0o044) === 0) continue;
      const held = virtuals.flatMap(({ key, secrets }) => secrets.map((secret) => ({ key, ...secret })));
      const [first, ...rest] = held;
      if (!first) continue;
      yield {
        at: first.at,
        note: `the ${first.name} of ${showService({ key: first.key })} stands in a file of mode ${mode.toString(8).padStart(4, '0')}: every user of ${host.name} can read it`,
        related: rest.map(({ at, name }) => ({ at, note: `${name} as well` })),
        confidence: 'likely',
      };
    }
  },
});
