import { parseIp, type Ip } from '../../base/ip.ts';
import type { ConfigFault, FaultKind } from '../../model/config-fault.ts';
import type { Check } from '../../model/managed.ts';
import type { Destination, Service } from '../../model/service.ts';
import { schedulers, type Forwarding, type Protocol } from '../../model/words.ts';
import type { HostDraft } from '../draft.ts';
import { checkerNames, forked } from './keywords.ts';
import { groupEntries } from './group.ts';
import type { KeepalivedWord } from './read.ts';
import { standsOpen } from './scan.ts';
import { all, isConditional, last, lineOf, numberIn, type Node } from './tree.ts';

const methods: Readonly<Record<string, Forwarding>> = { NAT: 'nat', DR: 'dr', TUN: 'tun' };
const protocols: Readonly<Record<string, Protocol>> = { tcp: 'tcp', udp: 'udp', sctp: 'sctp' };

/** Places a fault on the draft. */
export function fault(draft: HostDraft, kind: FaultKind, word: Pick<KeepalivedWord, 'text' | 'at'>, outcome: string, more: Partial<ConfigFault> = {}): void {
  (draft.faults ??= []).push({ kind, program: 'keepalived', at: word.at, found: word.text, outcome, confidence: 'certain', ...more });
}

/** Services of a virtual_server block: one, or one an entry of its group. */
export function servicesOf(node: Node, groups: readonly Node[], draft: HostDraft): readonly Service[] {
  const { children, words } = node;
  // A fork's own forwarding is not the kernel's, nor is the table that it fills.
  if (isForked(node) && !Object.hasOwn(methods, last(children, 'lb_kind', 'lvs_method')?.words[1]?.text ?? 'NAT')) return [];
  const destinationNodes = all(children, 'real_server');
  const forwarding = methodOf(last(children, 'lb_kind', 'lvs_method'), draft, 'NAT, unless another line says otherwise');
  const written = last(children, 'persistence_timeout');
  const granularity = last(children, 'persistence_granularity');
  const persistence = persistenceOf(written, granularity, last(children, 'persistence_engine'), draft);
  const scheduler = last(children, 'lb_algo', 'lvs_sched')?.words[1];
  // A misspelt line is told as that, and read as its author meant it.
  const protocolWord = (last(children, 'protocol') ?? children.find(({ statement }) => statement.fault?.nearest === 'protocol'))?.words[1];
  const protocol = protocolWord && protocols[protocolWord.text.toLowerCase()];
  if (protocolWord && !protocol && !isOpen(protocolWord)) fault(draft, 'protocol-refused', protocolWord, 'keepalived drops the line');
  const destinations = destinationNodes.flatMap((server) => destinationOf(server, forwarding, children, draft) ?? []);
  const conditional = node.statement.condition !== undefined || isConditional(children);
  const sorryWord = last(children, 'sorry_server')?.words[1];
  if (sorryWord && !isOpen(sorryWord) && !parseIp(sorryWord.text)) fault(draft, 'value-refused', sorryWord, 'it is no address, and keepalived goes on without a sorry server');
  const sorry = sorryOf(last(children, 'sorry_server'), last(children, 'sorry_server_lvs_method'), forwarding?.method);
  const inhibiting = [...all(children, 'inhibit_on_failure'), ...destinationNodes.flatMap((server) => all(server.children, 'inhibit_on_failure'))].find(({ words }) => !/^(?:off|false|no)$/.test(words[1]?.text ?? ''));
  const quorum = last(children, 'quorum')?.words[1];
  const quorumValue = numberIn(quorum, 1, 4294967295);
  const family = destinations[0]?.rip.family ?? 4;
  const keys = keysOf(words, protocol ?? 'udp', groups, children, family, draft);
  if (destinationNodes.length === 0 && !children.some((child) => /real_?ser|\$|include/i.test(child.keyword)) && keys.length > 0) fault(draft, 'real-servers-absent', { text: words.slice(1).map((word) => word.text).join(' '), at: lineOf(node) }, 'keepalived drops the virtual server');
  return keys.map(({ key, vips }): Service => {
    const schedulerKnown = scheduler && (schedulers as readonly string[]).includes(scheduler.text);
    return {
      key, vips,
      scheduler: scheduler && !isOpen(scheduler) ? scheduler.text : 'wlc',
      schedulerFlags: all(children, 'flag-1', 'flag-2', 'flag-3', 'sh-port', 'sh-fallback', 'mh-port', 'mh-fallback').map((flag) => flag.keyword),
      ...(persistence ? { persistence: persistence.value } : {}),
      onePacket: all(children, 'ops').length > 0,
      destinations: destinations.map((destination) => ({ ...destination, port: destination.portWritten ? destination.port : key.by === 'address' ? key.port : 0 })),
      at: lineOf(node),
      confidence: conditional ? 'possible' : 'certain',
      ...(scheduler && (schedulerKnown || !isOpen(scheduler)) ? { schedulerAt: scheduler.at } : {}),
      ...(persistence ? { persistenceAt: persistence.at } : {}),
      managed: {
        by: 'keepalived', protocolWritten: protocolWord !== undefined, suspended: all(children, 'ha_suspend').length > 0, quiescent: inhibiting !== undefined,
        ...(inhibiting ? { quiescentAt: lineOf(inhibiting) } : {}),
        ...(protocolWord ? { protocolAt: protocolWord.at } : {}),
        ...(forwarding ? { forwardingAt: forwarding.at } : {}),
        ...(words[1]?.text === 'group' ? { group: words[2]?.text ?? '' } : {}),
        ...(sorry ? { sorry } : {}),
        ...(quorum && quorumValue !== undefined ? { quorum: { value: quorumValue, at: quorum.at } } : {}),
      },
    };
  });
}

