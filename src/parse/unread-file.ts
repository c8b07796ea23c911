import type { ConfigFault } from '../model/config-fault.ts';
import type { HostDraft } from './draft.ts';

/** Notes that boot does not read the file that a line is in. */
export function noteFault(draft: HostDraft, fault: Pick<ConfigFault, 'program' | 'at' | 'found' | 'nearest' | 'outcome'> & Partial<Pick<ConfigFault, 'confidence'>>): void {
  (draft.faults ??= []).push({ kind: 'file-unread', confidence: 'certain', ...fault });
}
