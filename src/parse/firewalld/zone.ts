import { parseCidr, type Cidr } from '../../base/ip.ts';
import type { Span } from '../../base/origin.ts';
import { protocolNamed, type Condition, type FilterRule, type Verdict } from '../../model/filter-rule.ts';
import type { Family } from '../../model/words.ts';
import { portNamed } from '../ports.ts';
import type { XmlElement } from '../xml.ts';
import { builtIn } from './services.ts';

/** A rule of a zone, of one version of IP or of both. */
export interface ZoneRule {
  readonly rule: FilterRule;
  readonly family?: Family;
}

/** A zone of firewalld: what it does to packets that come in by it, in order, and what comes in by it. */
export interface Zone {
  readonly rules: readonly ZoneRule[];
  readonly sources: readonly Cidr[];
  readonly interfaces: readonly string[];
}

/** Files of services by name. */
export type Services = ReadonlyMap<string, XmlElement>;

const targets: Readonly<Record<string, 'ACCEPT' | 'DROP' | 'REJECT'>> = { ACCEPT: 'ACCEPT', DROP: 'DROP', REJECT: 'REJECT', '%%REJECT%%': 'REJECT', default: 'REJECT' };

/** Reads a zone file's root (firewalld.zone(5)). Undefined: something in it may let packets in, or change them, in a way that is not followed. */
export function zoneOf(root: XmlElement, services: Services): Zone | undefined {
  const target = targets[root.attributes.get('target') ?? 'default'];
  if (!target || [...root.attributes.keys()].some((name) => !/^(?:target|version)$|^xmlns|^xsi/.test(name))) return undefined;
  const [denied, allowed]: [ZoneRule[], ZoneRule[]] = [[], []];
  const [sources, interfaces]: [Cidr[], string[]] = [[], []];
  for (const element of root.children) {
    const { name, attributes, at } = element;
    if (/^(?:short|description|forward|icmp-block|icmp-block-inversion)$/.test(name)) continue;
    if (name === 'interface' && attributes.has('name')) interfaces.push(attributes.get('name')!);
    else if (name === 'source') {
      const net = parseCidr(attributes.get('address') ?? '', 'host');
      if (!net) return undefined;
      sources.push(net);
    } else if (name === 'rule') {
      const rich = richOf(element, services);
      if (!rich) return undefined;
      for (const one of rich) (one.rule.verdict.does === 'drop' ? denied : allowed).push(one);
    } else {
      const opened = openedBy(element, services);
      if (!opened) return undefined;
      allowed.push(...opened.map((conditions) => ({ rule: ruleOf(conditions, { does: 'accept' }, at) })));
    }
  }
  return { rules: [...denied, ...allowed, ...endOf(target, root.at)], sources, interfaces };
}

/** What becomes of the rest. */
export function endOf(target: 'ACCEPT' | 'DROP' | 'REJECT', at: Span): readonly ZoneRule[] {
  const icmp = ['icmp', 'ipv6-icmp', 'icmpv6'].map((protocol) => ({ rule: ruleOf([{ of: 'protocol', protocol: protocolNamed(protocol), not: false }], { does: 'accept' }, at) }));
  return [...(target === 'REJECT' ? icmp : []), { rule: ruleOf([], { does: target === 'ACCEPT' ? 'accept' : 'drop' }, at) }];
}

export function ruleOf(conditions: readonly Condition[], verdict: Verdict, at: Span): FilterRule {
  return { conditions, verdict, at, confidence: 'likely', spec: '' };
}

/** The packets that an element names (`service`, `port`, `protocol`, `source-port`), one way each. Undefined: it is none of these. */
function openedBy({ name, attributes }: XmlElement, services: Services): readonly (readonly Condition[])[] | undefined {
  switch (name) {
    case 'service':
      return serviceOf(attributes.get('name') ?? '', services);
    case 'port':
    case 'source-port': {
      const ways = portOf(attributes.get('port') ?? '', attributes.get('protocol') ?? '', name);
      return ways && [ways];
    }
    case 'protocol':
      return [[{ of: 'protocol', protocol: protocolNamed(attributes.get('value') ?? ''), not: false }]];
    default:
      return undefined;
  }
}

/** The ports of a service: of its file, else as firewalld brings it; one that is not known may open any. */
export function serviceOf(name: string, services: Services): readonly (readonly Condition[])[] {
  const file = services.get(name);
  const doubt: Condition = { of: 'unknown', what: `the service ${name}` };
  if (!file) {
    const ways = (Object.hasOwn(builtIn, name) ? builtIn[name]! : []).map((text) => portOf(text.split('/')[0]!, text.split('/')[1]!, 'port')!);
    // Distributions differ in whether their zones have it.
    return ways.length === 0 ? [[doubt]] : name === 'cockpit' ? ways.map((way) => [...way, doubt]) : ways;
  }
  const to = file.children.some((child) => child.name === 'destination') ? [{ of: 'unknown', what: 'the destination of a service' } as const] : [];
  const ways = file.children.flatMap((child): readonly (readonly Condition[])[] => {
    if (/^(?:short|description|module|helper|destination)$/.test(child.name)) return [];
    if (child.name === 'port' && (child.attributes.get('port') ?? '') === '') return [[{ of: 'protocol', protocol: protocolNamed(child.attributes.get('protocol') ?? ''), not: false }]];
    return (child.name === 'service' ? undefined : openedBy(child, services)) ?? [[doubt]];
  });
  return ways.map((way) => [...way, ...to]);
}

function portOf(port: string, protocol: string, name: 'port' | 'source-port'): readonly Condition[] | undefined {
  const [from, to = from] = port.split('-').map((one) => portNamed(one));
  if (from === undefined || to === undefined || !/^(?:tcp|udp|sctp|dccp)$/.test(protocol)) return undefined;
  return [{ of: 'protocol', protocol, not: false }, { of: name, ranges: [[from, to]], not: false }];
}

/** A rich rule (firewalld.richlanguage(5)) without priority: what it asks and does. Logs and audits let packets go on. */
function richOf({ attributes, children, at }: XmlElement, services: Services): readonly ZoneRule[] | undefined {
  if ([...attributes.keys()].some((name) => name !== 'family' && !(name === 'priority' && attributes.get(name) === '0'))) return undefined;
  const family = attributes.get('family') === undefined ? undefined : attributes.get('family') === 'ipv6' ? 6 : 4;
  const asked: Condition[] = [];
  let ways: readonly (readonly Condition[])[] = [[]];
  let does: 'accept' | 'drop' | undefined;
  for (const child of children) {
    if (child.name === 'log' || child.name === 'nflog' || child.name === 'audit') continue;
    if (child.name === 'source' || child.name === 'destination') {
      const net = parseCidr(child.attributes.get('address') ?? '', 'host');
      const not = /^(?:yes|true|1)$/i.test(child.attributes.get('invert') ?? '');
      asked.push(net ? { of: child.name, nets: [net], not } : { of: 'unknown', what: child.name });
    } else if (/^(?:accept|drop|reject)$/.test(child.name)) {
      does = child.name === 'accept' ? 'accept' : 'drop';
      if (child.children.length > 0) asked.push({ of: 'unknown', what: 'a limit' });
    } else {
      const opened = openedBy(child, services);
      if (!opened) return undefined;
      ways = opened;
    }
  }
  if (does) return ways.map((conditions) => ({ rule: ruleOf([...asked, ...conditions], { does }, at), ...(family && { family }) }));
  return children.every(({ name }) => name !== 'mark' && name !== 'masquerade') ? [] : undefined;
}