function isForked({ children }: Node): boolean {
  return children.some((child) => forked.has(child.keyword) || isForked(child));
}

/** A word with a definition in it that is not known here. */
function isOpen(word: KeepalivedWord): boolean {
  return standsOpen(word.text);
}

/** keepalived compares NAT, DR and TUN letter by letter (`check_parser.c: svr_forwarding_handler()`). */
function methodOf(node: Node | undefined, draft: HostDraft, outcome: string): { readonly method: Forwarding; readonly at: KeepalivedWord['at']; readonly tunnel?: Destination['tunnel'] } | undefined {
  const word = node?.words[1];
  if (!node || !word) return undefined;
  const method = methods[word.text];
  if (!method) {
    const meant = methods[word.text.toUpperCase()] ? word.text.toUpperCase() : /^(?:route|gate|gateway|direct)$/i.test(word.text) ? 'DR' : /^(?:masq|snat)$/i.test(word.text) ? 'NAT' : /^(?:ipip|tunnel|tunneling)$/i.test(word.text) ? 'TUN' : undefined;
    if (!isOpen(word)) fault(draft, 'forwarding-refused', word, `keepalived drops the line and forwards by ${outcome}`, meant ? { nearest: meant } : {});
    return undefined;
  }
  const option = (name: string): string | undefined => {
    const at = node.words.findIndex((each) => each.text === name);
    return at < 0 ? undefined : node.words[at + 1]?.text;
  };
  const type = option('type');
  const port = numberIn(node.words[node.words.findIndex((each) => each.text === 'port') + 1], 1, 65535);
  const checksum = node.words.find((each) => /^(?:nocsum|csum|remcsum)$/.test(each.text))?.text;
  return { method, at: word.at, ...(method === 'tun' && type ? { tunnel: { type, ...(port === undefined ? {} : { port }), ...(checksum ? { checksum } : {}) } } : {}) };
}

function persistenceOf(timeout: Node | undefined, granularity: Node | undefined, engine: Node | undefined, draft: HostDraft): { readonly value: NonNullable<Service['persistence']>; readonly at: KeepalivedWord['at'] } | undefined {
  const word = timeout?.words[1];
  let seconds: number | undefined;
  if (timeout && !word) seconds = 360;
  else if (word) {
    seconds = numberIn(word, 1, 31 * 86400);
    if (seconds === undefined && !isOpen(word)) fault(draft, 'persistence-refused', word, 'keepalived drops the line');
  }
  if (seconds === undefined && !(word && isOpen(word)) && !granularity) return undefined;
  return {
    value: { timeout: seconds ?? (word && isOpen(word) ? undefined : 360), ...(granularity?.words[1] ? { netmask: granularity.words[1].text } : {}), ...(engine?.words[1] ? { engine: engine.words[1].text } : {}) },
    at: (timeout ?? granularity)!.statement.at,
  };
}

