import { findFiles, type FileSet } from '../../base/file-set.ts';
import type { Span } from '../../base/origin.ts';
import type { FilterChain, FilterLine } from '../../model/filter.ts';
import type { Condition } from '../../model/filter-rule.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import type { XmlElement } from '../xml.ts';
import { directLines } from './direct.ts';
import type { FirewalldStatement } from './read.ts';
import { builtInZones } from './services.ts';
import { endOf, ruleOf, serviceOf, zoneOf, type Services, type Zone } from './zone.ts';

const table = 'firewalld';

/**
 * Puts what firewalld lets in on a host, as chains of the packet filter: a chain INPUT that hands packets to the zones of their source, of their card, else to the default zone. What is not followed (masquerade, policies, direct rules of the table filter,
 * sets, zones that are not known) leaves the filter unread. Where boot's links are there and firewalld is not among them, it is not run.
 */
export function applyFirewalld(files: readonly ParsedFile<FirewalldStatement>[], draft: HostDraft): void {
  const starts = startsFirewalld(draft.files);
  if (starts === 'no') return;
  const conf = files.find(({ source }) => source.file === 'etc/firewalld/firewalld.conf')?.statements.findLast((statement) => statement.kind === 'setting' && statement.name === 'DefaultZone');
  const chains = starts === 'yes' && conf?.kind === 'setting' ? chainsOf(files, conf.value, conf.at, draft) : undefined;
  const direct = files.find(({ source }) => source.file === 'etc/firewalld/direct.xml');
  const lines = direct ? linesOf(direct) : [];
  if (chains) (draft.nftChains ??= []).push(...chains);
  if (chains && lines && lines.length > 0) (draft.filterLines ??= []).push(...lines);
  // Saved rules that lie about may not be loaded beside it.
  if (!chains || !lines || (draft.filterLines ?? []).some(({ at, effect }) => at.file !== direct?.source.file && /tables$/.test(effect.tool) && effect.tool !== 'arptables')) draft.filterUnread = true;
}

function linesOf({ statements }: ParsedFile<FirewalldStatement>): readonly FilterLine[] | undefined {
  const root = rootOf(statements);
  return root && directLines(root);
}

function rootOf(statements: readonly FirewalldStatement[]): XmlElement | undefined {
  return statements.flatMap((statement) => (statement.kind === 'element' && statement.root ? [statement.root] : []))[0];
}

/** Whether boot starts it, by the links of systemd's targets. */
export function startsFirewalld(files: FileSet): 'yes' | 'no' | 'unknown' {
  const links = ['multi-user.target.wants', 'basic.target.wants'].flatMap((folder) => files.list(`etc/systemd/system/${folder}`));
  if (links.includes('firewalld.service')) return files.list('etc/systemd/system').includes('firewalld.service') ? 'unknown' : 'yes';
  return links.length > 0 ? 'no' : 'unknown';
}

function chainsOf(files: readonly ParsedFile<FirewalldStatement>[], defaultName: string, at: Span, draft: HostDraft): readonly FilterChain[] | undefined {
  const [zoneFiles, services] = [rootsIn(files, 'zones', 'zone'), rootsIn(files, 'services', 'service')];
  const others = files.filter(({ source }) => source.file.endsWith('.xml') && !/\/(?:zones|services|helpers|icmptypes)\/|\/(?:direct|lockdown-whitelist)\.xml$/.test(source.file));
  if (!zoneFiles || !services || others.length > 0) return undefined;
  const bound = boundCards(draft.files);
  const names = new Set([defaultName, ...zoneFiles.keys(), ...bound.values()]);
  const zones = new Map<string, Zone>();
  for (const name of names) {
    const file = zoneFiles.get(name);
    const zone = file ? zoneOf(file, services) : broughtZone(name, at, services);
    if (!zone) return undefined;
    zones.set(name, zone);
  }
  return ([4, 6] as const).flatMap((family): readonly FilterChain[] => [
    {
      family, table, name: 'INPUT', hook: 'INPUT', priority: 10,
      rules: [
        ruleOf([{ of: 'state', states: ['ESTABLISHED', 'RELATED', 'DNAT'], not: false }], { does: 'accept' }, at),
        ruleOf([{ of: 'in', device: 'lo', not: false }], { does: 'accept' }, at),
        ruleOf([{ of: 'state', states: ['INVALID'], not: false }], { does: 'drop' }, at),
        ...[...zones].flatMap(([name, { sources }]) => sources.map((net) => ruleOf([{ of: 'source', nets: [net], not: false }], { does: 'goto', chain: `zone ${name}` }, at))),
        ...[...zones].flatMap(([name, { interfaces }]) => [...new Set([...interfaces, ...[...bound].flatMap(([card, zone]) => (zone === name ? [card] : []))])].map((device) => ruleOf([{ of: 'in', device, not: false } satisfies Condition], { does: 'goto', chain: `zone ${name}` }, at))),
        ruleOf([], { does: 'goto', chain: `zone ${defaultName}` }, at),
      ],
    },
    ...[...zones].map(([name, { rules }]): FilterChain => ({ family, table, name: `zone ${name}`, rules: rules.flatMap(({ rule, family: only }) => (only === undefined || only === family ? [rule] : [])) })),
  ]);
}

/** The root elements of a folder's files, by name; those of /etc count before those that firewalld brings. Undefined: one could not be read. */
function rootsIn(files: readonly ParsedFile<FirewalldStatement>[], folder: string, name: string): ReadonlyMap<string, XmlElement> | undefined {
  const roots = new Map<string, XmlElement>();
  for (const { source, statements } of files) {
    const [, own] = new RegExp(`^(?:etc|usr/lib)/firewalld/${folder}/([^/]+)\\.xml$`).exec(source.file) ?? [];
    if (own === undefined || roots.has(own)) continue;
    const root = rootOf(statements);
    if (root?.name !== name) return undefined;
    roots.set(own, root);
  }
  return roots;
}

/** A zone that no file shows. */
function broughtZone(name: string, at: Span, services: Services): Zone | undefined {
  const zone = Object.hasOwn(builtInZones, name) ? builtInZones[name] : undefined;
  return zone && { sources: [], interfaces: [], rules: [...zone.services.flatMap((service) => serviceOf(service, services).map((conditions) => ({ rule: ruleOf(conditions, { does: 'accept' }, at) }))), ...endOf(zone.target ?? 'REJECT', at)] };
}

/** Cards that a file of the network binds to a zone: `ZONE=` of ifcfg, `zone=` of a keyfile. */
function boundCards(files: FileSet): ReadonlyMap<string, string> {
  const bound = new Map<string, string>();
  for (const path of findFiles(files, ['etc/sysconfig/network-scripts/ifcfg-*', 'etc/sysconfig/network/ifcfg-*', 'etc/NetworkManager/system-connections/*'])) {
    const read = files.read(path);
    if (read.state !== 'text') continue;
    const zone = /^[ \t]*(?:ZONE|zone)[ \t]*=[ \t]*["']?([\w.-]+)["']?[ \t]*\r?$/m.exec(read.text)?.[1];
    const card = /^[ \t]*(?:DEVICE|interface-name)[ \t]*=[ \t]*["']?([\w.:-]+)/m.exec(read.text)?.[1] ?? (/ifcfg-/.test(path) ? path.replace(/^.*ifcfg-/, '') : path.replace(/^.*\/|\.nmconnection$/g, ''));
    if (zone !== undefined) bound.set(card, zone);
  }
  return bound;
}
