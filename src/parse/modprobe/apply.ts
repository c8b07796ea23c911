import { bootOf } from '../boot.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import type { ModprobeStatement } from './read.ts';

/** Puts the options of modules on a draft. */
export function applyModprobe(files: readonly ParsedFile<ModprobeStatement>[], draft: HostDraft): void {
  for (const { source, statements } of files) {
    for (const statement of statements) {
      if (statement.kind !== 'options') continue;
      for (const { name, value } of statement.options) bootOf(draft).moduleOptions.push({ module: statement.module, option: name, value, at: statement.at, read: /\.conf$/.test(source.file) });
    }
  }
}
