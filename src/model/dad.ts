import { weakest, type Confidence, type Fact } from '../base/fact.ts';
import type { Cluster, Pair } from './cluster.ts';
import { holdings, kindOn } from './device.ts';
import { sharedLink } from './held-vip.ts';
import type { Address, Host } from './host.ts';
import { directedBy } from './real-servers.ts';
import { assignmentsOf, sysctlNumber } from './sysctl.ts';

/**
 * Whether the kernel asks the link for another holder of an IPv6 address before it uses it (duplicate address detection). Not on lo, dummies and tunnels, which have no neighbours
 * (`net/ipv6/addrconf.c: addrconf_dad_begin()`: IFF_NOARP, IFF_LOOPBACK), not with nodad, not where accept_dad of conf/all and of the device are both 0, nor with dad_transmits=0. The
 * kernel's defaults ask.
 */
export function detectsDuplicates(host: Host, address: Address): Fact<boolean> {
  const decided = (value: boolean, why: string): Fact<boolean> => ({ state: 'default', value, at: { host: host.name, default: why } });
  if (address.ip.family !== 6 || kindOn(host, address.device) !== 'nic') return decided(false, `${address.device} asks nobody`);
  if (address.noDad) return { state: 'set', value: false, at: address.at, shadows: [], confidence: address.confidence };
  const off = [written(host, address.device, 'dad_transmits', 1), written(host, address.device, 'accept_dad', 1)];
  const all = written(host, 'all', 'accept_dad', 0);
  if (all === undefined || off.includes(undefined)) return { state: 'unseen' };
  const [transmits, own] = off as readonly Line[];
  if (transmits!.value === 0) return transmits!.fact(false);
  if (own!.value < 1 && all.value < 1) return own!.fact(false);
  return host.seen.has('sysctl') ? decided(true, 'accept_dad=1 of the kernel') : { state: 'unseen' };
}

interface Line {
  readonly value: number;
  fact(value: boolean): Fact<boolean>;
}

/** A parameter of IPv6 as lines write it. Undefined: not known. What conf/default says reaches a device only where it is made later, which nobody can tell. */
function written(host: Host, device: string, parameter: string, kernel: number): Line | undefined {
  const line = assignmentsOf(host, `net/ipv6/conf/${device}/${parameter}`).at(-1);
  const inherited = device === 'all' ? [] : assignmentsOf(host, `net/ipv6/conf/default/${parameter}`);
  if (!line) return inherited.some(({ value }) => sysctlNumber(value) !== kernel) ? undefined : { value: kernel, fact: (value) => ({ state: 'default', value, at: { host: host.name, default: `kernel default of ${parameter}` } }) };
  const value = sysctlNumber(line.value);
  return value === undefined ? undefined : { value, fact: (is) => ({ state: 'set', value: is, at: line.at, shadows: [], confidence: line.confidence }) };
}

/** An IPv6 VIP that a real server of DR or TUN holds on a NIC of the link on which its director is asked for it. */
export interface SharedVip {
  readonly host: Host;
  readonly address: Address;
  readonly pairs: readonly [Pair, ...Pair[]];
  readonly detects: Fact<boolean>;
  readonly confidence: Confidence;
}

/** Every such VIP. A host that serves the VIP itself, as a second director does, may hold it. */
export function sharedVips(cluster: Cluster): readonly SharedVip[] {
  return directedBy(cluster, ['dr', 'tun']).flatMap(({ host, pairs }) => {
    const own = new Set([...host.services.flatMap((service) => service.vips), ...(host.vrrp ?? []).flatMap((instance) => instance.vips.map(({ ip }) => ip))].map(({ text }) => text));
    const found = new Map<Address, { pairs: [Pair, ...Pair[]] }>();
    for (const pair of pairs) {
      for (const vip of pair.service.vips) {
        if (vip.family !== 6 || own.has(vip.text) || vip.text === pair.destination.rip.text) continue;
        const link = sharedLink(host, pair, vip);
        for (const address of holdings(host, vip)) {
          if (kindOn(host, address.device) !== 'nic' || !link.heard || link.device !== address.device) continue;
          const known = found.get(address);
          if (known) known.pairs.push(pair);
          else found.set(address, { pairs: [pair] });
        }
      }
    }
    return [...found].map(([address, { pairs: sending }]) => ({ host, address, pairs: sending, detects: detectsDuplicates(host, address), confidence: weakest(address.confidence, sending[0].confidence) }));
  });
}
