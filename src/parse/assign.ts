import type { Assignment } from '../model/sysctl.ts';
import type { HostDraft } from './draft.ts';

const counters = new WeakMap<HostDraft['sysctls'], { next: number }>();

/** Puts an assignment on a draft behind all that were put before, whatever their keys: `order` is its place in boot. */
export function assign(draft: Pick<HostDraft, 'sysctls'>, assignment: Assignment): void {
  const lines = draft.sysctls.get(assignment.key);
  const stamped = { ...assignment, order: nextOrder(draft.sysctls) };
  if (lines) lines.push(stamped);
  else draft.sysctls.set(assignment.key, [stamped]);
}

function nextOrder(sysctls: HostDraft['sysctls']): number {
  const counter = counters.get(sysctls) ?? { next: 1 };
  counters.set(sysctls, counter);
  return counter.next++;
}

/** Gives those assignments an order that were put on a draft without one, as late as now: per key as listed, across keys by `rank`. */
export function stampOrder(draft: Pick<HostDraft, 'sysctls'>, by: Assignment['by'], rank: (assignment: Assignment) => number): void {
  const bare = [...draft.sysctls.values()].flatMap((lines) => lines.flatMap((line, index) => (line.order === undefined ? [{ lines, index, rank: rank(line) }] : [])));
  bare.sort((a, b) => a.rank - b.rank);
  for (const { lines, index } of bare) lines[index] = { ...(by ? { by } : {}), ...lines[index]!, order: nextOrder(draft.sysctls) };
}
