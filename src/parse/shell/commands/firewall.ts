import type { Effect, FirewallEffect } from '../../../model/script.ts';
import type { Arg } from '../words.ts';
import { textOf, type Invocation } from './invocation.ts';

type Does = FirewallEffect['does'];

const commands: Readonly<Record<string, Does>> = {
  A: 'add', I: 'add', D: 'remove', F: 'flush', X: 'delete-chain', P: 'policy', R: 'other', N: 'other', E: 'other', Z: 'other',
  append: 'add', insert: 'add', delete: 'remove', flush: 'flush', 'delete-chain': 'delete-chain', policy: 'policy', replace: 'other', 'new-chain': 'other', 'rename-chain': 'other', zero: 'other', new: 'other',
};

const toolOf = (name: string): FirewallEffect['tool'] => (name.startsWith('ip6') ? 'ip6tables' : name.startsWith('arp') ? 'arptables' : name.startsWith('eb') ? 'ebtables' : 'iptables');

/** iptables, ip6tables, arptables, ebtables: one effect a command; lists and checks do nothing. */
export function xtables(call: Invocation): readonly Effect[] {
  const { args } = call;
  let table: string | undefined = 'filter';
  let does: Does | undefined;
  let chain: Arg | undefined;
  for (let at = 0; at < args.length; at++) {
    const text = args[at]!.partial;
    const option = /^--table=(.+)$/.exec(text);
    if (text === '-t' || text === '--table') table = textOf(args[++at]);
    else if (option) table = option[1];
    else if (/^-t\w+$/.test(text)) table = text.slice(2);
    else if (!does) {
      const letter = /^-([AIDFXPRNEZ])$/.exec(text)?.[1] ?? /^--([a-z-]+)$/.exec(text)?.[1];
      does = letter === undefined || !Object.hasOwn(commands, letter) ? undefined : commands[letter];
      if (does && args[at + 1] && !args[at + 1]!.partial.startsWith('-')) chain = args[++at];
    }
  }
  if (!does) return [];
  const name = textOf(chain);
  return [{ kind: 'firewall', tool: toolOf(call.name), does, table: table ?? '*', ...(name !== undefined && { chain: name }), words: args }];
}

/** iptables-restore and its kin: all rules are replaced, unless --noflush. */
export function restore(call: Invocation): readonly Effect[] {
  if (call.args.some((arg) => arg.partial === '--test' || arg.partial === '-t')) return [];
  return [{ kind: 'firewall', tool: toolOf(call.name), does: call.args.some((arg) => arg.partial === '-n' || arg.partial === '--noflush') ? 'add' : 'restore', table: '*', words: call.args }];
}

/** nft: `add`, `insert`, `delete`, `flush`, `-f FILE`. */
export function nft(call: Invocation): readonly Effect[] {
  const { args } = call;
  const file = args.findIndex((arg) => arg.partial === '-f' || arg.partial === '--file');
  if (args.some((arg) => arg.partial === '-c' || arg.partial === '--check')) return [];
  if (file >= 0) return [{ kind: 'firewall', tool: 'nft', does: 'restore', table: '*', words: args }];
  const words = args.flatMap((arg) => (arg.partial.startsWith('-') ? [] : arg.partial.split(/\s+/))).filter(Boolean);
  const [verb, object, ...rest] = words;
  const family = /^(ip|ip6|inet|arp|bridge|netdev)$/.test(rest[0] ?? '') ? rest.slice(1) : rest;
  const [table, chain] = object === 'ruleset' ? ['*'] : family;
  const does: Does | undefined = verb === 'flush' ? 'flush' : verb === 'add' || verb === 'insert' || verb === 'create' ? (object === 'rule' || object === 'element' ? 'add' : 'other') : verb === 'delete' || verb === 'destroy' ? (object === 'rule' || object === 'element' ? 'remove' : 'delete-chain') : undefined;
  return does ? [{ kind: 'firewall', tool: 'nft', does, table: table ?? '*', ...(chain !== undefined && object !== 'table' && { chain }), words: args }] : [];
}
