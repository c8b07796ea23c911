import { weakest, type Confidence, type Fact } from '../base/fact.ts';
import { inSubnet } from '../base/ip.ts';
import { arpRules } from './arp-filter.ts';
import { answersArpFor } from './arp.ts';
import type { Cluster } from './cluster.ts';
import { kindOn, nics } from './device.ts';
import { askedOn, heldVips, setsArp, type HeldVip } from './held-vip.ts';
import type { Host } from './host.ts';
import { assignmentsOf, effective, sysctlNumber, sysctlValue, type Assignment } from './sysctl.ts';
import { effectsIn, startSteps } from './timeline.ts';

export type ArpParameter = 'arp_ignore' | 'arp_announce';

/** A NIC that gives a VIP away: it answers requests for it (`arp_ignore`), or the host names it as its own when it asks for others there (`arp_announce`). */
export interface ArpLeak {
  readonly vip: HeldVip;
  readonly device: string;
  /** The value in force: the greater one of conf/all and conf/DEVICE, with the line that decides. */
  readonly fact: Exclude<Fact<number>, { readonly state: 'unseen' }>;
  readonly confidence: Confidence;
}

/** What a real server's ARP settings do with its VIPs of IPv4. (An IPv6 VIP on lo leaks nothing: `net/ipv6/ndisc.c: ndisc_recv_ns()` asks the device alone.) */
export interface ArpState {
  readonly vips: readonly HeldVip[];
  /** VIPs for which a NIC answers. */
  readonly answers: readonly ArpLeak[];
  /** VIPs for which none answers, but which the host gives away when it asks. */
  readonly announces: readonly ArpLeak[];
  /** There are VIPs, but the settings are unseen. */
  readonly unseen: boolean;
}

/**
 * The state of a real server's ARP settings. Where the settings are unseen but a file sets some of them, that file is taken to set all (`likely`). Of a VIP that rules of arptables or nft may hide nothing is said. A VIP that a NIC holds as well is another matter, that no arp_ignore mends.
 */
export function arpState(given: Host, cluster: Cluster): ArpState {
  const state = unfilteredArpState(given, cluster);
  if (!filtersArp(given)) return state;
  const rules = filtersElsewhere(given) ? undefined : arpRules(given);
  // What no rule speaks of is as if there were none; a rule that misses its VIP is told by arp/arptables-wrong-direction.
  const untouched = ({ vip: { ip } }: ArpLeak): boolean => rules !== undefined && ip !== undefined && rules.every(({ source, target }) => (source ?? target) !== undefined && !(source && inSubnet(ip, source)) && !(target && inSubnet(ip, target)));
  return { ...state, answers: state.answers.filter(untouched), announces: state.announces.filter(untouched), unseen: false };
}

/** Whether the parameter `hidden` is set, with which patched kernels keep the addresses of a device to themselves (http://www.ssi.bg/~ja/#hidden). */
function isHidden(host: Host): boolean {
  const lines = assignmentsOf(host, 'net/ipv4/conf/all/hidden');
  return (sysctlNumber(lines.at(-1)?.value ?? '') ?? 0) > 0;
}

/** Whether ARP may be filtered by something that is not followed: nft, or a service that loads rules of its own. */
function filtersElsewhere(host: Host): boolean {
  return host.filtersArp === true || isHidden(host) || host.filterUnread === true || host.scripts.some((script) => effectsIn(startSteps(script), 'service').some(({ effect }) => /^arptables/.test(effect.service ?? '')) || effectsIn(startSteps(script), 'firewall').some(({ effect }) => effect.tool === 'nft'));
}

/** The same as if no rule filtered ARP. Who hides a VIP by rules is taken to leave the settings that are unseen alone (`likely`). */
export function unfilteredArpState(given: Host, cluster: Cluster): ArpState {
  const vips = heldVips(given, cluster).filter(({ ip }) => ip?.family !== 6 && !(ip && given.addresses.some((address) => address.ip.text === ip.text && kindOn(given, address.device) === 'nic')));
  if (vips.length === 0) return { vips: [], answers: [], announces: [], unseen: false };
  const partly = !given.seen.has('sysctl') && (setsArp(given) || filtersArp(given));
  const host = partly ? { ...given, seen: new Set([...given.seen, 'sysctl' as const]) } : given;
  const answers: ArpLeak[] = [];
  const announces: ArpLeak[] = [];
  let unseen = false;
  for (const vip of vips) {
    const asked = askedOn(host, vip);
    const leaks = (parameter: ArpParameter, leaking: (device: string) => boolean | undefined): readonly ArpLeak[] => {
      const verdicts = asked.devices.map((device) => ({ device, leaks: leaking(device), fact: effective(host, parameter, device) }));
      if (verdicts.some((verdict) => verdict.leaks === undefined || verdict.fact.state === 'unseen')) unseen = true;
      const found = verdicts.flatMap(({ device, leaks: yes, fact }) => (yes && fact.state !== 'unseen' ? [{ vip, device, fact, confidence: weakest(vip.confidence, asked.confidence, partly ? 'likely' : 'certain', fact.state === 'set' ? fact.confidence : 'certain') }] : []));
      return asked.every && found.length < asked.devices.length ? [] : found;
    };
    const answering = leaks('arp_ignore', (device) => answersFor(host, vip, device));
    answers.push(...answering);
    if (answering.length === 0) announces.push(...leaks('arp_announce', (device) => isNot(effective(host, 'arp_announce', device), 2)));
  }
  return { vips, answers, announces, unseen };
}

