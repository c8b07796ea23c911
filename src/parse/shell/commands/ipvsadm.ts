import type { Effect, IpvsEffect } from '../../../model/script.ts';
import type { Forwarding } from '../../../model/words.ts';
import { prefixOfNetmask } from '../../../base/ip.ts';
import { isKnown } from '../value.ts';
import type { Arg } from '../words.ts';
import { numberOf, plainArg, textOf, type Invocation } from './invocation.ts';
import { readOptions, type IpvsOption, type IpvsWords } from './ipvsadm-options.ts';
import { boundedNumber, endpoint, serviceOf, shownText } from './ipvsadm-service.ts';

/** ipvsadm(8) in every spelling. A line that it refuses itself is `invalid` with the reason; what the kernel refuses later is not. */
export function ipvsadm(call: Invocation): readonly Effect[] {
  const words = call.words.slice(1);
  if (words.every((word) => word.gone)) return [{ kind: 'ipvs', does: 'list' }];
  const given = readOptions(words);
  if (given.command === 'R' && !given.refused) return restored(call);
  return understand(given);
}

/** ipvsadm-restore reads the same lines; like -R it adds to the table and clears nothing. */
export function ipvsadmRestore(call: Invocation): readonly Effect[] {
  return restored(call);
}

function restored(call: Invocation): readonly Effect[] {
  const text = call.input();
  const effects: Effect[] = [{ kind: 'ipvs', does: 'restore' }];
  const at = call.words[0]!.at;
  for (const line of text.split('\n').slice(0, 5_000)) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/).filter(Boolean);
    if (words.length > 0 && (isKnown(line) || words.length > 1)) effects.push(...understand(readOptions(words.map((word) => plainArg(word, at)))));
  }
  return effects;
}

function invalid(note: string, word?: Arg, meant?: Extract<IpvsEffect, { does: 'invalid' }>['meant']): readonly IpvsEffect[] {
  return [{ kind: 'ipvs', does: 'invalid', note, ...(word && { word }), ...(meant && { meant }) }];
}

function understand(given: IpvsWords): readonly IpvsEffect[] {
  const { command, refused, vague } = given;
  const lists = given.options.length > 0 && given.options.every((option) => /^(n|c|stats|rate|thresholds|timeout|daemon|exact|sort|nosort|persistent-conn)$/.test(option.name));
  // `ipvsadm -nL` is refused too, but nobody is hurt.
  if (command === 'L' || command === 'help' || (command === undefined && lists)) return [{ kind: 'ipvs', does: 'list' }];
  if (refused) return invalid(refused.note, refused.word);
  if (command === undefined) return vague ? [] : invalid(given.operands.length > 0 ? `unexpected argument ${shownText(given.operands[0]!)}` : 'no command', given.operands[0] ?? given.options[0]?.word);
  if (given.operands.length > 0 && command !== 'set' && !vague) return invalid(`unexpected argument ${shownText(given.operands[0]!)}`, given.operands[0]);
  const illegal = given.options.find((option) => !allowed(command).includes(option.name));
  if (illegal) return invalid(`option ${illegal.name.length === 1 ? '-' : '--'}${illegal.name} does not go with this command`, illegal.word);
  switch (command) {
    case 'C':
      return [{ kind: 'ipvs', does: 'clear' }];
    case 'Z':
      return [{ kind: 'ipvs', does: 'zero' }];
    case 'S':
      return [{ kind: 'ipvs', does: 'save' }];
    case 'R':
      return [{ kind: 'ipvs', does: 'restore' }];
    case 'set':
      return given.operands.length === 3 || vague ? [{ kind: 'ipvs', does: 'set-timeouts', timeouts: [0, 1, 2].map((at) => numberOf(given.operands[at])) }] : invalid('--set takes three timeouts');
    case 'start-daemon':
    case 'stop-daemon':
      return daemon(command, given);
    case 'A':
    case 'E':
    case 'D':
      return service(command, given);
    default:
      return destination(command, given);
  }
}

