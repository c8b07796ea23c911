import { compareText } from '../base/origin.ts';
import { offsetAt, type SourceText } from '../base/text.ts';
import type { Edit, Finding, Fix } from './rule.ts';

/** A fix together with the finding that brought it. */
export interface Mend {
  readonly finding: Finding;
  readonly fix: Fix;
}

/** The fixes of one round: those allowed, in report order, none of which touches text that an earlier one touches. */
export function chooseMends(findings: readonly Finding[], unsafe: boolean, dropped: ReadonlySet<string>): readonly Mend[] {
  const taken: Edit[] = [];
  const chosen: Mend[] = [];
  for (const finding of findings) {
    const { fix } = finding;
    if (!fix || (!fix.safe && !unsafe) || dropped.has(mendKey({ finding, fix }))) continue;
    if (fix.edits.some((edit) => taken.some((other) => touches(edit, other)))) continue;
    taken.push(...fix.edits);
    chosen.push({ finding, fix });
  }
  return chosen;
}

/** Tells one mend from another across rounds. */
export function mendKey({ finding, fix }: Mend): string {
  return `${finding.rule} ${finding.at.host} ${finding.at.file} ${finding.at.line} ${fix.title}`;
}

function touches(a: Edit, b: Edit): boolean {
  if (a.at.host !== b.at.host || a.at.file !== b.at.file) return false;
  const before = (line: number, column: number, otherLine: number, otherColumn: number): boolean => line < otherLine || (line === otherLine && column <= otherColumn);
  const apart = before(a.at.endLine, a.at.endColumn, b.at.line, b.at.column) || before(b.at.endLine, b.at.endColumn, a.at.line, a.at.column);
  const samePlace = a.at.line === b.at.line && a.at.column === b.at.column;
  return samePlace || !apart;
}

/** The text of a file after some edits of it. Bytes outside the edits stay as they are. */
export function applyEdits(source: SourceText, edits: readonly Edit[]): string {
  return edits
    .map((edit) => ({ start: offsetAt(source, edit.at.line, edit.at.column), end: offsetAt(source, edit.at.endLine, edit.at.endColumn), text: edit.text }))
    .sort((a, b) => b.start - a.start || compareText(b.text, a.text))
    .reduce((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), source.text);
}
