import { spanAt, type SourceText } from '../../base/text.ts';
import type { Hook } from '../../model/filter.ts';
import { linesOf, spanIn } from '../lines.ts';
import type { Statement } from '../statement.ts';
import { nftRule, type NftRule } from './rule.ts';
import { tokensOf, type Token } from './words.ts';

/** A chain by the names of its family and table. */
export interface NftPlace {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
}

/** One statement of nft(8): the head of a base chain, its policy, a rule. `unread`: rules may stand where this leads. */
export type NftStatement = Statement &
  (
    | { readonly kind: 'base'; readonly place: NftPlace; readonly type: string; readonly hook?: Hook; readonly priority: number; readonly policy?: 'accept' | 'drop' }
    | { readonly kind: 'policy'; readonly place: NftPlace; readonly policy: 'accept' | 'drop' }
    | { readonly kind: 'rule'; readonly place: NftPlace; readonly rule: NftRule }
    | { readonly kind: 'include'; /** As written. */ readonly pattern: string }
    | { readonly kind: 'none' }
  );

const hooks: Readonly<Record<string, Hook>> = { prerouting: 'PREROUTING', input: 'INPUT', forward: 'FORWARD', output: 'OUTPUT', postrouting: 'POSTROUTING' };
const priorities: Readonly<Record<string, number>> = { raw: -300, mangle: -150, dstnat: -100, filter: 0, security: 50, srcnat: 100 };

