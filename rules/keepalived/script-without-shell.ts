import { hostRule } from '../../src/lint/rule.ts';

/** A word that only a shell understands. */
const shellWord = /^(?:&&|\|\|?|;|&|[0-9]?>>?&?[0-9]?|<|(?:[0-9&]?>>?|<)[^\s=]+)$|;$|^\$\(|^`/;
const withShell = /(?:^|[\s/])(?:ba|da|a|k|z)?sh\s+(?:-\w+\s+)*-\w*c\b/;

export default hostRule({
  id: 'keepalived/script-without-shell',
  severity: 'error',
  title: 'A command of keepalived holds shell syntax, but no shell runs it.',
  needs: ['services'],
  docs: {
    what: 'A check or notify script uses `&&`, `||`, a pipe, a semicolon or a redirection without `sh -c`.',
    why: 'keepalived runs the first word as a program and hands it all the others as arguments: `[ -e FILE ] && exit 1` is a test that always fails, `a.sh; b.sh` looks for a program with a semicolon in its name. Where the first word is none, /bin/sh is tried, which does not know /dev/tcp on Debian and Ubuntu.',
    repair: 'Put the commands into a script of their own, or write `script "/bin/bash -c \'…\'"`.',
    exceptions: 'Words within inner quotes, as in a pattern for grep.',
    references: ['https://github.com/acassen/keepalived/issues/1926'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived 2.2.7 on Debian 12, a vrrp_script with "[ -e /etc/passwd ] && exit 0 || exit 1"', quote: 'VRRP_Script(b) failed (exited with status 2)' }],
  since: '0.1.0',
  *check({ host }) {
    for (const { keyword, command, at } of host.keepalived?.scripts ?? []) {
      // `<string>` is a place that someone was to fill.
      if (withShell.test(command) || /^<[^<>/]*>/.test(command)) continue;
      const word = command.replace(/'[^']*'|"[^"]*"/g, 'x').split(/\s+/).find((each) => shellWord.test(each));
      if (word === undefined) continue;
      // What begins with a redirection is no program, and goes to /bin/sh after all: to bash on some systems.
      if (command.startsWith('<')) yield { at, note: `${keyword}: '${command}' goes to /bin/sh, which knows /dev/tcp only where it is bash`, confidence: 'possible' };
      else yield { at, note: `${keyword}: keepalived runs no shell, so that '${word}' in '${command}' is ${command.startsWith(word) ? 'no program' : 'an argument'}` };
    }
  },
});
