import { byFile } from './by-file.ts';
import type { Report } from './report.ts';
import { xml } from './xml.ts';

/** Checkstyle's XML, which many review tools read. */
export function checkstyle(report: Report): string {
  const files = [...byFile(report)].map(([path, findings]) => {
    const errors = findings.map((finding) => `    <error line="${finding.at.line}" column="${finding.at.column}" severity="${finding.severity}" message="${xml(`${finding.title.replace(/\.$/, '')}: ${finding.note}`)}" source="lvs-gen.${xml(finding.rule)}"/>\n`);
    return `  <file name="${xml(path)}">\n${errors.join('')}  </file>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="4.3">\n${files.join('')}</checkstyle>\n`;
}