const serviceNames = ['t', 'u', 'f', 'sctp-service', '6'];
const serverNames = ['r', 'g', 'i', 'm', 'w', 'x', 'y', 'tun-type', 'tun-port', 'tun-nocsum', 'tun-csum', 'tun-remcsum'];

/** Which options ipvsadm lets stand beside a command (`commands_v_options`). */
function allowed(command: NonNullable<IpvsWords['command']>): readonly string[] {
  switch (command) {
    case 'A':
    case 'E':
      return [...serviceNames, 's', 'p', 'M', 'o', 'pe', 'b'];
    case 'D':
    case 'Z':
      return serviceNames;
    case 'a':
    case 'e':
      return [...serviceNames, ...serverNames];
    case 'd':
      return [...serviceNames, 'r'];
    case 'start-daemon':
      return ['start-daemon', 'mcast-interface', 'syncid', 'sync-maxlen', 'mcast-group', 'mcast-port', 'mcast-ttl'];
    case 'stop-daemon':
      return ['stop-daemon', 'mcast-interface', 'syncid'];
    case 'S':
      return ['n', 'exact'];
    default:
      return ['6'];
  }
}

function option(given: IpvsWords, name: string): IpvsOption | undefined {
  return given.options.find((one) => one.name === name);
}

function daemon(command: 'start-daemon' | 'stop-daemon', given: IpvsWords): readonly IpvsEffect[] {
  const state = option(given, command)?.value;
  const text = textOf(state);
  if (text !== undefined && text !== 'master' && text !== 'backup') return invalid(`${text === '' ? 'nothing' : text} is neither master nor backup`, state);
  const syncId = boundedNumber(option(given, 'syncid')?.value, 0, 255);
  if (syncId.wrong) return invalid('illegal syncid', option(given, 'syncid')!.value);
  const device = textOf(option(given, 'mcast-interface')?.value);
  return [{ kind: 'ipvs', does: command, role: text, ...(syncId.value !== undefined && { syncId: syncId.value }), ...(device !== undefined && { device }) }];
}

function service(command: 'A' | 'E' | 'D', given: IpvsWords): readonly IpvsEffect[] {
  const named = serviceOf(given);
  if (!named) return given.vague ? [] : invalid('no service is named');
  if (named.again) return invalid('more than one service is named', named.again.word);
  if (named.wrong) return invalid(named.wrong, named.word, command !== 'E' && named.word?.variables.length ? { does: command === 'A' ? 'add-service' : 'delete-service', service: named.key } : undefined);
  const { key } = named;
  if (command === 'D') return [{ kind: 'ipvs', does: 'delete-service', service: key }];
  const persistent = option(given, 'p');
  const written = persistent?.value && boundedNumber(persistent.value, 1, 31 * 24 * 3_600);
  if (written?.wrong) return invalid('illegal timeout for a persistent service', persistent!.value);
  if (key.by === 'address' && key.port === 0 && !persistent && !given.vague) return invalid('port 0 without persistence', named.word);
  const netmask = textOf(option(given, 'M')?.value);
  if (netmask !== undefined && !(key.by === 'address' && key.vip?.family === 6) && prefixOfNetmask(netmask) === undefined && !/^\d+(\.\d+){3}$/.test(netmask) && !/^\d{1,3}$/.test(netmask)) return invalid('illegal netmask', option(given, 'M')!.value);
  const onePacket = option(given, 'o');
  if (onePacket && key.by === 'address' && key.protocol !== 'udp') return invalid('one-packet scheduling is only for UDP and firewall marks', onePacket.word);
  const scheduler = option(given, 's')?.value;
  const engine = textOf(option(given, 'pe')?.value);
  const flags = textOf(option(given, 'b')?.value);
  const name = scheduler && textOf(scheduler);
  const persistence = persistent && { timeout: persistent.value ? written!.value : 360, ...(netmask !== undefined && { netmask }), ...(engine !== undefined && { engine }) };
  return [{
    kind: 'ipvs', does: command === 'A' ? 'add-service' : 'edit-service', service: key, ...(name !== undefined && name !== '' && { scheduler: name }),
    ...(flags !== undefined && { schedulerFlags: flags.split(',') }), ...(persistence && { persistence }), ...(onePacket && { onePacket: true }),
  }];
}

