import { parseIp, type Ip } from '../../base/ip.ts';
import type { Span } from '../../base/origin.ts';
import type { FaultKind } from '../../model/config-fault.ts';
import type { LdirectordVirtual } from '../../model/ldirectord.ts';
import type { Check } from '../../model/managed.ts';
import type { Destination, Service } from '../../model/service.ts';
import type { Forwarding } from '../../model/words.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import { withoutDoubles } from '../ipvs-table.ts';
import { portNamed } from '../ports.ts';
import { isMark, type LdirectordFault, type LdirectordStatement } from './read.ts';
import { readReal } from './real.ts';
import { checkOf, last, virtualOf, type SetLine } from './virtual.ts';

const methods: Readonly<Record<string, Forwarding>> = { gate: 'dr', masq: 'nat', ipip: 'tun' };
const refused = 'ldirectord refuses the whole file';
const maxRange = 1024;

/** Puts the services of ldirectord.cf on a host, and the lines for which ldirectord refuses the file. */
export function applyLdirectord(files: readonly ParsedFile<LdirectordStatement>[], draft: HostDraft): void {
  for (const { statements, mode } of files) {
    const lines = statements.flatMap((statement) => (statement.kind === 'set' ? [statement] : []));
    let shifted = false;
    for (const line of lines) {
      // One wrong indentation shifts all that follow: the first says it.
      const again = shifted && line.fault?.indent;
      shifted = line.fault?.indent ?? false;
      if (line.fault && !again) fault(draft, line.fault.kind, line.keyAt, line.name, line.fault);
    }
    const place = lines.find((line) => line.place);
    if (place) (draft.faults ??= []).push({ kind: 'value-refused', program: 'ldirectord', at: place.at, found: place.name, outcome: `a template fills it, and as it stands ${refused}`, confidence: 'possible' });
    const services: Service[] = [];
    const globals = lines.filter((line) => !line.inVirtual && !line.fault && !line.place);
    const forks = last(globals, 'fork')?.value === 'yes';
    const virtuals: LdirectordVirtual[] = [];
    doubled(globals.filter(({ name }) => !/^(?:virtual6?|execute)$/.test(name)), draft);
    for (let index = 0; index < lines.length; index++) {
      const head = lines[index]!;
      if (head.inVirtual || head.fault || !/^virtual6?$/.test(head.name)) continue;
      const own: SetLine[] = [];
      while (lines[index + 1]?.inVirtual) own.push(lines[++index]!);
      // What a template fills is not known.
      if (head.place || own.some((line) => line.place)) continue;
      doubled(own.filter((line) => !line.fault), draft);
      const taken = own.filter((line) => !line.fault);
      const service = serviceOf(head, taken, own, globals, draft);
      if (!service) continue;
      services.push(service);
      virtuals.push(virtualOf(head, service, taken, globals, forks));
    }
    draft.services.push(...withoutDoubles(services, draft, 'ldirectord', { service: refused, destination: 'ldirectord keeps one of them' }));
    (draft.ldirectord ??= []).push({ ...(mode === undefined ? {} : { mode }), forks, virtuals });
  }
}

function fault(draft: HostDraft, kind: FaultKind, at: Span, found: string, { nearest, why, indent, first }: Omit<LdirectordFault, 'kind'> = {}): void {
  const belongs = first ? 'the first column' : indent ? 'an indented line of a virtual' : undefined;
  (draft.faults ??= []).push({ kind, program: 'ldirectord', at, found, outcome: why ? `${why}, and ${refused}` : refused, confidence: 'certain', ...(nearest ? { nearest } : {}), ...(belongs ? { belongs: [belongs] } : {}) });
}

/** Directives of one virtual, or of the whole file, that a later line overrides with another value. Only real servers are a list. */
function doubled(own: readonly SetLine[], draft: HostDraft): void {
  for (const line of own) {
    if (/^real6?$/.test(line.name)) continue;
    const later = last(own, line.name)!;
    // Findings and facts go further than the file.
    const shown = ({ name, value }: SetLine): string => (name === 'passwd' || name === 'secret' ? name : `${name}=${value}`);
    if (later === line || later.value === line.value) continue;
    (draft.faults ??= []).push({ kind: 'keyword-twice', program: 'ldirectord', at: line.at, found: shown(line), other: later.at, outcome: `ldirectord takes the last one, ${shown(later)}`, confidence: 'certain' });
  }
}

