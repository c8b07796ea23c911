import type { Span } from '../../base/origin.ts';
import type { IpvsEffect } from '../../model/script.ts';
import type { SourceText } from '../../base/text.ts';
import { linesOf, lookAlike, spanIn, trimmed, type Line } from '../lines.ts';
import { plainArg, type Invocation } from '../shell/commands/invocation.ts';
import { ipvsadm } from '../shell/commands/ipvsadm.ts';
import type { Statement } from '../statement.ts';

/** One line of a rules file, as `ipvsadm -S` writes and `ipvsadm -R` reads it: the options of one command. */
export type RulesStatement = Statement & ({ readonly kind: 'command'; readonly effects: readonly IpvsEffect[]; /** The first host name that stands for an address. */ readonly named?: { readonly text: string; readonly at: Span } } | { readonly kind: 'refused'; /** Why ipvsadm refuses the line. */ readonly reason: string } | { readonly kind: 'none' });

/** Reads /etc/sysconfig/ipvsadm and its like. */
export function readRules(source: SourceText): readonly RulesStatement[] {
  return linesOf(source).map((line) => readLine(source, line));
}

function readLine(source: SourceText, line: Line): RulesStatement {
  const body = trimmed(line.text);
  const at = spanIn(source, line, body.from, body.to);
  if (body.text === '' || body.text.startsWith('#')) return { kind: 'none', at, state: 'ignored' };
  const words = [...body.text.matchAll(/[^ \t\v\f\r]+/g)].map((found) => plainArg(found[0], spanIn(source, line, body.from + found.index, body.from + found.index + found[0].length)));
  const named = /(?:^|\/)ipvsadm$/.test(words[0]!.partial);
  const odd = lookAlike(body.text);
  const program = plainArg('ipvsadm', words[0]!.at);
  const effects = ipvsadm(callOf([program, ...(named ? words.slice(1) : words)])).filter((effect): effect is IpvsEffect => effect.kind === 'ipvs');
  const bad = effects.find((effect) => effect.does === 'invalid');
  if (bad?.does === 'invalid') return { kind: 'refused', at, state: 'wrong', reason: bad.note, note: odd ? `${bad.note} (it holds ${odd}, which only looks like an ASCII character)` : bad.note };
  if (effects.length === 0) return { kind: 'none', at, state: 'unread', note: 'is no command of ipvsadm' };
  const hostName = words.find((word, index) => takesAddress.test(words[index - 1]?.partial ?? '') && nameForAddress.test(word.partial));
  return { kind: 'command', at, effects, ...(hostName && { named: { text: hostName.partial.replace(/:[^:]*$/, ''), at: hostName.at } }), state: 'modelled' };
}

const takesAddress = /^-\w*[tur]$|^--(?:(?:tcp|udp|sctp)-service|real-server)$/;
const nameForAddress = /^[\w.-]*[A-Za-z][\w.-]*(?::[\w-]*)?$/;

function callOf(words: Invocation['words']): Invocation {
  return { name: 'ipvsadm', words, args: words.slice(1), redirected: { list: [], output: { to: 'on' }, input: undefined, silenced: false }, input: () => '', out: '', path: () => undefined, read: () => undefined, subshell: false };
}
