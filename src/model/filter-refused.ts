import { nearest } from '../base/text.ts';
import type { FirewallEffect, Word } from './script.ts';

const all = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'];
/** Chains of the kernel's own, by table. */
const chains: Readonly<Record<string, readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'], nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'], mangle: all, raw: ['PREROUTING', 'OUTPUT'], security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

/** Why iptables(8) refuses a line, with the word at fault. */
export interface FilterRefusal {
  readonly note: string;
  readonly word?: Word;
  /** A chain of the kernel's own that is meant: somebody may have made one of the written name. */
  readonly meant?: string;
}

/** Whether iptables(8) refuses to add a rule, so that it is not there (measured: scene model/iptables-refuses): ports that want multiport, a chain that the table has not. Undefined: not for these reasons. */
export function iptablesRefuses({ tool, does, table, chain, words }: FirewallEffect): FilterRefusal | undefined {
  if ((tool !== 'iptables' && tool !== 'ip6tables') || does !== 'add') return undefined;
  const texts = words.map(({ text }) => text);
  const has = (pattern: RegExp): boolean => texts.some((text) => text !== undefined && pattern.test(text));
  const named = words.find(({ text }) => text === chain);
  if (chain !== undefined && chains[table] && !chains[table].includes(chain)) {
    if (all.includes(chain)) return { note: `table ${table} has no chain ${chain}${table === 'filter' ? ': -t is left out' : ''}`, ...(named && { word: named }) };
    const meant = /^[A-Z]+$/.test(chain) ? nearest(chain, chains[table]) : undefined;
    if (meant && Math.abs(meant.length - chain.length) <= 1 && !chain.includes(meant)) return { note: `there is no chain ${chain}: ${meant} is meant`, meant, ...(named && { word: named }) };
  }
  const multiport = texts.some((text, at) => (text === 'multiport' && /^(?:-m|--match)$/.test(texts[at - 1] ?? '')) || text === '--match=multiport');
  for (let at = 0; at < words.length; at++) {
    const [option, value] = [texts[at], texts[at + 1] === '!' ? texts[at + 2] : texts[at + 1]];
    if (option === undefined || !/^--(?:[ds]ports?|(?:source|destination)-ports?)$/.test(option)) continue;
    const word = words[texts[at + 1] === '!' ? at + 2 : at + 1];
    const place = word ? { word } : {};
    if (option.endsWith('s') && !multiport) return { note: `${option} is an option of '-m multiport', which is left out`, word: words[at]! };
    if (value === undefined) continue;
    if (value.includes(',') && !multiport) return { note: `'${value}' is more than one port, which wants '-m multiport --dports'`, ...place };
    if (/(?:^|,)\d+-\d+(?:,|$)/.test(value)) return { note: `'${value}' is no range of ports: it is written with a colon`, ...place };
    if (!multiport && texts.every((text) => text !== undefined) && !has(/^(?:-p.*|--proto(?:col)?(?:=.*)?)$/) && !has(/^(?:tcp|udp|sctp|dccp|udplite)$/)) return { note: `${option} wants a protocol: -p is left out`, word: words[at]! };
  }
  return undefined;
}