function answersFor(host: Host, vip: HeldVip, device: string): boolean | undefined {
  if (vip.ip) {
    const fact = answersArpFor(host, vip.ip, device);
    return fact.state === 'unseen' ? undefined : fact.value;
  }
  const ignore = effective(host, 'arp_ignore', device);
  return ignore.state === 'unseen' ? undefined : ignore.value === 0 || (ignore.value > 3 && ignore.value < 8);
}

/** Values that the kernel does not know are as 0 to it (`net/ipv4/arp.c: arp_solicit()`). */
function isNot(fact: Fact<number>, value: number): boolean | undefined {
  return fact.state === 'unseen' ? undefined : fact.value !== value;
}

/** Whether a script of the host adds rules that filter or rewrite ARP, or starts the service that does. */
export function filtersArp(host: Host): boolean {
  return host.filtersArp === true || isHidden(host) || (host.filterLines ?? []).some(({ effect }) => effect.tool === 'arptables' && effect.does === 'add') || host.scripts.some((script) => {
    const steps = startSteps(script);
    return (
      effectsIn(steps, 'firewall').some(({ effect }) => (effect.tool === 'arptables' ? effect.does === 'add' || effect.does === 'restore' || effect.does === 'policy' : effect.tool === 'nft' && effect.words.some((word) => word.text === 'arp'))) ||
      effectsIn(steps, 'service').some(({ effect }) => effect.does !== 'stop' && /^arptables/.test(effect.service ?? ''))
    );
  });
}

/** Devices for a note; `the network card` where none is known and a name stands in for it. */
export function showCards(host: Host, leaks: readonly ArpLeak[]): string {
  const known = new Set(nics(host));
  const names = [...new Set(leaks.map(({ device }) => (known.has(device) ? device : 'the network card')))];
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** `max(all=0, eth0=0)`: how the value in force comes about. */
export function showJoin(host: Host, parameter: ArpParameter, device: string): string {
  const show = (name: string, shown = name): string => {
    const fact = sysctlValue(host, `net/ipv4/conf/${name}/${parameter}`);
    return `${shown}=${fact.state === 'unseen' ? (assignmentsOf(host, `net/ipv4/conf/${name}/${parameter}`).length > 0 ? '?' : 'unset') : fact.value}`;
  };
  return `max(${show('all')}, ${show(device, nics(host).includes(device) ? device : 'card')})`;
}

/** Lines that give a parameter of a device other than 0, that one apart which is in force. */
export function positiveLines(host: Host, device: string, parameter: ArpParameter): readonly Assignment[] {
  return assignmentsOf(host, `net/ipv4/conf/${device}/${parameter}`).filter((line) => (sysctlNumber(line.value) ?? 0) > 0);
}

/** Devices that hear no ARP request (lo, dummies, tunnels) on which a parameter is set to anything but 0, with the line that counts: settings without effect. */
export function deafSettings(host: Host, parameter: ArpParameter): readonly { readonly device: string; readonly line: Assignment }[] {
  return [...host.sysctls.keys()].flatMap((key) => {
    const device = /^net\/ipv4\/conf\/([^/*?[]+)\/(arp_\w+)$/.exec(key);
    if (!device || device[2] !== parameter || device[1] === 'all' || device[1] === 'default' || kindOn(host, device[1]!) === 'nic') return [];
    const line = positiveLines(host, device[1]!, parameter).at(-1);
    return line && assignmentsOf(host, key).at(-1) === line ? [{ device: device[1]!, line }] : [];
  });
}

/** Whether any line sets a parameter to anything but 0 where it could have an effect: for all devices or for a NIC. */
export function setWhereHeard(host: Host, parameter: ArpParameter): boolean {
  return [...host.sysctls.keys()].some((key) => {
    const device = /^net\/ipv4\/conf\/([^/]+)\/(arp_\w+)$/.exec(key);
    return device?.[2] === parameter && device[1] !== 'default' && (device[1] === 'all' || kindOn(host, device[1]!) === 'nic') && positiveLines(host, device[1]!, parameter).length > 0;
  });
}
