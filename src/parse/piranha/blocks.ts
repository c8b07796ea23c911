import { parseIp } from '../../base/ip.ts';
import type { Span } from '../../base/origin.ts';
import { unnamed } from '../../model/device.ts';
import type { FloatingAddress } from '../../model/piranha.ts';
import type { Said } from '../../model/vrrp.ts';
import { isComment, numberOf } from './judge.ts';
import type { PiranhaStatement } from './read.ts';

/** A statement with values. One that pulse refuses stays here too: it tells what was meant. */
export type SetLine = Extract<PiranhaStatement, { kind: 'set' }>;

/** A block with its own lines and, in a service, those of its servers, in the file's order. */
export interface BlockNode {
  readonly kind: 'virtual' | 'failover' | 'server';
  readonly name: string;
  readonly at: Span;
  readonly lines: SetLine[];
  readonly servers: ServerNode[];
  /** Some of its lines could not be read, as a template is to fill them. */
  open: boolean;
}

/** A server's block, with how many lines of its service stand before it: `port` counts only from there on. */
export interface ServerNode extends BlockNode {
  readonly after: number;
}

/** The blocks of a file. What stands in a block that is not closed counts to it. */
export function blocksOf(statements: readonly PiranhaStatement[]): { readonly globals: readonly SetLine[]; readonly blocks: readonly BlockNode[] } {
  const globals: SetLine[] = [];
  const blocks: BlockNode[] = [];
  let service: BlockNode | undefined;
  let server: ServerNode | undefined;
  for (const statement of statements) {
    if (statement.kind === 'open' && statement.block === 'server') {
      if (!service) continue;
      server = { kind: 'server', name: statement.name, at: statement.at, lines: [], servers: [], open: statement.state === 'partly', after: service.lines.length };
      service.servers.push(server);
    } else if (statement.kind === 'open' && statement.block !== 'global') {
      server = undefined;
      service = { kind: statement.block === 'failover' ? 'failover' : 'virtual', name: statement.name, at: statement.at, lines: [], servers: [], open: statement.state === 'partly' };
      blocks.push(service);
    } else if (statement.kind === 'close') {
      if (server) server = undefined;
      else service = undefined;
    } else if (statement.kind === 'set') (server ?? service)?.lines.push(statement) ?? globals.push(statement);
    // A line in a service that is not understood may be one of those that it seems to lack.
    else if (statement.state === 'partly' || statement.fault) {
      if (server) server.open = true;
      if (service) service.open = true;
    }
  }
  return { globals, blocks };
}

/** The line of a statement that counts: the last. */
export function last(lines: readonly SetLine[], name: string): SetLine | undefined {
  return lines.findLast((line) => line.name === name);
}

/** The first value of a line, at its word. */
export function textOf(line: SetLine | undefined): Said<string> | undefined {
  const word = line?.values[0];
  return word && { value: word.text, at: word.at };
}

/** The number of a line, where it is one. */
export function numberSaid(line: SetLine | undefined): Said<number> | undefined {
  const word = line?.values[0];
  const value = word && numberOf(word.text);
  return value === undefined ? undefined : { value, at: word!.at };
}

/** 1 or 0 as true or false. */
export function booleanOf(line: SetLine | undefined): Said<boolean> | undefined {
  const said = numberSaid(line);
  return said && (said.value === 0 || said.value === 1) ? { value: said.value === 1, at: said.at } : undefined;
}

/** `192.168.14.50 eth0:1`. Where the device is left out, for which pulse refuses the file, it may be any. */
export function floatingOf(line: SetLine): FloatingAddress | undefined {
  const [address, device] = line.values;
  if (!address) return undefined;
  const ip = parseIp(address.text);
  const named = device && !isComment(device) ? device : undefined;
  return { ...(ip?.family === 4 ? { ip } : {}), device: { value: named?.text ?? unnamed, at: (named ?? address).at }, at: { ...address.at, endColumn: (named ?? address).at.endColumn } };
}
