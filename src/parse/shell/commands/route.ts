import { parseCidr, prefixOfNetmask, type Cidr, type Ip } from '../../../base/ip.ts';
import type { Effect } from '../../../model/script.ts';
import { metricOf } from '../../network.ts';
import type { Arg } from '../words.ts';
import { cursor, deviceOf, ipOf, textOf, type Invocation } from './invocation.ts';
import { classNetwork } from './network.ts';

const valuedWords = /^(mss|window|irtt|mtu)$/;

/** route(8) of net-tools: `route add|del [-net|-host] TARGET [netmask M] [gw G] [[dev] D]`. A route over an alias is one over its device. */
export function route(call: Invocation): readonly Effect[] {
  const words = cursor(call.words.slice(1));
  let verb: 'add' | 'remove' | undefined;
  let kind: 'net' | 'host' | undefined;
  let target: Arg | undefined;
  let netmask: Arg | undefined;
  let device: string | undefined;
  let via: Ip | undefined;
  let metric: number | undefined;
  for (let arg = words.value(); arg; arg = words.value()) {
    if (arg.gone && arg.variables.length === 0) continue;
    const text = arg.gone ? '' : (textOf(arg) ?? '');
    if (!verb) {
      if (text === 'add') verb = 'add';
      else if (text === 'del' || text === 'delete') verb = 'remove';
      else if (text === '-A') words.next();
    } else if (text === '-net' || text === '-host') kind = text === '-net' ? 'net' : 'host';
    else if (text === 'netmask') netmask = words.value();
    else if (text === 'gw' || text === 'gateway') via = ipOf(words.value());
    else if (text === 'dev' || text === 'device') device = deviceOf(words.value()).device;
    else if (text === 'metric') metric = metricOf(textOf(words.value()));
    else if (valuedWords.test(text)) words.value();
    else if (/^(reject|mod|dyn|reinstate|-\w+|--\w+)$/.test(text)) continue;
    else if (!target) target = arg;
    else device ??= deviceOf(arg).device;
  }
  if (!verb || !target) return [];
  return [{ kind: 'route', does: verb, to: destination(textOf(target), kind, netmask), ...(via && { via }), ...(device !== undefined && { device }), ...(metric !== undefined && { metric }), tool: 'route', besideAnother: 'in-front' }];
}

function destination(text: string | undefined, kind: 'net' | 'host' | undefined, netmask: Arg | undefined): 'default' | Cidr | undefined {
  if (text === undefined || text === '') return undefined;
  if (text === 'default' || text === '0.0.0.0' || text === '0.0.0.0/0' || text === '::/0') return 'default';
  const written = parseCidr(text);
  if (written) return written;
  const network = classNetwork(text);
  if (!network) return undefined;
  if (netmask) {
    const prefix = prefixOfNetmask(textOf(netmask) ?? '');
    return prefix === undefined ? undefined : { ip: network.ip, prefix };
  }
  return kind === 'host' ? { ip: network.ip, prefix: network.ip.family === 4 ? 32 : 128 } : network;
}
