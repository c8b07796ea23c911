import type { FirewallEffect } from '../../model/script.ts';
import type { SourceText } from '../../base/text.ts';
import { linesOf, lookAlike, spanIn, trimmed } from '../lines.ts';
import { savedLine, savedWords } from '../shell/commands/firewall.ts';
import { plainArg } from '../shell/commands/invocation.ts';
import { savedFault, type SavedState } from './fault.ts';
import type { Statement } from '../statement.ts';

/** One line of a rule set as iptables-save(8) and arptables-save(8) write it. */
export type SavedStatement = Statement & ({ readonly kind: 'table'; readonly table: string } | { readonly kind: 'line'; readonly effects: readonly FirewallEffect[] } | { readonly kind: 'none' });

/** Whose rules a file holds, by its name, else by its addresses. */
export function savedTool({ file, text }: SourceText): FirewallEffect['tool'] {
  const name = file.slice(file.lastIndexOf('/') + 1);
  if (/arptables/.test(name) || /^-A (?:IN|OUT) |--mangle-ip-[sd]/m.test(text)) return 'arptables';
  if (/ip6|v6/.test(name)) return 'ip6tables';
  return !/v4|^iptables/.test(name) && /^-A [^\n]*(?:-[sd] [\da-f:]*:|icmpv?6)/m.test(text) ? 'ip6tables' : 'iptables';
}

/** Reads /etc/sysconfig/iptables and its like. */
export function readSaved(source: SourceText): readonly SavedStatement[] {
  const tool = savedTool(source);
  let table = 'filter';
  const state: SavedState = { table: undefined, chains: new Set(), framed: tool !== 'arptables' || /^\*\w/m.test(source.text), commits: tool !== 'arptables' };
  const statements = linesOf(source).map((line): SavedStatement => {
    const body = trimmed(line.text);
    const at = spanIn(source, line, body.from, body.to);
    if (body.text === '' || body.text.startsWith('#')) return { kind: 'none', at, state: 'ignored' };
    const words = savedWords(body.text).map(({ text, from, to }) => plainArg(text, spanIn(source, line, body.from + from, body.from + to)));
    const fault = savedFault(words.map(({ text }) => text ?? ''), tool, state);
    // `iptables-restore.c` compares the whole line.
    if (body.text === 'COMMIT' && tool !== 'arptables' && line.text !== 'COMMIT') return { kind: 'none', at, state: 'wrong', note: 'blanks stand beside COMMIT' };
    if (fault === undefined && body.text === 'COMMIT') return { kind: 'none', at, state: 'ignored' };
    const found = savedLine(words, tool, table);
    const odd = lookAlike(body.text);
    const dashed = words.some(({ text }) => /^[\u2010-\u2015\u2212\uff0d]/.test(text ?? ''));
    if (found === 'unread' || dashed || fault !== undefined) return { kind: 'none', at, state: 'wrong', note: `${found === 'unread' || dashed ? `is no line of ${tool}-save` : fault!}${odd ? ` (it holds ${odd}, which only looks like an ASCII character)` : ''}` };
    if (typeof found === 'string') return { kind: 'table', at, table: (table = found), state: 'modelled' };
    return { kind: 'line', at, effects: found, state: 'modelled' };
  });
  // A table that nothing commits is not loaded, nor is the rest of the file.
  const last = statements.findLast(({ kind }) => kind !== 'none');
  if (!state.commits || state.table === undefined || !last) return statements;
  return statements.map((statement) => (statement === last ? { kind: 'none', at: statement.at, state: 'wrong', note: `table ${state.table} has no COMMIT` } : statement));
}
