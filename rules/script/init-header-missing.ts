import { lineAt } from '../../src/base/text.ts';
import { beforeLine, lineEnd, linePlace } from '../../src/lint/edits.ts';
import { scriptRule } from '../../src/lint/rule.ts';
import { isRedHat } from '../../src/model/red-hat.ts';
import { concernsCluster, directs, effectsOf, liesInInit, serviceName } from '../../src/model/timeline.ts';
import type { Script } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/init-header-missing',
  severity: 'warning',
  title: 'An init script has neither an LSB header nor a chkconfig line.',
  needs: ['scripts'],
  docs: {
    what: 'A script that is meant as a service holds no `### BEGIN INIT INFO` block and no `# chkconfig:` line.',
    why: '`chkconfig --add` refuses it ("service does not support chkconfig"), insserv and update-rc.d do not know what must run before it, systemd-sysv-generator starts it without an order after the network: after a reboot the VIP or the table is not there, or comes before its device.',
    repair: 'Both headers below the #! line: `# chkconfig: 2345 90 10` with a `# description:`, and an LSB block with Provides (unique), Required-Start: $network, Required-Stop: $network, Default-Start: 2 3 4 5, Default-Stop: 0 1 6 and Short-Description.',
    exceptions: 'A script that is started by a unit of systemd, by rc.local or by a cluster manager needs no header; OpenRC has its own way to say the order.',
    references: ['https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/initscrcomconv.html', 'https://www.freedesktop.org/software/systemd/man/latest/systemd-sysv-generator.html', 'https://linux.die.net/man/8/chkconfig'],
  },
  proof: [
    { kind: 'manual', cite: 'chkconfig(8), RUNLEVEL FILES', quote: 'Each service which should be manageable by chkconfig needs two or more commented lines added to its init.d script.' },
    { kind: 'manual', cite: 'systemd-sysv-generator(8)', quote: 'LSB headers in SysV init scripts are interpreted, and the ordering specified in the header is turned into dependencies between the generated unit and other units.' },
  ],
  since: '0.1.0',
  *check({ script }) {
    if (!script.service || script.header.chkconfig || script.header.lsb || !concernsCluster(script)) return;
    if (/openrc-run|runscript|rc\.common/.test(script.shebang?.interpreter ?? lineAt(script.source, 1)) || !dispatches(script) || wantsMore(script)) return;
    const at = script.shebang?.at ?? linePlace(script.source, 1);
    yield {
      at,
      note: `'${serviceName(script)}' says neither in an LSB header nor in a chkconfig line when it is to be started`,
      confidence: liesInInit(script) ? 'certain' : 'likely',
      fix: { title: 'add the header', safe: true, edits: [{ at: beforeLine(script.source, script.shebang ? 2 : 1), text: header(script) }] },
    };
  },
});

/** Something that an init system can start: a dispatch, or a script that lies in init.d and does it all at once. */
function dispatches(script: Script): boolean {
  // What lies in a folder of programs is started by something else: a unit, a cron table, people.
  if (/(?:^|\/)s?bin\/[^/]+$/.test(script.file)) return false;
  return liesInInit(script) || script.actions.some(({ name }) => name === 'start') || script.actions.some(({ name }) => name === 'stop');
}

/** A script whose second argument matters is called by people or by another script. */
function wantsMore(script: Script): boolean {
  return !liesInInit(script) && /^[ \t]*(?:\w+=)?"?\$\{?2\b/m.test(script.source.text);
}

function header(script: Script): string {
  const name = serviceName(script).replace(/\.sh$/, '');
  const what = directs(script) ? 'LVS director' : 'LVS real server';
  // A chkconfig line makes it a service of Red Hat, which then wants a lock file too; chkconfig reads the LSB header as well.
  const lines = [
    ...(isRedHat(script) || effectsOf(script, 'lock').length > 0 ? ['# chkconfig: 2345 90 10', `# description: ${what}`] : []),
    '### BEGIN INIT INFO',
    `# Provides:          ${name}`,
    '# Required-Start:    $local_fs $network',
    '# Required-Stop:     $local_fs $network',
    '# Default-Start:     2 3 4 5',
    '# Default-Stop:      0 1 6',
    `# Short-Description: ${what}`,
    '### END INIT INFO',
  ];
  return (script.shebang && script.source.lineStarts.length === 1 ? lineEnd(script.source) : '') + lines.map((line) => line + lineEnd(script.source)).join('');
}
