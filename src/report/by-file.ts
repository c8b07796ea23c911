import type { Finding } from '../lint/rule.ts';
import type { Report } from './report.ts';

/** Findings grouped by file, in report order, under the path as the current folder would open it. */
export function byFile(report: Report): ReadonlyMap<string, readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    const path = report.openPath(finding.at.host, finding.at.file);
    const group = groups.get(path);
    if (group) group.push(finding);
    else groups.set(path, [finding]);
  }
  return groups;
}
