import type { HostDraft, ParsedFile } from '../draft.ts';
import { savedTool, type SavedStatement } from './read.ts';

/** Puts the saved rules that boot loads on a host; of several files for one program the first that its distribution knows. A line that the program refuses lets it load nothing of the file. */
export function applySaved(files: readonly ParsedFile<SavedStatement>[], draft: HostDraft): void {
  const told = new Set<string>();
  for (const { source, statements } of files) {
    const tool = savedTool(source);
    if (told.has(tool)) continue;
    told.add(tool);
    if (statements.some(({ state }) => state === 'wrong')) {
      draft.filterUnread = true;
      continue;
    }
    const lines = (draft.filterLines ??= []);
    for (const statement of statements) if (statement.kind === 'line') for (const effect of statement.effects) lines.push({ effect, at: statement.at });
  }
}
