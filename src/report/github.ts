import type { Severity } from '../lint/rule.ts';
import { printable, type Report } from './report.ts';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/** Workflow commands: GitHub shows each at its line of the change (docs.github.com, "Workflow commands for GitHub Actions"). */
export function github(report: Report): string {
  return report.findings
    .map((finding) => {
      const { at } = finding;
      const related = (finding.related ?? []).map((place) => `\n${'file' in place.at ? `${report.openPath(place.at.host, place.at.file)}:${place.at.line}` : place.at.default}: ${place.note}`).join('');
      // Columns only where they lie in one line: GitHub drops an annotation whose end column has no start line of its own.
      const columns = at.endLine === at.line ? `,col=${at.column},endColumn=${Math.max(at.column, at.endColumn - 1)}` : '';
      const properties = `file=${property(report.openPath(at.host, at.file))},line=${at.line},endLine=${at.endLine}${columns},title=${property(`${finding.rule}: ${finding.title}`)}`;
      return `::${commands[finding.severity]} ${properties}::${data(finding.note + related)}\n`;
    })
    .join('');
}

function data(text: string): string {
  return printable(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
