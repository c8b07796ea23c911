import { printable, type Report } from './report.ts';

/** `path:line:column: severity: title: note [id]`, one line a finding: what editors and pipelines read. */
export function gcc(report: Report): string {
  return report.findings
    .map((finding) => {
      const { at } = finding;
      const title = finding.title.replace(/\.$/, '');
      return printable(`${report.openPath(at.host, at.file)}:${at.line}:${at.column}: ${finding.severity}: ${title}: ${finding.note} [${finding.rule}]`).replaceAll('\n', ' ') + '\n';
    })
    .join('');
}
