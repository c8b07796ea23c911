import { isSpan, type Span } from '../base/origin.ts';
import type { Finding, Severity } from '../lint/rule.ts';
import type { Report } from './report.ts';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** What SARIF tells of a rule besides its findings. */
export interface SarifRule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly help: string;
}

/** SARIF 2.1.0 (OASIS), with rules, related locations and fixes. `ruleOf` gives the page of a rule of ours. */
export function sarif(report: Report, ruleOf: (id: string) => SarifRule | undefined = () => undefined): string {
  const ids = [...new Set(report.findings.map(({ rule }) => rule))].sort();
  const body = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'lvs-gen', version: report.version, semanticVersion: report.version, rules: ids.map((id) => describe(id, ruleOf(id), report)) } },
        columnKind: 'utf16CodeUnits',
        results: report.findings.map((finding) => result(report, finding, ids.indexOf(finding.rule))),
      },
    ],
  };
  return `${JSON.stringify(body, null, 2)}\n`;
}

function describe(id: string, rule: SarifRule | undefined, report: Report): object {
  const title = rule?.title ?? report.findings.find((finding) => finding.rule === id)!.title;
  return {
    id,
    name: id,
    shortDescription: { text: title },
    ...(rule ? { help: { text: rule.help, markdown: rule.help }, defaultConfiguration: { level: levels[rule.severity] } } : {}),
    ...(id.startsWith('shellcheck/') ? { helpUri: `https://www.shellcheck.net/wiki/${id.slice(11)}` } : {}),
  };
}

function result(report: Report, finding: Finding, ruleIndex: number): object {
  const related = (finding.related ?? []).flatMap(({ at, note }) => (isSpan(at) ? [{ ...location(report, at), message: { text: note } }] : []));
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: levels[finding.severity],
    message: { text: `${finding.title.replace(/\.$/, '')}: ${finding.note}` },
    locations: [location(report, finding.at)],
    ...(related.length > 0 ? { relatedLocations: related.map((place, id) => ({ id, ...place })) } : {}),
    properties: { confidence: finding.confidence, host: finding.at.host },
    ...(finding.fix ? { fixes: [fix(report, finding)] } : {}),
  };
}

function location(report: Report, at: Span): object {
  return { physicalLocation: { artifactLocation: { uri: uri(report.openPath(at.host, at.file)) }, region: region(at) } };
}

function region(at: Span): object {
  return { startLine: at.line, startColumn: at.column, endLine: at.endLine, endColumn: at.endColumn };
}

function fix(report: Report, finding: Finding): object {
  const { title, edits } = finding.fix!;
  const paths = [...new Set(edits.map(({ at }) => report.openPath(at.host, at.file)))];
  return {
    description: { text: title },
    artifactChanges: paths.map((path) => ({
      artifactLocation: { uri: uri(path) },
      replacements: edits.filter(({ at }) => report.openPath(at.host, at.file) === path).map(({ at, text }) => ({ deletedRegion: region(at), insertedContent: { text } })),
    })),
  };
}

function uri(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
