import type { SourceText } from '../../base/text.ts';
import { linesOf, spanIn } from '../lines.ts';
import type { Statement } from '../statement.ts';

/** One line of os-release(5), redhat-release or debian_version that tells the distribution: its name in lower case, or its version. */
export type ReleaseStatement = Statement & ({ readonly kind: 'id' | 'version'; readonly value: string } | { readonly kind: 'release'; readonly id: string; readonly version: string } | { readonly kind: 'none' });

/** Reads such a file. */
export function readRelease(source: SourceText): readonly ReleaseStatement[] {
  const name = source.file.slice(source.file.lastIndexOf('/') + 1);
  return linesOf(source).map((line): ReleaseStatement => {
    const at = spanIn(source, line);
    const text = line.text.trim();
    if (text === '' || text.startsWith('#')) return { kind: 'none', at, state: 'ignored' };
    if (name === 'debian_version') return /^\d+(?:\.\d+)*$/.test(text) ? { kind: 'release', id: 'debian', version: text, at, state: 'modelled' } : { kind: 'none', at, state: 'ignored' };
    if (name !== 'os-release') {
      const version = /\brelease (\d+(?:\.\d+)*)/.exec(text)?.[1];
      return version === undefined ? { kind: 'none', at, state: 'ignored' } : { kind: 'release', id: /^fedora/i.test(text) ? 'fedora' : 'rhel', version, at, state: 'modelled' };
    }
    const [, key, value] = /^(ID|VERSION_ID)=(?:"([^"]*)"|'([^']*)'|(\S*))\s*$/.exec(text)?.filter((part, index) => index === 0 || part !== undefined) ?? [];
    if (key === undefined || value === undefined) return /^[A-Z_0-9]+=/.test(text) ? { kind: 'none', at, state: 'ignored' } : { kind: 'none', at, state: 'unread', note: 'is no assignment' };
    return { kind: key === 'ID' ? 'id' : 'version', value: value.toLowerCase(), at, state: 'modelled' };
  });
}
