import { weakest, type Confidence, type Fact } from '../base/fact.ts';
import { inSubnet, type Ip } from '../base/ip.ts';
import { hearingDevices, holdings, kindOn } from './device.ts';
import type { Address, Host } from './host.ts';
import { takesSource } from './reverse-path.ts';
import { routeTo } from './route.ts';
import { effective } from './sysctl.ts';
import { isDown } from './up.ts';

/**
 * Whether a host answers an ARP request for `ip` that is heard on `device` (`net/ipv4/arp.c: arp_process(), arp_ignore()`; IPv6: a neighbour solicitation, which only the device
 * that holds the address answers, `net/ipv6/ndisc.c: ndisc_recv_ns()`). The place is the arp_ignore that decides. arp_ignore=2 and the reverse path filter ask for the sender's address as well: `asker`.
 * Filters of arptables and nft are not looked at. Unseen: the addresses or the settings are.
 */
export function answersArpFor(host: Host, ip: Ip, device: string, asker?: Ip): Fact<boolean> {
  if (kindOn(host, device) !== 'nic') return decided(host, false, `${device} receives no ARP requests`);
  const held = holdings(host, ip);
  const here = held.filter((address) => address.device === device);
  if (ip.family === 6) return here.length > 0 ? fromAddress(here[0]!, true) : absence(host, ip);
  const local = held.length > 0 ? held : localByNetwork(host, ip);
  if (isDown(host, device)) return decided(host, false, `${device} is down`);
  if (local.length === 0) return absence(host, ip);
  if (asker && takesSource(host, device, asker) === false) return decided(host, false, `the reverse path filter of ${device} drops what ${asker.text} asks`);
  const ignore = effective(host, 'arp_ignore', device);
  if (ignore.state === 'unseen') return ignore;
  const answer = answersBy(ignore.value, { local, here, host, device, ip, asker });
  if (ignore.state === 'default') return { ...ignore, value: answer.value };
  return { ...ignore, value: answer.value, confidence: weakest(ignore.confidence, answer.confidence) };
}

interface Case {
  readonly local: readonly Address[];
  readonly here: readonly Address[];
  readonly host: Host;
  readonly device: string;
  readonly ip: Ip;
  readonly asker: Ip | undefined;
}

function answersBy(ignore: number, { local, here, host, device, ip, asker }: Case): { readonly value: boolean; readonly confidence: Confidence } {
  const sure = (among: readonly Address[]): Confidence => (among.length === 0 ? 'certain' : weakest(...among.map((address) => address.confidence)));
  switch (ignore) {
    case 1:
      return { value: here.length > 0, confidence: sure(here) };
    case 2: {
      if (here.length === 0) return { value: false, confidence: 'certain' };
      // Any network of the device that holds both the asker and the address will do (inet_confirm_addr).
      const nets = host.addresses.filter((address) => address.device === device && address.prefix !== undefined && inSubnet(ip, { ip: address.ip, prefix: address.prefix }));
      if (asker) return { value: nets.some((net) => inSubnet(asker, { ip: net.ip, prefix: net.prefix! })), confidence: sure(here) };
      return { value: nets.some((net) => net.prefix! < 31), confidence: weakest(sure(here), 'likely') };
    }
    case 3:
      return { value: local.some((address) => address.ip.text === ip.text && address.scope !== 'host' && address.scope !== 'nowhere'), confidence: sure(local) };
    case 8:
      return { value: false, confidence: 'certain' };
    default:
      return { value: true, confidence: sure(local) };
  }
}

/** Addresses of lo whose network `ip` lies in, where no link has a narrower one: on a loopback device a whole network is local (`net/ipv4/fib_frontend.c: fib_add_ifaddr()`). */
function localByNetwork(host: Host, ip: Ip): readonly Address[] {
  const way = routeTo(host, ip);
  if (way.state !== 'unseen' && way.value?.by !== 'local') return [];
  return host.addresses.filter((address) => kindOn(host, address.device) === 'loopback' && address.prefix !== undefined && inSubnet(ip, { ip: address.ip, prefix: address.prefix }));
}

/**
 * Whether no NIC of a host on which `ip` may be asked for answers for it: what a real server of DR or TUN must do. Where no NIC is known, a NIC without settings of its own stands for them.
 * The fact is that of the first device that answers, else of the last that does not.
 */
export function hidesArp(host: Host, ip: Ip): Fact<boolean> {
  const devices = hearingDevices(host, ip);
  let last: Fact<boolean> = { state: 'unseen' };
  for (const device of devices.length > 0 ? devices : ['eth0']) {
    last = answersArpFor(host, ip, device);
    if (last.state === 'unseen') return last;
    if (last.value) break;
  }
  return last.state === 'unseen' ? last : { ...last, value: !last.value };
}

function absence(host: Host, ip: Ip): Fact<boolean> {
  return host.seen.has('addresses') ? decided(host, false, `no device holds ${ip.text}`) : { state: 'unseen' };
}

function decided(host: Host, value: boolean, why: string): Fact<boolean> {
  return { state: 'default', value, at: { host: host.name, default: why } };
}

function fromAddress(address: Address, value: boolean): Fact<boolean> {
  return { state: 'set', value, at: address.at, shadows: [], confidence: address.confidence };
}
