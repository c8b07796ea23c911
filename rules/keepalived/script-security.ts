import { hostRule } from '../../src/lint/rule.ts';

/** Folders in which everybody may put files. */
const open = /^\/(?:tmp|var\/tmp|dev\/shm|run\/lock|var\/lock)\//;

export default hostRule({
  id: 'keepalived/script-security',
  severity: 'warning',
  title: 'A script that keepalived runs lies in a folder that everybody may write to.',
  needs: ['services'],
  docs: {
    what: 'The program of a check or notification lies below /tmp, /var/tmp, /dev/shm or /var/lock.',
    why: 'With enable_script_security keepalived disables the script: the check or notification does not exist. Without it, whoever has an account on the host decides what keepalived runs, as root where script_user does not say otherwise; and /tmp is empty after a boot.',
    repair: 'Move the script to /etc/keepalived or /usr/local/sbin, owner root, mode 0755, and set `enable_script_security` and `script_user`.',
    exceptions: 'Files there that are only arguments of a program.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived.conf(5), enable_script_security', quote: 'Don\'t run scripts configured to be run as root if any part of the path is writable by a non-root user.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const { keyword, command, at } of host.keepalived?.scripts ?? []) {
      const [program = '', ...words] = command.split(/\s+/);
      // An interpreter's script is its first word that is no option.
      const file = /^(?:\S*\/)?(?:ba|da)?sh$|^(?:\S*\/)?(?:python3?|perl)$/.test(program) ? words.find((word) => !word.startsWith('-')) : program;
      if (file && open.test(file)) yield { at, note: `${keyword}: everybody may write where ${file} lies${host.keepalived?.scriptSecurity ? ', and keepalived disables it' : ''}` };
    }
  },
});
