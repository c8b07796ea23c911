import { scriptRule, type Fix } from '../../src/lint/rule.ts';
import { everyStep, inScript, liesInInit } from '../../src/model/timeline.ts';
import type { Redirect, Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/sudo-redirect',
  severity: 'error',
  title: 'A redirect into a file of root stands behind sudo.',
  needs: ['scripts'],
  docs: {
    what: 'A command under sudo writes into /proc, /sys or /etc by a redirect: `sudo echo 1 > /proc/sys/net/ipv4/ip_forward`.',
    why: 'The shell opens the file before it starts sudo, as the user who calls the script: "Permission denied", and the parameter stays what it was.',
    repair: '`echo 1 | sudo tee /proc/sys/net/ipv4/ip_forward >/dev/null`, or `sudo sysctl -w net.ipv4.ip_forward=1`.',
    exceptions: 'A script in init.d runs as root: there the redirect works, and is not reported.',
    references: ['https://www.shellcheck.net/wiki/SC2024'],
  },
  proof: [{ kind: 'manual', cite: 'bash(1), REDIRECTION', quote: 'Before a command is executed, its input and output may be redirected using a special notation interpreted by the shell.' }],
  since: '0.1.0',
  *check({ script }) {
    if (liesInInit(script) || /(?:^|\/)rc\.local$/.test(script.file)) return;
    for (const { step } of everyStep(script, (each) => each.wrappers.includes('sudo') && inScript(script, each.at))) {
      const redirect = step.redirects.find((each) => /^1?>>?$/.test(each.operator) && /^\/(?:proc|sys|etc)\//.test(each.target?.text ?? ''));
      if (!redirect) continue;
      yield { at: step.at, note: `'${redirect.target!.text}' is opened by the shell, before sudo has made it root`, confidence: step.confidence, ...fixOf(script, step, redirect) };
    }
  },
});

function fixOf(script: Script, step: Step, redirect: Redirect): { readonly fix?: Fix } {
  if (step.name !== 'echo' || step.wrappers.length !== 1 || step.redirects.length !== 1 || step.tested) return {};
  const words = step.words.map((word) => word.raw).join(' ');
  void script;
  return { fix: { title: 'let tee write as root', safe: false, edits: [{ at: step.at, text: `${words} | sudo tee ${redirect.operator.endsWith('>>') ? '-a ' : ''}${redirect.target!.raw} > /dev/null` }] } };
}
