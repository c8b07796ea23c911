import { parseCidr } from '../../../base/ip.ts';
import type { Effect } from '../../../model/script.ts';
import type { Arg } from '../words.ts';
import { abbreviates, textOf, type Invocation } from './invocation.ts';

/**
 * Addresses that nmcli(1) gives a connection: `connection modify ID [+]ipv4.addresses LIST`, `connection add … ifname DEVICE ip4 LIST`. A connection is known by its device where it is added, and as lo or dummyN by its
 * usual name; what another one gets is an address on a device that is not known.
 */
export function nmcli(call: Invocation): readonly Effect[] {
  const words = call.args.filter((arg) => !/^-/.test(arg.partial));
  const [object, verb] = words.map((arg) => textOf(arg) ?? '');
  if (!object || !verb || !abbreviates(object, 'connection')) return [];
  const adds = abbreviates(verb, 'add');
  if (!adds && !abbreviates(verb, 'modify')) return [];
  const rest = words.slice(2);
  const named = rest.findIndex((arg) => /^(?:id|uuid|path)$/.test(arg.partial));
  const device = adds ? valueOf(rest, /^(?:ifname|connection\.interface-name)$/) : ownDevice(textOf(rest[named === 0 ? 1 : 0]));
  return rest.flatMap((arg, at): readonly Effect[] => {
    if (!/^(?:\+?ipv[46]\.(?:addresses|addr|address)|ip[46])$/.test(arg.partial)) return [];
    const value = rest[at + 1];
    return (textOf(value) ?? '?').split(/[,\s]+/).filter(Boolean).map((text) => addressOf(text, device, value));
  });
}

function addressOf(text: string, device: string | undefined, word: Arg | undefined): Effect {
  const cidr = device === undefined ? undefined : parseCidr(text, 'host');
  return { kind: 'address', does: 'add', device, ip: cidr?.ip, ...(word && { ipWord: word }), prefix: cidr?.prefix, prefixWritten: text.includes('/'), tool: 'ifup' };
}

function ownDevice(id: string | undefined): string | undefined {
  return id !== undefined && /^(?:lo|dummy\d+)$/.test(id) ? id : undefined;
}

function valueOf(words: readonly Arg[], name: RegExp): string | undefined {
  const at = words.findIndex((arg) => name.test(arg.partial));
  return at < 0 ? undefined : textOf(words[at + 1]);
}
