import type { Finding } from '../lint/rule.ts';
import type { RenderedFile } from '../render/render.ts';
import type { LocatedSpec } from '../spec/spec.ts';
import { specHost } from './spec-file.ts';

/** The place in the spec that asked for what is at fault in a rendered file. */
export function placeInSpec({ at }: Pick<Finding, 'at'>, files: readonly RenderedFile[], located: LocatedSpec): Finding['at'] {
  if (at.host === specHost || at.file === located.file) return at;
  return located.locate(renderedAt(at, files)?.specPathOfLine(at.line) ?? []);
}

/** A fault of a rendered file as a line, told at the place in the spec that asked for it. */
export function showFault(finding: Finding, files: readonly RenderedFile[], located: LocatedSpec): string {
  const { file, line, column } = placeInSpec(finding, files, located);
  const beside = renderedAt(finding.at, files) ? ` (${finding.at.host}:/${finding.at.file}:${finding.at.line})` : '';
  return `${file}:${line}:${column}: error: ${finding.title.replace(/\.$/, '')}: ${finding.note}${beside} [${finding.rule}]\n`;
}

function renderedAt({ host, file }: Finding['at'], files: readonly RenderedFile[]): RenderedFile | undefined {
  return files.find((rendered) => rendered.host === host && rendered.path === file);
}
