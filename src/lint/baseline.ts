import { compareText } from '../base/origin.ts';
import { shortHash } from '../base/short-hash.ts';
import { lineAt, type SourceText } from '../base/text.ts';
import type { Finding } from './rule.ts';

/** Findings that a team lives with for now: they are not reported until they change. Version 1 of the file that `--baseline` names. */
export interface Baseline {
  readonly version: 1;
  readonly findings: readonly Accepted[];
}

/** One finding and how often it may occur. `note` is for people; the fingerprint decides. */
export interface Accepted {
  readonly rule: string;
  readonly host: string;
  readonly file: string;
  readonly fingerprint: string;
  readonly note: string;
  readonly count: number;
}

type SourceOf = (host: string, file: string) => SourceText | undefined;

/** What stays the same when lines move: the rule, the file, the text of the line without its indent, and the note without line numbers. */
function fingerprintOf(finding: Finding, sourceOf: SourceOf): string {
  const { host, file, line } = finding.at;
  const source = sourceOf(host, file);
  const text = source ? lineAt(source, line).trim() : '';
  return shortHash([finding.rule, host, file, text, finding.note.replace(/\b(line|lines) \d+/g, '$1')].join('\n'));
}

/** The baseline in which all these findings stand. */
export function baselineOf(findings: readonly Finding[], sourceOf: SourceOf): Baseline {
  const accepted = new Map<string, Accepted>();
  for (const finding of findings) {
    const fingerprint = fingerprintOf(finding, sourceOf);
    const known = accepted.get(fingerprint);
    accepted.set(fingerprint, { rule: finding.rule, host: finding.at.host, file: finding.at.file, fingerprint, note: finding.note, count: (known?.count ?? 0) + 1 });
  }
  return { version: 1, findings: [...accepted.values()].sort((a, b) => compareText(a.host, b.host) || compareText(a.file, b.file) || compareText(a.rule, b.rule) || compareText(a.fingerprint, b.fingerprint)) };
}

/** The findings that a baseline does not hold, and how many of its own are gone. */
export function withoutBaseline(findings: readonly Finding[], baseline: Baseline, sourceOf: SourceOf): { readonly findings: readonly Finding[]; readonly gone: number } {
  const left = new Map(baseline.findings.map(({ fingerprint, count }) => [fingerprint, count]));
  const kept = findings.filter((finding) => {
    const fingerprint = fingerprintOf(finding, sourceOf);
    const count = left.get(fingerprint) ?? 0;
    if (count > 0) left.set(fingerprint, count - 1);
    return count === 0;
  });
  return { findings: kept, gone: [...left.values()].reduce((sum, count) => sum + count, 0) };
}

/** A baseline from its text; a string says what is wrong. */
export function readBaseline(text: string): Baseline | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `is no JSON: ${(error as Error).message}`;
  }
  const { version, findings } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Record<keyof Baseline, unknown>>;
  if (version !== 1 || !Array.isArray(findings)) return `is no baseline of version 1, as lvs-gen lint --update-baseline writes it`;
  const wrong = findings.findIndex((one: unknown) => typeof (one as Accepted | null)?.fingerprint !== 'string' || !Number.isSafeInteger((one as Accepted).count) || (one as Accepted).count < 1);
  return wrong < 0 ? (value as Baseline) : `findings[${wrong}] has no fingerprint with a count`;
}
