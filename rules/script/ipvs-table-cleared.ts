import { scriptRule, type Edit, type Fix } from '../../src/lint/rule.ts';
import { indentOf, lineEnd, removeCommands, standsAlone } from '../../src/lint/edits.ts';
import { concernsCluster, effectsIn, effectsOf, inScript, isServiceAction, nameOfAction, refillOf, serviceMeant, startSteps } from '../../src/model/timeline.ts';
import type { Script, ServiceKey, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/ipvs-table-cleared',
  severity: 'warning',
  title: 'A script clears the whole IPVS table.',
  needs: ['scripts'],
  docs: {
    what: 'Start or stop runs `ipvsadm -C`, which deletes every virtual service of the host, not only those that the script adds.',
    why: 'Services of keepalived, ldirectord, another script or another administrator vanish without a word: their clients get a reset or a timeout, and their manager, which believes that they are there, does not add them again.',
    repair: '`ipvsadm -D -t VIP:PORT` for each service that the script adds; before `-A` on start with `2>/dev/null`, so that a second start does not fail.',
    exceptions: 'On a director where one script alone owns the table, clearing it does no harm: silence the finding with an ignore comment.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), -C', quote: 'Clear the virtual server table.' }],
  since: '0.1.0',
  *check({ script }) {
    if (!concernsCluster(script)) return;
    // A script that loads the whole table from a file is the table's owner.
    if (effectsOf(script, 'ipvs', ({ effect }) => effect.does === 'restore').length > 0 && keysOf(startSteps(script)).length === 0) return;
    for (const { action, step } of effectsOf(script, 'ipvs', ({ action: in_, effect }) => effect.does === 'clear' && isServiceAction(in_.name))) {
      // In the loop that adds the services it is a fault of another kind: script/ipvsadm-clear-in-loop.
      if (refillOf(action, step)) continue;
      const own = keysOf(startSteps(script)).length;
      yield {
        at: step.at,
        note: `'${step.words.map((word) => word.raw).join(' ')}' deletes every service of the host ${nameOfAction(action, script)}${own > 0 ? `, not only the ${own === 1 ? 'one' : own} that this script adds` : ''}`,
        confidence: step.confidence,
        ...fixOf(script, step, action.name),
      };
    }
  },
});

/** Commands that add a service, with the words that name it: one each. */
function keysOf(steps: readonly Step[]): readonly { readonly step: Step; readonly key: string }[] {
  const found = new Map<string, Step>();
  for (const { step, effect } of effectsIn(steps, 'ipvs')) {
    const service = serviceMeant(effect, 'add-service');
    const key = service && keyWords(service);
    if (key !== undefined && !found.has(key)) found.set(key, step);
  }
  return [...found].map(([key, step]) => ({ step, key }));
}

function keyWords(service: ServiceKey): string | undefined {
  const word = service.word;
  if (!word) return undefined;
  const raw = word.variables.length > 0 && !word.quoted && !/["'\\]/.test(word.raw) ? `"${word.raw}"` : word.raw;
  if (service.by === 'fwmark') return `-f ${raw}${service.family === 6 ? ' -6' : ''}`;
  return `${{ tcp: '-t', udp: '-u', sctp: '--sctp-service' }[service.protocol]} ${raw}`;
}

function fixOf(script: Script, step: Step, action: string): { readonly fix?: Fix } {
  if (!inScript(script, step.at) || step.tested || step.effects.length > 1) return {};
  const own = keysOf(startSteps(script));
  const title = 'delete only the services that this script adds';
  if (own.length === 0) return { fix: { title: 'leave the services of others alone', safe: false, edits: removeCommands(script.source, [step.at]) as [Edit, ...Edit[]] } };
  // Variables of a loop or of a function's arguments hold no value where the table is cleared.
  if (own.some(({ step: adds }) => adds.loop !== undefined || !inScript(script, adds.at) || usesArguments(adds))) return {};
  const command = step.words[0]!.raw;
  const lines = own.map(({ key }) => `${command} -D ${key}${action === 'stop' ? '' : ' 2>/dev/null || true'}`);
  if (lines.length > 1 && !standsAlone(script.source, step.at)) return {};
  return { fix: { title, safe: false, edits: [{ at: step.at, text: lines.join(`${lineEnd(script.source)}${indentOf(script.source, step.at.line)}`) }] } };
}

function usesArguments(step: Step): boolean {
  return step.words.some((word) => word.variables.some((name) => /^(?:\d+|[@*])$/.test(name)));
}
