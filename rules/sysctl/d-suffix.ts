import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'sysctl/d-suffix',
  severity: 'error',
  title: 'Boot passes over a file of sysctl.d or modules-load.d because of its name.',
  needs: ['sysctl'],
  docs: {
    what: 'A file below /etc/sysctl.d sets parameters that LVS hangs on, or one below /etc/modules-load.d names its modules, and the file’s name does not end in .conf.',
    why: 'systemd-sysctl, `sysctl --system` and systemd-modules-load read *.conf alone. The file was right when it was loaded by hand (`sysctl -p FILE`), and after the next boot nothing of it is in force: real servers answer for the VIP, a director forwards nothing.',
    repair: '`mv /etc/sysctl.d/lvs /etc/sysctl.d/lvs.conf`.',
    exceptions: 'Names that say that nobody means the file to be read (.bak, .orig, .rpmsave, .disabled, .example and the like) are left alone, and so is one whose values another file gives as well. Red Hat 6 and earlier read files of any name.',
    references: ['https://man7.org/linux/man-pages/man5/sysctl.d.5.html', 'https://man7.org/linux/man-pages/man5/modules-load.d.5.html'],
  },
  proof: [{ kind: 'manual', cite: 'sysctl.d(5), CONFIGURATION DIRECTORIES AND PRECEDENCE', quote: 'Files must have the ".conf" extension.' }],
  silences: ['sysctl/nat-ip-forward-off', 'arp/ignore-missing', 'arp/announce-missing'],
  since: '0.1.0',
  *check({ host }) {
    for (const program of ['sysctl', 'modules-load'] as const) {
      for (const { at, found, nearest, outcome, confidence } of faultsOf(host, program, 'file-unread')) {
        if (found !== 'etc/sysctl.conf') yield { at, note: `boot does not read /${found}: ${outcome}; /${nearest} would be read`, confidence };
      }
    }
  },
});
