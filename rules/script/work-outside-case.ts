import { scriptRule } from '../../src/lint/rule.ts';
import { textOf } from '../../src/lint/edits.ts';
import { changesTraffic } from '../../src/model/changes.ts';
import { actionNamed, concernsCluster, inScript, placeOf } from '../../src/model/timeline.ts';
import type { Effect, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/work-outside-case',
  severity: 'warning',
  title: 'A script changes the host whatever it is asked to do.',
  needs: ['scripts'],
  docs: {
    what: 'Commands that change addresses, routes, kernel parameters, the table or the filter stand outside the case that tells start from stop and status.',
    why: 'They run for every action: a monitoring that asks for the status once a minute sets up half of the service on a host that was stopped, and stop begins by starting.',
    repair: 'Move the lines into the branch `start)`.',
    references: ['https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/iniscrptact.html'],
  },
  proof: [{ kind: 'manual', cite: 'LSB Core 5.0, 22.2 Init Script Actions', quote: 'status print the current status of the service' }],
  since: '0.1.0',
  *check({ script }) {
    const top = actionNamed(script, 'top');
    if (!top || !concernsCluster(script) || !(actionNamed(script, 'start') || actionNamed(script, 'stop'))) return;
    const places = new Map<string, Step>();
    for (const step of top.steps) if (inScript(script, step.at) && step.confidence !== 'possible' && step.effects.some((effect) => changesTraffic(effect) && !isFlush(effect))) places.set(placeOf(step.at), step);
    const [first, ...others] = [...places.values()];
    if (!first) return;
    const text = textOf(script.source, first.at).replace(/\s+/g, ' ');
    yield {
      at: first.at,
      note: `'${text.length > 60 ? `${text.slice(0, 57)}...` : text}'${others.length > 0 ? ` and ${others.length} more` : ''} ${others.length > 0 ? 'run' : 'runs'} on every action, status and stop too`,
      related: others.slice(0, 10).map((step) => ({ at: step.at, note: 'runs on every action too' })),
      confidence: first.confidence,
    };
  },
});

/** script/firewall-flushed tells of it, and when it runs. */
function isFlush(effect: Effect): boolean {
  return effect.kind === 'firewall' && (effect.does === 'flush' || effect.does === 'delete-chain');
}
