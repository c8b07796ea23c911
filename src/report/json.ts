import { isSpan, type Origin } from '../base/origin.ts';
import { summarise, type Report } from './report.ts';

/** The JSON report, version 1 (CONTRIBUTING tells what may change without a new version). */
export function json(report: Report): string {
  const body = {
    version: 1,
    tool: { name: 'lvs-gen', version: report.version },
    hosts: report.hosts.map(({ name, root, roles }) => ({ name, root, roles })),
    findings: report.findings.map((finding) => ({
      rule: finding.rule,
      severity: finding.severity,
      confidence: finding.confidence,
      title: finding.title,
      note: finding.note,
      ...finding.at,
      related: (finding.related ?? []).map(({ at, note }) => ({ ...place(at), note })),
      ...(finding.fix ? { fix: { title: finding.fix.title, safe: finding.fix.safe, edits: finding.fix.edits.map(({ at, text }) => ({ ...at, text })) } } : {}),
    })),
    skipped: report.skipped.map(({ rule, host, needs }) => ({ rule, host, needs })),
    unread: report.unread.map(({ at, text }) => ({ host: at.host, file: at.file, line: at.line, text })),
    summary: summarise(report),
  };
  return `${JSON.stringify(body, null, 2)}\n`;
}

function place(at: Origin): object {
  return isSpan(at) ? at : { host: at.host, default: at.default };
}
