import { spanAt } from '../../base/text.ts';
import { bootOf } from '../boot.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import type { KernelStatement } from './read.ts';

/** Puts the kernels that lie in /boot on a draft. A file without a word of modules or IPVS was cut or is none. */
export function applyKernelConfigs(files: readonly ParsedFile<KernelStatement>[], draft: HostDraft): void {
  for (const { source, statements } of files) {
    const options = new Map(statements.flatMap((statement) => (statement.kind === 'option' ? [[statement.option, { value: statement.value, at: statement.at }] as const] : [])));
    if (options.size > 0) bootOf(draft).kernels.push({ release: source.file.replace(/^.*config-/, ''), at: spanAt(source, 0, 0), options });
  }
}
