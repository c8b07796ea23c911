import pc from 'picocolors';
import { isSpan, type Span } from '../base/origin.ts';
import { lineAt } from '../base/text.ts';
import type { Finding, Place } from '../lint/rule.ts';
import { plural, printable, verdictLine, type Report } from './report.ts';

const maxSkippedShown = 8;

/** For people: each finding with the line that it is about, the related lines of other hosts, and where to read more. */
export function pretty(report: Report): string {
  const paint = pc.createColors(report.color);
  const severityPaint = { error: paint.red, warning: paint.yellow, info: paint.cyan } as const;
  const parts: string[] = [];
  const hosts = new Set(report.findings.map(({ at }) => at.host));
  let host: string | undefined;
  for (const finding of report.findings) {
    if (hosts.size > 1 && finding.at.host !== host) parts.push(hostLine(report, finding.at.host, paint));
    host = finding.at.host;
    const head = `${paint.bold(severityPaint[finding.severity](`${finding.severity}[${finding.rule}]`))}${paint.bold(`: ${headline(finding)}`)}`;
    const sure = finding.confidence === 'certain' ? '' : paint.dim(` (${finding.confidence})`);
    parts.push(`${head}${sure}\n${primary(report, finding, paint)}${(finding.related ?? []).map((place) => relatedLine(report, place, finding, paint)).join('')}${help(finding, paint)}`);
  }
  if (!report.quiet) parts.push(`${skippedLines(report, paint)}${paint.bold(verdictLine(report))}\n`);
  return parts.join('\n');
}

/** Stands above the findings of each host, where there are several. */
function hostLine(report: Report, name: string, paint: Paint): string {
  const roles = report.hosts.find((host) => host.name === name)?.roles ?? [];
  const count = report.findings.filter(({ at }) => at.host === name).length;
  return `${paint.bold(paint.underline(printable(name)))}${roles.length > 0 ? ` (${roles.join(', ')})` : ''}: ${plural(count, 'finding')}\n`;
}

function headline(finding: Finding): string {
  const title = printable(finding.title).replace(/\.$/, '');
  // FTP, IPVS and their like stay what they are.
  return /^[A-Z]{2}/.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1);
}

type Paint = ReturnType<typeof pc.createColors>;

function primary(report: Report, finding: Finding, paint: Paint): string {
  const { at } = finding;
  return `  ${paint.bold(where(report, at))}   ${printable(finding.note)}\n${frame(report, at, paint)}`;
}

function frame(report: Report, at: Span, paint: Paint): string {
  const source = report.source(at.host, at.file);
  if (!source) return '';
  const line = lineAt(source, at.line);
  if (line.length > 300) return '';
  const end = at.endLine === at.line ? at.endColumn : line.length + 1;
  const gutter = String(at.line);
  const lead = line.slice(0, at.column - 1).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(end, line.length + 1) - at.column));
  return `  ${paint.dim(`${gutter} |`)} ${printable(line)}\n  ${paint.dim(`${' '.repeat(gutter.length)} |`)} ${lead}${paint.red(carets)}\n`;
}

function relatedLine(report: Report, place: Place, finding: Finding, paint: Paint): string {
  const at = isSpan(place.at) ? where(report, place.at) : `${place.at.host}: ${place.at.default}`;
  const source = isSpan(place.at) && place.at.host !== finding.at.host ? report.source(place.at.host, place.at.file) : undefined;
  const text = source && isSpan(place.at) ? `\n      ${paint.dim(`${place.at.line} | ${printable(lineAt(source, place.at.line)).slice(0, 300)}`)}` : '';
  return `    ${at}   ${printable(place.note)}${text}\n`;
}

function help(finding: Finding, paint: Paint): string {
  const fix = finding.fix ? `  ${paint.green('fix:')} ${printable(finding.fix.title)} (${finding.fix.safe ? '--fix' : '--fix-unsafe'})\n` : '';
  return `${fix}  ${paint.dim(finding.rule.startsWith('shellcheck/') ? `help: https://www.shellcheck.net/wiki/${finding.rule.slice(11)}` : `help: lvs-gen explain ${finding.rule}`)}\n`;
}

function where(report: Report, at: Span): string {
  return printable(`${report.openPath(at.host, at.file)}:${at.line}:${at.column}`);
}

function skippedLines(report: Report, paint: Paint): string {
  const shown = report.skipped.slice(0, maxSkippedShown).map(({ rule, host, needs }) => `  ${paint.dim(`skipped ${rule} on ${host}: unseen ${needs.join(', ')}`)}\n`);
  const more = report.skipped.length - shown.length;
  return shown.length === 0 ? '' : `${shown.join('')}${more > 0 ? `  ${paint.dim(`… and ${more} more (--format json lists all)`)}\n` : ''}`;
}
