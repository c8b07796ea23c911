import { parseCidr } from '../../base/ip.ts';
import type { FirewallEffect } from '../../model/script.ts';
import { isSlip } from '../slip.ts';
import { options } from './options.ts';

/** Where a saved rule set stands while its lines are read. */
export interface SavedState {
  /** The table that is open; undefined: none is. */
  table: string | undefined;
  /** Chains of the open table that are not built in. */
  readonly chains: Set<string>;
  /** The file is one of iptables-save(8), with `*table` and COMMIT. */
  readonly framed: boolean;
  /** Each table ends with COMMIT. */
  readonly commits: boolean;
}

const tables: Readonly<Record<string, readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT', 'IN', 'OUT'], nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'], mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'], raw: ['PREROUTING', 'OUTPUT'], security: ['INPUT', 'FORWARD', 'OUTPUT'],
};

const wanting = new Set('-j --jump -g --goto -s --source -d --destination -p --protocol -i --in-interface -o --out-interface -m --match --dport --sport --dports --sports --ports --destination-port --source-port --state --ctstate --set-mark --set-xmark --to-source --to-destination --to-ports --mark --mangle-ip-s --mangle-ip-d --reject-with --icmp-type --limit --comment --log-prefix'.split(' '));
const targets = 'ACCEPT DROP REJECT RETURN LOG MARK QUEUE CLASSIFY CONNMARK CT DNAT SNAT MASQUERADE NETMAP NFLOG NFQUEUE NOTRACK REDIRECT TCPMSS TPROXY TTL mangle'.split(' ');
const known: ReadonlySet<string> = new Set(options);
const withPorts = /^--(?:[sd]ports?|(?:source|destination)-ports?|ports|syn|tcp-flags)$/;

/**
 * What makes `iptables-restore` refuse the line, and so the whole file; undefined: nothing that is known here. Options and targets of modules that are known nowhere count as written by who knows them.
 */
export function savedFault(words: readonly string[], tool: FirewallEffect['tool'], state: SavedState): string | undefined {
  const [first = '', second] = words;
  if (first.startsWith('*')) {
    const name = first.slice(1);
    if (state.commits && state.table !== undefined) return `table ${state.table} has no COMMIT before the next`;
    state.table = name;
    state.chains.clear();
    return Object.hasOwn(tables, name) ? undefined : `'${name}' is no table`;
  }
  if (first === 'COMMIT') {
    const open = state.table;
    state.table = undefined;
    return words.length > 1 ? 'something stands behind COMMIT' : open === undefined && state.framed ? 'COMMIT stands in no table' : undefined;
  }
  if (state.framed && state.table === undefined) return 'stands in no table';
  if (first.startsWith(':')) {
    const chain = first.slice(1);
    if (second === '-') state.chains.add(chain);
    else if (!isBuiltIn(chain, tool, state)) return `'${chain}' is no chain that is built in, and has no policy`;
    return second === '-' || second === 'ACCEPT' || second === 'DROP' || (second === 'QUEUE' && tool === 'iptables') ? undefined : `'${second ?? ''}' is no policy`;
  }
  return ruleFault(/^\[\d+:\d+\]$/.test(first) ? words.slice(1) : words, tool, state);
}

function isBuiltIn(chain: string, tool: FirewallEffect['tool'], state: SavedState): boolean {
  const built = tables[state.table ?? 'filter'];
  return built === undefined || built.includes(chain) || tool === 'arptables';
}

function ruleFault(words: readonly string[], tool: FirewallEffect['tool'], state: SavedState): string | undefined {
  const commands = words.filter((word, at) => /^-[AIDRPNXFLZ]$|^--(?:append|insert|delete|replace|policy|new-chain|delete-chain|flush)$/.test(word) && !/^(?:--comment|--log-prefix|--nflog-prefix)$/.test(words[at - 1] ?? ''));
  if (commands.length > 1) return `${commands[1]} is a second command`;
  const [command, chain = ''] = words;
  if (/^-[NF]$/.test(command ?? '')) {
    if (command === '-N') state.chains.add(chain);
    return undefined;
  }
  if (/^-[AIR]$/.test(command ?? '') && state.framed && !state.chains.has(chain) && !isBuiltIn(chain, tool, state)) return `no chain '${chain}' is made before it`;
  const last = words.at(-1) ?? '';
  if (wanting.has(last) && !/^(?:--comment|--log-prefix|-m)$/.test(words.at(-2) ?? '')) return `${last} has no value`;
  if (words.includes('COMMIT')) return 'COMMIT stands behind a rule';
  let protocol = false;
  for (const [at, word] of words.entries()) {
    const before = words[at - 1] ?? '';
    if (/^--(?:comment|log-prefix|nflog-prefix|string|hex-string)$/.test(before)) continue;
    if (before === '-p' || before === '--protocol') protocol = true;
    if (withPorts.test(word) && !protocol && tool !== 'arptables' && !words.some((one, index) => /^(?:tcp|udp|multiport|sctp|dccp|udplite)$/.test(one) && words[index - 1] === '-m' && one === 'multiport')) return `${word} wants a protocol before it`;
    if (word.startsWith('--') && word.length > 2) {
      const name = word.slice(2).split('=')[0]!;
      if (!known.has(name) && !options.some((option) => option.startsWith(name))) return `--${name} is no option of ${tool}`;
    }
    if (/^(?:-[sd]|--(?:source|destination|src|dst))$/.test(before) && word !== '!' && !word.split(',').every(isAddress)) return `'${word}' is no address`;
    if (/^--(?:[sd]port|source-port|destination-port)$/.test(before) && word !== '!' && !isPorts(word)) return `'${word}' is no port`;
    if (/^(?:-j|--jump)$/.test(before) && !state.chains.has(word) && !targets.includes(word)) {
      const meant = targets.find((name) => isSlip(word, name));
      if (meant !== undefined) return `'${word}' is no target, ${meant} is`;
    }
  }
  return undefined;
}

/** Names are resolved elsewhere; what is all digits and dots is an address or nothing. */
const isAddress = (text: string): boolean => {
  const [address = ''] = text.split('/');
  if (/^[\d.]+$/.test(address)) return address.split('.').length < 5 && address.split('.').every((part) => part !== '' && Number(part) < 256);
  return !address.includes(':') || parseCidr(address, 'host') !== undefined;
};

const isPorts = (text: string): boolean => !/^[\d:]+$/.test(text) || text.split(':').every((port) => port === '' || Number(port) < 65536);
