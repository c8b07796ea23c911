import type { Effect } from '../../../model/script.ts';
import { deviceOf, ipOf, type Invocation } from './invocation.ts';

/** arping that tells the neighbours where an address is: -U or -A, or a request in its name with -s. */
export function arping(call: Invocation): readonly Effect[] {
  const { args } = call;
  let device: string | undefined;
  let source: (typeof args)[number] | undefined;
  let target: (typeof args)[number] | undefined;
  let announces = false;
  for (let at = 0; at < args.length; at++) {
    const text = args[at]!.partial;
    if (text === '-I' || text === '-i') device = deviceOf(args[++at]).device;
    else if (text === '-s' || text === '-S') source = args[++at];
    else if (/^-(c|w|C|W|t|T|m)$/.test(text)) at++;
    else if (/^-[bqfvrRpPaAdDeuU0]*[UAP][bqfvrRpPaAdDeuU0]*$/.test(text)) announces = true;
    else if (/^-I./.test(text)) device = text.slice(2);
    else if (!text.startsWith('-')) target ??= args[at];
  }
  if (!announces && !source) return [];
  return [{ kind: 'arp-announce', device, ip: announces ? (ipOf(source) ?? ipOf(target)) : ipOf(source) }];
}

/** heartbeat's send_arp: `send_arp [-i ms] [-r n] [-p pidfile] DEVICE IP MAC BROADCAST NETMASK`. */
export function sendArp(call: Invocation): readonly Effect[] {
  const operands = call.args.filter((arg, at) => !arg.partial.startsWith('-') && !/^-[irp]$/.test(call.args[at - 1]?.partial ?? ''));
  return [{ kind: 'arp-announce', device: deviceOf(operands[0]).device, ip: ipOf(operands[1]) }];
}
