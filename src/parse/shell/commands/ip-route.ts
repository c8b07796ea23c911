import type { Ip } from '../../../base/ip.ts';
import type { Effect, RouteEffect } from '../../../model/script.ts';
import { metricOf } from '../../network.ts';
import type { Arg } from '../words.ts';
import { abbreviates, deviceOf, ipOf, textOf, type Cursor } from './invocation.ts';
import { eachKeyword } from './ip.ts';
import { ipDestination } from './network.ts';

const adding = ['add', 'append', 'change', 'chg', 'replace', 'prepend'];
const verbs = ['add', 'append', 'change', 'chg', 'replace', 'prepend', 'delete', 'list', 'lst', 'show', 'flush', 'get', 'save', 'restore', 'showdump', 'help'];
/** `ip/iproute.c: do_iproute()`: the flags NLM_F_EXCL, NLM_F_REPLACE and NLM_F_APPEND by verb. */
const beside: Readonly<Record<string, RouteEffect['besideAnother']>> = { append: 'behind', change: 'replaces', chg: 'replaces', replace: 'replaces', prepend: 'in-front' };
const types = /^(unicast|local|broadcast|multicast|throw|unreachable|prohibit|blackhole|nat|anycast)$/;
const valuedWords = /^(src|tos|dsfield|proto|protocol|scope|mtu|advmss|window|rtt|rttvar|rto_min|hoplimit|initcwnd|initrwnd|cwnd|ssthresh|realms|quickack|congctl|features|encap|weight|expires|nhid|pref|as|from|iif|oif|type|root|match|exact|mark|ttl-propagate|fastopen_no_cookie)$/;

/** `ip route add|replace|del …`. */
export function ipRoute(words: Cursor): readonly Effect[] {
  const written = textOf(words.next());
  const verb = written === undefined || written === '' ? undefined : verbs.find((name) => abbreviates(written, name));
  if (verb === undefined || (!adding.includes(verb) && verb !== 'delete' && verb !== 'flush')) return [];
  let to: Arg | undefined;
  let via: Ip | undefined;
  let device: string | undefined;
  let table: string | undefined;
  let type: RouteEffect['type'];
  let onLink = false;
  let metric: number | undefined;
  eachKeyword(words, (word, arg) => {
    if (word === 'via') {
      const next = words.value();
      const gateway = ipOf(textOf(next) === 'inet' || textOf(next) === 'inet6' ? words.value() : next);
      // 0.0.0.0 is none (`net/ipv4/fib_frontend.c: rtm_to_fib_config()`).
      via = gateway?.text === '0.0.0.0' ? undefined : gateway;
    } else if (word === 'dev' || word === 'oif') device = deviceOf(words.value()).device;
    else if (word === 'table') table = textOf(words.value());
    else if (word === 'to') to = words.value();
    else if (types.test(word)) type = word === 'local' ? 'local' : /^(?:throw|unreachable|prohibit|blackhole)$/.test(word) ? 'none' : type;
    else if (/^(?:metric|preference|priority)$/.test(word)) metric = metricOf(textOf(words.value()));
    else if (valuedWords.test(word)) words.value();
    else if (word === 'onlink') onLink = true;
    else if (word !== 'nexthop' && word !== 'lock' && word !== 'cache') to ??= arg;
  });
  if (!to && !table && !device) return [];
  const text = textOf(to);
  const effect: RouteEffect = {
    kind: 'route', does: adding.includes(verb) ? 'add' : 'remove', to: text === undefined || text === '' ? undefined : ipDestination(text),
    ...(via && { via }), ...(device !== undefined && { device }), ...(table !== undefined ? { table } : type === 'local' ? { table: 'local' } : {}), ...(type ? { type } : {}), ...(onLink ? { onLink } : {}), ...(metric !== undefined && { metric }), tool: 'ip', besideAnother: beside[verb] ?? 'refused',
  };
  return [effect];
}
