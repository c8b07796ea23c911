import { parseIp } from '../../base/ip.ts';
import type { Managed } from '../../model/managed.ts';
import type { PiranhaService } from '../../model/piranha.ts';
import type { Destination, Service } from '../../model/service.ts';
import type { Said } from '../../model/vrrp.ts';
import type { Forwarding } from '../../model/words.ts';
import { portNamed } from '../ports.ts';
import { booleanOf, floatingOf, last, numberSaid, textOf, type BlockNode, type ServerNode } from './blocks.ts';
import { numberOf } from './judge.ts';

/** A block as the rules of Piranha see it. */
export function piranhaServiceOf(block: BlockNode): PiranhaService {
  const { lines } = block;
  const text = (name: string): Said<string> | undefined => textOf(last(lines, name));
  const addressLine = last(lines, 'address');
  const mark = numberSaid(last(lines, 'fwmark'))?.value;
  const said = { active: booleanOf(last(lines, 'active')), address: addressLine && floatingOf(addressLine), netmask: text('vip_nmask'), mark: mark === 0 ? undefined : mark, send: text('send'), expect: text('expect'), program: text('send_program') };
  return {
    kind: block.kind === 'failover' ? 'failover' : 'virtual', name: block.name, at: block.at,
    ...(Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as Partial<PiranhaService>),
    open: block.open || lines.some(({ name, fault }) => fault !== undefined && (name === 'active' || name === 'address')),
    servers: block.servers.map((server) => {
      const active = booleanOf(last(server.lines, 'active'));
      const address = textOf(last(server.lines, 'address'));
      return { name: server.name, at: server.at, open: server.open || server.lines.some(({ fault }) => fault !== undefined), ...(active ? { active } : {}), ...(address ? { address } : {}) };
    }),
  };
}

/** The service that lvsd makes of an active virtual (`lvsd.c: startVirtualServer()`). Undefined: none, or its address is a name. */
export function serviceOf(block: BlockNode, network: Said<Forwarding> | undefined): Service | undefined {
  const { lines } = block;
  if (block.kind !== 'virtual' || !booleanOf(last(lines, 'active'))?.value) return undefined;
  const key = keyOf(block);
  if (!key) return undefined;
  const vip = parseIp(textOf(last(lines, 'address'))?.value ?? '');
  const scheduler = textOf(last(lines, 'scheduler'));
  const persistent = last(lines, 'persistent');
  const timeout = numberSaid(persistent)?.value ?? 0;
  const mask = textOf(last(lines, 'pmask'))?.value;
  const quiesce = booleanOf(last(lines, 'quiesce_server'));
  const protocol = textOf(last(lines, 'protocol'));
  const sorry = sorryOf(block, key, network);
  const managed: Managed = {
    by: 'piranha', protocolWritten: protocol !== undefined, quiescent: quiesce?.value ?? false,
    ...(protocol ? { protocolAt: protocol.at } : {}), ...(network ? { forwardingAt: network.at } : {}), ...(quiesce ? { quiescentAt: quiesce.at } : {}), ...(sorry ? { sorry } : {}),
  };
  return {
    key, vips: vip ? [vip] : [], scheduler: scheduler?.value ?? 'wlc', schedulerFlags: [],
    // 255.255.255.255 and what is no mask are left out of the command.
    ...(timeout > 0 ? { persistence: { timeout, ...(mask !== undefined && parseIp(mask) && !/^0+(?:\.0+){3}$|^255(?:\.255){3}$/.test(mask) ? { netmask: mask } : {}) }, persistenceAt: persistent!.at } : {}),
    onePacket: false,
    destinations: block.servers.flatMap((server) => destinationOf(server, block, network) ?? []),
    at: block.at, confidence: 'certain',
    ...(scheduler ? { schedulerAt: scheduler.at } : {}),
    managed,
  };
}

function keyOf({ lines }: BlockNode): Service['key'] | undefined {
  const mark = numberSaid(last(lines, 'fwmark'))?.value;
  if (mark !== undefined && mark !== 0) return { by: 'fwmark', mark, family: 4 };
  const vip = parseIp(textOf(last(lines, 'address'))?.value ?? '');
  const written = textOf(last(lines, 'port'))?.value;
  const port = written === undefined ? 80 : portIn(written);
  if (vip?.family !== 4 || port === undefined) return undefined;
  return { by: 'address', protocol: textOf(last(lines, 'protocol'))?.value === 'udp' ? 'udp' : 'tcp', vip, port };
}

function destinationOf(server: ServerNode, block: BlockNode, network: Said<Forwarding> | undefined): Destination | undefined {
  const address = textOf(last(server.lines, 'address'));
  const rip = parseIp(address?.value ?? '');
  if (rip?.family !== 4 || !booleanOf(last(server.lines, 'active'))?.value) return undefined;
  // A server's port is that which its service has so far: a port line behind it comes too late.
  const own = textOf(last(server.lines, 'port'));
  const before = textOf(last(block.lines.slice(0, server.after), 'port'))?.value;
  const port = own ? portIn(own.value) : before === undefined ? 80 : portIn(before);
  const weight = last(server.lines, 'weight');
  if (port === undefined) return undefined;
  return {
    rip, port, portWritten: own !== undefined, forwarding: network?.value ?? 'nat', forwardingWritten: network !== undefined, weight: weight ? numberSaid(weight)?.value : 1, at: server.at, confidence: 'certain', checks: [checkOf(block)],
    ...(own ? { portAt: own.at } : {}), ...(weight?.values[0] ? { weightAt: weight.values[0].at } : {}), ...(network ? { forwardingAt: network.at } : {}),
  };
}

function checkOf({ lines, at }: BlockNode): { readonly name: string; readonly at: Service['at'] } {
  const line = last(lines, 'send_program') ?? last(lines, 'send') ?? last(lines, 'expect');
  return line ? { name: line.name, at: line.at } : { name: 'connect', at };
}

function sorryOf({ lines }: BlockNode, key: Service['key'], network: Said<Forwarding> | undefined): Managed['sorry'] {
  const line = last(lines, 'sorry_server');
  const rip = parseIp(textOf(line)?.value ?? '');
  if (!line || rip?.family !== 4 || rip.text === '0.0.0.0') return undefined;
  return { rip, port: key.by === 'address' ? key.port : 0, portWritten: false, forwarding: network?.value ?? 'nat', at: line.at };
}

function portIn(text: string): number | undefined {
  const number = numberOf(text);
  return number === undefined ? portNamed(text) : number >= 0 && number <= 65535 ? number : undefined;
}
