import type { Finding } from '../lint/rule.ts';
import type { RenderedFile } from '../render/render.ts';
import type { LocatedSpec } from '../spec/spec.ts';
import { specHost } from './spec-file.ts';

/** A fault of a rendered file is told at the place in the spec that asked for it. */
export function showFault(finding: Finding, files: readonly RenderedFile[], located: LocatedSpec): string {
  const rendered = files.find((file) => file.host === finding.at.host && file.path === finding.at.file);
  const path = rendered?.specPathOfLine(finding.at.line);
  const at = finding.at.host === specHost || finding.at.file === located.file ? finding.at : located.locate(path ?? []);
  const beside = rendered ? ` (${finding.at.host}:/${finding.at.file}:${finding.at.line})` : '';
  return `${at.file}:${at.line}:${at.column}: error: ${finding.title.replace(/\.$/, '')}: ${finding.note}${beside} [${finding.rule}]\n`;
}