/** `written`: its lines with those that ldirectord refuses. */
function serviceOf(head: SetLine, own: readonly SetLine[], written: readonly SetLine[], globals: readonly SetLine[], draft: HostDraft): Service | undefined {
  const protocol = last(own, 'protocol');
  const key = keyOf(head, /\w+/.exec(protocol?.value ?? '')?.[0]);
  if (!key && isMark(head.value) && Number.parseInt(head.value, 10) > 0) {
    (draft.faults ??= []).push({ kind: 'address-refused', program: 'ldirectord', at: head.valueAt, found: head.value, outcome: `without a port ldirectord takes it for the firewall mark ${Number.parseInt(head.value, 10)}`, confidence: 'certain' });
    return undefined;
  }
  if (!key) {
    // A name is looked up when ldirectord starts: that is no fault.
    const named = /^[0-9A-Za-z._+-]+:[0-9A-Za-z_-]+/.test(head.value) && !/^\d+\.\d+\.\d+\.\d+:\d/.test(head.value);
    if (!named && !/^\[[0-9A-Fa-f:]+\]:[A-Za-z]/.test(head.value)) fault(draft, 'address-refused', head.valueAt, head.value);
    return undefined;
  }
  const scheduler = last(own, 'scheduler');
  const persistent = last(own, 'persistent');
  const seconds = /\d+/.exec(persistent?.value ?? '')?.[0];
  const netmask = last(own, 'netmask');
  const checks = [checkOf(written, head, key)];
  const quiescent = last(own, 'quiescent') ?? last(globals, 'quiescent');
  const sorry = sorryOf(last(own, 'fallback', 'fallback6') ?? last(globals, key.by === 'address' && key.vip.family === 6 ? 'fallback6' : 'fallback'), key);
  return {
    key,
    vips: key.by === 'address' ? [key.vip] : [],
    scheduler: scheduler ? (/[a-z]+/.exec(scheduler.value)?.[0] ?? scheduler.value) : 'wrr',
    schedulerFlags: last(own, 'schedflags')?.value.split(',').filter((flag) => flag !== '') ?? [],
    ...(seconds === undefined || Number(seconds) === 0 ? {} : { persistence: { timeout: Number(seconds), ...(netmask ? { netmask: netmask.value } : {}) }, persistenceAt: persistent!.at }),
    onePacket: last(own, 'ops')?.value === 'yes',
    destinations: own.filter((line) => /^real6?$/.test(line.name)).flatMap((line) => destinationsOf(line, key, checks, draft)),
    at: head.at,
    confidence: 'certain',
    ...(scheduler ? { schedulerAt: scheduler.valueAt } : {}),
    managed: {
      by: 'ldirectord', protocolWritten: protocol !== undefined, quiescent: quiescent?.value === 'yes',
      ...(protocol ? { protocolAt: protocol.valueAt } : {}),
      ...(quiescent ? { quiescentAt: quiescent.valueAt } : {}),
      ...(sorry ? { sorry } : {}),
    },
  };
}

function keyOf(head: SetLine, protocol: string | undefined): Service['key'] | undefined {
  const six = head.name === 'virtual6';
  const mark = /^(\d+)(?![\d.:])/.exec(head.value)?.[1];
  if (mark !== undefined) return Number(mark) > 0 ? { by: 'fwmark', mark: Number(mark), family: six ? 6 : 4 } : undefined;
  const address = six ? /^\[([0-9A-Fa-f:]+)\]:([\w-]+)/.exec(head.value) : /^(\d+\.\d+\.\d+\.\d+):([\w-]+)/.exec(head.value);
  const vip = address && parseIp(address[1]!);
  const port = address ? portNamed(address[2]!) : undefined;
  if (!vip || port === undefined) return undefined;
  return { by: 'address', protocol: protocol === 'tcp' || protocol === 'udp' ? protocol : port === 53 ? 'udp' : 'tcp', vip, port };
}

