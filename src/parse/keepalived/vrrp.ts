import { hostPrefix, parseCidr, parseIp } from '../../base/ip.ts';
import type { Span } from '../../base/origin.ts';
import { deviceOfLabel } from '../../model/device.ts';
import type { Said, VrrpAddress, VrrpInstance } from '../../model/vrrp.ts';
import { addDevice } from '../network.ts';
import type { HostDraft } from '../draft.ts';
import type { KeepalivedWord } from './read.ts';
import { all, isConditional, last, lineOf, numberIn, type Node } from './tree.ts';

const truths: Readonly<Record<string, boolean>> = { on: true, true: true, yes: true, off: false, false: false, no: false };

/** A VRRP instance from its block. `strict`: the global `vrrp_strict`; `version`: the global `vrrp_version`. */
export function instanceOf(node: Node, strict: Span | undefined, version: Said<number> | undefined): VrrpInstance {
  const { children } = node;
  const word = (keyword: string): KeepalivedWord | undefined => last(children, keyword)?.words[1];
  const text = (keyword: string): Said<string> | undefined => said(word(keyword));
  const number = (keyword: string, low: number, high: number): Said<number> | undefined => {
    const written = word(keyword);
    const value = numberIn(written, low, high);
    return value === undefined ? undefined : { value, at: written!.at };
  };
  const own = last(children, 'strict_mode');
  const ownStrict = own && (own.words[1] ? truths[own.words[1].text] : true);
  const auth = last(children, 'authentication');
  const source = word('unicast_src_ip');
  const sourceIp = source && parseIp(source.text);
  const accepting = last(children, 'accept', 'no_accept');
  return {
    name: node.words[1]?.text ?? '',
    at: lineOf(node),
    ...optional('state', text('state')),
    ...optional('device', text('interface')),
    ...optional('virtualRouterId', number('virtual_router_id', 1, 255)),
    ...optional('priority', number('priority', 0, 255)),
    ...optional('interval', seconds(word('advert_int'))),
    ...optional('version', number('version', 2, 3) ?? version),
    vips: [...all(children, 'virtual_ipaddress').flatMap((list) => vipsIn(list, false)), ...all(children, 'virtual_ipaddress_excluded').flatMap((list) => vipsIn(list, true))],
    ...(auth ? { auth: { at: lineOf(auth), ...optional('type', said(last(auth.children, 'auth_type')?.words[1])), ...optional('pass', said(last(auth.children, 'auth_pass')?.words[1])) } } : {}),
    ...(source && sourceIp ? { unicastSource: { value: sourceIp, at: source.at } } : {}),
    unicastPeers: all(children, 'unicast_peer').flatMap((list) => list.children.flatMap(({ words }) => {
      const ip = parseIp(words[0]!.text);
      return ip ? [{ value: ip, at: words[0]!.at }] : [];
    })),
    ...optional('nopreempt', last(children, 'nopreempt')?.statement.at),
    ...(accepting ? { accept: { value: accepting.keyword === 'accept', at: lineOf(accepting) } } : {}),
    ...(own && ownStrict !== undefined ? { strict: { value: ownStrict, at: lineOf(own) } } : strict && all(children, 'strict_mode').length === 0 ? { strict: { value: true, at: strict } } : {}),
    vmac: all(children, 'use_vmac', 'use_ipvlan').length > 0,
    conditional: node.statement.condition !== undefined || isConditional(children),
  };
}

/** Seconds, which may have decimals. */
function seconds(word: KeepalivedWord | undefined): Said<number> | undefined {
  return word && /^\d{1,3}(?:\.\d{1,6})?$/.test(word.text) ? { value: Number(word.text), at: word.at } : undefined;
}

function said(word: KeepalivedWord | undefined): Said<string> | undefined {
  return word && { value: word.text, at: word.at };
}

function optional<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: T });
}

function vipsIn(list: Node, excluded: boolean): readonly VrrpAddress[] {
  return list.children.flatMap((node) => {
    const found = addressIn(node);
    return found ? [{ ...found, excluded }] : [];
  });
}

/** An address line: `10.0.0.1/24 brd 10.0.0.255 dev eth0 scope global label eth0:1`. What does not begin with an address is passed over. */
function addressIn(node: Node): Omit<VrrpAddress, 'excluded'> | undefined {
  const { words } = node;
  const [written] = words;
  const cidr = written && parseCidr(written.text, 'host');
  if (!cidr) return undefined;
  const after = (name: string): KeepalivedWord | undefined => {
    const at = words.findIndex((word) => word.text === name);
    return at < 0 ? undefined : words[at + 1];
  };
  const label = after('label');
  const device = after('dev')?.text;
  const broadcastWord = after('brd') ?? after('broadcast');
  const broadcast = broadcastWord && parseIp(broadcastWord.text);
  return {
    // A mask with dots is no prefix length to it: the address is a /32.
    ip: cidr.ip, prefix: /\/\d+\.\d+\./.test(written.text) ? hostPrefix(cidr.ip) : cidr.prefix, at: written.at,
    ...(device === undefined ? {} : { device }),
    ...(label ? { label: { value: label.text, at: label.at } } : {}),
    ...(broadcast ? { broadcast: { value: broadcast, at: broadcastWord.at } } : {}),
  };
}

/** Puts the addresses of an instance on the host: whether it holds them is decided by the election, so they are likely. */
export function holdVips(instance: VrrpInstance, draft: HostDraft): void {
  for (const vip of instance.vips) {
    const written = vip.device ?? instance.device?.value;
    if (written === undefined) continue;
    const device = deviceOfLabel(written);
    if (!draft.devices.has(device)) addDevice(draft, device, undefined);
    draft.addresses.push({
      ip: vip.ip, prefix: vip.prefix, prefixWritten: vip.prefix !== hostPrefix(vip.ip), device, at: vip.at, confidence: instance.conditional ? 'possible' : 'likely', by: 'config',
      ...(vip.label ? { label: vip.label.value } : {}),
    });
  }
}

/** Addresses that keepalived adds when it starts, whoever is master. */
export function holdStatics(list: Node, draft: HostDraft, defaultDevice: string): void {
  for (const node of list.children) {
    const found = addressIn(node);
    if (!found) continue;
    const device = deviceOfLabel(found.device ?? defaultDevice);
    if (!draft.devices.has(device)) addDevice(draft, device, undefined);
    draft.addresses.push({ ip: found.ip, prefix: found.prefix, prefixWritten: true, device, at: found.at, confidence: 'certain', by: 'config', ...(found.label ? { label: found.label.value } : {}) });
  }
}
