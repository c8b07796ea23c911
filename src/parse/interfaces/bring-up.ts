import { nameMatcher } from '../../base/file-set.ts';
import { deviceOfLabel } from '../../model/device.ts';
import type { ParsedFile } from '../draft.ts';
import type { InterfacesStatement } from './read.ts';

type Iface = Extract<InterfacesStatement, { kind: 'iface' }>;

/** A stanza's place in the order in which `ifup -a` works: by the `auto` lines, lo first, then by the file. */
interface Place {
  readonly iface: Iface;
  readonly rank: number;
  readonly index: number;
  /** Brought up by an event: nobody knows before or behind what. */
  readonly hotplug: boolean;
}

interface Command extends Place {
  readonly file: string;
  readonly lines: readonly number[];
  readonly early: boolean;
}

/**
 * For every line with a command (`etc/network/interfaces:7`) the devices that hold no IPv4 address of these files yet when it runs: those whose stanza comes later, and for `pre-up`
 * the stanza's own (interfaces(5)). A device of `allow-hotplug` counts for every command of another stanza, as it may come later.
 */
export function bareDevices(files: readonly ParsedFile<InterfacesStatement>[]): ReadonlyMap<string, readonly string[]> {
  const { places, commands } = placesOf(files);
  const first = new Map<string, Place>();
  for (const place of places) {
    if (place.iface.family === 6 || place.iface.method === 'loopback') continue;
    const device = deviceOfLabel(place.iface.name);
    const known = first.get(device);
    if (!known || compare(place, known) < 0) first.set(device, place);
  }
  const found = new Map<string, readonly string[]>();
  for (const command of commands) {
    const bare = [...first].flatMap(([device, place]) => (isBare(place, command) ? [device] : []));
    for (const line of command.lines) found.set(`${command.file}:${line}`, bare);
  }
  return found;
}

function isBare(place: Place, command: Command): boolean {
  // A stanza of method manual adds no address of its own.
  if (place.iface === command.iface) return command.early || place.iface.method === 'manual';
  return place.hotplug || command.hotplug || compare(place, command) > 0;
}

function compare(a: Place, b: Place): number {
  return a.rank - b.rank || a.index - b.index;
}

function placesOf(files: readonly ParsedFile<InterfacesStatement>[]): { readonly places: readonly Place[]; readonly commands: readonly Command[] } {
  const autos = files.flatMap(({ statements }) => statements.flatMap((statement) => (statement.kind === 'auto' ? statement.names.map((name) => ({ matches: nameMatcher(name.replace(/^\//, '')), hotplug: statement.hotplug === true })) : [])));
  const places: Place[] = [];
  const commands: Command[] = [];
  for (const { source, statements } of files) {
    let place: Place | undefined;
    for (const statement of statements) {
      if (statement.kind === 'iface') {
        const rank = statement.name === 'lo' ? -1 : autos.findIndex(({ matches }) => matches(statement.name));
        place = { iface: statement, rank, index: places.length, hotplug: autos[rank]?.hotplug ?? false };
        if (rank >= 0 || statement.name === 'lo') places.push(place);
      } else if (statement.kind === 'command' && place) {
        const { line, endLine } = statement.at;
        commands.push({ ...place, file: source.file, early: statement.name === 'pre-up', lines: Array.from({ length: endLine - line + 1 }, (_, index) => line + index) });
      }
    }
  }
  return { places, commands };
}