/** `real=IP[->IP][:PORT] gate|masq|ipip [WEIGHT] ["REQUEST", "RECEIVE"] [l:N] [u:N]`. */
function destinationsOf(line: SetLine, key: Service['key'], checks: readonly Check[], draft: HostDraft): readonly Destination[] {
  const form = readReal(line.value);
  if (!form || (form.first.startsWith('[') && line.name === 'real')) {
    fault(draft, 'address-refused', line.valueAt, line.value);
    return [];
  }
  const methodAt = within(line, form.methodAt, form.methodAt + Math.max(1, form.method.length));
  const forwarding = methods[form.method];
  if (!forwarding) {
    const meant = methods[form.method.toLowerCase()] ? form.method.toLowerCase() : { dr: 'gate', nat: 'masq', tun: 'ipip', route: 'gate' }[form.method.toLowerCase()];
    if (form.method === '') fault(draft, 'forwarding-refused', line.valueAt, line.value);
    else fault(draft, 'forwarding-refused', methodAt, form.method, { ...(meant ? { nearest: meant } : {}) });
    return [];
  }
  if (form.from > 0) {
    (draft.faults ??= []).push({ kind: 'address-refused', program: 'ldirectord', at: line.valueAt, found: line.value.slice(0, form.methodAt).trim(), outcome: `ldirectord passes over its beginning, and takes ${form.first} for the address`, confidence: 'certain' });
    return [];
  }
  if (form.rest !== '') {
    fault(draft, 'value-refused', line.keyAt, line.name, { why: `nothing is expected where ${form.rest} stands` });
    return [];
  }
  const port = form.port === undefined ? 0 : portNamed(form.port);
  const from = parseIp(bare(form.first));
  const to = form.end === undefined ? from : parseIp(bare(form.end));
  if ((!from && unlikeName(form.first)) || (!to && unlikeName(form.end ?? '')) || (port === undefined && /^\d+$/.test(form.port!))) fault(draft, 'address-refused', line.valueAt, line.value.slice(0, form.methodAt).trim());
  if (port === undefined || !from || !to) return [];
  return range(from, to).map((rip) => ({
    rip,
    port: port === 0 && key.by === 'address' ? key.port : port,
    portWritten: port !== 0,
    forwarding, forwardingWritten: true,
    weight: form.weight === undefined ? 1 : Number(form.weight),
    ...(form.upper ? { upperThreshold: Number(form.upper) } : {}),
    ...(form.lower ? { lowerThreshold: Number(form.lower) } : {}),
    at: line.at,
    confidence: 'certain' as const,
    ...(form.portAt === undefined ? {} : { portAt: within(line, form.portAt, form.portAt + form.port!.length) }),
    ...(form.weightAt === undefined ? {} : { weightAt: within(line, form.weightAt, form.weightAt + form.weight!.length) }),
    forwardingAt: methodAt,
    checks,
  }));
}

/** Four numbers with dots that are no address: no name is looked up for them. */
function unlikeName(text: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text) || text.startsWith('[');
}

function bare(text: string): string {
  return text.replace(/^\[|\]$/g, '');
}

/** A stretch of a line's value. */
function within(line: SetLine, from: number, to: number): Span {
  return { ...line.valueAt, column: line.valueAt.column + from, endLine: line.valueAt.line, endColumn: line.valueAt.column + to };
}

function range(from: Ip, to: Ip): readonly Ip[] {
  if (from.text === to.text) return [from];
  if (from.family === 6 || to.family === 6) return [from];
  const number = (ip: Ip): number => ip.text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const [low, high] = [number(from), number(to)];
  if (high < low || high - low >= maxRange) return [];
  return Array.from({ length: high - low + 1 }, (_, index) => parseIp([24, 16, 8, 0].map((shift) => ((low + index) >>> shift) & 255).join('.'))!);
}

function sorryOf(line: SetLine | undefined, key: Service['key']): NonNullable<Service['managed']>['sorry'] {
  const form = line && /^(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+)(?::([\w-]+))?(?:\s+(\w+))?/.exec(line.value);
  const rip = form && parseIp(bare(form[1]!));
  if (!line || !form || !rip) return undefined;
  const port = form[2] === undefined ? undefined : portNamed(form[2]);
  return { rip, port: port ?? (key.by === 'address' ? key.port : 0), portWritten: port !== undefined, forwarding: methods[form[3] ?? 'gate'] ?? 'dr', at: line.at };
}

