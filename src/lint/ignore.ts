import { lineAt, positionAt, type SourceText } from '../base/text.ts';
import type { Span } from '../base/origin.ts';
import type { Finding } from './rule.ts';

/** `# lvs-gen: ignore ID -- reason`, as it stands in a file. */
interface Ignore {
  readonly id: string;
  readonly at: Span;
  /** Undefined: the whole file. */
  readonly line: number | undefined;
}

const marker = /(?:#|;|!|\/\/)\s*lvs-gen:\s*(.*)$/;
const directive = /^(ignore|ignore-file)\s+([a-z0-9]+\/[A-Za-z0-9-]+)(?:\s+--\s*(.*))?\s*$/;

/**
 * Takes out what the files' own comments ask to ignore, and reports the comments that are wrong: no reason, an unknown rule, nothing to ignore.
 * A comment stands at the line's end, or alone on the line above.
 */
export function withoutIgnored(findings: readonly Finding[], sources: readonly SourceText[], knownRule: (id: string) => boolean): readonly Finding[] {
  const ignores: Ignore[] = [];
  const complaints: Finding[] = [];
  for (const source of sources) {
    for (let at = source.text.indexOf('lvs-gen:'); at >= 0; at = source.text.indexOf('lvs-gen:', at + 1)) readOne(source, at, ignores, complaints, knownRule);
  }
  if (ignores.length === 0 && complaints.length === 0) return findings;
  const used = new Set<Ignore>();
  const kept = findings.filter((finding) => {
    const ignore = ignores.find((one) => one.id === finding.rule && one.at.host === finding.at.host && one.at.file === finding.at.file && (one.line ?? finding.at.line) === finding.at.line);
    if (ignore) used.add(ignore);
    return !ignore;
  });
  const unused = ignores.filter((one) => !used.has(one)).map((one) => complaint(one.at, 'ignore/unused', 'An ignore comment ignores nothing.', `'${one.id}' is not reported ${one.line === undefined ? 'in this file' : `at line ${one.line}`}: remove the comment`));
  return [...kept, ...complaints, ...unused];
}

function readOne(source: SourceText, offset: number, ignores: Ignore[], complaints: Finding[], knownRule: (id: string) => boolean): void {
  const line = positionAt(source, offset).line;
  const text = lineAt(source, line);
  const comment = marker.exec(text);
  if (!comment) return;
  const at: Span = { host: source.host, file: source.file, line, column: comment.index + 1, endLine: line, endColumn: text.length + 1 };
  const parsed = directive.exec(comment[1]!);
  if (!parsed) {
    // The banner of a rendered file also begins this way; only a word that looks like a directive is one.
    if (/^ignore/.test(comment[1]!)) complaints.push(complaint(at, 'ignore/malformed', 'An ignore comment cannot be read.', `expected 'lvs-gen: ignore FAMILY/RULE -- reason', found '${comment[1]!.trim()}'`));
    return;
  }
  const [, what, id, reason] = parsed as unknown as [string, string, string, string | undefined];
  if (!knownRule(id)) complaints.push(complaint(at, 'ignore/unknown-rule', 'An ignore comment names no rule.', `there is no rule '${id}'`));
  else if (!reason?.trim()) complaints.push(complaint(at, 'ignore/reason-missing', 'An ignore comment gives no reason.', `'${id}' is ignored without a reason: write it behind ' -- '`));
  else ignores.push({ id, at, line: what === 'ignore-file' ? undefined : text.slice(0, comment.index).trim() === '' ? line + 1 : line });
}

function complaint(at: Span, rule: string, title: string, note: string): Finding {
  return { at, rule, title, note, severity: 'warning', confidence: 'certain' };
}

