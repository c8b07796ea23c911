import { scriptRule, type Edit } from '../../src/lint/rule.ts';
import { concernsCluster, everyStep, inScript } from '../../src/model/timeline.ts';
import type { Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/path-mixed',
  severity: 'info',
  title: 'A command is called with its folder here and without it there.',
  needs: ['scripts'],
  docs: {
    what: 'The script calls one program both as /sbin/ipvsadm and as ipvsadm, and sets no PATH of its own.',
    why: 'The PATH of init, cron or a cluster manager need not hold /sbin or /usr/sbin: one half of the script works and the other does not. Where two versions are installed, two different programs run.',
    repair: '`PATH=/sbin:/usr/sbin:/bin:/usr/bin` at the top and bare names, or one absolute path everywhere.',
    references: ['https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/iniscrptact.html'],
  },
  proof: [{ kind: 'manual', cite: 'LSB Core 5.0, 22.2 Init Script Actions', quote: 'init scripts shall not depend on the values of these environment variables. They should set them to some known/default values if they are needed.' }],
  since: '0.1.0',
  *check({ script }) {
    if (!script.service || !concernsCluster(script) || script.assignments.some(({ name }) => name === 'PATH') || /(?:^|\n)\s*(?:export\s+)?PATH=/.test(script.source.text)) return;
    const calls = new Map<string, { readonly bare: Step[]; readonly full: Step[] }>();
    for (const { step } of everyStep(script, (each) => inScript(script, each.at))) {
      const raw = step.words[0]?.raw ?? '';
      const name = /^(?:(\/(?:usr\/)?(?:local\/)?s?bin\/))?(ipvsadm|ifconfig|ip|route|iptables|arptables|sysctl|modprobe|arping)$/.exec(raw);
      if (!name) continue;
      const entry = calls.get(name[2]!) ?? { bare: [], full: [] };
      (name[1] === undefined ? entry.bare : entry.full).push(step);
      calls.set(name[2]!, entry);
    }
    for (const [name, { bare, full }] of calls) {
      const [first, ...others] = bare;
      const path = full[0]?.words[0]?.raw;
      if (!first || path === undefined) continue;
      const edits = bare.map((step): Edit => ({ at: step.words[0]!.at, text: path }));
      yield {
        at: first.words[0]!.at,
        note: `'${name}' is called without its folder, and as '${path}' at line ${full[0]!.at.line}`,
        related: [{ at: full[0]!.words[0]!.at, note: `'${path}'` }, ...others.map((step) => ({ at: step.words[0]!.at, note: 'without its folder too' }))],
        fix: { title: `call ${path} everywhere`, safe: true, edits: edits as [Edit, ...Edit[]] },
      };
    }
  },
});
