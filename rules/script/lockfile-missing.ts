import { lineAt } from '../../src/base/text.ts';
import { indentOf, lineEnd, standsAlone } from '../../src/lint/edits.ts';
import { scriptRule, type Edit, type Fix } from '../../src/lint/rule.ts';
import { changesHost } from '../../src/model/changes.ts';
import { isRedHat } from '../../src/model/red-hat.ts';
import { actionsToJudge, actionNamed, concernsCluster, effectsIn, effectsOf, inScript, liesInInit, serviceName, startSteps, stopSteps } from '../../src/model/timeline.ts';
import type { Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/lockfile-missing',
  severity: 'warning',
  title: 'A Red Hat style init script leaves no lock file.',
  needs: ['scripts'],
  docs: {
    what: 'A script with a chkconfig line, or one that sources the functions of Red Hat, has a start and a stop, but start touches no file in /var/lock/subsys.',
    why: 'On sysvinit of Red Hat the rc script calls stop at shutdown only for services whose lock file is there. Without it the VIP stays up until the host is gone, while its services are being stopped: clients run into closed ports.',
    repair: '`touch /var/lock/subsys/NAME` at the end of a start that worked, `rm -f /var/lock/subsys/NAME` at the end of stop; NAME is the name of the script.',
    exceptions: 'Under systemd, Debian and Alpine nothing looks at /var/lock/subsys.',
    references: ['https://fedoraproject.org/wiki/EPEL:SysVInitScripts'],
  },
  proof: [{ kind: 'manual', cite: 'Fedora Packaging:SysVInitScript, Careful Handling of /var/lock/subsys/<service_name> mechanism', quote: 'This is important because on shutdown, SysV init fails to stop services that do not create /var/lock/subsys/<service_name> files.' }],
  since: '0.1.0',
  *check({ script }) {
    const start = actionNamed(script, 'start');
    const stop = actionNamed(script, 'stop');
    if (!start || !stop || !(liesInInit(script) || script.header.chkconfig) || !concernsCluster(script) || !isRedHat(script)) return;
    if (startSteps(script).length === 0) return;
    const made = effectsIn(startSteps(script), 'lock').find(({ effect }) => effect.does === 'create');
    if (made) {
      const elsewhere = sourcesFunctions(script) ? lockElsewhere(script) : undefined;
      if (elsewhere !== undefined) yield { at: made.step.at, note: `start makes '${elsewhere}', but what calls stop at shutdown looks for /var/lock/subsys/${serviceName(script)} only`, related: [{ at: stop.at, note: 'never called at shutdown' }], confidence: 'likely' };
      return;
    }
    if (actionsToJudge(script).some((action) => effectsIn(action.steps, 'lock').some(({ effect }) => effect.does === 'create'))) return;
    // A lock that another rule speaks of, or a function of somebody else that may touch it.
    if (effectsOf(script, 'lock').length > 0 || startSteps(script).some((step) => step.name === undefined || /^(?:daemon|start_daemon|lock\w*|touch)$/.test(step.name))) return;
    yield { at: start.at, note: `start touches no /var/lock/subsys/${serviceName(script)}, so that nobody calls stop at shutdown`, related: [{ at: stop.at, note: 'never called at shutdown' }], confidence: 'certain', ...fixOf(script) };
  },
});

/** Written for Red Hat alone: a script with both headers may be at home on a system whose init looks for no lock. */
function sourcesFunctions(script: Script): boolean {
  return effectsOf(script, 'source').some(({ effect }) => /\/init\.d\/functions$/.test(effect.path ?? ''));
}

/** The one lock that the script keeps, where it lies below /var/lock or /run/lock but not in subsys, and every action means the same. */
function lockElsewhere(script: Script): string | undefined {
  const paths = new Set(effectsOf(script, 'lock').map(({ effect }) => effect.path));
  const [path] = paths;
  return paths.size === 1 && path !== undefined && /^\/(?:var|run)\/lock\//.test(path) && !/\/subsys\//.test(path) ? path : undefined;
}

function fixOf(script: Script): { readonly fix?: Fix } {
  const [up, down] = [lastChange(script, startSteps(script)), lastChange(script, stopSteps(script))];
  if (!up || !down) return {};
  const behind = (step: Step, text: string): Edit => {
    const end = lineAt(script.source, step.at.endLine).length + 1;
    return { at: { ...step.at, line: step.at.endLine, column: end, endColumn: end }, text: `${lineEnd(script.source)}${indentOf(script.source, step.at.line)}${text}` };
  };
  const lock = `/var/lock/subsys/${serviceName(script)}`;
  return { fix: { title: `keep ${lock} while it is started`, safe: false, edits: [behind(up, `touch ${lock}`), behind(down, `rm -f ${lock}`)] } };
}

/** The last command that changes the host, where a line can be put behind it. */
function lastChange(script: Script, steps: readonly Step[]): Step | undefined {
  const last = steps.filter((step) => step.effects.some(changesHost)).at(-1);
  return last && inScript(script, last.at) && last.loop === undefined && last.confidence === 'certain' && endsLine(script, last) ? last : undefined;
}

/** Whether a line can be put behind a command: nothing else stands on its line but what leaves where it fails, and a comment. */
function endsLine(script: Script, step: Step): boolean {
  const behind = /^[ \t]*(?:\|\|[ \t]*(?:exit|return)(?:[ \t]+\d+)?[ \t]*|;?(?:[ \t]+#.*)?)$/.exec(lineAt(script.source, step.at.endLine).slice(step.at.endColumn - 1));
  return behind !== null && (behind[0].includes('||') || !step.tested) && standsAlone(script.source, { ...step.at, endColumn: 1_000_000 });
}