const methods: Readonly<Record<string, Forwarding>> = { g: 'dr', i: 'tun', m: 'nat' };

function destination(command: 'a' | 'e' | 'd', given: IpvsWords): readonly IpvsEffect[] {
  const named = serviceOf(given);
  if (!named) return given.vague ? [] : invalid('no service is named');
  if (named.again) return invalid('more than one service is named', named.again.word);
  if (named.wrong) return invalid(named.wrong, named.word);
  const { key } = named;
  const server = option(given, 'r')?.value;
  if (!server) return given.vague ? [] : invalid('no real server is named');
  const end = endpoint(server);
  if (end.wrong) return invalid(`illegal real server address: ${end.wrong}`, server);
  const ways = given.options.filter((one) => Object.hasOwn(methods, one.name));
  if (ways.length > 1) return invalid('more than one forwarding method', ways[1]!.word);
  const weight = boundedNumber(option(given, 'w')?.value, 0, 2_147_483_647);
  if (weight.wrong) return invalid('illegal weight', option(given, 'w')!.value);
  const upper = boundedNumber(option(given, 'x')?.value, 0, 2_147_483_647);
  const lower = boundedNumber(option(given, 'y')?.value, 0, 2_147_483_647);
  if (upper.wrong || lower.wrong) return invalid('illegal threshold', option(given, upper.wrong ? 'x' : 'y')!.value);
  if (upper.value !== undefined && lower.value !== undefined && upper.value !== 0 && lower.value > upper.value) return invalid('the lower threshold is above the upper one', option(given, 'y')!.value);
  // The kernel compares it with the upper one's 0 and answers ERANGE.
  if (lower.value && (upper.value === 0 || (!option(given, 'x') && !given.vague))) return invalid('a lower threshold without an upper one', option(given, 'y')!.value);
  const tunnel = tunnelOf(given);
  if (tunnel === 'wrong') return invalid('illegal tunnel type', option(given, 'tun-type')!.value);
  return [{
    kind: 'ipvs', does: command === 'a' ? 'add-destination' : command === 'e' ? 'edit-destination' : 'delete-destination', service: key, rip: end.ip, ripWord: server,
    port: end.portWritten ? end.port : undefined, portWritten: end.portWritten && end.port !== undefined, forwarding: ways[0] ? methods[ways[0].name]! : 'dr', forwardingWritten: ways.length > 0 || given.vague,
    weight: option(given, 'w') ? weight.value : given.vague ? undefined : 1, weightWritten: option(given, 'w') !== undefined,
    ...(upper.value !== undefined && { upperThreshold: upper.value }), ...(lower.value !== undefined && { lowerThreshold: lower.value }), ...(tunnel && { tunnel }),
  }];
}

function tunnelOf(given: IpvsWords): { readonly type: string; readonly port?: number; readonly checksum?: string } | 'wrong' | undefined {
  const written = option(given, 'tun-type')?.value;
  if (!written) return undefined;
  const type = textOf(written);
  if (type !== undefined && !/^(ipip|gue|gre)$/.test(type)) return 'wrong';
  const port = boundedNumber(option(given, 'tun-port')?.value, 1, 65_535).value;
  const checksum = ['nocsum', 'csum', 'remcsum'].find((one) => option(given, `tun-${one}`));
  return { type: type ?? 'ipip', ...(port !== undefined && { port }), ...(checksum && { checksum }) };
}
