import type { Effect, FirewallEffect } from '../../../model/script.ts';
import { sourceText } from '../../../base/text.ts';
import { chainsOf } from '../../nftables/apply.ts';
import { readNft } from '../../nftables/read.ts';
import { isKnown } from '../value.ts';
import type { Arg } from '../words.ts';
import { plainArg, textOf, type Invocation } from './invocation.ts';

type Does = FirewallEffect['does'];

const commands: Readonly<Record<string, Does>> = {
  A: 'add', I: 'add', D: 'remove', F: 'flush', X: 'delete-chain', P: 'policy', R: 'other', N: 'other', E: 'other', Z: 'other',
  append: 'add', insert: 'add', delete: 'remove', flush: 'flush', 'delete-chain': 'delete-chain', policy: 'policy', replace: 'other', 'new-chain': 'other', 'rename-chain': 'other', zero: 'other', new: 'other',
};

const toolOf = (name: string): FirewallEffect['tool'] => (name.startsWith('ip6') ? 'ip6tables' : name.startsWith('arp') ? 'arptables' : name.startsWith('eb') ? 'ebtables' : 'iptables');

/** iptables, ip6tables, arptables, ebtables: one effect a command; lists and checks do nothing. */
export function xtables(call: Invocation): readonly Effect[] {
  return xtablesLine(call.args, toolOf(call.name), 'filter');
}

/** One command, or one line of what iptables-save(8) writes: a letter may stand behind flags (`-vA`) and before its value (`-AINPUT`). */
export function xtablesLine(args: readonly Arg[], tool: FirewallEffect['tool'], standing: string): readonly FirewallEffect[] {
  let table: string | undefined = standing;
  let does: Does | undefined;
  let chain: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const text = args[at]!.partial;
    const named = /^--table=(.+)$/.exec(text)?.[1] ?? /^-t(.+)$/.exec(text)?.[1];
    if (text === '-t' || text === '--table') table = textOf(args[++at]);
    else if (named !== undefined) table = isKnown(named) ? named : undefined;
    else if (!does) {
      const [, letter = '', behind = ''] = /^-[vnwx46]*([AIDFXPRNEZ])([^-].*)?$/.exec(text) ?? /^--([a-z-]+)(?:=(.*))?$/.exec(text) ?? [];
      does = Object.hasOwn(commands, letter) ? commands[letter] : undefined;
      if (!does) continue;
      if (behind !== '') chain = isKnown(behind) ? behind : undefined;
      else if (args[at + 1] && !args[at + 1]!.partial.startsWith('-')) chain = textOf(args[++at]);
    }
  }
  return does ? [{ kind: 'firewall', tool, does, table: table ?? '*', ...(chain !== undefined && { chain }), words: args }] : [];
}

/** iptables-restore and its kin: the tables that are named are replaced, unless --noflush; then the lines that are loaded, where they are known. */
export function restore(call: Invocation): readonly Effect[] {
  if (call.args.some((arg) => /^(?:--test|-[vcn]*t[vcn]*)$/.test(arg.partial))) return [];
  const operands = call.args.filter((arg, at) => !arg.partial.startsWith('-') && !/^(?:-[MTWw]|--modprobe|--table|--wait|--wait-interval)$/.test(call.args[at - 1]?.partial ?? ''));
  const name = textOf(operands[0]);
  const text = operands[0] ? name === undefined ? undefined : call.read(name) : call.input();
  const keeps = call.args.some((arg) => /^(?:--noflush|-[vc]*n[vc]*)$/.test(arg.partial));
  const tool = toolOf(call.name);
  const loaded = text === undefined || text.length > 1_000_000 ? undefined : savedRules(text, tool, call.words[0]!.at);
  const whole: FirewallEffect = { kind: 'firewall', tool, does: keeps ? 'other' : 'restore', table: '*', words: call.args, loaded: loaded?.tables ?? 'unread' };
  return loaded ? [whole, ...loaded.effects] : [whole];
}

/** What iptables-save(8) writes: `*table`, `:CHAIN POLICY [0:0]`, `-A CHAIN …`, COMMIT. Undefined: a line is not known. */
function savedRules(text: string, tool: FirewallEffect['tool'], at: Arg['at']): { readonly tables: readonly string[]; readonly effects: readonly FirewallEffect[] } | undefined {
  const effects: FirewallEffect[] = [];
  const tables: string[] = [];
  for (const line of text.split('\n').slice(0, 5_000)) {
    const found = savedLine(savedWords(line).map(({ text: word }) => plainArg(word, at)), tool, tables.at(-1) ?? 'filter');
    if (found === 'unread') return undefined;
    if (typeof found === 'string') tables.push(found);
    else effects.push(...found);
  }
  return tables.length > 0 ? { tables, effects } : undefined;
}

