import { classPrefix, parseIp, prefixOfNetmask } from '../../base/ip.ts';
import type { Span } from '../../base/origin.ts';
import { deviceOfLabel } from '../../model/device.ts';
import type { FloatingAddress, PiranhaConfig } from '../../model/piranha.ts';
import type { Said } from '../../model/vrrp.ts';
import type { Forwarding } from '../../model/words.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import { withoutDoubles } from '../ipvs-table.ts';
import { addDevice } from '../network.ts';
import { blocksOf, booleanOf, floatingOf, last, numberSaid, textOf, type BlockNode, type SetLine } from './blocks.ts';
import type { PiranhaStatement } from './read.ts';
import { piranhaServiceOf, serviceOf } from './services.ts';

const methods: Readonly<Record<string, Forwarding>> = { nat: 'nat', direct: 'dr', tunnel: 'tun' };

/** Puts on a host what pulse and lvsd make of lvs.cf: the IPVS table, the addresses that move to the active director, the synchronisation daemon; and the lines for which pulse refuses the file. */
export function applyPiranha(files: readonly ParsedFile<PiranhaStatement>[], draft: HostDraft): void {
  // Each release reads one file; of several the newest place counts.
  const [file] = files;
  if (!file) return;
  const { statements } = file;
  noteFaults(statements, draft);
  const first = statements.find(({ kind, state }) => kind !== 'none' || state === 'partly' || state === 'wrong');
  if (!first) return;
  const { globals, blocks } = blocksOf(statements);
  const config = configOf(first.at, !statements.some(({ fault, state }) => fault || state === 'partly'), globals, blocks);
  draft.piranha = config;
  if (config.runs === 'virtual') {
    const { forwarding } = config;
    const services = blocks.flatMap((block) => serviceOf(block, forwarding) ?? []);
    draft.services.push(...withoutDoubles(services, draft, 'pulse', { service: 'ipvsadm refuses the second, and lvsd starts no monitor for its servers', destination: 'lvsd takes the first and passes over this one' }));
    if ((forwarding?.value ?? 'nat') === 'nat' && config.natRouter) hold(config.natRouter, config.natNetmask, draft);
  }
  holdAddresses(config, draft);
  startSync(globals, draft);
}

function configOf(at: Span, whole: boolean, globals: readonly SetLine[], blocks: readonly BlockNode[]): PiranhaConfig {
  const text = (name: string): Said<string> | undefined => textOf(last(globals, name));
  const network = text('network');
  const router = last(globals, 'nat_router');
  const said = {
    primary: text('primary'), backup: text('backup'), backupActive: booleanOf(last(globals, 'backup_active')),
    keepalive: numberSaid(last(globals, 'keepalive')), deadtime: numberSaid(last(globals, 'deadtime')),
    natRouter: router && floatingOf(router), natNetmask: text('nat_nmask'),
    forwarding: network && methods[network.value] ? { value: methods[network.value]!, at: network.at } : undefined,
  };
  return {
    at, whole, runs: text('service')?.value === 'fos' ? 'failover' : 'virtual',
    ...(Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as Partial<PiranhaConfig>),
    services: blocks.map(piranhaServiceOf),
  };
}

/** One comment behind a statement is as another: the first says it. */
function noteFaults(statements: readonly PiranhaStatement[], draft: HostDraft): void {
  const comments = statements.filter(({ fault }) => fault?.comment);
  for (const { fault, at } of statements) {
    if (!fault || (fault.comment && fault !== comments[0]!.fault)) continue;
    const more = fault.comment && comments.length > 1 ? ` (and ${comments.length - 1} more such ${comments.length > 2 ? 'lines' : 'line'})` : '';
    (draft.faults ??= []).push({
      kind: fault.kind, program: 'pulse', at: fault.at, line: at, found: fault.found, outcome: `${fault.reason}${more}, and pulse refuses the whole file`, confidence: 'certain',
      ...(fault.nearest === undefined ? {} : { nearest: fault.nearest }), ...(fault.belongs ? { belongs: [fault.belongs] } : {}), ...(fault.other ? { other: fault.other } : {}),
    });
  }
}

/** The addresses of active services, each once, by the first that names it (`pulse.c: sendLvsArps()`). Which director holds them the heartbeat decides, so they are likely. */
function holdAddresses(config: PiranhaConfig, draft: HostDraft): void {
  const known = new Set<string>();
  for (const { kind, active, address, netmask } of config.services) {
    if ((kind === 'failover') !== (config.runs === 'failover') || !active?.value || !address?.ip || known.has(address.ip.text)) continue;
    known.add(address.ip.text);
    hold(address, netmask, draft);
  }
}

function hold({ ip, device: label, at }: FloatingAddress, netmask: Said<string> | undefined, draft: HostDraft): void {
  if (!ip) return;
  const device = deviceOfLabel(label.value);
  if (device === '') return;
  if (!draft.devices.has(device)) addDevice(draft, device, undefined);
  // A mask of 0.0.0.0 counts as none, and ifconfig takes that of the class.
  const mask = netmask && !/^[0.]+$/.test(netmask.value) ? netmask.value : undefined;
  draft.addresses.push({
    ip, prefix: mask === undefined ? classPrefix(ip) : parseIp(mask) && prefixOfNetmask(mask), prefixWritten: mask !== undefined, device, at, confidence: 'likely', by: 'config',
    ...(label.value === device ? {} : { label: label.value }),
  });
}

/** pulse runs the daemon as a backup, and as the master while it is active. */
function startSync(globals: readonly SetLine[], draft: HostDraft): void {
  const daemon = last(globals, 'syncdaemon');
  if (!daemon || !booleanOf(daemon)?.value) return;
  const id = numberSaid(last(globals, 'syncd_id'));
  const device = textOf(last(globals, 'syncd_iface'))?.value ?? 'eth0';
  for (const role of ['master', 'backup'] as const) draft.syncDaemons.push({ role, at: (last(globals, 'syncd_id') ?? daemon).at, device, syncId: (id?.value ?? 0) & 255 });
}
