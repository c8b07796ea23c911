import { scriptRule } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import type { Step } from '../../src/model/script.ts';
import { concernsCluster, inScript, startSteps } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'sysctl/append-not-idempotent',
  severity: 'warning',
  title: 'A script appends to a sysctl file every time it runs.',
  needs: ['scripts'],
  docs: {
    what: 'A script that makes a host a director or real server appends its parameters (`>>`, `tee -a`) to /etc/sysctl.conf or a file of sysctl.d, without looking whether they are there.',
    why: 'The file grows with every start. Its last line wins: a value that somebody changes above is written over at boot by one of the copies below, and stop never takes them out, so that the host stays a real server after it has left the cluster.',
    repair: 'Write a file of one’s own, whole: `printf "net.ipv4.conf.all.arp_ignore = 1\\nnet.ipv4.conf.all.arp_announce = 2\\n" > /etc/sysctl.d/90-lvs.conf`; a script of init.d writes to /proc/sys and needs no file at all.',
    exceptions: 'Silent where the script looks first (`grep -q … || echo … >>`), or takes old lines out before (`sed -i`). For a script that is no service, and may be meant to run once, it is told as possible.',
    references: ['https://man7.org/linux/man-pages/man5/sysctl.d.5.html'],
  },
  proof: [{ kind: 'manual', cite: 'bash(1), Appending Redirected Output', quote: 'Redirection of output in this fashion causes the file whose name results from the expansion of word to be opened for appending' }],
  since: '0.1.0',
  *check({ script }) {
    if (!concernsCluster(script) || !startSteps(script).some((step) => appendsTo(step) !== undefined)) return;
    const cleaned = new Set<string>();
    const appended = new Map<string, Step[]>();
    for (const step of startSteps(script)) {
      const file = appendsTo(step);
      if (file === undefined) {
        for (const path of rewrites(step)) cleaned.add(path);
      } else if (!cleaned.has(file) && step.confidence === 'certain' && !step.aside && inScript(script, step.at)) appended.set(file, [...(appended.get(file) ?? []), step]);
    }
    for (const [file, steps] of appended) {
      const at = steps[0]!.at;
      yield { at, note: `every run appends ${steps.length > 1 ? `these ${steps.length} lines` : 'this'} to ${file} once more`, related: otherPlaces(at, steps.slice(1).map((step) => ({ at: step.at, note: 'appended as well' }))), confidence: script.service ? 'certain' : 'possible' };
    }
  },
});

const sysctlFile = /^\/etc\/sysctl(?:\.conf$|\.d\/.+)/;

/** The sysctl file that a command appends parameters to. */
function appendsTo(step: Step): string | undefined {
  if (!step.effects.some((effect) => effect.kind === 'sysctl' && effect.target === 'file')) return undefined;
  const target = step.redirects.find(({ operator }) => /^1?>>$|^&>>$/.test(operator))?.target?.text;
  if (target !== undefined) return sysctlFile.test(target) ? target : undefined;
  const texts = step.words.map(({ text }) => text);
  return step.name === 'tee' && texts.some((text) => text === '-a' || text === '--append') ? texts.find((text) => text !== undefined && sysctlFile.test(text)) : undefined;
}

/** The sysctl files that a command writes anew or takes lines out of. */
function rewrites(step: Step): readonly string[] {
  const files = step.words.flatMap(({ text }) => (text !== undefined && sysctlFile.test(text) ? [text] : []));
  const written = step.redirects.flatMap(({ operator, target }) => (/^1?>\|?$/.test(operator) && target?.text !== undefined ? [target.text] : []));
  return /^(?:sed|perl|cp|mv|rm|install|tee|augtool|crudini|sysctl_set|ed|awk)$/.test(step.name ?? '') ? [...files, ...written] : written;
}