/** Words of a line of iptables-save(8), quotes taken off. */
export function savedWords(line: string): readonly { readonly text: string; readonly from: number; readonly to: number }[] {
  if (/^\s*#/.test(line)) return [];
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|[^\s"]\S*/g)].slice(0, 500).map((found) => ({ text: found[1]?.replace(/\\(.)/g, '$1') ?? found[0], from: found.index, to: found.index + found[0].length }));
}

/** One line: the name of the table that begins, what the line does, or that it is not understood. */
export function savedLine(words: readonly Arg[], tool: FirewallEffect['tool'], table: string): string | readonly FirewallEffect[] | 'unread' {
  const [first, second] = words;
  if (!first || first.partial === 'COMMIT') return [];
  const named = /^\*(\w+)$/.exec(first.partial)?.[1];
  if (named !== undefined) return named;
  const chain = /^:(.+)$/.exec(first.partial)?.[1];
  const policy = textOf(second);
  if (chain !== undefined && isKnown(chain) && policy !== undefined) return [{ kind: 'firewall', tool, does: policy === '-' ? 'other' : 'policy', table, chain, words: [plainArg(policy === '-' ? '-N' : '-P', first.at), plainArg(chain, first.at), ...(policy === '-' ? [] : [second!])] }];
  const rule = /^\[\d+:\d+\]$/.test(first.partial) ? words.slice(1) : words;
  const effects = rule[0]?.partial.startsWith('-') ? xtablesLine(rule, tool, table) : [];
  return effects.length > 0 ? effects : 'unread';
}

/** What nft makes of a text: a flush of all where it begins with one, then its chains. Undefined, or a line that is not followed: not known. */
function loadedByNft({ args, words }: Invocation, text: string | undefined, file: boolean): readonly FirewallEffect[] {
  const unread: FirewallEffect = { kind: 'firewall', tool: 'nft', does: 'restore', table: '*', words: args, loaded: 'unread' };
  if (text === undefined || text.length > 1_000_000 || !isKnown(text)) return [unread];
  const statements = readNft(sourceText('', 'nft', text));
  const at = words[0]!.at;
  // Further flushes and deletes of single tables would take away what stands here.
  const flushes = text.match(/^[ \t]*(?:flush|delete|destroy|reset)[ \t]+\S+/gm) ?? [];
  const anew = /^\s*(?:#[^\n]*\n\s*)*flush[ \t]+ruleset\b/.test(text);
  if (statements.some(({ state, kind }) => state === 'unread' || kind === 'include') || flushes.length > (anew ? 1 : 0)) return [unread];
  const chains = chainsOf(statements).map((chain) => ({ ...chain, rules: chain.rules.map((rule) => ({ ...rule, at })), ...(chain.policy && { policy: { ...chain.policy, at } }) }));
  return [{ kind: 'firewall', tool: 'nft', does: anew ? 'restore' : 'add', table: '*', words: args, ...(file && { loaded: 'unread' as const }), chains }];
}

/** nft: `add`, `insert`, `delete`, `flush`, `-f FILE`. */
export function nft(call: Invocation): readonly Effect[] {
  const { args } = call;
  const file = args.findIndex((arg) => arg.partial === '-f' || arg.partial === '--file');
  if (args.some((arg) => arg.partial === '-c' || arg.partial === '--check')) return [];
  if (file >= 0) {
    const name = textOf(args[file + 1]);
    return loadedByNft(call, name === undefined ? undefined : /^(?:-|\/dev\/stdin)$/.test(name) ? call.input() : call.read(name), true);
  }
  // A command is written in the language of the files, whether in one word or in many.
  if (args.every((arg) => textOf(arg) !== undefined) && args.some((arg) => /^add\b/.test(arg.partial))) {
    const text = args.map(({ partial }) => partial).filter((word, at) => at > 0 || !word.startsWith('-')).join(' ');
    if (/^add\s+(?:table|chain|rule)\s/.test(text)) return loadedByNft(call, text, false);
  }
  const words = args.flatMap((arg) => (arg.partial.startsWith('-') ? [] : arg.partial.split(/\s+/))).filter(Boolean);
  const [verb, object, ...rest] = words;
  const family = /^(ip|ip6|inet|arp|bridge|netdev)$/.test(rest[0] ?? '') ? rest.slice(1) : rest;
  const [table, chain] = object === 'ruleset' ? ['*'] : family;
  const does: Does | undefined = verb === 'flush' ? 'flush' : verb === 'add' || verb === 'insert' || verb === 'create' ? (object === 'rule' || object === 'element' ? 'add' : 'other') : verb === 'delete' || verb === 'destroy' ? (object === 'rule' || object === 'element' ? 'remove' : 'delete-chain') : undefined;
  return does ? [{ kind: 'firewall', tool: 'nft', does, table: table ?? '*', ...(chain !== undefined && object !== 'table' && { chain }), words: args }] : [];
}
