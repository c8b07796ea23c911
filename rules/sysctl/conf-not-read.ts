import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';
import { lvsHangsOn } from '../../src/model/sysctl-names.ts';
import { assignmentsOf } from '../../src/model/sysctl.ts';

export default hostRule({
  id: 'sysctl/conf-not-read',
  severity: 'warning',
  title: 'Boot does not read /etc/sysctl.conf on this host.',
  needs: ['sysctl'],
  docs: {
    what: 'Parameters that LVS hangs on stand in /etc/sysctl.conf alone, on a host where systemd-sysctl sets them at boot and no link 99-sysctl.conf leads to that file.',
    why: 'systemd-sysctl reads the folders sysctl.d and nothing else. `sysctl -p` and `sysctl --system` do read /etc/sysctl.conf, so that all is well until the next boot.',
    repair: '`mv /etc/sysctl.conf /etc/sysctl.d/90-lvs.conf`, or `ln -s ../sysctl.conf /etc/sysctl.d/99-sysctl.conf`.',
    exceptions: 'Red Hat, and Debian before 13, have the link. Nothing is said where it cannot be known (only /etc was copied), or where a script of boot loads the file.',
    references: ['https://man7.org/linux/man-pages/man5/sysctl.d.5.html'],
  },
  proof: [{ kind: 'manual', cite: 'sysctl.d(5), SYNOPSIS', quote: '/etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf' }],
  since: '0.1.0',
  *check({ host }) {
    for (const { at, found, nearest, outcome, confidence } of faultsOf(host, 'sysctl', 'file-unread')) {
      if (found !== 'etc/sysctl.conf') continue;
      const lines = [...host.sysctls.values()].flat().filter((line) => line.at.file === found && line.by === 'config' && lvsHangsOn(line.key));
      // What another file or a script says as well is in force.
      const lost = lines.filter((line) => assignmentsOf(host, line.key).every((other) => other.by === 'config' && (other.at.file === found || other.value !== line.value)));
      const first = lost.find((line) => line.at.line === at.line) ?? lost[0];
      if (first) yield { at: first.at, note: `/${found} is not read at boot: ${outcome}; /${nearest} would be read`, confidence };
    }
  },
});
