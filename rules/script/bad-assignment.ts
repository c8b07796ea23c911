import { parseCidr } from '../../src/base/ip.ts';
import { scriptRule, type Fix } from '../../src/lint/rule.ts';
import { concernsCluster, everyStep, inScript } from '../../src/model/timeline.ts';
import type { Script, Step } from '../../src/model/script.ts';
import { textOf } from '../../src/lint/edits.ts';

export default scriptRule({
  id: 'script/bad-assignment',
  severity: 'warning',
  title: 'What looks like an assignment runs a command.',
  needs: ['scripts'],
  docs: {
    what: 'An assignment is written with a space beside its `=`, with a `$` in front of the name, or with a dash in it: `VIP = 10.0.0.1`, `VIP= 10.0.0.1`, `$VIP=10.0.0.1`.',
    why: 'The shell looks for a command of that name, finds none, and goes on with an empty variable. Every command that uses it then lacks its address.',
    repair: '`VIP=10.0.0.1`: no space, no $.',
    references: ['https://www.shellcheck.net/wiki/SC2283', 'https://www.shellcheck.net/wiki/SC2281'],
  },
  proof: [{ kind: 'manual', cite: 'bash(1), PARAMETERS', quote: 'A variable may be assigned to by a statement of the form name=[value]' }],
  since: '0.1.0',
  *check({ script }) {
    if (script.syntaxErrors.length > 0 || (!concernsCluster(script) && !script.service)) return;
    for (const { step } of everyStep(script, (each) => inScript(script, each.at))) {
      const slip = slipOf(script, step);
      if (!slip) continue;
      const { text, meant, why } = slip;
      yield { at: step.at, note: `'${text}' ${why}`, confidence: step.confidence, ...(meant === undefined ? {} : fixOf(step, meant)) };
    }
  },
});

interface Slip {
  readonly text: string;
  readonly meant: string | undefined;
  readonly why: string;
}

function slipOf(script: Script, step: Step): Slip | undefined {
  const [first, second, third] = step.words;
  if (!first || step.effects.length > 0) return undefined;
  const text = textOf(script.source, step.at);
  const name = /^[A-Za-z_]\w*$/.test(first.raw) ? first.raw : undefined;
  if (name !== undefined && second?.raw.startsWith('=') && !second.raw.startsWith('==')) {
    const rest = second.raw === '=' ? third : undefined;
    const value = second.raw === '=' ? (rest?.raw ?? '') : second.raw.slice(1);
    return { text, meant: step.words.length === (rest ? 3 : 2) && step.redirects.length === 0 ? `${name}=${value}` : undefined, why: `runs a command '${name}' and assigns nothing` };
  }
  const dollar = /^\$\{?([A-Za-z_]\w*)\}?=(.*)$/s.exec(first.raw);
  if (dollar && !/^\$\{[^}]*=/.test(first.raw.replace(/\}.*$/s, ''))) return { text, meant: step.words.length === 1 ? `${dollar[1]}=${dollar[2]}` : undefined, why: `runs a command and does not set '${dollar[1]}'` };
  // `VLAN-IP=10.0.0.1`: a name of a variable holds no dash.
  const dashed = /^([A-Za-z_]\w*(?:-\w+)+)=(.+)$/s.exec(first.raw);
  if (dashed && step.words.length === 1 && !/^\//.test(first.raw)) return { text, meant: `${dashed[1]!.replaceAll('-', '_')}=${dashed[2]}`, why: `runs a command: '${dashed[1]}' is no name of a variable` };
  // `VIP= 10.0.0.1`: the address is the command, with an empty VIP in its environment.
  const empty = /^([A-Za-z_]\w*)=[ \t]+(\S+)$/.exec(text);
  if (empty && step.words.length === 1 && parseCidr(first.text ?? '', 'host')) return { text, meant: `${empty[1]}=${empty[2]}`, why: `runs a command '${first.text}' and leaves '${empty[1]}' as it was` };
  return undefined;
}

function fixOf(step: Step, meant: string): { readonly fix?: Fix } {
  return step.tested ? {} : { fix: { title: `assign: ${meant}`, safe: false, edits: [{ at: step.at, text: meant }] } };
}
