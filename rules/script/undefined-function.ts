import { weakest } from '../../src/base/fact.ts';
import { nearest } from '../../src/base/text.ts';
import { scriptRule, type Fix } from '../../src/lint/rule.ts';
import { concernsCluster, effectsOf, everyStep, inScript } from '../../src/model/timeline.ts';
import type { Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/undefined-function',
  severity: 'error',
  title: 'A function is called that nothing defines.',
  needs: ['scripts'],
  docs: {
    what: 'The script calls start, stop or another name as a function, but defines none of that name, and sources no file that does. Or the name of a command is misspelt (`systcl -p`).',
    why: '"command not found": a restart that calls them does nothing and seems to have worked. Where Upstart is installed, start and stop are programs of its own that do something else.',
    repair: '`"$0" stop; "$0" start` in the branch, or functions: `start() { …; }`.',
    references: ['https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html', 'https://www.shellcheck.net/wiki/SC2218'],
  },
  proof: [{ kind: 'manual', cite: 'bash(1), EXIT STATUS', quote: 'If a command is not found, the child process created to execute it returns a status of 127.' }],
  since: '0.1.0',
  *check({ script }) {
    // What stands in an open quote is no command.
    if (!concernsCluster(script) || script.syntaxErrors.length > 0) return;
    const sources = effectsOf(script, 'source');
    // What a file defines that could not be read is not known; the libraries of init scripts are.
    if (sources.some(({ effect }) => !effect.found && !library.test(effect.path ?? ''))) return;
    const sourced = sources.length > 0 || /(?:^|[;&\s])(?:\.|source)\s+\S*functions/m.test(script.source.text.replace(/^\s*#.*$/gm, ''));
    const names = [...script.functions.keys()];
    const told = new Set<string>();
    for (const { step } of everyStep(script, (each) => inScript(script, each.at) && each.words.length > 0)) {
      const name = step.words[0]!.raw;
      if (told.has(name) || script.functions.has(name) || step.effects.length > 0 || step.wrappers.length > 0 || !/^[A-Za-z_]\w*$/.test(name)) continue;
      const slip = slipOf(script, name, names, sourced, step);
      if (!slip) continue;
      told.add(name);
      yield { at: step.at, note: slip.note, confidence: weakest(step.confidence === 'possible' ? 'likely' : step.confidence, slip.sure), ...(slip.fix ? { fix: slip.fix } : {}) };
    }
  },
});

const library = /^(?:\/etc\/(?:rc\.d\/)?init\.d\/functions|\/lib\/lsb\/init-functions|\/etc\/rc\.status|\/etc\/init\.d\/functions\.sh)$/;

/** What /etc/rc.d/init.d/functions and /lib/lsb/init-functions define, as far as no program has the name. */
const fromLibrary = /^(?:daemon|killproc|pidofproc|success|failure|passed|warning|echo_success|echo_failure|echo_passed|echo_warning|action|strstr|log_\w+_msg|start_daemon|status_of_proc|rc_status|rc_exit|rc_reset)$/;

interface Slip {
  readonly note: string;
  readonly sure: 'certain' | 'likely';
  readonly fix?: Fix;
}

function slipOf(script: Script, name: string, names: readonly string[], sourced: boolean, step: Step): Slip | undefined {
  if (/^(?:start|stop|restart|reload|usage)$/.test(name)) {
    const isAction = script.actions.some((action) => action.name === name);
    const alone = step.words.length === 1 && isAction && name !== 'usage';
    return { note: `nothing defines '${name}'${isAction ? `: it is a branch of the case, not a function` : ''}`, sure: 'certain', ...(alone ? { fix: { title: `call "$0" ${name}`, safe: false, edits: [{ at: step.at, text: `"$0" ${name}` }] } } : {}) };
  }
  const command = misspelt(name);
  if (command !== undefined && !names.includes(name)) return { note: `there is no '${name}': '${command}' is meant`, sure: 'certain', fix: { title: `call ${command}`, safe: false, edits: [{ at: step.words[0]!.at, text: command }] } };
  if (fromLibrary.test(name)) return sourced ? undefined : { note: `nothing defines '${name}': the script does not source the functions of init scripts`, sure: 'certain' };
  const pair = otherHalf(name, names);
  if (pair !== undefined && !programs.has(name)) return { note: `nothing defines '${name}'; what is defined is '${pair}'`, sure: 'certain' };
  if (sourced || name.length < 5 || programs.has(name)) return undefined;
  const twin = nearest(name, names.filter((other) => other.length >= 5));
  if (twin === undefined) return undefined;
  return { note: `nothing defines '${name}'; what is defined is '${twin}'`, sure: 'likely', fix: { title: `call '${twin}'`, safe: false, edits: [{ at: step.words[0]!.at, text: twin }] } };
}

/** Two neighbouring letters of a long command's name changed places, or one is another, there twice or not at all: no other program has such a name. */
function misspelt(name: string): string | undefined {
  if (programs.has(name)) return undefined;
  return ['ifconfig', 'ipvsadm', 'iptables', 'sysctl', 'modprobe', 'systemctl', 'basename'].find((command) => {
    if (name === command || Math.abs(name.length - command.length) > 1) return false;
    if (name.length === command.length) return [...command].filter((char, at) => char !== name[at]).length === 1 || [...command].some((_, at) => at > 0 && command.slice(0, at - 1) + command[at] + command[at - 1] + command.slice(at + 1) === name);
    const [long, short] = name.length > command.length ? [name, command] : [command, name];
    return [...long].some((char, at) => (long === command || char === long[at - 1]) && long.slice(0, at) + long.slice(at + 1) === short);
  });
}

/** `ipvsStart` for `ipvsStop`: a function of the script that has the same name but for the action in it. */
function otherHalf(name: string, names: readonly string[]): string | undefined {
  const action = /start|stop|status|add|del(?:ete)?|up|down/i;
  const halves = (text: string): string | undefined => (action.test(text) && text.replace(action, '').replace(/_/g, '') !== '' ? text.replace(action, '*') : undefined);
  const mine = halves(name);
  return mine === undefined || !/[a-z][A-Z]|_/.test(name) ? undefined : names.find((other) => halves(other) === mine);
}

/** Programs and builtins whose names functions resemble. */
const programs = new Set(`ifconfig iwconfig ipvsadm iptables ip6tables arptables arping route netstat sysctl modprobe lsmod rmmod insmod touch sleep logger service systemctl chkconfig hostname ifdown ifup killall pkill pgrep printf source export
 shift unset local declare return exit break continue eval exec trap wait true false test mkdir rmdir chmod chown mount umount cat grep egrep fgrep sort uniq head tail basename dirname readlink date uname which mail sendmail tput clear status
 keepalived ldirectord heartbeat nginx httpd apache2 haproxy conntrack ethtool vconfig brctl tunctl iptunnel tcpdump curl wget ssh rsync crontab start_daemon checkproc startproc`.split(/\s+/));
