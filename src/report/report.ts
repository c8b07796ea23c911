import type { Span } from '../base/origin.ts';
import type { SourceText } from '../base/text.ts';
import type { Finding, Skipped } from '../lint/rule.ts';

/** All that a report shows: what was judged and what came out. A format turns it into a string and decides nothing. */
export interface Report {
  readonly version: string;
  readonly hosts: readonly { readonly name: string; readonly root: string; readonly roles: readonly string[] }[];
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  readonly unread: readonly { readonly at: Span; readonly text: string }[];
  /** Count of files whose text was read. */
  readonly files: number;
  /** Path of a file as the current folder would open it. */
  openPath(host: string, file: string): string;
  source(host: string, file: string): SourceText | undefined;
  readonly color: boolean;
  /** Only findings, no skipped rules and no summary. */
  readonly quiet: boolean;
}

/** Counts by severity. */
export function summarise(report: Report): { readonly error: number; readonly warning: number; readonly info: number; readonly files: number; readonly hosts: number } {
  const count = (severity: string): number => report.findings.filter((finding) => finding.severity === severity).length;
  return { error: count('error'), warning: count('warning'), info: count('info'), files: report.files, hosts: report.hosts.length };
}

/** `1 error`, `2 errors`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** Text without control characters, so that a file's bytes cannot steer a terminal. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The verdict in one line, for stderr. */
export function verdictLine(report: Report): string {
  const sum = summarise(report);
  const found = (['error', 'warning', 'info'] as const).filter((severity) => sum[severity] > 0).map((severity) => (severity === 'info' ? `${sum.info} info` : plural(sum[severity], severity)));
  const skipped = report.skipped.length > 0 ? `, ${plural(report.skipped.length, 'check')} skipped` : '';
  const unread = report.unread.length > 0 ? `, ${plural(report.unread.length, 'line')} not understood` : '';
  return `${found.length > 0 ? found.join(', ') : 'no findings'} in ${plural(sum.files, 'file')} of ${plural(sum.hosts, 'host')}${skipped}${unread}`;
}