/** Reads /etc/nftables.conf and its like. Never throws. */
export function readNft(source: SourceText): readonly NftStatement[] {
  const tokens = tokensOf(source);
  const names = new Map<string, readonly Token[] | undefined>();
  const out: NftStatement[] = [];
  const scope: { readonly kind: string; readonly name: string; readonly family: string }[] = [];
  // Of such a file nft loads nothing: what is loaded is not known.
  const refused = (words: readonly Token[], note: string): void => put(words, { kind: 'none', state: 'unread', note });
  const put = (words: readonly Token[], made: object): void => void out.push({ at: spanAt(source, words[0]!.from, words.at(-1)!.to), ...made } as NftStatement);
  let at = 0;
  while (at < tokens.length) {
    const token = tokens[at]!;
    if (token.text === '\n' || token.text === ';') at++;
    else if (token.text === '}') {
      if (!scope.pop()) refused([token], 'a } closes nothing');
      at++;
      if (tokens[at] && !/^[\n;]$/.test(tokens[at]!.text)) refused([token], 'nft wants a ; or a new line behind }');
    } else at = statement();
  }
  if (scope.length > 0 && tokens.length > 0) refused([tokens.findLast(({ text }) => text !== '\n') ?? tokens[0]!], 'a { is never closed');
  return covered(source, out);

  function statement(): number {
    const words: Token[] = [];
    let open = 0;
    let next = at;
    const inner = scope.at(-1)?.kind;
    for (; next < tokens.length; next++) {
      const token = tokens[next]!;
      if (!token.quoted) {
        if (token.text === '{' && open === 0 && opensBlock(words, inner)) {
          const block = blockOf(words, inner);
          scope.push(block);
          if (block.kind === 'table' && !/^(?:ip6?|inet|arp|bridge|netdev)$/.test(block.family)) refused(words, `'${block.family}' is no family`);
          else put(words, { kind: 'none', state: 'ignored' });
          return next + 1;
        }
        if (token.text === '{') open++;
        else if (token.text === '}') {
          if (open === 0) break;
          open--;
        } else if (open === 0 && (token.text === ';' || token.text === '\n')) break;
      }
      if (token.text !== '\n') words.push(token);
    }
    if (words.length === 0) return next + 1;
    if (tokens[next]?.text === '}' && inner !== undefined && open === 0 && !tokens.slice(at, next).some(({ text }) => text === '\n')) refused(words, 'nft wants a ; or a new line before }');
    else understand(words, inner);
    return next;
  }

  function understand(words: readonly Token[], inner: string | undefined): void {
    const [first, second] = words.map(({ text }) => text);
    if (first === 'define' && words[2]?.text === '=') {
      names.set(`$${second}`, words.slice(3));
      return put(words, { kind: 'none', state: 'modelled' });
    }
    if (first === 'include' && inner === undefined && words.length === 2) return put(words, { kind: 'include', pattern: second, state: 'partly', note: 'rules of another file' });
    if (first === 'include') return put(words, { kind: 'none', state: 'unread', note: 'rules of another file' });
    if (inner === 'set' || inner === 'map') {
      const set = `@${scope.at(-1)!.name}`;
      if (first === 'elements' && words[1]?.text === '=') names.set(set, names.has(set) ? undefined : words.slice(2));
      else if (first === 'flags' && words.some(({ text }) => text === 'dynamic' || text === 'timeout')) names.set(set, undefined);
      return put(words, { kind: 'none', state: 'modelled' });
    }
    if (inner === 'chain') return inChain(words);
    if (inner === undefined && /^(?:flush|delete|destroy)$/.test(first!) && /^(?:ruleset|table)$/.test(second ?? '')) return put(words, { kind: 'none', state: out.some(({ kind }) => kind !== 'none') ? 'unread' : 'ignored', ...(out.some(({ kind }) => kind !== 'none') && { note: 'takes away what stands before it' }) });
    if (inner === undefined && first === 'add' && (second === 'chain' || second === 'rule')) return added(words);
    if (inner === undefined && (first === 'table' || (first === 'add' && second === 'table'))) return put(words, { kind: 'none', state: 'ignored' });
    if (inner === 'table' && !/^(?:chain|set|map|flowtable|counter|quota|limit|ct|secmark|synproxy|flags|comment|tunnel|type|elements)$/.test(first!)) return refused(words, `'${first}' is no part of a table`);
    if (inner === 'other' || inner === 'table') return put(words, { kind: 'none', state: 'ignored' });
    put(words, { kind: 'none', state: 'unread', note: 'is not followed' });
  }

  /** `add chain inet filter input { type filter hook input priority 0; policy drop; }`, `add rule inet filter input tcp dport 80 accept`. */
  function added(words: readonly Token[]): void {
    const named = /^(?:ip6?|inet|arp|bridge|netdev)$/.test(words[2]?.text ?? '') ? 3 : 2;
    const [table, chain] = [words[named]?.text, words[named + 1]?.text];
    const rest = words.slice(named + 2);
    if (table === undefined || chain === undefined) return put(words, { kind: 'none', state: 'unread', note: 'is not followed' });
    const place: NftPlace = { family: named === 3 ? words[2]!.text : 'ip', table, chain };
    // A handle or an index says where the rule stands.
    if (words[1]!.text === 'rule') return /^(?:handle|position|index)$/.test(rest[0]?.text ?? '') || rest.length === 0 ? put(words, { kind: 'none', state: 'unread', note: 'is not followed' }) : inChain(rest, place);
    for (let from = rest[0]?.text === '{' ? 1 : rest.length; from < rest.length; ) {
      const next = rest.findIndex(({ text, quoted }, index) => index >= from && !quoted && /^[;}]$/.test(text));
      const part = rest.slice(from, next < 0 ? rest.length : next);
      if (part.length > 0) inChain(part, place);
      from = next < 0 ? rest.length : next + 1;
    }
    put(words, { kind: 'none', state: 'ignored' });
  }

  function inChain(words: readonly Token[], place: NftPlace = { family: scope.at(-1)!.family, table: scope.findLast(({ kind }) => kind === 'table')?.name ?? '', chain: scope.at(-1)!.name }): void {
    const texts = words.map(({ text }) => text);
    if (texts[0] === 'type' && texts.includes('hook')) {
      const named = texts[texts.indexOf('hook') + 1] ?? '';
      if (!Object.hasOwn(hooks, named) && named !== 'ingress' && named !== 'egress') return refused(words, `'${named}' is no hook`);
      if (!/^(?:filter|nat|route)$/.test(texts[1] ?? '')) return refused(words, `'${texts[1]}' is no type of chain`);
      const level = /^[a-z]+$/.exec(texts[texts.indexOf('priority') + 1] ?? '')?.[0];
      if (level !== undefined && !Object.hasOwn(priorities, level) && level !== 'out') return refused(words, `'${level}' is no priority`);
      const hook = hooks[texts[texts.indexOf('hook') + 1] ?? ''];
      return put(words, { kind: 'base', place, type: texts[1], ...(hook && { hook }), priority: priorityOf(texts.slice(texts.indexOf('priority') + 1)), state: 'modelled' });
    }
    if (texts[0] === 'policy' && (texts[1] === 'accept' || texts[1] === 'drop')) return put(words, { kind: 'policy', place, policy: texts[1], state: 'modelled' });
    if (/^(?:set|[ds]port|[ds]addr|to|mark|ct|ip6?|tcp|udp|meta)$/.test(texts.at(-1)!)) return refused(words, `nothing stands behind ${texts.at(-1)}`);
    const end = texts.findIndex((text, index) => /^(?:accept|drop|return|continue)$/.test(text) && index < texts.length - 1 && !words[index]!.quoted && !/^(?:comment|:)$/.test(texts[index + 1]!) && texts[index - 1] !== ':' && !texts.includes('{'));
    if (end >= 0) return refused(words, `${texts[end]} is not the last`);
    if (texts.includes('{') !== texts.includes('}')) return refused(words, 'a { or } has no other');
    if (/^(?:table|chain|set|map|type|flush)$/.test(texts[0]!) && !/^(?:add|update|delete)$/.test(texts[1] ?? '')) return refused(words, `'${texts[0]}' stands in a chain`);
    if (texts[0] === 'comment' || texts[0] === 'devices' || texts[0] === 'flags') return put(words, { kind: 'none', state: 'ignored' });
    const rule = nftRule(words, names);
    put(words, { kind: 'rule', place, rule, ...(rule.unknown.length > 0 ? { state: 'partly', note: `not followed: ${rule.unknown[0]}` } : { state: 'modelled' }) });
  }

  function blockOf(words: readonly Token[], inner: string | undefined): (typeof scope)[number] {
    const texts = words.map(({ text }) => text).filter((text, index) => !(index === 0 && text === 'add'));
    if (texts[0] === 'table') return { kind: 'table', name: texts.at(-1)!, family: texts.length > 2 ? texts[1]! : 'ip' };
    const family = scope.findLast(({ kind }) => kind === 'table')?.family ?? 'ip';
    return { kind: inner === 'table' && (texts[0] === 'chain' || texts[0] === 'set' || texts[0] === 'map') ? texts[0] : 'other', name: texts.at(-1) ?? '', family };
  }
}

function opensBlock(words: readonly Token[], inner: string | undefined): boolean {
  const first = words[0]?.text === 'add' ? words[1]?.text : words[0]?.text;
  if (inner === undefined) return first === 'table';
  return inner === 'table' && /^(?:chain|set|map|flowtable|counter|quota|limit|ct|secmark|synproxy)$/.test(first ?? '');
}

function priorityOf(texts: readonly string[]): number {
  const [, name = '', sign, add] = /^([a-z]*)([-+]?)(\d*)$/.exec(texts.join('')) ?? [];
  return (priorities[name] ?? 0) + (add === '' || add === undefined ? 0 : Number(`${sign ?? ''}${add}`));
}

/** Lines on which no statement stands are blank, comments or brackets. */
function covered(source: SourceText, statements: readonly NftStatement[]): readonly NftStatement[] {
  const lines = new Set(statements.flatMap(({ at }) => Array.from({ length: at.endLine - at.line + 1 }, (_, index) => at.line + index)));
  const rest = linesOf(source).filter(({ number }) => !lines.has(number)).map((line): NftStatement => ({ kind: 'none', at: spanIn(source, line), state: 'ignored' }));
  return [...statements, ...rest].sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
}
