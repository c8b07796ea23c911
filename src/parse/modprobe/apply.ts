import { bootOf } from '../boot.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import type { ModprobeStatement } from './read.ts';

/** Puts the options of modules on a draft. */
export function applyModprobe(files: readonly ParsedFile<ModprobeStatement>[], draft: HostDraft): void {
  // module-init-tools, of the time before systemd, still reads files of any name.
  const old = ['etc/rc.d/rc3.d', 'etc/rc3.d'].some((folder) => draft.files.list(folder).length > 0) && draft.files.list('etc/systemd').length === 0;
  for (const { source, statements } of files) {
    for (const statement of statements) {
      if (statement.kind !== 'options') continue;
      for (const { name, value } of statement.options) bootOf(draft).moduleOptions.push({ module: statement.module, option: name, value, at: statement.at, read: old || /\.conf$/.test(source.file) });
    }
  }
}
