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
