import type { Finding } from './rule.ts';

/** Releases of a program for which a finding holds: from `since` on, and up to `upTo`; each left out where there is no bound. */
export interface ReleaseSpan {
  readonly program: 'keepalived';
  readonly since?: string;
  readonly upTo?: string;
}

/** The release of each program that the user says is installed; of others the newest is meant. */
export type Releases = { readonly [program in ReleaseSpan['program']]?: string };

/** Findings that hold for the releases that are installed. */
export function forReleases(findings: readonly Finding[], releases: Releases): readonly Finding[] {
  return findings.filter(({ releases: span }) => {
    if (!span) return true;
    const installed = releases[span.program];
    if (installed === undefined) return span.upTo === undefined;
    return (span.since === undefined || compareReleases(installed, span.since) >= 0) && (span.upTo === undefined || compareReleases(installed, span.upTo) <= 0);
  });
}

/** Orders releases by their numbers: 2.0.9 before 2.0.20; 2.2 stands for 2.2.0. */
export function compareReleases(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let at = 0; at < 3; at++) {
    const order = (left[at] ?? 0) - (right[at] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}
