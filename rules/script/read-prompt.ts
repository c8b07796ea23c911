import { scriptRule, type Fix } from '../../src/lint/rule.ts';
import { indentOf, lineEnd, standsAlone, textOf } from '../../src/lint/edits.ts';
import { effectsOf, inScript, isServiceAction, nameOfAction, placeOf, serviceName } from '../../src/model/timeline.ts';
import type { Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/read-prompt',
  severity: 'error',
  title: 'An init script asks a question at the terminal.',
  needs: ['scripts'],
  docs: {
    what: 'A script that is meant as a service reads a value, most often the VIP, from the terminal while it starts, stops or tells its status.',
    why: 'At boot and at shutdown nobody sits at the terminal: under sysvinit the boot waits for an answer for ever, under systemd standard input is /dev/null, `read` fails at once and the script goes on with an empty address. A different answer at stop than at start leaves the VIP up.',
    repair: '`[ -r /etc/sysconfig/NAME ] && . /etc/sysconfig/NAME` (Debian: /etc/default/NAME) with `VIP=…` in that file: every action then works with the same value, and without one the script refuses to start with exit status 6, as LSB asks.',
    exceptions: 'A prompt behind `[ -t 0 ]`, in a script that is no service, or in an action that only people call is not reported.',
    references: [
      'https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/iniscrptact.html',
      'https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#StandardInput=',
    ],
  },
  proof: [{ kind: 'kernel-run', breaks: 'boot' }, { kind: 'manual', cite: 'systemd.exec(5), StandardInput=', quote: 'If null is selected, standard input will be connected to /dev/null, i.e. all read attempts by the process will result in immediate EOF.' }],
  since: '0.1.0',
  *check({ script }) {
    if (!script.service) return;
    for (const { action, step, effect } of effectsOf(script, 'prompt', (done) => isServiceAction(done.action.name) && inScript(script, done.step.at))) {
      if (asksOnlyAtTerminal(action.steps, step)) continue;
      const wants = effect.variables.length > 0 ? `for ${list(effect.variables)}` : 'for an answer';
      yield { at: step.at, note: `'${short(textOf(script.source, step.at))}' waits ${wants} ${nameOfAction(action, script)}; at boot nobody answers`, confidence: step.confidence, ...fixOf(script, step, effect.variables) };
    }
  },
});

/** `[ -t 0 ]` or `tty -s` somewhere before: the script knows that it may run without a terminal. */
function asksOnlyAtTerminal(steps: readonly Step[], prompt: Step): boolean {
  const before = steps.slice(0, steps.findIndex((step) => placeOf(step.at) === placeOf(prompt.at)));
  return before.some((step) => step.name === 'tty' || ((step.name === '[' || step.name === 'test' || step.name === '[[') && step.words.some((word) => word.text === '-t')));
}

function fixOf(script: Script, step: Step, variables: readonly string[]): { readonly fix?: Fix } {
  const names = variables.filter((name) => /^[A-Za-z_]\w*$/.test(name));
  if (step.tested || names.length === 0 || names.includes('REPLY') || step.loop || !standsAlone(script.source, step.at)) return {};
  const file = `/etc/sysconfig/${serviceName(script)}`;
  const elsewhere = `/etc/default/${serviceName(script)}`;
  const lines = [
    `for settings in ${file} ${elsewhere}; do`,
    '    if [ -r "$settings" ]; then . "$settings"; fi',
    'done',
    ...names.flatMap((name) => [`if [ -z "$${name}" ]; then`, `    echo "$0: ${name} is not set: write ${name}=... into ${file}" >&2`, '    exit 6', 'fi']),
  ];
  const text = lines.join(`${lineEnd(script.source)}${indentOf(script.source, step.at.line)}`);
  return { fix: { title: `read ${list(names)} from ${file}`, safe: false, edits: [{ at: step.at, text }] } };
}

function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
