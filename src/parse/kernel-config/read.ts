import type { SourceText } from '../../base/text.ts';
import { linesOf, spanIn } from '../lines.ts';
import type { Statement } from '../statement.ts';

/** One line of /boot/config-*: an option of the kernel's build that LVS hangs on. */
export type KernelStatement = Statement & ({ readonly kind: 'option'; readonly option: string; /** `n`: not set. */ readonly value: string } | { readonly kind: 'none' });

const wanted = /^(?:IP_VS(?:_\w+)?|NET_IPIP|DUMMY|MODULES)$/;

/** Reads such a file. Of its thousands of options only those of IPVS and of the devices that hold VIPs are kept. */
export function readKernelConfig(source: SourceText): readonly KernelStatement[] {
  return linesOf(source).map((line): KernelStatement => {
    const at = spanIn(source, line);
    const [, unset, set, value] = /^(?:# CONFIG_(\w+) is not set|CONFIG_(\w+)=(.*))\s*$/.exec(line.text) ?? [];
    const option = unset ?? set;
    if (option === undefined) return /^\s*(?:#|$)/.test(line.text) ? { kind: 'none', at, state: 'ignored' } : { kind: 'none', at, state: 'unread', note: 'is no option of a kernel' };
    return wanted.test(option) ? { kind: 'option', option, value: value ?? 'n', at, state: 'modelled' } : { kind: 'none', at, state: 'ignored' };
  });
}
