import { nearest } from '../base/text.ts';
import type { Family, Forwarding } from '../model/words.ts';
import type { Found } from './json-tree.ts';
import { choice, show } from './show.ts';
import { familyOf, forwardingOf, numbered, type Numbered, type SoundDestination, type SoundService, type SoundSpec } from './sound.ts';
import { showPath, type SpecPath } from './spec.ts';

/** What is wrong with the destinations of the services. */
export function* checkDestinations(sound: SoundSpec): Generator<Found> {
  const nearestName = nearestNames([...sound.realServers.keys()]);
  const undecided: SpecPath[] = [];
  for (const service of sound.services) {
    const seen = new Map<string, SpecPath>();
    const family = familyOf(service.value);
    for (const destination of numbered<SoundDestination>(service.value.destinations, [...service.path, 'destinations'])) {
      const forwarding = forwardingOf(sound, destination);
      if (forwarding === undefined && !sound.isBroken([...destination.path, 'forwarding']) && !sound.isBroken(['forwarding'])) undecided.push(destination.path);
      yield* checkName(sound, destination, nearestName);
      yield* checkThresholds(destination);
      if (forwarding === undefined) continue;
      yield* checkFamily(sound, family, destination, forwarding);
      yield* checkPort(sound, service, destination, forwarding);
      yield* checkTunnel(destination, forwarding);
      if (family !== undefined) yield* checkTwice(service.value, destination, forwarding, seen);
    }
  }
  const [first, ...more] = undecided;
  // Tools disagree here: ipvsadm takes dr, keepalived nat.
  if (first) yield { path: [], part: 'start', note: `found no "forwarding", neither here nor in ${showPath(first)}${more.length === 0 ? '' : ` and ${more.length} more`}, expected "nat", "dr" or "tun" in one of them` };
}

function* checkName(sound: SoundSpec, { value, path }: Numbered<SoundDestination>, nearestName: (word: string) => string | undefined): Generator<Found> {
  const name = value.realServer;
  if (name === undefined || sound.realServers.has(name) || sound.isBroken(['realServers', name])) return;
  const near = nearestName(name);
  const director = sound.directors.some((host) => host.name === name) ? ', a director' : '';
  const names = [...sound.realServers.keys()];
  const some = names.length > 5 ? `one of the ${names.length} names in realServers` : choice(names.map(show));
  yield { path: [...path, 'realServer'], note: `found ${show(name)}${director}, expected ${near === undefined ? some : `a name in realServers; did you mean ${show(near)}?`}` };
}

/** Nearest names, with an end: a spec whose every name is unknown shall not take a minute to refuse. */
function nearestNames(names: readonly string[]): (word: string) => string | undefined {
  let left = 200_000;
  const known = new Map<string, string | undefined>();
  return (word) => {
    if (known.has(word)) return known.get(word);
    left -= names.length;
    const near = left < 0 || word.length > 253 ? undefined : nearest(word, names);
    known.set(word, near);
    return near;
  };
}

/** The kernel refuses lower > upper (net/netfilter/ipvs/ip_vs_ctl.c: ip_vs_add_dest()), also where upper is 0, no limit. */
function* checkThresholds({ value, path }: Numbered<SoundDestination>): Generator<Found> {
  const { upperThreshold: upper, lowerThreshold: lower } = value;
  if (lower !== undefined && upper !== undefined && lower > upper) {
    yield { path: [...path, 'lowerThreshold'], note: `found ${lower}, expected at most ${upper}, the upperThreshold` };
  }
  if (lower !== undefined && lower > 0 && upper === undefined && !('upperThreshold' in value)) {
    yield { path: [...path, 'lowerThreshold'], note: `found ${lower} without an "upperThreshold", expected both or none` };
  }
}

/** Families mix only through a tunnel (`ip_vs_ctl.c: ip_vs_genl_parse_dest()`, "Different address family is allowed only for tunneling servers"). */
function* checkFamily(sound: SoundSpec, family: Family | undefined, { value, path }: Numbered<SoundDestination>, forwarding: Forwarding): Generator<Found> {
  const host = value.realServer === undefined ? undefined : sound.realServers.get(value.realServer);
  if (family === undefined || !host || host.partial || forwarding === 'tun') return;
  if (host.addresses.some((address) => address.cidr.ip.family === family)) return;
  yield { path: [...path, 'realServer'], note: `found ${show(host.name)}, which has no IPv${family} RIP, expected a real server with one: the service is IPv${family}, and only tun may mix families` };
}

function* checkPort(sound: SoundSpec, service: Numbered<SoundService>, { value, path }: Numbered<SoundDestination>, forwarding: Forwarding): Generator<Found> {
  const { port } = value;
  const { fwmark, port: served, persistence } = service.value;
  if (port === undefined || (fwmark === undefined && served === undefined)) return;
  const place = [...path, 'port'];
  const own = fwmark === undefined ? served! : 0;
  if (port === own) return;
  const whose = fwmark === undefined ? `${own}, the service's` : 'none: the service is a firewall mark';
  if (forwarding !== 'nat') {
    yield { path: place, note: `found ${port} with ${forwarding}, expected ${whose}; only nat rewrites ports, the kernel silently drops another one` };
  } else if (port === 0) {
    yield { path: place, note: `found 0, expected a port from 1 to 65535: the service has port ${own}` };
  } else if (own === 0 && (fwmark === undefined || persistence !== undefined) && !sound.isBroken([...service.path, 'persistence'])) {
    // net/netfilter/ipvs/ip_vs_core.c: ip_vs_sched_persist() maps a port only where the client's is the service's own.
    yield { path: place, note: `found ${port}, expected none: with persistence over every port the kernel leaves ports as they are` };
  }
}

/** Which options a tunnel type takes: ipvsadm's own table. */
function* checkTunnel({ value, path }: Numbered<SoundDestination>, forwarding: Forwarding): Generator<Found> {
  const { tunnel } = value;
  if (tunnel === undefined) return;
  const place = [...path, 'tunnel'];
  if (forwarding !== 'tun') {
    yield { path: place, part: 'key', note: `found a tunnel on a destination with ${forwarding}, expected it with tun only` };
    return;
  }
  const { type, port, checksum } = tunnel;
  if (type === undefined) return;
  if (port !== undefined && type !== 'gue') yield { path: [...place, 'port'], note: `found ${port} with ${type}, expected none: only gue has a port` };
  if (checksum === 'remcsum' && type !== 'gue') yield { path: [...place, 'checksum'], note: `found "remcsum" with ${type}, expected it with gue only` };
  if (checksum === 'csum' && type === 'ipip') yield { path: [...place, 'checksum'], note: 'found "csum" with ipip, expected none: an IP header in another has no checksum of its own' };
}

/** The kernel knows a destination by address and port; with dr and tun the port is the service's. */
function* checkTwice(service: SoundService, { value, path }: Numbered<SoundDestination>, forwarding: Forwarding, seen: Map<string, SpecPath>): Generator<Found> {
  if (value.realServer === undefined) return;
  const port = (forwarding === 'nat' ? value.port : undefined) ?? service.port ?? 0;
  const key = `${port} ${value.realServer}`;
  const first = seen.get(key);
  if (!first) seen.set(key, path);
  else yield { path: [...path, 'realServer'], note: `found ${show(value.realServer)} twice in this service, expected it once: ${showPath(first)} is it already` };
}
