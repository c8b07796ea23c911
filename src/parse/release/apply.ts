import { bootOf } from '../boot.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import type { ReleaseStatement } from './read.ts';

/** Puts the distribution on a draft: by os-release, else by the files that were there before it. */
export function applyRelease(files: readonly ParsedFile<ReleaseStatement>[], draft: HostDraft): void {
  for (const { statements } of [...files].sort((a, b) => Number(isOld(a)) - Number(isOld(b)))) {
    const id = statements.find((statement) => statement.kind === 'id');
    const version = statements.find((statement) => statement.kind === 'version');
    const whole = statements.find((statement) => statement.kind === 'release');
    if (draft.boot?.release || (!id && !whole)) continue;
    bootOf(draft).release = id?.kind === 'id' ? { id: id.value, ...(version?.kind === 'version' ? { version: version.value } : {}), at: id.at } : { id: whole!.id, version: whole!.version, at: whole!.at };
  }
}

function isOld({ source }: ParsedFile<ReleaseStatement>): boolean {
  return !source.file.endsWith('/os-release');
}
