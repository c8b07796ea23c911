import { scriptRule, type Fix } from '../../src/lint/rule.ts';
import { concernsCluster, effectsIn, inScript, serviceMeant, startSteps, timeline } from '../../src/model/timeline.ts';
import type { Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/status-lockfile-only',
  severity: 'warning',
  title: 'Status trusts a lock file and does not look at the kernel.',
  needs: ['scripts'],
  docs: {
    what: 'Status decides by the lock file alone; whether the VIP is held or the table is filled is not asked.',
    why: 'A lock file survives a crash, an `ipvsadm -C` and an `ip addr del`. Status then says "running" on a host that serves nobody, and monitoring believes it.',
    repair: '`ipvsadm -Ln -t VIP:PORT >/dev/null 2>&1` on a director, `ip -o addr show dev lo to VIP/32 | grep -q inet` on a real server; the lock only to tell 2 (dead, lock left) from 3 (stopped).',
    references: ['https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/iniscrptact.html'],
  },
  proof: [{ kind: 'manual', cite: 'LSB Core 5.0, 22.2 Init Script Actions', quote: '2 program is dead and /var/lock lock file exists' }],
  since: '0.1.0',
  *check({ script }) {
    const steps = timeline(script, 'status');
    if (!steps || !script.service || !concernsCluster(script)) return;
    const test = effectsIn(steps, 'lock').find(({ effect }) => effect.does === 'test');
    if (!test || steps.some(asksKernel)) return;
    yield { at: test.step.at, note: `status asks only whether '${test.effect.path ?? 'the lock file'}' is there, which a crash or an 'ipvsadm -C' leaves behind`, confidence: test.step.confidence === 'possible' ? 'likely' : test.step.confidence, ...fixOf(script, test.step) };
  },
});

/** A look at the kernel whose answer is used: tested, or read by a filter. A listing that is only printed decides nothing. */
function asksKernel(step: Step): boolean {
  if (step.name === undefined) return true;
  if (/^(?:[ef]?grep|awk|gawk|sed|wc|cut|head|tail|status|pidof|pgrep|statusproc|ps)$/.test(step.name)) return true;
  return step.tested && !/^(?:\[|\[\[|test|echo|printf|true|false|:|return|exit|break|continue|local)$/.test(step.name);
}

/** The lock's test gives way to a question to the table, where start adds one service by variables of the script. */
function fixOf(script: Script, test: Step): { readonly fix?: Fix } {
  const services = effectsIn(startSteps(script), 'ipvs').flatMap(({ step, effect }) => {
    const service = serviceMeant(effect, 'add-service');
    return service?.by === 'address' && service.protocol === 'tcp' && service.word ? [{ step, word: service.word }] : [];
  });
  const [first] = services;
  const raws = test.words.map((word) => word.raw);
  const asks = /^\[ (! )?-[aefrs] \S+ \]$/.exec(raws.join(' '));
  if (!first || services.some(({ word }) => word.raw !== first.word.raw) || first.step.loop || !asks || !inScript(script, test.at) || first.word.variables.some((name) => !script.assignments.some((assigned) => assigned.name === name))) return {};
  const key = first.word.raw.includes('"') ? first.word.raw : `"${first.word.raw}"`;
  return { fix: { title: 'ask the IPVS table', safe: false, edits: [{ at: test.at, text: `${asks[1] ? '! ' : ''}${first.step.words[0]!.raw} -Ln -t ${key} > /dev/null 2>&1` }] } };
}
