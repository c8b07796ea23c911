import { byFile } from './by-file.ts';
import type { Report } from './report.ts';
import { xml } from './xml.ts';

/** JUnit's XML: a suite a file, a failed case a finding; one passed case when nothing was found, since some readers refuse an empty run. */
export function junit(report: Report): string {
  const suites = [...byFile(report)].map(([path, findings]) => {
    const cases = findings.map((finding) => {
      const at = `${finding.at.line}:${finding.at.column}`;
      return `    <testcase classname="${xml(path)}" name="${xml(`${finding.rule} at ${at}`)}">\n      <failure type="${finding.severity}" message="${xml(finding.note)}">${xml(`${path}:${at}: ${finding.title}`)}</failure>\n    </testcase>\n`;
    });
    return `  <testsuite name="${xml(path)}" tests="${findings.length}" failures="${findings.length}" errors="0">\n${cases.join('')}  </testsuite>\n`;
  });
  const clean = '  <testsuite name="lvs-gen" tests="1" failures="0" errors="0">\n    <testcase classname="lvs-gen" name="no findings"/>\n  </testsuite>\n';
  const count = report.findings.length;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="lvs-gen" tests="${Math.max(1, count)}" failures="${count}" errors="0">\n${suites.join('') || clean}</testsuites>\n`;
}