interface Keyed {
  readonly key: Service['key'];
  readonly vips: readonly Ip[];
}

function keysOf(words: readonly KeepalivedWord[], protocol: Protocol, groups: readonly Node[], children: readonly Node[], family: 4 | 6, draft: HostDraft): readonly Keyed[] {
  const [, first, second] = words;
  if (!first) return [];
  if (first.text === 'group') {
    const group = second && groups.filter((each) => each.words[1]?.text === second.text).at(-1);
    return group ? groupEntries(group, protocol, family) : [];
  }
  if (first.text === 'fwmark') {
    const mark = numberIn(second, 1, 4294967295);
    const written = last(children, 'ip_family')?.words[1]?.text;
    return mark === undefined ? [] : [{ key: { by: 'fwmark', mark, family: written === 'inet6' ? 6 : written === 'inet' ? 4 : family }, vips: [] }];
  }
  const vip = parseIp(first.text);
  if (!vip) {
    if (!isOpen(first)) fault(draft, 'address-refused', first, 'keepalived drops the virtual server');
    return [];
  }
  const port = second === undefined ? 0 : numberIn(second, 0, 65535);
  if (port === undefined) {
    if (!isOpen(second!)) fault(draft, 'address-refused', second!, 'keepalived drops the virtual server');
    return [];
  }
  return [{ key: { by: 'address', protocol, vip, port }, vips: [vip] }];
}

function destinationOf(node: Node, service: ReturnType<typeof methodOf>, above: readonly Node[], draft: HostDraft): Destination | undefined {
  const { children, words } = node;
  const [, address, portWord] = words;
  const rip = address && parseIp(address.text);
  const port = portWord === undefined ? 0 : numberIn(portWord, 0, 65535);
  if (!address || !rip || port === undefined) {
    const bad = address && !rip ? address : portWord;
    if (bad && !isOpen(bad)) fault(draft, 'address-refused', bad, 'keepalived drops the real server');
    return undefined;
  }
  const own = methodOf(last(children, 'lvs_method'), draft, "the virtual server's method");
  const method = own ?? service;
  const weightWord = (all(children, 'weight').length > 0 ? last(children, 'weight') : last(above, 'weight'))?.words[1];
  const weight = weightWord ? numberIn(weightWord, 0, 2147483647) : isConditional(children.filter((child) => child.keyword === 'weight')) ? undefined : 1;
  const upper = numberIn(last(children, 'uthreshold')?.words[1], 0, 4294967295);
  const lower = numberIn(last(children, 'lthreshold')?.words[1], 0, 4294967295);
  return {
    rip, port, portWritten: port !== 0,
    forwarding: method?.method ?? 'nat', forwardingWritten: method !== undefined,
    weight,
    ...(upper === undefined ? {} : { upperThreshold: upper }),
    ...(lower === undefined ? {} : { lowerThreshold: lower }),
    ...(method?.tunnel ? { tunnel: method.tunnel } : {}),
    at: lineOf(node),
    confidence: node.statement.condition !== undefined ? 'possible' : 'certain',
    ...(portWord ? { portAt: portWord.at } : {}),
    ...(weightWord ? { weightAt: weightWord.at } : {}),
    ...(own ? { forwardingAt: own.at } : {}),
    checks: children.filter((child) => checkerNames.has(child.keyword) || checkerNames.has(child.statement.fault?.nearest ?? '') || child.statement.state === 'partly' || /\$/.test(child.keyword)).map(checkOf),
  };
}

function checkOf(node: Node): Check {
  const word = last(node.children, 'connect_port')?.words[1];
  const port = numberIn(word, 1, 65535);
  return { name: node.keyword, at: lineOf(node), ...(word && port !== undefined ? { port, portAt: word.at } : {}) };
}

function sorryOf(node: Node | undefined, method: Node | undefined, service: Forwarding | undefined): NonNullable<Service['managed']>['sorry'] {
  const rip = node?.words[1] && parseIp(node.words[1].text);
  if (!node || !rip) return undefined;
  const port = numberIn(node.words[2], 1, 65535);
  return { rip, port: port ?? 0, portWritten: port !== undefined, forwarding: methods[method?.words[1]?.text ?? ''] ?? service ?? 'nat', at: lineOf(node) };
}
