import { parseCidr } from '../../../base/ip.ts';
import type { Effect, PolicyRuleEffect } from '../../../model/script.ts';
import { abbreviates, textOf, type Cursor } from './invocation.ts';
import { eachKeyword } from './ip.ts';

const verbs = ['list', 'lst', 'show', 'add', 'delete', 'flush', 'save', 'restore', 'help'];
const valued = /^(?:tos|dsfield|priority|order|preference|prio|pref|iif|dev|oif|realms|nat|map-to|ipproto|sport|dport|tun_id|uidrange|suppress_\w+|sup_\w+|goto|protocol|type)$/;

/** `ip rule add|del fwmark MARK[/MASK] table TABLE`, `ip rule flush`. */
export function ipRule(words: Cursor, family: 4 | 6): readonly Effect[] {
  const written = textOf(words.next());
  const verb = written === undefined || written === '' ? undefined : verbs.find((name) => abbreviates(written, name));
  if (verb !== 'add' && verb !== 'delete' && verb !== 'flush') return [];
  const given: { mark?: number | 'unknown'; mask?: number; table?: string; narrowed?: true } = {};
  eachKeyword(words, (word) => {
    if (word === 'fwmark') {
      const [mark, mask] = (textOf(words.value()) ?? '').split('/').map((text) => (/^(?:0x[\da-f]+|\d+)$/i.test(text) ? Number(text) : undefined));
      given.mark = mark ?? 'unknown';
      if (mask !== undefined) given.mask = mask;
    } else if (word === 'lookup' || word === 'table') {
      const table = textOf(words.value());
      if (table !== undefined) given.table = table;
    } else if (word === 'from' || word === 'to') {
      const text = textOf(words.value());
      if (text !== 'all' && text !== 'default' && !(text !== undefined && parseCidr(text)?.prefix === 0)) given.narrowed = true;
    } else if (valued.test(word)) {
      words.value();
      if (!/^(?:priority|order|preference|prio|pref|protocol|realms)$/.test(word)) given.narrowed = true;
    } else if (word === 'not') given.narrowed = true;
  });
  const effect: PolicyRuleEffect = { kind: 'policy-rule', does: verb === 'delete' ? 'remove' : verb, family, ...given };
  return [effect];
}
