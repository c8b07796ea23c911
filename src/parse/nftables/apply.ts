import type { FilterChain } from '../../model/filter.ts';
import type { FilterRule } from '../../model/filter-rule.ts';
import type { Family } from '../../model/words.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import { includedFiles } from './includes.ts';
import type { NftPlace, NftStatement } from './read.ts';

type Growing = { -readonly [K in keyof FilterChain]: FilterChain[K] } & { rules: FilterRule[] };

const families: Readonly<Record<string, readonly Family[]>> = { ip: [4], ip6: [6], inet: [4, 6] };

/** What the service nftables loads: each distribution has but one of them. */
export const nftablesConf: readonly string[] = ['etc/sysconfig/nftables.conf', 'etc/nftables.conf'];

/** Puts the chains that boot loads on a host: of the distribution's file, and of those that are loaded besides. Where it leads to further files, or holds what is not followed, rules may be there that are not known of. */
export function applyNft(files: readonly ParsedFile<NftStatement>[], draft: HostDraft): void {
  const own = files.filter(({ source }) => nftablesConf.includes(source.file));
  const loaded = [...own.slice(0, 1), ...files.filter((file) => !own.includes(file))];
  const included = new Set<string>();
  const main = loaded.slice(0, own.length > 0 ? 1 : 0).flatMap((file) => withIncluded(file.statements, 0));
  const statements = [...main, ...loaded.slice(own.length > 0 ? 1 : 0).filter(({ source }) => !included.has(source.file)).flatMap((file) => withIncluded(file.statements, 0))];
  if (statements.some(({ state }) => state === 'unread')) draft.filterUnread = true;
  if (statements.some((statement) => statement.kind !== 'none' && statement.kind !== 'include' && /^(?:arp|bridge|netdev)$/.test(statement.place.family))) draft.filtersArp = true;
  const chains = chainsOf(statements);
  if (chains.length > 0) draft.nftChains = [...chains];

  function withIncluded(list: readonly NftStatement[], depth: number): readonly NftStatement[] {
    return list.flatMap((statement): readonly NftStatement[] => {
      if (statement.kind !== 'include') return [statement];
      const paths = depth < 8 ? includedFiles(draft.files, statement.pattern) : undefined;
      const found = paths?.map((path) => files.find(({ source }) => source.file === path));
      if (!found || found.some((file) => file === undefined)) {
        draft.filterUnread = true;
        return [];
      }
      return found.flatMap((file) => {
        included.add(file!.source.file);
        return withIncluded(file!.statements, depth + 1);
      });
    });
  }
}

/** The chains of statements in order, each with its rules. */
export function chainsOf(statements: readonly NftStatement[]): readonly FilterChain[] {
  const chains = new Map<string, Growing>();
  const grow = ({ family, table, chain }: NftPlace, change: (chain: Growing) => void): void => {
    for (const version of families[family] ?? []) {
      const key = `${version} ${family} ${table} ${chain}`;
      let known = chains.get(key);
      if (!known) chains.set(key, (known = { family: version, table: `${family} ${table}`, name: chain, rules: [] }));
      change(known);
    }
  };
  for (const statement of statements) {
    if (statement.kind === 'none' || statement.kind === 'include') continue;
    const { at, place } = statement;
    if (statement.kind === 'base') {
      // A chain of nat decides where packets go, not whether.
      grow(place, (chain) => void (statement.hook && ((chain.hook = statement.hook), (chain.priority = statement.priority), statement.type === 'nat' && (chain.table = 'nat'))));
    } else if (statement.kind === 'policy') grow(place, (chain) => void (chain.policy = { drops: statement.policy === 'drop', at, confidence: 'likely' }));
    else grow(place, (chain) => void chain.rules.push(...statement.rule.parts.map(({ conditions, verdict }): FilterRule => ({ conditions, verdict, at, confidence: 'likely', spec: '' }))));
  }
  return [...chains.values()];
}
