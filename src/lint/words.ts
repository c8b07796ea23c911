import { isSpan, showOrigin, type Span } from '../base/origin.ts';
import type { Place } from './rule.ts';

/** `a`, `a and b`, `a, b and c`: for notes. Doubles are named once. */
export function listed(items: Iterable<string>): string {
  const all = [...new Set(items)];
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

/** Related places without doubles and without the primary place, in the order given. */
export function otherPlaces(primary: Span, places: Iterable<Place>): readonly Place[] {
  const seen = new Set<string>([showOrigin(primary)]);
  const kept: Place[] = [];
  for (const place of places) {
    const key = isSpan(place.at) ? showOrigin(place.at) : `${showOrigin(place.at)} ${place.note}`;
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(place);
  }
  return kept;
}

/** A line as another one names it: `line 11` of the same file, else `/etc/sysctl.conf:11`. */
export function seenFrom(from: Span, at: Span): string {
  return at.file === from.file && at.host === from.host ? `line ${at.line}` : `/${at.file}:${at.line}`;
}
