import type { SourceText } from '../../base/text.ts';
import { linesOf, lookAlike, spanIn, trimmed } from '../lines.ts';
import type { Statement } from '../statement.ts';

/** One line of modules-load.d(5) or /etc/modules: a module that boot loads. */
export type ModulesStatement = Statement & ({ readonly kind: 'module'; readonly module: string } | { readonly kind: 'none' });

/** Reads such a file. Names with - and _ are one: they are given with _. */
export function readModules(source: SourceText): readonly ModulesStatement[] {
  const options = /(?:^|\/)etc\/modules$/.test(source.file);
  return linesOf(source).map((line): ModulesStatement => {
    const body = trimmed(line.text);
    const at = spanIn(source, line, body.from, body.to);
    if (body.text === '' || /^[#;]/.test(body.text)) return { kind: 'none', at, state: 'ignored' };
    const [name = '', ...rest] = body.text.split(/[ \t]+/);
    const odd = lookAlike(body.text);
    if (!/^[A-Za-z0-9_.-]+$/.test(name)) return { kind: 'none', at, state: 'wrong', note: `'${name}' is no module's name${odd ? ` (it holds ${odd}, which only looks like an ASCII character)` : ''}` };
    if (rest.length > 0 && !options && !rest[0]!.startsWith('#')) return { kind: 'none', at, state: 'wrong', note: 'a line names one module, and no options' };
    return { kind: 'module', module: name.replaceAll('-', '_'), at, state: 'modelled' };
  });
}
