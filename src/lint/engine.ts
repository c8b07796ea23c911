import { atLeast, type Confidence } from '../base/fact.ts';
import { compareSpans, compareText, showOrigin } from '../base/origin.ts';
import type { Cluster } from '../model/cluster.ts';
import type { FactKind } from '../model/words.ts';
import type { Finding, Lack, Problem, Rule, Severity, Skipped } from './rule.ts';

/** What judging a cluster gave. `broken`: rules that failed themselves, with the reason: a defect of ours, never hidden. */
export interface Verdict {
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  readonly broken: readonly { readonly rule: string; readonly reason: string }[];
}

/** Runs every rule over every subject of its scope. Pure: the same cluster gives the same verdict, in the order host, file, line, column, rule. */
export function judge(rules: readonly Rule[], cluster: Cluster): Verdict {
  const findings = new Map<string, Finding>();
  const skipped = new Map<string, { readonly rule: string; readonly host: string; readonly needs: Set<FactKind> }>();
  const broken = new Map<string, string>();
  for (const rule of rules) {
    try {
      for (const yielded of check(rule, cluster)) {
        if ('lacks' in yielded) {
          const key = `${rule.id} ${yielded.host}`;
          const entry = skipped.get(key) ?? { rule: rule.id, host: yielded.host, needs: new Set() };
          entry.needs.add(yielded.lacks);
          skipped.set(key, entry);
        } else {
          keepStronger(findings, stamp(rule, yielded));
        }
      }
    } catch (error) {
      broken.set(rule.id, error instanceof Error ? `${error.message}${error.stack ? `\n${error.stack.split('\n').slice(1, 4).join('\n')}` : ''}` : String(error));
    }
  }
  return {
    findings: sortFindings(withoutSilenced(rules, [...findings.values()])),
    skipped: [...skipped.values()]
      .map(({ rule, host, needs }) => ({ rule, host, needs: [...needs].sort(compareText) }))
      .sort((a, b) => compareText(a.host, b.host) || compareText(a.rule, b.rule)),
    broken: [...broken].map(([rule, reason]) => ({ rule, reason })),
  };
}

/** Verdicts on hosts that have nothing to do with each other as one, in the order that judging them together would give. */
export function sortVerdicts(verdicts: readonly Verdict[]): Verdict {
  return {
    findings: sortFindings(verdicts.flatMap(({ findings }) => findings)),
    skipped: verdicts.flatMap(({ skipped }) => skipped).sort((a, b) => compareText(a.host, b.host) || compareText(a.rule, b.rule)),
    broken: [...new Map(verdicts.flatMap(({ broken }) => broken.map((one) => [one.rule, one] as const))).values()].sort((a, b) => compareText(a.rule, b.rule)),
  };
}

function* check(rule: Rule, cluster: Cluster): Iterable<Problem | Lack> {
  if (rule.scope === 'cluster') {
    yield* rule.check(cluster);
    return;
  }
  for (const host of cluster.hosts) {
    if (rule.scope === 'host') yield* rule.check({ host, cluster });
    else for (const script of host.scripts) yield* rule.check({ script, host });
  }
}

function stamp(rule: Rule, problem: Problem): Finding {
  return { ...problem, rule: rule.id, severity: rule.severity, title: rule.title, confidence: problem.confidence ?? 'certain' };
}

/** One finding a rule, place and note: several ways may lead to one line (start and restart run it); the surest is kept. */
function keepStronger(findings: Map<string, Finding>, finding: Finding): void {
  const key = `${finding.rule} ${showOrigin(finding.at)} ${finding.note}`;
  const other = findings.get(key);
  if (!other || !atLeast(other.confidence, finding.confidence)) findings.set(key, finding);
}

/** A special rule silences the general one on the host where it speaks. */
function withoutSilenced(rules: readonly Rule[], findings: readonly Finding[]): readonly Finding[] {
  const silences = new Map(rules.map((rule) => [rule.id as string, rule.silences ?? []]));
  const silenced = new Set(findings.flatMap((finding) => (silences.get(finding.rule) ?? []).map((id) => `${id} ${finding.at.host}`)));
  return findings.filter((finding) => !silenced.has(`${finding.rule} ${finding.at.host}`));
}

/** The order of every report: host, file, line, column, rule. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => compareSpans(a.at, b.at) || compareText(a.rule, b.rule) || compareText(a.note, b.note));
}

/** Severity of a rule as the user wants it; `off` drops its findings. */
export type Levels = ReadonlyMap<string, Severity | 'off'>;

/** Applies the user's levels. `shellcheck` alone names all of ShellCheck's codes. */
export function withLevels(findings: readonly Finding[], levels: Levels): readonly Finding[] {
  if (levels.size === 0) return findings;
  return findings.flatMap((finding) => {
    const level = levels.get(finding.rule) ?? levels.get(finding.rule.slice(0, finding.rule.indexOf('/')));
    return level === undefined ? [finding] : level === 'off' ? [] : [{ ...finding, severity: level }];
  });
}

const severityRank: Readonly<Record<Severity, number>> = { error: 2, warning: 1, info: 0 };

/** Whether a finding makes the run fail: at or above the threshold, and sure enough (`possible` counts only for the pedantic). */
export function counts(finding: { readonly severity: Severity; readonly confidence: Confidence }, failOn: Severity | 'never', pedantic: boolean): boolean {
  if (failOn === 'never') return false;
  return severityRank[finding.severity] >= severityRank[failOn] && (pedantic || atLeast(finding.confidence, 'likely'));
}
